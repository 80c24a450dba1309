"""Packing and unpacking on a page: the packer of a model, work that shows how far it is and can be
stopped, and what a text and its rivals come to.

Knows streamlit's cache and session; every figure comes from charlstm.compression.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from charlstm.analysis.loss import Progress
from charlstm.compression.baselines import (
    AFTER,
    Rounding,
    Row,
    baseline_rows,
    counts_of,
    model_rows,
    ngram_rows,
    rounding,
    texts_of,
)
from charlstm.compression.packer import PackedFile, Packer, Packing, open_packer
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.ngram import NGram
from charlstm.ui.models import kept_by_run
from charlstm.ui.turns import turn

MOST, MOST_OF_WINDOW = 100_000, 20_000
"""Characters that a page packs: a model that reads a window takes many times as long for each."""

MOST_AT_HAND = 2_000_000
"""Characters of a run's text that a page packs, or lets others learn from."""

_RENEW_SECONDS = 0.15
_CACHE_SECONDS = 900

Result = TypeVar("Result")


def most_characters(window: int | None) -> int:
    """Return how many characters a page packs or unpacks with such a model."""
    return MOST if window is None else MOST_OF_WINDOW


@kept_by_run(4)
def packer_of(run: RunFolder, step: int) -> Packer:
    """Return the packer of a run's checkpoint.

    Raises:
        CharlstmError: If there is none, or its weights cannot be computed with exactly.
    """
    return open_packer(run, step)


@kept_by_run(2, _CACHE_SECONDS)
def texts_at_hand(run: RunFolder) -> tuple[str, str] | None:
    """Return what a run was trained on and what was held out, or None; see texts_of.

    A text too long for a page is as if it were not at hand: others would pack it for minutes.
    """
    return texts_of(run) if run.config().length <= MOST_AT_HAND else None


@st.cache_resource(max_entries=2, ttl=_CACHE_SECONDS, show_spinner="Counting…")
def _counts(fingerprint: bytes, before: str, _packer: Packer) -> NGram | None:  # noqa: ARG001
    return counts_of(_packer, before)


@st.cache_data(max_entries=16, ttl=_CACHE_SECONDS, show_spinner="The others pack it…")
def baselines_of_text(text: str, before: str) -> list[Row]:
    """Return what gzip, bz2, xz and zstd make of a text; see baseline_rows."""
    return baseline_rows(text, before)


def work(words: str, job: Callable[[Progress], Result], on_stop: Callable[[], None]) -> Result:
    """Do what takes long: show how far it is, and a button that stops it.

    Streamlit ends a script that shows something while a click waits, so the progress that is shown
    is where the work stops.

    Args:
        words: What is being done.
        job: Takes the function that is told the progress.
        on_stop: Called when the button is pressed.
    """
    container = st.empty()
    with container.container():
        bar = st.progress(0.0, words)
        st.button("Stop", on_click=on_stop, key=f"stop {words}")
    last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _RENEW_SECONDS:
            last = time.monotonic()
            bar.progress(min(1.0, done / max(1, total)), f"{words} {done:,} of {total:,}")

    with turn():
        result = job(tell)
    container.empty()
    return result


def packed(
    packer: Packer, model: LanguageModel, text: str, on_stop: Callable[[], None]
) -> tuple[Packing, Rounding]:
    """Return a packed text and what rounding costs it, from the last time if nothing changed."""
    token = (packer.fingerprint, text)
    kept = st.session_state.get("packing")
    if kept is None or kept[0] != token:
        packing = work("Packing", lambda tell: packer.pack(text, progress=tell), on_stop)
        costs = work(
            "Reading it with the model before rounding",
            lambda tell: rounding(packer, model.lstm, packing, tell),
            on_stop,
        )
        kept = (token, packing, costs)
        st.session_state.packing = kept
    return kept[1], kept[2]


def unpacked(packer: Packer, content: PackedFile, on_stop: Callable[[], None]) -> str:
    """Return the text of a packed file, from the last time if it is the same file.

    Raises:
        CharlstmError: If it is damaged, too long for a page, or packed with another model.
    """
    kept = st.session_state.get("unpacked")
    if kept is None or kept[0] != content:
        most = most_characters(packer.window)
        text = work(
            "Unpacking",
            lambda tell: packer.unpack(content, most=most, progress=tell),
            on_stop,
        )
        kept = (content, text)
        st.session_state.unpacked = kept
    return str(kept[1])


def rows_of(
    packer: Packer, packing: Packing, costs: Rounding, before: str
) -> tuple[list[Row], int]:
    """Return all who packed a text, and which of the rows is the model in integers.

    Where the training text is at hand, n-grams counted on it are among them.
    """
    rows = [*model_rows(packer, packing, costs), *baselines_of_text(packing.text, before)]
    if before and (counts := _counts(packer.fingerprint, before, packer)):
        needed = min(row.needed for row in rows if row.way == AFTER)
        rows += ngram_rows(packer, packing, counts, needed)
    return rows, 1


def run_of(model: LanguageModel) -> RunFolder:
    """Return the run that a model comes from."""
    return find(model.run)
