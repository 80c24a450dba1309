"""Written text on pages: in a card, its invented words underlined, its copies with their source."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from charlstm.analysis.written import NOTHING, Copy, Source, invented_spans
from charlstm.data.words import is_written_without_spaces
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import source_kind, source_of
from charlstm.runs.store import find
from charlstm.ui.models import kept_by_run
from charlstm.ui.text import NO_SPACES, Spans, literal, marked_html, visible
from charlstm.ui.theme import temperature_colour

MOST_CHARACTERS = 5_000_000
"""A longer text is not held in the memory of the web process."""

SHORTEST_SHOWN = 25
"""Characters from which on a copy is named: a network of this size seldom copies more than 30."""

MOST_SHOWN = 3
MOST_REMEMBERED = 8
LEGEND = "Underlined: in neither the corpus nor an English word list."


def show_sample(
    text: str, temperature: float, source: Source, prompt: str = "", *, with_prompt: bool = True
) -> None:
    """Show what was written in a card with its temperature, invented words underlined."""
    invented = invented_in(source, text, prompt)
    st.html(sample_card(text, temperature, invented, prompt if with_prompt else ""))


def sample_card(text: str, temperature: float, invented: Spans = (), prompt: str = "") -> str:
    """Return the HTML of a written text: its temperature, its prompt, and the text, escaped."""
    colour = temperature_colour(temperature)
    marked = marked_html(text, invented=invented)
    if prompt:
        marked = f'<span class="prompt-read">{marked_html(prompt)}</span>{marked}'
    return (
        f'<section style="border-left:4px solid {colour};padding:.1rem 0 .1rem .9rem">'
        f'<div style="color:{colour};font-weight:700;font-size:1.15rem">T = {temperature:g}</div>'
        '<div dir="auto" style="font-family:\'Source Serif\',Georgia,serif;font-size:1.02rem;'
        f'line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere">{marked}</div></section>'
    )


def text_box(text: str, label: str = "The beginning of the text") -> str:
    """Return the HTML of a text in a low box that is scrolled by mouse and by keyboard, escaped."""
    return (
        '<div class="text-box" dir="auto" tabindex="0" role="region"'
        f' aria-label="{html.escape(label)}"'
        ' style="height:150px;overflow:auto;padding:.6rem .9rem;border:1px solid color-mix(in srgb,'
        " currentcolor 20%, transparent);border-radius:.3rem;white-space:pre-wrap;"
        f'overflow-wrap:anywhere">{html.escape(text)}</div>'
    )


def source_for(run: str | RunFolder) -> Source:
    """Return what is at hand of the text that a run learned, or nothing and why."""
    try:
        folder = find(run) if isinstance(run, str) else run
        kind = source_kind(folder, MOST_CHARACTERS)
        return _source(folder, kind)
    except CharlstmError as error:
        return Source(reason=str(error))


@kept_by_run(3)
def _source(run: RunFolder, kind: str) -> Source:  # noqa: ARG001
    return source_of(run, MOST_CHARACTERS)


def invented_in(source: Source, text: str, prompt: str) -> list[tuple[int, int]]:
    """Return start and end of each invented word of a text; none, if nothing is known."""
    return invented_spans(text, prompt, source.lexicon) if source.lexicon else []


def legend(source: Source, *texts: str) -> str:
    """Return what the underlining in some texts means, or why there is none."""
    if source.kind == NOTHING:
        return f"Invented words are not underlined. {source.reason}"
    return legend_of(*texts)


def legend_of(*texts: str) -> str:
    """Return what the underlining in some texts means, where words are known."""
    without_spaces = any(map(is_written_without_spaces, texts))
    return f"{LEGEND} {NO_SPACES} Nothing is underlined there." if without_spaces else LEGEND


def show_copies(run: str, texts: Sequence[tuple[str, str]]) -> None:
    """Show the longest copies in texts that a run wrote, each with a link to it in the corpus.

    The texts are pairs of a label, such as "T = 0.5" or ``""``, and a text.
    """
    source = source_for(run)
    found = _copies(run, source.kind, tuple(text for _, text in texts), source)
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
        st.caption(
            literal(f"{words} Their position cannot be shown: the text itself is not at hand.")
        )
        return
    st.page_link(
        "pages/source.py",
        label=literal(words),
        icon=":material/menu_book:",
        query_params={"source": run, "position": str(copy.position), "length": str(copy.length)},
    )


@st.cache_data(max_entries=MOST_REMEMBERED, show_spinner=False, scope="session")
def _copies(run: str, kind: str, texts: tuple[str, ...], _source: Source) -> list[list[Copy]]:  # noqa: ARG001
    return _source.copies(texts, SHORTEST_SHOWN) or [[] for _ in texts]
