"""Symbols, figures and passages as pages show them.

Text from a corpus, a model or a person is data: ``literal`` and ``marked_html`` escape it.
"""

from __future__ import annotations

import bisect
import html
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import power_words, probability_words
from charlstm.data.vocabulary import Vocabulary, visible
from charlstm.sampling.strategies import Strategy, strategy_names

Spans = Sequence[tuple[int, int]]
"""Start and end of passages in a text, the end excluded."""

NO_SPACES = (
    "Words are not separated in scripts that put no spaces between them, such as Chinese, Japanese"
    " or Thai."
)

DIGITS = "%.9f"
"""The format of a probability in a table, of fixed length."""

_ON_ONE_LINE = str.maketrans({"\n": "⏎", "\t": "⇥"})
_JOINER = "\u2060"

# Positions inside character sequences that Streamlit turns into arrows, dashes and icons even if
# they are escaped.
_RENDERED = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=\w)")

# White space, but for the no-break space that holds a figure together.
_BREAKING = re.compile("[^\\S\u00a0]+")

_MARKS = {
    "invented": "invented: in neither the corpus nor an English word list",
    "copied": "copied from the corpus",
}
"""The classes of marked passages, which theme.css styles, and their titles."""


def on_one_line(text: str) -> str:
    """Return a text of the same length with its line ends and tabs as labels."""
    return text.translate(_ON_ONE_LINE)


def of_units(vocabulary: Vocabulary) -> str:
    """Return the unit of a length, as the label of a field: ``Characters``."""
    return f"{vocabulary.unit}s".capitalize()


def figure(value: float) -> str:
    """Return a measured number to three significant digits, with separated thousands."""
    if math.isinf(value):
        return "infinitely many" if value > 0 else "−∞"
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    if 0 < abs(value) < 0.0001:
        return power_words(value)
    return f"{value:.3g}"


def acting_words(temperature: float, strategies: Sequence[Strategy]) -> str:
    """Return the stages as one line: ``T = 0.5, then top-k 40, then top-p 0.9``."""
    return ", then ".join([f"T = {temperature:g}", *strategy_names(strategies)])


def percent(value: float) -> str:
    """Return a fraction as a percentage: ``4.2 %``, or ``–`` for NaN."""
    return "–" if math.isnan(value) else probability_words(value)


def random_number(uniform: float) -> str:
    """Return the number from 0 to 1 that picked a symbol, as the beginning of a sentence."""
    return f"The random number {min(uniform, 0.999):.3f}"


def literal(text: str) -> str:
    """Return text that st.markdown shows unchanged: no Markdown, no LaTeX, no HTML, no icons.

    A word joiner (U+2060), which has no width, breaks up arrows, dashes and icons.
    """
    apart = _RENDERED.sub(_JOINER, _BREAKING.sub(" ", text).strip(" "))
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!$|~:<>&" else c for c in apart)


def marked_html(text: str, *, invented: Spans = (), copied: Spans = ()) -> str:
    """Return text as escaped HTML, with invented words and copied passages in marked spans."""
    kinds = {"invented": invented, "copied": copied}
    edges = {0, len(text), *(edge for spans in kinds.values() for span in spans for edge in span)}
    positions = sorted(edge for edge in edges if 0 <= edge <= len(text))
    pieces = []
    for start, end in itertools.pairwise(positions):
        here = [kind for kind, spans in kinds.items() if any(s <= start < e for s, e in spans)]
        piece = html.escape(text[start:end])
        if here:
            title = "; ".join(_MARKS[kind] for kind in here)
            piece = f'<span class="{" ".join(here)}" title="{title}">{piece}</span>'
        pieces.append(piece)
    return "".join(pieces)


def spans_of_symbols(spans: Spans, symbols: Sequence[str]) -> list[tuple[int, int]]:
    """Return spans of characters as spans of the symbols that they touch."""
    ends = list(itertools.accumulate(map(len, symbols)))
    return [
        (bisect.bisect_right(ends, start), bisect.bisect_left(ends, end) + 1)
        for start, end in spans
    ]


def shown_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the labels of its symbols."""
    return table.assign(symbol=[visible(symbol) for symbol in table["symbol"]])


def probability_columns(names: Iterable[str]) -> dict[str, Any]:
    """Return the configuration of a table's columns of probabilities."""
    return {name: st.column_config.NumberColumn(format=DIGITS) for name in names}
