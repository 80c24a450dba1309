"""When things happen in a training: learning rate, log lines, checkpoints, divergence."""

from __future__ import annotations

import math

LINE_SECONDS = 0.5
"""Seconds of training between two lines of the history …"""

LINE_FRACTION = 0.0005
"""… or this fraction of the training so far: one each second for half an hour, 9,000 in a night."""

HELD_OUT_SECONDS = 0.9
"""Least seconds between two measurements of the held-out loss …"""

HELD_OUT_FRACTION = 0.25
"""… which may take at most this fraction of the time."""

CHECKPOINT_SECONDS = 30.0
FIRST_CHECKPOINTS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds of training at which most changes, and a checkpoint is worth keeping."""

SAMPLE_SECONDS = 5.0
"""Least seconds of training between two samples within an epoch …"""

SAMPLED_SECONDS = 60.0
"""… of the first seconds; from then on there are those after every epoch."""

SAMPLE_FRACTION = 0.05
"""Of the time that samples within an epoch may take: those of a slow network come less often."""

MAX_CHECKPOINT_BYTES = 1_000_000_000
"""Disk for the checkpoints of one run; beyond it they are thinned out."""

DIVERGENCE_NATS = 0.5
"""A text that was memorized has a loss near 0, and three times that is no divergence."""

DIVERGENCE_FACTOR = 3.0


def learning_rate_at(progress: float, start: float, final_fraction: float) -> float:
    """Return the learning rate at a fraction ``progress`` of the training, from 0 to 1.

    Half a cosine from ``start`` to ``start * final_fraction`` (Loshchilov & Hutter 2017,
    equation 5).
    """
    fraction = min(max(progress, 0.0), 1.0)
    falling = 0.5 * (1.0 + math.cos(math.pi * fraction))
    return start * (final_fraction + (1.0 - final_fraction) * falling)


def warm_up_fraction(step: int, steps: int) -> float:
    """Return the fraction of the learning rate at a step, counted from 0, that ``steps`` warm up.

    It rises in a straight line to 1, where it stays.
    """
    return min(1.0, (step + 1) / max(steps, 1))


def line_due(interval: float, seconds: float) -> bool:
    """Return whether a line is due ``interval`` seconds after the last, at ``seconds`` in all."""
    return interval >= max(LINE_SECONDS, LINE_FRACTION * seconds)


def checkpoint_due(seconds: float, last: float) -> bool:
    """Return whether a checkpoint is due at ``seconds`` of training, the last being at ``last``."""
    if any(last < early <= seconds for early in FIRST_CHECKPOINTS):
        return True
    return seconds - last >= CHECKPOINT_SECONDS


def samples_due(seconds: float, last: float, cost: float) -> bool:
    """Return whether samples are due within an epoch, all in seconds.

    Args:
        seconds: Of training so far.
        last: Of training at the last samples.
        cost: What those took.
    """
    return seconds <= SAMPLED_SECONDS and seconds - last >= max(
        SAMPLE_SECONDS, cost / SAMPLE_FRACTION
    )


def held_out_due(since_last: float, cost: float) -> bool:
    """Return whether to measure the held-out loss, all in seconds.

    Args:
        since_last: Time since the last measurement ended.
        cost: What the last measurement took.
    """
    return since_last >= max(HELD_OUT_SECONDS - cost, cost * (1 / HELD_OUT_FRACTION - 1))


def divergence(loss: float, best: float) -> str:
    """Return why a training should stop, as one sentence, or ``""``.

    Args:
        loss: Training loss of late, in nats.
        best: The lowest such loss so far.
    """
    if not math.isfinite(loss):
        return "The loss is no longer a number: the training diverged."
    if loss > max(DIVERGENCE_FACTOR * best, best + DIVERGENCE_NATS):
        return (
            f"The loss rose to {loss:.2f} nats, more than three times its best ({best:.2f}):"
            " the training diverged."
        )
    return ""
