"""Models for pages, and whatever else is made of a run: kept in memory between reruns.

Knows streamlit's cache; the run folder stays the truth, and a cleared cache only costs time.
"""

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


def _identity(run: RunFolder) -> tuple[str, float | None]:
    """Return what tells a run apart from one that had its name before."""
    try:
        return str(run.path), run.created()
    except CharlstmError:
        return str(run.path), None  # what is made of it says what is wrong


def kept_by_run(
    most: int, seconds: float | None = None, spinner: str | bool = False
) -> Callable[[Make], Make]:
    """Return a decorator: what a function makes of a run, and of more, is kept for all viewers.

    Args:
        most: Results that are kept at a time.
        seconds: For how long, or None for ever.
        spinner: What is said meanwhile, or False.
    """
    kept: Any = st.cache_resource(
        max_entries=most, ttl=seconds, show_spinner=spinner, hash_funcs={RunFolder: _identity}
    )
    return cast(Callable[[Make], Make], kept)


@kept_by_run(4)
def model_of(run: RunFolder, step: int) -> LanguageModel:
    """Return a run's language model at a checkpoint.

    Raises:
        RunError: If there is no such checkpoint, or a file of the run is damaged.
    """
    use_one_thread()
    return open_model(run, step)


def newest_checkpoint(run: RunFolder) -> int:
    """Return the last checkpoint of a run.

    Raises:
        RunError: If it has none yet.
    """
    checkpoints = run.checkpoints()
    if not checkpoints:
        raise RunError(f"The run {run.name} has no checkpoint yet.")
    return checkpoints[-1]


def readable_runs() -> tuple[dict[str, RunFolder], list[str]]:
    """Return the runs that can write, by name, shipped ones first, and what is wrong elsewhere."""
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
