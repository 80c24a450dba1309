"""Texts that are compared: how each was written, and how probable each is."""

from __future__ import annotations

import html
from collections.abc import Sequence

from charlstm.analysis.distribution import path_words
from charlstm.exploring.compare import Comparison
from charlstm.sampling.beam import Beam, shared_start
from charlstm.sampling.strategies import Strategy, strategy_names
from charlstm.ui.text import Spans, marked_html, on_one_line


def column_name(comparison: Comparison, column: int) -> str:
    """Return the temperature of a column, and its strategies if the columns differ in them."""
    same = len(set(comparison.strategies)) <= 1
    names = [] if same else strategy_names(comparison.strategies[column])
    return ", ".join([f"T = {comparison.temperatures[column]:g}", *names])


def acting_words(temperature: float, strategies: Sequence[Strategy]) -> str:
    """Return the stages as one line: ``T = 0.5, then top-k 40, then top-p 0.9``."""
    return ", then ".join([f"T = {temperature:g}", *strategy_names(strategies)])


def compared_text(comparison: Comparison) -> str:
    """Return all columns of a comparison as a text file, each with its prompt."""
    return "\n".join(
        f"{column_name(comparison, number)}\n{comparison.prompt}{text}\n"
        for number, text in enumerate(comparison.texts)
    )


def paths_html(paths: Sequence[tuple[str, Beam, Spans]]) -> str:
    """Return the HTML of texts with their labels, probabilities and invented words, escaped.

    A text is below its figures, so that there is room for it on a phone too.
    """
    heads = ("written by", "probability", "bits per character")
    head = "".join(f'<th scope="col">{words}</th>' for words in heads)
    rows = "".join(
        f'<tbody><tr><th scope="row">{html.escape(label)}</th>'
        f"<td>{path_words(beam.log2_probability)}</td>"
        f"<td>{beam.bits_per_character:.2f}</td></tr>"
        '<tr><td colspan="3" dir="auto">'
        f"{marked_html(on_one_line(beam.text), invented=invented)}</td></tr></tbody>"
        for label, beam, invented in paths
    )
    return f'<table class="paths"><thead><tr>{head}</tr></thead>{rows}</table>'


def beam_words(beams: Sequence[Beam], length: int, unit: str = "character") -> str:
    """Return a sentence on the probabilities of beams, and how similar the beams are."""
    words = f"Probabilities are the model's own, at T = 1, over {length} {unit}s."
    if len(beams) > 1:
        words += f" All {len(beams)} beams begin with the same {shared_start(beams)} characters."
    return words
