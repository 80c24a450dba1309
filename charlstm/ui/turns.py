"""Long computations: two of all viewers run at a time, others wait; all show how far they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import streamlit as st

AT_ONCE = 2
_LOOK_SECONDS = 0.2

MOST_SYMBOLS, MOST_OF_WINDOW = 40_000, 4_000
"""Symbols that a page writes for one click; a model that reads a window is many times slower."""

FEWEST = 20
"""Symbols of each text, however many texts there are."""

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""

Result = TypeVar("Result")

_RENEW_SECONDS = 0.15
_changed = threading.Condition()
_queue: list[object] = []
"""A ticket for each computation, in order of arrival; the first AT_ONCE run, the others wait."""

_mine = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, showing that, and compute in it.

    A script that ends while it waits or computes (its viewer left, or asked for something else)
    gives its turn back. Within a turn, another one begins at once.
    """
    if getattr(_mine, "has_turn", False):
        yield
        return
    ticket = object()
    with _changed:
        _queue.append(ticket)
    try:
        _wait(ticket)
        _mine.has_turn = True
        yield
    finally:
        _mine.has_turn = False
        with _changed:
            _queue.remove(ticket)
            _changed.notify_all()


def _wait(ticket: object) -> None:
    """Wait for a turn; showing something meanwhile is where Streamlit may end the script."""
    if _before(ticket) < AT_ONCE:
        return
    container = st.empty()
    while (before := _before(ticket)) >= AT_ONCE:
        container.info(_words(before - AT_ONCE), icon=":material/hourglass_empty:")
        with _changed:
            _changed.wait(_LOOK_SECONDS)
    container.empty()


def _before(ticket: object) -> int:
    with _changed:
        return _queue.index(ticket)


def _words(waiting: int) -> str:
    yours = "yours is next" if not waiting else f"yours comes after {waiting} more"
    return f"Two other viewers' computations are running; {yours}."


def affordable(length: int, texts: int, window: int | None) -> tuple[int, str]:
    """Return the symbols of each text that a page writes for one click, and a note if fewer.

    ``length`` is what is asked for; ``window`` is None for a model that carries its state.
    """
    most = max(FEWEST, (MOST_SYMBOLS if window is None else MOST_OF_WINDOW) // max(1, texts))
    if length <= most:
        return length, ""
    why = "" if window is None else ", which reads a window anew for each symbol,"
    return most, f"With this model{why} a page writes {texts} texts of at most {most:,} symbols."


def work(
    words: str, job: Callable[[Progress], Result], on_stop: Callable[[], None] | None = None
) -> Result:
    """Do what takes long, in a turn: show how far it is, and a button if it can be stopped.

    The job takes the function that shows its progress. Streamlit ends a script that shows something
    while a click waits, so this is also where the work stops.
    """
    container, bar = st.empty(), None
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal bar, last
        if time.monotonic() - last < _RENEW_SECONDS:
            return
        last = time.monotonic()
        if bar is None:
            with container.container():
                bar = st.empty()
                if on_stop:
                    st.button("Stop", on_click=on_stop, key=f"stop {words}")
        bar.progress(min(1.0, done / max(1, total)), f"{words}: {done:,} of {total:,}")

    with turn():
        result = job(show)
    container.empty()
    return result
