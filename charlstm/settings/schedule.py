"""When things happen in a training: learning rate, log lines, checkpoints, divergence."""

from __future__ import annotations

import math

# Least seconds of training between two lines of the history, and the least fraction of the
# training so far, so that a night has at most 9,000 lines.
LINE_SECONDS, LINE_FRACTION = 0.5, 0.0005

# Least seconds between two measurements of the held-out loss, which may take at most this fraction
# of the time.
HELD_OUT_SECONDS, HELD_OUT_FRACTION = 0.9, 0.25

CHECKPOINT_SECONDS = 30.0
FIRST_CHECKPOINTS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds of training after which there are extra checkpoints: most changes happen early."""

# Least seconds between two samples within an epoch, in the first seconds of a training; later
# there are samples after every epoch only.
SAMPLE_SECONDS, SAMPLED_SECONDS = 5.0, 60.0

SAMPLE_FRACTION = 0.05  # The fraction of the time that samples within an epoch may take

MAX_CHECKPOINT_BYTES = 1_000_000_000
"""Disk space for the checkpoints of one run; if they need more, some are deleted."""

DIVERGENCE_NATS = 0.5
"""Least rise above the best loss: three times a loss near 0 (a memorized text) is harmless."""

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
    """Return the fraction of the learning rate at a step, counted from 0.

    It rises in a straight line over the first ``steps`` and then stays at 1.
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
    """Return whether samples are due within an epoch: ``seconds`` into the training, after samples
    at ``last`` seconds that took ``cost`` seconds."""
    return seconds <= SAMPLED_SECONDS and seconds - last >= max(
        SAMPLE_SECONDS, cost / SAMPLE_FRACTION
    )


def held_out_due(since_last: float, cost: float) -> bool:
    """Return whether to measure the held-out loss, given the seconds since the last measurement
    ended and the seconds that it took."""
    return since_last >= max(HELD_OUT_SECONDS - cost, cost * (1 / HELD_OUT_FRACTION - 1))


def divergence(loss: float, best: float) -> str:
    """Return in one sentence why a training should stop, or ``""``.

    ``loss`` is the recent training loss, ``best`` the lowest so far, both in nats.
    """
    if not math.isfinite(loss):
        return "The loss is no longer a number: the training diverged."
    if loss > max(DIVERGENCE_FACTOR * best, best + DIVERGENCE_NATS):
        return (
            f"The loss rose to {loss:.2f} nats, more than three times its best ({best:.2f}):"
            " the training diverged."
        )
    return ""
