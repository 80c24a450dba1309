"""The progress of a training, in words and figures for its views, read once for all viewers."""

from __future__ import annotations

from typing import Any

from charlstm.analysis.curves import HELD_OUT, TRAINING, loss_curves
from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import PerCharacter
from charlstm.engine.process import known_status
from charlstm.errors import CharlstmError
from charlstm.runs.config import (
    ALIVE,
    MEASURING,
    PAUSED,
    PAUSING,
    RESUMING,
    STARTING,
    STOPPING,
    RunConfig,
    Status,
)
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.training.record import seconds_of_limit

STARTED = "Starting: the first points appear in a few seconds."
_WAITING_FOR = {
    PAUSING: "Pausing: the training waits after its next step",
    RESUMING: "Resuming: the training continues",
    STOPPING: "Stopping: the training ends at its next step",
    MEASURING: "Measuring the best checkpoint on all held-out windows",
}


def progress(run: RunFolder) -> dict[str, Any]:
    """Return everything that a view shows of a run, as values for JSON.

    ``status`` is one word, ``alive`` whether it is being trained, ``fraction`` the part that is
    done (0 to 1), ``sentence`` that part in words; ``figures`` are triples of a label, a value and
    small print; ``training`` and ``held_out`` are the curves, pairs of seconds of training and
    nats; ``step`` is the checkpoint to write with, the newest or after the end the best, or None;
    ``samples`` counts the lines of samples.
    """
    status, config = known_status(run), run.config()
    alive = status.status in ALIVE
    shown: dict[str, Any] = {
        "status": status_word(status),
        "alive": alive,
        "fraction": _fraction(status),
        "sentence": _sentence(status, config) if alive else "",
        "figures": _figures(status, config),
        "note": _note(status, config),
        "unit": config.vocabulary.unit,
    }
    curves = loss_curves(run.history())
    for name, curve in (("training", TRAINING), ("held_out", HELD_OUT)):
        points = curves[curves["curve"] == curve]
        pairs = zip(points["seconds"], points["nats"], strict=True)
        shown[name] = [[round(seconds, 4), round(nats, 4)] for seconds, nats in pairs]
    return shown | {"step": _step(run, alive), "samples": len(run.samples())}


def _step(run: RunFolder, alive: bool) -> int | None:
    try:
        return best_checkpoint(run) if not alive else next(iter(run.checkpoints()[-1:]), None)
    except CharlstmError:
        return None


def status_word(status: Status) -> str:
    """Return the status in one word; phases that take time have their own word."""
    is_busy = status.status in ALIVE and status.phase in _WAITING_FOR
    return f"{status.phase}…" if is_busy else status.status


def seconds_done(status: Status, config: RunConfig) -> str:
    """Return a phrase for the seconds done and their limit, or ``""`` if steps end the run."""
    fraction_of_steps = status.step / max(status.steps, 1)
    return seconds_of_limit(status.seconds, config.settings.seconds, fraction_of_steps)


def _fraction(status: Status) -> float:
    left = status.seconds_left
    by_time = status.seconds / (status.seconds + left) if left else 0.0
    return min(1.0, max(status.step / max(status.steps, 1), by_time))


def _sentence(status: Status, config: RunConfig) -> str:
    if status.phase in _WAITING_FOR:
        return _WAITING_FOR[status.phase]
    done = seconds_done(status, config) or f"step {status.step:,} of {status.steps:,}"
    if status.status == PAUSED:
        return f"Paused at {done}"
    if status.phase == STARTING:
        return "Starting: TensorFlow is loaded and the step compiled"
    left = f", {duration(status.seconds_left)} left" if status.seconds_left else ""
    return f"{done[0].upper()}{done[1:]}{left}"


def _figures(status: Status, config: RunConfig) -> list[tuple[str, str, str]]:
    seconds = seconds_done(status, config)
    unit = config.vocabulary.unit
    of = "" if unit == "character" else f", per {unit}"
    of_training = f"{clock(status.seconds)} of training" if status.seconds else ""
    return [
        (
            "Training time" if seconds else "Epochs",
            seconds or f"{status.epoch} of {status.epochs}",
            f"step {status.step:,}",
        ),
        (f"Training loss{of}", *_loss(status.loss)),
        (f"Best held-out window loss{of}", *_loss(status.best_held_out_loss)),
        (f"{unit}s/s".capitalize(), f"{status.characters_per_second:,.0f}", of_training),
    ]


def _loss(nats: float | None) -> tuple[str, str]:
    return ("–", "") if nats is None else (f"{nats:.3f} nats", f"{nats_to_bits(nats):.3f} bits")


def _note(status: Status, config: RunConfig) -> str:
    best = status.best_held_out_loss
    if config.vocabulary.unit == "character" or best is None:
        return ""
    return per_character_words(config.per_character, best)


def per_character_words(measure: PerCharacter, loss: float) -> str:
    """Return a loss in nats per token as bits per character, with the part of unknown words.

    ``measure`` is that of the held-out text of a model of words.
    """
    spelled = measure.bits(0.0)
    return (
        f"{measure.bits(loss):.3f} bits per character of the held-out text, to compare it with a"
        f" model of characters: {spelled:.3f} of them spell its {measure.unknown:,} unknown words"
        " letter by letter, with an n-gram model of letters counted on the rare words of the"
        " training text."
    )


def clock(seconds: float) -> str:
    """Return the time since a start: like duration, but ``0.5 s`` in the first second."""
    return f"{seconds:.1f} s" if seconds < 9.95 else duration(seconds)


def duration(seconds: float) -> str:
    """Return a length of time: ``42 s``, ``3 min 10 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 100:
        return f"{max(whole, 1)} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
