"""Turns: two long computations of all viewers run at a time, and the others wait, visibly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

AT_ONCE = 2
_LOOK_SECONDS = 0.2

MOST_SYMBOLS, MOST_OF_WINDOW = 40_000, 4_000
"""Symbols that a page writes for one click; a model that reads a window is many times slower."""

FEWEST = 20
"""Symbols of each text, however many texts there are."""

PROGRESS_EVERY = 50
"""Symbols."""

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


@contextmanager
def progress_bar(label: str, window: int | None) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that shows how many symbols are done, for a model that takes seconds."""
    container = st.empty()

    def report(done: int, of: int) -> None:
        if window is not None and done % PROGRESS_EVERY == 0:
            container.progress(done / of, f"{label}: {done} of {of}")

    yield report
    container.empty()
