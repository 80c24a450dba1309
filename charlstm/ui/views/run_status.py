"""Where a run stands: its status in a word, how far it is, and its figures.

Knows streamlit and statuses; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import PerCharacter
from charlstm.data.vocabulary import CHAR
from charlstm.runs.config import (
    ALIVE,
    FAILED,
    FINISHED,
    MEASURING,
    PAUSED,
    PAUSING,
    RESUMING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    RunConfig,
    Status,
)
from charlstm.sampling.network import LSTM
from charlstm.settings.settings import Settings
from charlstm.training.record import seconds_of_limit
from charlstm.ui.text import clock, duration, literal, of_units

_WAITING_FOR = {
    PAUSING: "Pausing: the training waits after its next step",
    RESUMING: "Resuming: the training goes on",
    STOPPING: "Stopping: the training ends at its next step",
    MEASURING: "Measuring the best checkpoint on all held-out windows",
}
_COLOURS = {RUNNING: "blue", PAUSED: "orange", FINISHED: "green", STOPPED: "gray", FAILED: "red"}


def status_word(status: Status) -> str:
    """Return the status in one word; what takes its time is said at once."""
    on_its_way = status.status in ALIVE and status.phase in _WAITING_FOR
    return f"{status.phase}…" if on_its_way else status.status


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
    left = status.seconds_left
    by_time = status.seconds / (status.seconds + left) if left is not None else 0.0
    fraction = min(1.0, max(status.step / max(status.steps, 1), by_time))
    seconds = seconds_done(status, config)
    if status.status in ALIVE:
        st.progress(fraction, _progress_text(status, seconds))
    done, loss, held_out, speed = st.columns(4)
    done.metric(
        "Training time" if seconds else "Epochs",
        seconds or f"{status.epoch} of {status.epochs}",
        f"step {status.step:,}",
        delta_color="off",
        delta_arrow="off",
    )
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


def seconds_done(status: Status, config: RunConfig) -> str:
    """Return the seconds done, of how many, where they are what ends the run, or ``""``."""
    fraction_of_steps = status.step / max(status.steps, 1)
    return seconds_of_limit(status.seconds, config.settings.seconds, fraction_of_steps)


def _progress_text(status: Status, seconds: str) -> str:
    if status.phase in _WAITING_FOR:
        return _WAITING_FOR[status.phase]
    done = seconds or f"step {status.step:,} of {status.steps:,}"
    if status.status == PAUSED:
        return f"Paused at {done}"
    if status.phase == STARTING:
        return "Starting: TensorFlow is loaded and the step compiled"
    left = status.seconds_left
    left_text = f", {duration(left)} left" if left else ""
    return f"{done[0].upper()}{done[1:]}{left_text}"


def _loss_metric(container: Any, label: str, nats: float | None) -> None:
    if nats is None:
        container.metric(label, "–")
    else:
        container.metric(
            label,
            f"{nats:.3f} nats",
            f"{nats_to_bits(nats):.3f} bits",
            delta_color="off",
            delta_arrow="off",
        )


def per_character_words(measure: PerCharacter, loss: float) -> str:
    """Return a loss in nats per token as bits per character, with the part of unknown words.

    ``measure`` is that of the held-out text of a model of words.
    """
    spelled = measure.bits(0.0)
    return (
        f"{measure.bits(loss):.3f} bits per character of the held-out text, to compare it with a"
        f" model of characters: {spelled:.3f} of them spell its {measure.unknown:,} unknown words"
        " letter by letter, by an n-gram model of letters counted on the rare words of the training"
        " text."
    )


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
    divergence = "" if settings.stop_on_divergence else ", no stop on divergence"
    became = f" {status.status.capitalize()} after {duration(status.seconds)} of training"
    best = status.best_held_out_loss
    best_loss = "" if best is None else f"; best held-out window loss {best:.3f} nats"
    return f"{asked}{divergence}.{became}{best_loss}. {status.reason}".strip()
