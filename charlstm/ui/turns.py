"""Turns: two heavy computations of all viewers run at a time, and the others wait, visibly.

Knows threads and streamlit; knows nothing of what is computed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

AT_ONCE = 2
_LOOK_SECONDS = 0.2

MOST_SYMBOLS, MOST_OF_WINDOW = 40_000, 4_000
"""Symbols that a page writes for one click; a model that reads a window takes many times as long
for each."""

FEWEST = 20
"""Symbols that a text has in any case, however many texts there are."""

_changed = threading.Condition()
_queue: list[object] = []
"""Who computes or waits, in the order in which they came; the first AT_ONCE compute."""

_mine = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Do what follows in one of the places for heavy computations; wait for it, and say so.

    A script that ends while it waits or computes (its viewer left, or asked for something else)
    gives its place back. Who has a place already goes on in it.
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
    """Wait for a place; whatever is shown meanwhile is where Streamlit may end the script."""
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
    """Return what is said to a viewer before whom so many others wait."""
    yours = "yours is next" if not waiting else f"yours comes after {waiting} more"
    return f"Two other viewers' computations are running; {yours}."


def affordable(length: int, texts: int, window: int | None) -> tuple[int, str]:
    """Return how many symbols of each text a page writes for one click, and a note where cut.

    Args:
        length: How many are asked for.
        texts: How many texts.
        window: What the model reads, or None if its state is carried.
    """
    most = max(FEWEST, (MOST_SYMBOLS if window is None else MOST_OF_WINDOW) // max(1, texts))
    if length <= most:
        return length, ""
    why = "" if window is None else ", which reads a window anew for each symbol,"
    return most, f"With this model{why} a page writes {texts} texts of at most {most:,} symbols."
