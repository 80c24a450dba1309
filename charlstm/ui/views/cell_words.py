"""Sentences and labels of the Cells page.

Pure text; what comes from a user or a model is escaped or given as data to be shown literally.
"""

from __future__ import annotations

import html
from typing import Any

from charlstm.cells.properties import property_of
from charlstm.cells.scores import CellScores
from charlstm.cells.spans import SpanSearch
from charlstm.cells.states import Activations
from charlstm.data.vocabulary import is_mark
from charlstm.exploring.compare import Fork
from charlstm.ui.text import random_number, visible

_CONTEXT = 24

STATE_MEANING = (
    "The memory c is the number that a cell carries from character to character; its output h is"
    " what the rest of the network sees of it."
)
MEASURE_MEANING = (
    "AUC is the probability that a cell tells a character that has the property from one that has"
    " not: 0.5 is chance, 1 is perfect. ρ is the rank correlation of a cell with a position: 0 is"
    " chance, 1 is perfect."
)


def cell_name(layer: int, cell: int, layers: int) -> str:
    """Return what a cell is called: its number, and its layer where there are several."""
    return f"{cell}" if layers == 1 else f"{layer}·{cell}"


def score_words(row: dict[Any, Any]) -> str:
    """Return a score with its measure, such as "AUC 0.93"."""
    return f"{measure(row)} {row['score']:.2f}"


def measure(row: dict[Any, Any]) -> str:
    """Return what the score of a row is called."""
    return "ρ" if property_of(str(row["property"])).is_position else "AUC"


def state_words(text: str, read: Activations, layer: int, cell: int) -> list[str]:
    """Return both states of a cell after each character, a sentence each."""
    pairs = zip(text, read.of("c", layer)[:, cell], read.of("h", layer)[:, cell], strict=True)
    return [f"“{visible(s)}”: c = {_figure(c)}, h = {_figure(h)}" for s, c, h in pairs]


def about_words(scored: tuple[CellScores, str] | None, layer: int, cell: int) -> str:
    """Return what a cell is about with its score, or "" where that is not known."""
    if scored is None:
        return ""
    table = scored[0].cells
    for row in table[(table["layer"] == layer) & (table["cell"] == cell)].to_dict("records"):
        return f"{property_of(str(row['property'])).label}, {score_words(row)}"
    return ""


def place_cards(found: SpanSearch, text: str) -> str:
    """Return the HTML of the places that are like a span, each in its surroundings, escaped."""
    cards = []
    for row in found.passages.to_dict("records"):
        start, stop = int(row["start"]), int(row["stop"])
        before = _line(text[max(0, start - _CONTEXT) : start])
        after = _line(text[stop : stop + _CONTEXT])
        numbers = f"likeness {row['likeness']:.2f}, cosine {row['cosine']:.2f}"
        cards.append(
            '<div style="padding:.25rem 0;border-top:1px solid rgba(128,128,128,.3)">'
            '<div dir="auto" style="font-family:\'Source Serif\',Georgia,serif;font-size:1.15rem;'
            'overflow-wrap:anywhere">'
            f'<span style="opacity:.72">{before}</span><span style="font-weight:700">'
            f"{_line(text[start:stop])}</span>"
            f'<span style="opacity:.72">{after}</span></div>'
            f'<div style="font-size:.9rem;opacity:.78">{numbers}</div></div>'
        )
    return "".join(cards)


def fork_words(fork: Fork) -> str:
    """Return what happened where the two texts first differ, in one sentence."""
    one, other = (f"“{visible(symbol)}”" for symbol in fork.symbols)
    return (
        f"{random_number(fork.uniform)} picks character {fork.position + 1}: {one} with all cells,"
        f" {other} without."
    )


def _line(text: str) -> str:
    return html.escape("".join(c if c.isprintable() or is_mark(c) else visible(c) for c in text))


def _figure(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")
