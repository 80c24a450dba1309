"""Texts written side by side: what each was written with, where they differ, and why."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import path_words
from charlstm.data.symbols import visible
from charlstm.exploring.compare import MOST_PIECES, Comparison, Fork, segments
from charlstm.sampling.beam import Beam, shared_start
from charlstm.sampling.strategies import Strategy, strategy_names
from charlstm.ui.charts.bar_charts import fork_chart
from charlstm.ui.components.typewriter import Column, typewriter
from charlstm.ui.text import Spans, marked_html, on_one_line, random_number
from charlstm.ui.views.sources import underlined


def column_name(comparison: Comparison, column: int) -> str:
    """Return the temperature of a column, and its strategies where the columns differ in them."""
    same = len(set(comparison.strategies)) <= 1
    names = [] if same else strategy_names(comparison.strategies[column])
    return ", ".join([f"T = {comparison.temperatures[column]:g}", *names])


def acting_words(temperature: float, strategies: Sequence[Strategy]) -> str:
    """Return the stages as one line: ``T = 0.5, then top-k 40, then top-p 0.9``."""
    return ", then ".join([f"T = {temperature:g}", *strategy_names(strategies)])


def forks_of(comparison: Comparison, column: int) -> list[list[Fork]]:
    """Return the forks of a column, together where they are at the same position, in order."""
    here = [fork for fork in comparison.forks if column in (fork.left, fork.right)]
    positions = sorted({fork.position for fork in here})
    return [[fork for fork in here if fork.position == position] for position in positions]


def show_columns(run: str, comparison: Comparison, unit: str, **options: Any) -> None:
    """Show the texts side by side, each marked at its forks_of; ``options`` are typewriter's."""
    invented, legend = underlined(run, comparison.prompt, *comparison.texts)
    columns = []
    for number, symbols in enumerate(comparison.symbols):
        marks = [
            (
                len("".join(symbols[: here[0].position])),
                " ".join(fork_sentence(comparison, fork, unit) for fork in here),
            )
            for here in forks_of(comparison, number)
        ]
        temperature, heading = comparison.temperatures[number], column_name(comparison, number)
        columns.append(Column("".join(symbols), temperature, heading, marks, invented[number]))
    if comparison.forks and "on_mark" in options:
        legend = f"Marked: where neighbours begin to differ; click it to see why. {legend}"
    typewriter(comparison.prompt, columns, key="columns", legend=legend, **options)


def fork_sentence(comparison: Comparison, fork: Fork, unit: str = "character") -> str:
    """Return what happened at a fork, in one sentence."""
    left, right = column_name(comparison, fork.left), column_name(comparison, fork.right)
    one, other = (f"“{visible(symbol)}”" for symbol in fork.symbols)
    return (
        f"{random_number(fork.uniform)} picks {unit} {fork.position + 1}: {one} at {left},"
        f" {other} at {right}."
    )


def show_fork(table: pd.DataFrame, fork: Fork, sentence: str) -> bool:
    """Show the two distributions of a fork; return whether some symbols share a piece.

    ``table`` is that of fork_table, ``sentence`` that of fork_sentence.
    """
    pieces = segments(table, MOST_PIECES)
    st.altair_chart(
        fork_chart(pieces, fork.uniform),
        alt=f"Two cumulative distributions. {sentence}",
    )
    return len(pieces) < len(table)


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
    """Return what the probabilities of beams are, and how alike the beams are."""
    words = f"Probabilities are the model's own, at T = 1, over {length} {unit}s."
    if len(beams) > 1:
        words += f" All {len(beams)} beams begin with the same {shared_start(beams)} characters."
    return words
