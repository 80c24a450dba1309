"""Sentences and labels about strategies and beams.

Pure text; what comes from a model is given as data to be shown literally.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd

from charlstm.analysis.distribution import path_words, probability_words
from charlstm.sampling.beam import Beam, shared_start
from charlstm.sampling.strategies import KINDS, Strategy, strategy_names
from charlstm.ui.marked import Spans, marked_html
from charlstm.ui.symbols import name, visible


def acting_words(temperature: float, strategies: Sequence[Strategy]) -> str:
    """Return the stages as one line: ``T = 0.5, then top-k 40, then top-p 0.9``."""
    return ", then ".join([f"T = {temperature:g}", *strategy_names(strategies)])


def kind_words(kind: str) -> str:
    """Return what a strategy keeps and where it comes from, as Markdown without markup."""
    return f"{kind} keeps {KINDS[kind].keeps}. Source: {KINDS[kind].source}."


def stage_facts(summary: pd.DataFrame) -> list[list[str]]:
    """Return the figures of each row of a stage_summary, in phrases."""
    symbols = int(summary["left"].iloc[0])
    found = [[f"{symbols} symbols", f"{summary['entropy_after'].iloc[0]:.2f} bits"]]
    for position, row in enumerate(summary.iloc[1:].to_dict("records")):
        bits = f"{row['entropy_before']:.2f} → {row['entropy_after']:.2f} bits"
        if position == 0:
            found.append([bits])
            continue
        mass = probability_words(row["cut_mass"])
        cut = f"cuts {row['cut']}, {mass}" if row["cut"] else "cuts nothing"
        found.append([cut, f"leaves {row['left']}", bits])
    return found


def symbol_words(table: pd.DataFrame) -> list[str]:
    """Return what happened to each symbol of a stage_table, a sentence each."""
    names = [each for each in table.columns if each not in ("symbol", "cut_by")]
    said = []
    for row in table.to_dict("records"):
        parts = [f"{probability_words(row[names[0]])} in the model"]
        for stage in names[1:]:
            if row["cut_by"] == stage:
                parts.append(f"cut by {stage}")
                break
            parts.append(f"{probability_words(row[stage])} after {stage}")
        label = visible(row["symbol"])
        said.append(f"“{label}” ({name(row['symbol'])}): {', '.join(parts)}")
    return said


def paths_html(paths: Sequence[tuple[str, Beam, Spans]]) -> str:
    """Return the HTML of texts with their probabilities, escaped.

    A text stands under its figures, so that there is room for it on a phone too.

    Args:
        paths: A label, a text, and start and end of each invented word in it.
    """
    return (
        '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
        f"<thead><tr>{''.join(_head(head) for head in _HEADS)}</tr></thead>"
        f"{''.join(_path_html(*path) for path in paths)}</table>"
    )


_HEADS = ("who wrote it", "probability", "bits per character")
_CELL = "text-align:left;padding:.3rem 2rem 0 0;vertical-align:baseline"
_TEXT = "padding:0 0 .2rem;font-family:'Source Serif',Georgia,serif;font-size:1.15rem"


def _head(words: str) -> str:
    return f'<th scope="col" style="{_CELL};font-weight:400;font-size:.9rem">{words}</th>'


def _path_html(label: str, beam: Beam, invented: Spans) -> str:
    return (
        f'<tbody><tr><th scope="row" style="{_CELL};font-weight:650">{html.escape(label)}</th>'
        f'<td style="{_CELL}">{path_words(beam.log2_probability)}</td>'
        f'<td style="{_CELL}">{beam.bits_per_character:.2f}</td></tr>'
        f'<tr><td colspan="3" dir="auto" style="{_TEXT};overflow-wrap:anywhere">'
        f"{marked_html(_on_one_line(beam.text), invented=invented)}</td></tr></tbody>"
    )


def beam_words(beams: Sequence[Beam], length: int, unit: str = "character") -> str:
    """Return what the probabilities of beams are, and how alike the beams are."""
    said = f"Probabilities are the model's own, at T = 1, over {length} {unit}s."
    if len(beams) > 1:
        said += f" All {len(beams)} beams begin with the same {shared_start(beams)} characters."
    return said


def _on_one_line(text: str) -> str:
    """Return a text of the same length without line ends and tabs."""
    return "".join(visible(symbol) if symbol in "\n\t" else symbol for symbol in text)
