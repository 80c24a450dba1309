"""Written text on pages, with invented words underlined and the source of copies."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import streamlit as st

from charlstm.analysis.distribution import path_words
from charlstm.analysis.written import Copy, Source, invented_spans
from charlstm.browser.colours import temperature_colour
from charlstm.data.vocabulary import visible
from charlstm.data.words import is_written_without_spaces
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import source_kind, source_of
from charlstm.runs.store import find
from charlstm.sampling.beam import Beam
from charlstm.ui.computing import kept_by_run
from charlstm.ui.text import NO_SPACES, Spans, literal, marked_html, on_one_line
from charlstm.ui.views import caption

MOST_CHARACTERS = 5_000_000
"""A longer text would take too much of the web process's memory."""

SHORTEST_SHOWN = 25
"""Least length of a copy that is shown: a network of this size seldom copies more than 30."""

MOST_SHOWN = 3
MOST_REMEMBERED = 200
LEGEND = "Underlined: in neither the corpus nor an English word list."

Run = str | RunFolder
"""A run, or its name."""


def show_sample(
    text: str, temperature: float, run: Run, prompt: str, *, with_prompt: bool = True
) -> str:
    """Show what a run wrote after a prompt in a card with its temperature; return the legend."""
    (invented,), legend = underlined(run, prompt, text)
    st.html(sample_card(text, temperature, invented, prompt if with_prompt else ""))
    return legend


def sample_card(text: str, temperature: float, invented: Spans = (), prompt: str = "") -> str:
    """Return the HTML of a written text: its temperature, its prompt, and the text, escaped."""
    marked = marked_html(text, invented=invented)
    if prompt:
        marked = f'<span class="prompt-read">{marked_html(prompt)}</span>{marked}'
    return (
        f'<section class="sample" style="--temperature:{temperature_colour(temperature)}">'
        f'<div>T = {temperature:g}</div><div dir="auto">{marked}</div></section>'
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


def source_for(run: Run) -> Source:
    """Return what is available of the text that a run learned, or nothing and the reason."""
    try:
        folder = find(run) if isinstance(run, str) else run
        return _source(folder, source_kind(folder, MOST_CHARACTERS))
    except CharlstmError as error:
        return Source(reason=str(error))


@kept_by_run(3)
def _source(run: RunFolder, kind: str) -> Source:  # noqa: ARG001
    return source_of(run, MOST_CHARACTERS)


def underlined(run: Run, prompt: str, *texts: str) -> tuple[list[Spans], str]:
    """Return the spans of invented words in each text that a run wrote, and the legend for them.

    If the text that the run learned is not available there are none, and the legend says so.
    """
    source = source_for(run)
    if source.lexicon is None:
        nothing: list[Spans] = [() for _ in texts]
        return nothing, f"Invented words are not underlined. {source.reason}"
    folder = find(run) if isinstance(run, str) else run
    spans: list[Spans] = [_invented(folder, source.kind, prompt, text, source) for text in texts]
    return spans, legend_of(spans, texts)


@kept_by_run(MOST_REMEMBERED)
def _invented(run: RunFolder, kind: str, prompt: str, text: str, _source: Source) -> Spans:  # noqa: ARG001
    assert _source.lexicon is not None
    return invented_spans(text, prompt, _source.lexicon)


def legend_of(spans: Iterable[Spans], texts: Iterable[str]) -> str:
    """Return what underlining means, if there is any, and in which scripts there is none."""
    legend = LEGEND if any(spans) else ""
    if any(map(is_written_without_spaces, texts)):
        return f"{legend} {NO_SPACES} Nothing is underlined there.".strip()
    return legend


def show_legends(legends: Iterable[str]) -> None:
    """Show the legends of several texts, each once."""
    for legend in dict.fromkeys(filter(None, legends)):
        caption(legend)


def show_copies(run: str, texts: Sequence[tuple[str, str]]) -> None:
    """Show the longest copies in texts that a run wrote, each with a link to it in the corpus.

    The texts are pairs of a label, such as "T = 0.5" or ``""``, and a text.
    """
    source = source_for(run)
    found = _copies(find(run), source.kind, tuple(text for _, text in texts), source)
    rows = sorted(
        ((copy, *texts[n]) for n, copies in enumerate(found) for copy in copies),
        key=lambda row: -row[0].length,
    )
    for copy, label, text in rows[:MOST_SHOWN]:
        show_copy(run, copy, text, f"{label}: " if label else "")
    if len(rows) > MOST_SHOWN:
        st.caption(
            f"and {len(rows) - MOST_SHOWN} more copies of {SHORTEST_SHOWN} characters or more."
        )


def show_copy(run: str, copy: Copy, text: str, label: str = "") -> None:
    """Show one copy, as a link where its position is known."""
    passage = "".join(visible(c) if c == "\n" else c for c in text[copy.start : copy.end].strip())
    shown = passage if len(passage) <= 90 else f"{passage[:60]}…{passage[-25:]}"
    words = f"{label}{copy.length} characters copied from the corpus: “{shown}”"
    if copy.position is None:
        caption(f"{words} Their position cannot be shown: the text itself is not available.")
        return
    st.page_link(
        "source.py",
        label=literal(words),
        icon=":material/menu_book:",
        query_params={"source": run, "position": str(copy.position), "length": str(copy.length)},
    )


@kept_by_run(MOST_REMEMBERED)
def _copies(run: RunFolder, kind: str, texts: tuple[str, ...], _source: Source) -> list[list[Copy]]:  # noqa: ARG001
    return _source.copies(texts, SHORTEST_SHOWN) or [[] for _ in texts]
