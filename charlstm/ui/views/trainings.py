"""Trainings on pages: their progress, and how they start and stop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.engine import process, standby
from charlstm.engine.progress import duration
from charlstm.engine.standby import why_no_training
from charlstm.errors import CharlstmError, disk_errors
from charlstm.runs.config import (
    ALIVE,
    FAILED,
    FINISHED,
    PAUSED,
    RUNNING,
    STOPPED,
    Status,
)
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, home
from charlstm.sampling.network import LSTM
from charlstm.settings import Settings
from charlstm.ui import address
from charlstm.ui.text import literal

TICK_SECONDS = 0.7
"""Time after which a view of a running training is renewed."""

COLOURS: Any = {
    RUNNING: "blue",
    PAUSED: "orange",
    FINISHED: "green",
    STOPPED: "gray",
    FAILED: "red",
}


def show_reason(status: Status) -> None:
    """Show why a run stopped or failed, if there is a reason."""
    if status.reason:
        show = st.error if status.status == FAILED else st.info
        show(literal(status.reason))


def show_running(run: RunFolder, container: DeltaGenerator | None = None) -> None:
    """Show that a training is running, and that only one can run at a time."""
    (container or st).info(
        literal(f"{run.name} is being trained; only one training can run at a time.")
    )


def can_start() -> bool:
    """Return whether a training can start now; if not, say why."""
    if unable := why_no_training():
        st.warning(literal(unable))
    elif other := process.running_run():
        show_running(other)
    else:
        return True
    return False


def start_race(runners: Callable[[], Iterable[tuple[Corpus, Settings]]]) -> None:
    """Start runs that take turns, each on its text, and write them into the address.

    If they cannot start, nothing is left, and the page shows why as its ``failure``. Nothing is
    done while another training runs (a second click, or another viewer was faster).
    """
    if process.running_run():
        return
    made: list[RunFolder] = []
    with failures_shown():
        try:
            made.extend(new_run(text, settings) for text, settings in runners())
            standby.start_race(*made)
        except (CharlstmError, OSError):
            for run in made:
                not_started(run)
            raise
        address.write("race", ",".join(run.name for run in made))


def asked_runs() -> list[RunFolder]:
    """Return the runs that the address asks for; warn if some of them are not available."""
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


def stop_or_leave(runs: Sequence[RunFolder], label: str) -> None:
    """Show the button that stops runs, and one that leaves them once they have ended."""
    on = is_on(runs)
    with st.container(horizontal=True):
        st.button("Stop", on_click=_stop, args=(runs,), disabled=not on)
        if not on:
            st.button(label, on_click=address.write, args=("race", None))


def _stop(runs: Sequence[RunFolder]) -> None:
    for run in runs:
        with failures_shown():
            process.tell(run, process.STOP)


@contextlib.contextmanager
def failures_shown() -> Iterator[None]:
    """Keep the error of a button's action as the page's ``failure``."""
    try:
        with disk_errors(home()):
            yield
    except CharlstmError as error:
        st.session_state.failure = str(error)


def show_failure() -> None:
    """Show once why a button's action failed."""
    if failure := st.session_state.pop("failure", ""):
        st.error(literal(failure))


def what_happened(name: str, settings: Settings, status: Status) -> str:
    """Return the settings of a run and how it ended, in a few sentences."""
    clipping = (
        "no clipping" if settings.clip_norm is None else f"clipping to {settings.clip_norm:g}"
    )
    of = "" if settings.network == LSTM else f" of a {settings.network}"
    of += "" if settings.level == CHAR else ", words"
    final = settings.final_fraction
    decay = "a constant rate" if final == 1 else f"a rate that falls to {100 * final:g} %"
    decay += f", weight decay {settings.weight_decay:g}" if settings.weight_decay else ""
    chunks = f" chunks of {settings.chunk}" if settings.recipe_data.carries_state else ""
    asked = (
        f"{name}: recipe “{settings.recipe_data.label}”, {settings.units} cells{of}, batches of"
        f" {settings.batch}{chunks}, learning rate {settings.learning_rate:g}, {clipping}, {decay}"
    )
    start = f", from the weights of {settings.start_from}" if settings.start_from else ""
    divergence = "" if settings.stop_on_divergence else ", no stop on divergence"
    became = f" {status.status.capitalize()} after {duration(status.seconds)} of training"
    best = status.best_held_out_loss
    best_loss = "" if best is None else f"; best held-out window loss {best:.3f} nats"
    return f"{asked}{start}{divergence}.{became}{best_loss}. {status.reason}".strip()
