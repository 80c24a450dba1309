"""What several pages say and do about trainings: whether one can start, and how some are stopped.

Knows streamlit and the processes that train; starts nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.engine import process
from charlstm.engine.standby import why_no_training
from charlstm.errors import CharlstmError, disk_errors
from charlstm.runs.config import ALIVE
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import all_runs, home
from charlstm.ui import address
from charlstm.ui.text import literal


def say_it_is_running(run: RunFolder, container: DeltaGenerator | None = None) -> None:
    """Say that a training is running, and that there is one at a time."""
    (container or st).info(
        literal(f"{run.name} is being trained; there is one training at a time.")
    )


def can_start() -> bool:
    """Return whether a training can start now; where it cannot, say why."""
    if unable := why_no_training():
        st.warning(literal(unable))
    elif other := process.running_run():
        say_it_is_running(other)
    else:
        return True
    return False


def asked_runs() -> list[RunFolder]:
    """Return the runs that the address asks for; say so where some of them are not here."""
    here = {run.name: run for run in all_runs()}
    wanted = address.parameter("race", item=here.get, spell=lambda run: run.name)
    runs, note = wanted.read(address.asked("race") or "")
    address.keep(wanted, runs)
    if note:
        st.warning(literal(note))
    return list(runs)


def is_on(runs: Sequence[RunFolder]) -> bool:
    """Return whether one of them is still being trained."""
    return any(process.known_status(run).status in ALIVE for run in runs)


def stop_or_leave(runs: Sequence[RunFolder], label: str, leave: Callable[[], None]) -> None:
    """Show the button that stops runs, and beside it the one that leaves them once they have ended.

    What cannot be stopped is left to the page as its ``failure``.
    """
    on = is_on(runs)
    with st.container(horizontal=True):
        st.button("Stop", on_click=_stop, args=(runs,), disabled=not on)
        if not on:
            st.button(label, on_click=leave)


def _stop(runs: Sequence[RunFolder]) -> None:
    for run in runs:
        with failures_shown():
            process.tell(run, process.STOP)


@contextlib.contextmanager
def failures_shown() -> Iterator[None]:
    """Leave to the page, as its ``failure``, why what a button asks for cannot be done."""
    try:
        with disk_errors(home()):
            yield
    except CharlstmError as error:
        st.session_state.failure = str(error)
