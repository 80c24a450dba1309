"""Where a run stands: its status in a word, how far it is, and its figures.

Knows streamlit and statuses; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from charlstm.analysis.distribution import nats_to_bits
from charlstm.runs.config import RunConfig
from charlstm.runs.status import (
    ALIVE,
    FAILED,
    FINISHED,
    MEASURING,
    PAUSED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
)
from charlstm.training.settings import LIMITS
from charlstm.ui.figures import clock, duration
from charlstm.ui.words import literal, of_units, per_character_words

_COLOURS = {RUNNING: "blue", PAUSED: "orange", FINISHED: "green", STOPPED: "gray", FAILED: "red"}


def status_word(status: Status) -> str:
    """Return the status in one word; ending takes its time, and is said at once."""
    is_ending = status.status in ALIVE and status.phase in (STOPPING, MEASURING)
    return status.phase if is_ending else status.status


def status_badge(status: Status) -> None:
    """Show the status in one word."""
    st.badge(status_word(status), color=_COLOURS[status.status])  # type: ignore[arg-type]


def is_stopping(status: Status) -> bool:
    """Return whether a run was told to stop and has not ended yet."""
    return status.status in ALIVE and status.phase == STOPPING


def show_reason(status: Status) -> None:
    """Say why a run stopped or failed, where there is more to say than its status."""
    if status.reason:
        show = st.error if status.status == FAILED else st.info
        show(literal(status.reason))


def progress(status: Status, config: RunConfig) -> None:
    """Show how far a run is, and its figures.

    Args:
        status: As known_status gives it.
        config: Of the run.
    """
    steps = max(status.steps, 1)
    left = status.seconds_left
    by_time = status.seconds / (status.seconds + left) if left is not None else 0.0
    share = min(1.0, max(status.step / steps, by_time))
    if status.status in ALIVE:
        st.progress(share, _progress_text(status))
    epoch, loss, held_out, speed = st.columns(4)
    step = f"step {status.step:,}"
    epoch.metric("Epochs", _epochs(status), step, delta_color="off", delta_arrow="off")
    unit, best = config.vocabulary.unit, status.best_held_out_loss
    of = "" if unit == "character" else f", per {unit}"
    _loss_metric(loss, f"Training loss{of}", status.loss)
    _loss_metric(held_out, f"Best held-out window loss{of}", best)
    speed.metric(
        f"{of_units(config.vocabulary)}/s",
        f"{status.characters_per_second:,.0f}",
        f"{clock(status.seconds)} of training" if status.seconds else None,
        delta_color="off",
        delta_arrow="off",
    )
    if of and best is not None:
        st.caption(literal(per_character_words(config.per_character, best)))


def _epochs(status: Status) -> str:
    """Return the epochs done, of how many where that is what ends the run."""
    unlimited = status.epochs == LIMITS["epochs"].high
    return f"{status.epoch}" if unlimited else f"{status.epoch} of {status.epochs}"


def _progress_text(status: Status) -> str:
    if is_stopping(status):
        return "Stopping: the training ends at its next step"
    if status.status == PAUSED:
        return f"Paused at step {status.step:,} of {status.steps:,}"
    if status.phase == STARTING:
        return "Starting: TensorFlow is loaded and the step compiled"
    if status.phase == MEASURING:
        return "Measuring the best checkpoint on all held-out windows"
    left = status.seconds_left
    left_text = f", {duration(left)} left" if left else ""
    return f"Step {status.step:,} of {status.steps:,}{left_text}"


def _loss_metric(place: Any, label: str, nats: float | None) -> None:
    if nats is None:
        place.metric(label, "–")
    else:
        place.metric(
            label,
            f"{nats:.3f} nats",
            f"{nats_to_bits(nats):.3f} bits",
            delta_color="off",
            delta_arrow="off",
        )
