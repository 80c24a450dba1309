"""How far a training is: steps and seconds, which of the two ends it, and how fast it is of late.

Pure; knows no tensorflow, no files and no clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

PACE_SECONDS = 5.0
"""Seconds of training over which the pace is taken, at least: one line of the history may be that
of a single step, and its speed that of the moment."""

MOST_TOGETHER = 16
"""Steps that are taken in one call, at most …"""

TOGETHER_SECONDS = 0.1
"""… and for how long: a command is heard, and anything written down, between calls alone."""


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        epochs: Whole passes to do.
        steps_per_epoch: Steps of one.
        limit: Seconds of training after which it ends, or None.
        step: Steps done.
        seconds: Of training.
        step_seconds: What the last steps took each; None before the first of this process.
    """

    epochs: int
    steps_per_epoch: int
    limit: float | None
    step: int = 0
    seconds: float = 0.0
    step_seconds: float | None = None

    def add(self, seconds: float, steps: int = 1) -> None:
        """Count one more step, or several, that took so long in all."""
        self.step += steps
        self.seconds += seconds
        self.step_seconds = seconds / steps

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self.epochs * self.steps_per_epoch

    @property
    def epoch(self) -> int:
        """Whole passes done."""
        return self.step // self.steps_per_epoch

    @property
    def is_epoch_end(self) -> bool:
        return self.step % self.steps_per_epoch == 0

    @property
    def is_done(self) -> bool:
        return self.step >= self.steps or (self.limit is not None and self.seconds >= self.limit)

    @property
    def steps_together(self) -> int:
        """How many steps to take next in one call; none of another epoch."""
        if not self.step_seconds:
            return 1
        seconds = TOGETHER_SECONDS
        if self.limit is not None:
            seconds = min(seconds, self.limit - self.seconds)
        left = min(self.steps - self.step, self.steps_per_epoch - self.step % self.steps_per_epoch)
        return max(1, min(left, MOST_TOGETHER, round(seconds / self.step_seconds)))

    @property
    def share(self) -> float:
        """The share of the training that is done, by steps or by time, whichever is further."""
        return self.share_after(0)

    def share_after(self, steps: int) -> float:
        """Return the share that will be done after so many more steps, if they take as long."""
        if not self.steps:
            return 0.0
        seconds = self.seconds + steps * (self.step_seconds or 0.0)
        by_time = seconds / self.limit if self.limit is not None else 0.0
        return max((self.step + steps) / self.steps, by_time)

    @property
    def seconds_left(self) -> float | None:
        """Estimated, or None before the first step."""
        share = self.share
        return max(0.0, self.seconds * (1 - share) / share) if share > 0 else None


def seconds_of_limit(seconds: float, limit: float | None, share_of_steps: float) -> str:
    """Return how far a training is that its seconds will end, or ``""`` where its steps will.

    Args:
        seconds: Of training so far.
        limit: Seconds after which it ends, or None.
        share_of_steps: The share of its steps that is done.

    Returns:
        Such as ``12 of 30 s``.
    """
    if limit is None or share_of_steps > seconds / limit:
        return ""
    return f"{seconds:,.0f} of {limit:,.0f} s"


class Pace:
    """How fast a training is of late, over the last seconds of training."""

    def __init__(self) -> None:
        self._marks = deque([(0, 0.0)])  # the oldest is the youngest that is old enough

    def mark(self, step: int, seconds: float) -> None:
        """Note where the training is: steps done, and seconds of training."""
        self._marks.append((step, seconds))
        while seconds - self._marks[1][1] >= PACE_SECONDS:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float:
        """Over the last PACE_SECONDS of training, or all of it where that is less."""
        (first, since), (last, until) = self._marks[0], self._marks[-1]
        return (last - first) / (until - since) if until > since else 0.0
