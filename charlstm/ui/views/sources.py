"""For pages: invented words of written text, its copies, and the way to their place in the corpus.

Knows streamlit's cache; what is invented or copied is found by charlstm.analysis.copies.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charlstm.analysis.copies import NOTHING, Copy, Source
from charlstm.analysis.invented import invented_spans
from charlstm.data.words import is_written_without_spaces
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import source_kind, source_of
from charlstm.runs.store import find
from charlstm.ui.models import kept_by_run
from charlstm.ui.text import NO_SPACES, literal, visible
from charlstm.ui.visit import KEPT

MOST_CHARACTERS = 5_000_000
"""A longer text is not held in the memory of the web process."""

SHORTEST_SHOWN = 25
"""Characters from which on a copy is named: a network of this size seldom copies more than 30."""

MOST_SHOWN = 3
MOST_REMEMBERED = 8
LEGEND = "Underlined: in neither the corpus nor an English word list."


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
    """Return where the invented words of a text stand; nowhere, if nothing is known."""
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
    """Show the longest copies in written texts, each with the way to its place in the corpus.

    Args:
        run: Name of the run that wrote.
        texts: Pairs of a label, such as "T = 0.5" or ``""``, and a text.
    """
    source = source_for(run)
    found = _copies(run, source, tuple(text for _, text in texts))
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
    """Show one copy, as a link where its place is known."""
    passage = "".join(visible(c) if c == "\n" else c for c in text[copy.start : copy.end].strip())
    shown = passage if len(passage) <= 90 else f"{passage[:60]}…{passage[-25:]}"
    words = f"{label}{copy.length} characters copied from the corpus: “{shown}”"
    if copy.position is None:
        st.caption(literal(f"{words} Their place cannot be shown: the text itself is not at hand."))
        return
    st.page_link(
        "pages/source.py",
        label=literal(words),
        icon=":material/menu_book:",
        query_params={
            "source": run,
            "position": str(copy.position),
            "length": str(copy.length),
        },
    )


def _copies(run: str, source: Source, texts: tuple[str, ...]) -> list[list[Copy]]:
    """Return the copies in texts, remembered for the last few that this viewer has seen."""
    kept: dict[tuple[str, str, tuple[str, ...]], list[list[Copy]]]
    kept = st.session_state.setdefault(f"{KEPT}copies", {})
    key = (run, source.kind, texts)
    if key not in kept:
        while len(kept) >= MOST_REMEMBERED:
            kept.pop(next(iter(kept)))
        kept[key] = source.copies(texts, SHORTEST_SHOWN) or [[] for _ in texts]
    return kept[key]
