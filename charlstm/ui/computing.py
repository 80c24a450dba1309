"""What pages compute: cached between reruns, at most two long computations at a time.

Others wait for their turn, and all show their progress.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar, cast

import streamlit as st

from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import all_runs, is_shipped
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import use_one_thread

AT_ONCE = 2
_LOOK_SECONDS = 0.2

MOST_SYMBOLS, MOST_OF_WINDOW = 40_000, 4_000
"""Symbols that a page writes per click; a model that reads a window is many times slower."""

FEWEST = 20
"""Symbols of each text, however many texts there are."""

Progress = Callable[[int, int], None]
"""Called with the amount done and the total."""

Make = TypeVar("Make", bound=Callable[..., Any])
Result = TypeVar("Result")

_RENEW_SECONDS = 0.15
_changed = threading.Condition()
_queue: list[object] = []
"""A ticket for each computation, in order of arrival; the first AT_ONCE run, the others wait."""

_mine = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, with a message, and compute in it.

    A script that ends while it waits or computes (its viewer left, or asked for something else)
    gives up its turn. A turn within a turn begins at once.
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


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Compute in a turn, with a spinner and its text."""
    with turn(), st.spinner(words, show_time=True):
        yield


def _wait(ticket: object) -> None:
    """Wait for a turn, showing a message: this is where Streamlit may end the script."""
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
    """Return the symbols per text that a page writes for one click, and a note if fewer than asked.

    ``length`` is what is asked for; ``window`` is None for a model that carries its state.
    """
    most = max(FEWEST, (MOST_SYMBOLS if window is None else MOST_OF_WINDOW) // max(1, texts))
    if length <= most:
        return length, ""
    why = "" if window is None else ", which rereads a window for each symbol,"
    return most, f"With this model{why} a page writes {texts} texts of at most {most:,} symbols."


def work(
    words: str, job: Callable[[Progress], Result], on_stop: Callable[[], None] | None = None
) -> Result:
    """Do a long computation in a turn: show its progress, and a button if it can be stopped.

    The job is called with a function that shows its progress. While a click waits, Streamlit ends
    a script as soon as it shows something, so this is also where the work stops.
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


def _identity(run: RunFolder) -> tuple[str, float | None]:
    """Return the path and age of a run: an earlier run may have had the same name."""
    try:
        return str(run.path), run.created()
    except CharlstmError:
        return str(run.path), None  # the cached function reports what is wrong


def kept_by_run(
    most: int, seconds: float | None = None, spinner: str | bool = False
) -> Callable[[Make], Make]:
    """Return a decorator that keeps the results of a function of a run for all viewers.

    At most ``most`` results are kept, for so many seconds, or None without limit. ``spinner`` is
    the message while one is computed, or False.
    """
    kept: Any = st.cache_resource(
        max_entries=most, ttl=seconds, show_spinner=spinner, hash_funcs={RunFolder: _identity}
    )
    return cast(Callable[[Make], Make], kept)


def kept_in_session(
    name: str, token: object, make: Callable[[], Result], spinner: str = ""
) -> Result:
    """Return what ``make`` returned for this viewer; for another token, call it again.

    With the text of a spinner, it is called in a turn.
    """
    kept: tuple[object, Result] | None = st.session_state.get(name)
    if kept is None or kept[0] != token:
        with waiting(spinner) if spinner else nullcontext():
            kept = st.session_state[name] = (token, make())
    return kept[1]


@kept_by_run(4)
def model_of(run: RunFolder, step: int) -> LanguageModel:
    """Return a run's language model at a checkpoint; RunError if it cannot be read."""
    use_one_thread()
    return open_model(run, step)


def newest_checkpoint(run: RunFolder) -> int:
    """Return the last checkpoint of a run; RunError if it has none yet."""
    checkpoints = run.checkpoints()
    if not checkpoints:
        raise RunError(f"The run {run.name} has no checkpoint yet.")
    return checkpoints[-1]


def readable_runs() -> tuple[dict[str, RunFolder], list[str]]:
    """Return the runs that can write, by name, shipped ones first, and problems of other runs."""
    runs, problems = {}, []
    for run in sorted(all_runs(), key=lambda run: not is_shipped(run)):
        try:
            run.config()
        except CharlstmError as error:
            problems.append(str(error))
            continue
        if run.checkpoints():
            runs[run.name] = run
    return runs, problems
