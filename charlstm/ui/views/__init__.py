"""Parts of a page that several pages have, or that a page is put together from."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.ui.text import literal
from charlstm.ui.turns import turn

_RENEW_SECONDS = 0.15

Progress = Callable[[int, int], None]
"""Takes how much is done, and of how much."""

Result = TypeVar("Result")


@contextlib.contextmanager
def errors_shown() -> Iterator[None]:
    """Show why something cannot be done, in the place of what follows."""
    try:
        yield
    except CharlstmError as error:
        st.error(literal(str(error)))


def work(words: str, job: Callable[[Progress], Result], on_stop: Callable[[], None]) -> Result:
    """Do what takes long: show how far it is, and a button that stops it.

    The job takes the function that shows its progress. Streamlit ends a script that shows something
    while a click waits, so this is also where the work stops.
    """
    container = st.empty()
    with container.container():
        bar = st.progress(0.0, words)
        st.button("Stop", on_click=on_stop, key=f"stop {words}")
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _RENEW_SECONDS:
            last = time.monotonic()
            bar.progress(min(1.0, done / max(1, total)), f"{words} {done:,} of {total:,}")

    with turn():
        result = job(show)
    container.empty()
    return result
