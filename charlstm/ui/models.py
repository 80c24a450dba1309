"""Models for pages, and what else is computed from a run: kept in memory between reruns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import all_runs, is_shipped
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import use_one_thread

Make = TypeVar("Make", bound=Callable[..., Any])
T = TypeVar("T")


def _identity(run: RunFolder) -> tuple[str, float | None]:
    """Return the path of a run and its age: another run may have had its name before."""
    try:
        return str(run.path), run.created()
    except CharlstmError:
        return str(run.path), None  # the cached function says what is wrong


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


def kept_in_session(name: str, token: object, make: Callable[[], T]) -> T:
    """Return what ``make`` returned for this viewer, and call it again for another token."""
    kept: tuple[object, T] | None = st.session_state.get(name)
    if kept is None or kept[0] != token:
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
