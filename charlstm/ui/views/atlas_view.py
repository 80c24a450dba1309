"""An atlas on a page: asking for one, watching it being computed, and choosing a temperature."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.analysis.written import FINGERPRINT, SHORTEST_COPY, TEXT, Copy
from charlstm.engine import atlases
from charlstm.engine.atlases import ABSENT, COMPUTING, FAILED, STOPPED, Request, kept
from charlstm.errors import CharlstmError
from charlstm.exploring.atlas import TEMPERATURES, Atlas, nearest_temperature
from charlstm.ui import address
from charlstm.ui.charts.atlas_charts import POINT
from charlstm.ui.controls.writing import choose_temperature
from charlstm.ui.text import literal, percent
from charlstm.ui.views import errors_shown
from charlstm.ui.views.sources import show_copy
from charlstm.ui.visit import note

TICK_SECONDS = 0.5
COLUMNS = {
    name: st.column_config.NumberColumn(
        f"{name} (from 0)", help="Counted from 0, as in Python and in the CSV; −1 where unknown."
    )
    for name in ("copy_start", "copy_position", "loop_start")
}
"""Labels in the table of all figures for the columns that sentences count from 1."""


def the_atlas(request: Request, container: DeltaGenerator) -> Atlas | None:
    """Return the kept atlas; if there is none, show its progress or offer to compute it.

    The container is that of the button.
    """
    seen, is_asked = _written(request), address.take("atlas")
    try:
        if seen is not None and (atlas := _read(request, str(request.found), seen)) is not None:
            container.button("Computed", disabled=True, width="stretch")
            return atlas
    except CharlstmError as error:
        st.warning(literal(f"{error} Press “Compute the atlas” to compute it again."))
    progress = atlases.progress_of(request)
    waits = False
    if progress.state == ABSENT and is_asked:
        waits = not _start(request)
        progress = atlases.progress_of(request)
    if waits or progress.state == COMPUTING:
        container.button("Compute the atlas", disabled=True, width="stretch")
        _watch(request, seen)
        # Not in the other button's container: a second click must not stop what the first started.
        st.button("Stop", on_click=_stop, args=(request,))
        return None
    container.button(
        "Compute the atlas", type="primary", width="stretch", on_click=_ask, args=(request,)
    )
    if progress.state == FAILED:
        st.error(literal(progress.reason))
    elif progress.state == STOPPED:
        st.info("It was stopped before it was finished.")
    return None


def _written(request: Request) -> int | None:
    """Return when the kept atlas was written, or None if there is none."""
    path = request.found
    try:
        return None if path is None else path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


@st.cache_resource(max_entries=6, show_spinner=False)
def _read(_request: Request, path: str, mtime: int) -> Atlas | None:  # noqa: ARG001
    return kept(_request)


def _ask(request: Request) -> None:
    address.write("atlas", "1")
    _start(request)


def _start(request: Request) -> bool:
    """Return False if it must wait for other atlases, True if it was started or cannot be."""
    begun = True
    with errors_shown():
        begun = atlases.start(request)
    return begun


def _stop(request: Request) -> None:
    address.write("atlas", None)
    with errors_shown():
        atlases.stop(request)


def _watch(request: Request, seen: int | None) -> None:
    """Show its progress, renewed twice a second; if it was waiting, start it when its turn comes.

    ``seen`` is the time of the file that the page has read: a damaged one is still there.
    """

    @st.fragment(run_every=TICK_SECONDS)
    def renew() -> None:
        if _written(request) not in (None, seen):
            st.rerun()
        progress = atlases.progress_of(request)
        if progress.state in (FAILED, STOPPED):
            st.rerun()
        if progress.state == ABSENT and not _start(request):
            st.progress(0.0, "Waiting: other atlases are being computed.")
            return
        done = f"{progress.done:,} of {request.length:,} each"
        st.progress(
            min(1.0, progress.done / max(1, request.length)),
            f"Writing at {len(TEMPERATURES)} temperatures: {done}",
        )

    renew()


def choose_shown(container: DeltaGenerator) -> float:
    """Show the dial and return the nearest temperature in the atlas."""
    chosen = choose_temperature(container, step=TEMPERATURES[1])
    nearest = nearest_temperature(chosen)
    if nearest != chosen:
        note(f"The atlas has no T = {chosen:g}; {nearest:g} is the nearest.")
    return nearest


def clicked(key: str) -> None:
    """Show the temperature that was clicked on a chart."""
    points = st.session_state[key]["selection"].get(POINT, [])
    if points and points[0].get("temperature") in TEMPERATURES:
        address.keep("temperature", float(points[0]["temperature"]))


def longest_copy(row: Any) -> Copy | None:
    """Return the longest copy of one row of an atlas's table, or None."""
    if not row.copy_length > 0:
        return None
    position = int(row.copy_position)
    return Copy(int(row.copy_start), int(row.copy_length), None if position < 0 else position)


def show_longest_copy(run: str, row: Any, source: str) -> None:
    """Show the longest copy with a link to its position, or say that there is none."""
    if copy := longest_copy(row):
        show_copy(run, copy, row.text)
    elif row.copy_length == 0 and (least := SHORTEST_COPY.get(source)):
        st.caption(f"No passage is copied from the corpus, not even of {least} characters.")


def source_words(atlas: Atlas) -> str:
    """Return what the texts were compared with, and how reliable that is."""
    if atlas.source == TEXT:
        return (
            "Words and copies were looked up in the corpus itself: a copy has at least"
            f" {SHORTEST_COPY[TEXT]} characters."
        )
    if atlas.source == FINGERPRINT:
        return (
            f"{atlas.reason} Words and copies were recognised by its fingerprint, which mistakes"
            f" {percent(atlas.false_positive_rate)} of unknown 20-grams for known ones. A copy has"
            f" at least {SHORTEST_COPY[FINGERPRINT]} characters; it may be marked too long, and its"
            " position in the corpus is unknown."
        )
    return f"{atlas.reason} So invented words and copies cannot be found."


def atlas_words(row: Any) -> str:
    """Return the figures of one temperature of an atlas as Markdown.

    ``row`` is one of the table of an Atlas, as itertuples gives it.
    """
    known = not math.isnan(row.invented_fraction)
    words = f"**{row.words:,} words**: " + (
        f"{percent(row.corpus_fraction)} occur in the corpus,"
        f" {percent(row.english_fraction)} are English,"
        f" **{percent(row.invented_fraction)} invented**."
        if known
        else f"{percent(row.english_fraction)} are English."
    )
    if not row.words:
        words = "**No words.**"
    loop = (
        f"From character {row.loop_start + 1:,} on, it is **a loop of {row.loop_period}**."
        if row.loop_period
        else "It does not end in a loop."
    )
    return (
        f"{words} **{percent(row.repeated_fraction)}** of its 20-grams occurred before. {loop}"
        f" The entropy of its distributions was **{row.entropy_bits:.2f} bits** per character;"
        f" the text costs the model {row.bits_at_1:.2f} at T = 1, and gzip {row.gzip_bits:.2f}."
    )
