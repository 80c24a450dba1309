"""Models for pages: kept in memory between reruns, chosen by run and checkpoint.

Knows streamlit's cache; the run folder stays the truth, and a cleared cache only costs time.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model
from charlstm.runs.store import all_runs, is_shipped
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import use_one_thread


def model_of(run: RunFolder, step: int) -> LanguageModel:
    """Return a run's language model at a checkpoint.

    Raises:
        RunError: If there is no such checkpoint, or a file of the run is damaged.
    """
    return _opened(str(run.path), run.config().created, step)


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


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(path: str, created: float, step: int) -> LanguageModel:  # noqa: ARG001
    # The time of creation tells apart two runs that had the same name one after the other.
    use_one_thread()
    return open_model(RunFolder(Path(path)), step)
