"""How far a training is: steps and seconds, and which of the two ends it.

Pure; knows no tensorflow, no files and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        epochs: Whole passes to do.
        steps_per_epoch: Steps of one.
        limit: Seconds of training after which it ends, or None.
        step: Steps done.
        seconds: Of training.
    """

    epochs: int
    steps_per_epoch: int
    limit: float | None
    step: int = 0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one more step, that took so long."""
        self.step += 1
        self.seconds += seconds

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
    def share(self) -> float:
        """The share of the training that is done, by steps or by time, whichever is further."""
        if not self.steps:
            return 0.0
        by_time = self.seconds / self.limit if self.limit is not None else 0.0
        return max(self.step / self.steps, by_time)

    @property
    def seconds_left(self) -> float | None:
        """Estimated, or None before the first step."""
        share = self.share
        return self.seconds * (1 - share) / share if share > 0 else None
