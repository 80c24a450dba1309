"""The record of a training: its progress, whether it must stop, its status and its history.

Pure Python without tensorflow: the pages and the command line use it too.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from charlstm.runs.config import MEASURING, STARTING, Status, own_mark
from charlstm.runs.folder import RunFolder
from charlstm.settings import schedule

PACE_SECONDS = 5.0
"""Seconds of training over which the speed is averaged: a history line may cover only one step."""

MOST_TOGETHER, TOGETHER_SECONDS = 16, 0.1
"""The limits of one call, in steps and seconds: commands are read between calls."""

Report = Callable[[dict[str, Any]], None]
"""Called with every line of the history."""


@dataclass
class Progress:
    """The progress of a training; it ends after ``limit`` seconds of training, if there is a limit.

    ``step_seconds`` is the time of a recent step, None before the first one of this process.
    """

    epochs: int
    steps_per_epoch: int
    limit: float | None
    step: int = 0
    seconds: float = 0.0
    step_seconds: float | None = None

    def add(self, seconds: float, steps: int = 1) -> None:
        """Count one or more steps, which together took so many seconds."""
        self.step += steps
        self.seconds += seconds
        self.step_seconds = seconds / steps

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    @property
    def epoch(self) -> int:
        """Complete passes over the text."""
        return self.step // self.steps_per_epoch

    @property
    def is_epoch_end(self) -> bool:
        return self.step % self.steps_per_epoch == 0

    @property
    def is_done(self) -> bool:
        return self.step >= self.steps or (self.limit is not None and self.seconds >= self.limit)

    @property
    def steps_together(self) -> int:
        """How many steps the next call takes; all of them belong to one epoch."""
        if not self.step_seconds:
            return 1
        seconds = TOGETHER_SECONDS
        if self.limit is not None:
            seconds = min(seconds, self.limit - self.seconds)
        left = min(self.steps - self.step, self.steps_per_epoch - self.step % self.steps_per_epoch)
        return max(1, min(left, MOST_TOGETHER, round(seconds / self.step_seconds)))

    @property
    def fraction(self) -> float:
        """The fraction of the training that is done, by steps or by time, whichever is larger."""
        return self.fraction_after(0)

    def fraction_after(self, steps: int) -> float:
        """Return the fraction that will be done after so many more steps of the same duration."""
        if not self.steps:
            return 0.0
        seconds = self.seconds + steps * (self.step_seconds or 0.0)
        by_time = seconds / self.limit if self.limit is not None else 0.0
        return max((self.step + steps) / self.steps, by_time)

    @property
    def seconds_left(self) -> float | None:
        """Estimated, or None before the first step."""
        fraction = self.fraction
        return max(0.0, self.seconds * (1 - fraction) / fraction) if fraction > 0 else None


def seconds_of_limit(seconds: float, limit: float | None, fraction_of_steps: float) -> str:
    """Return a phrase such as ``12 of 30 s``, or ``""`` if the steps end the training first."""
    if limit is None or fraction_of_steps > seconds / limit:
        return ""
    # The last step can end a little later.
    return f"{min(seconds, limit):,.0f} of {limit:,.0f} s"


class Pace:
    """The speed of a training over its last PACE_SECONDS, or over all of it if that is shorter."""

    def __init__(self) -> None:
        self._marks = deque([(0, 0.0)])  # the first is the newest that is old enough

    def mark(self, step: int, seconds: float) -> None:
        """Note the steps done and the seconds of training so far."""
        self._marks.append((step, seconds))
        while seconds - self._marks[1][1] >= PACE_SECONDS:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float:
        (first, since), (last, until) = self._marks[0], self._marks[-1]
        return (last - first) / (until - since) if until > since else 0.0


@dataclass
class Stopping:
    """Whether a training must stop, and why: one sentence, or ``""`` while it continues.

    ``lowest_loss`` is the lowest training loss in the history so far, in nats.
    """

    on_divergence: bool
    reason: str = ""
    diverged: bool = False
    lowest_loss: float = math.inf

    def by_hand(self) -> None:
        self.reason = "You stopped it."

    def check(self, loss: float) -> None:
        """Stop if this training loss, in nats, shows that the training diverged."""
        if self.on_divergence and (reason := schedule.divergence(loss, self.lowest_loss)):
            self.reason, self.diverged = reason, True
        self.remember(loss)

    def remember(self, loss: float) -> None:
        """Compare later training losses with this one too."""
        self.lowest_loss = min(self.lowest_loss, loss if math.isfinite(loss) else math.inf)

    def message(self, best_step: int | None) -> str:
        """Return the reason, and after a divergence the checkpoint that is kept."""
        if not self.diverged:
            return self.reason
        kept = "" if best_step is None else f" The best checkpoint, at step {best_step:,}, is kept."
        return f"{self.reason}{kept} A lower learning rate may help."


@dataclass
class Interval:
    """The training since the last line of the history: the sum of the steps' losses."""

    loss: float = 0.0
    steps: int = 0
    seconds: float = 0.0

    def add(self, losses: Sequence[float], seconds: float) -> None:
        """Add the losses of steps, in nats, and the seconds that they took together."""
        self.loss += sum(losses)
        self.steps += len(losses)
        self.seconds += seconds


@dataclass
class Best:
    """The best checkpoint, by held-out loss, or by training loss if nothing is held out."""

    loss: float = math.inf
    held_out_loss: float | None = None
    step: int | None = None

    def consider(self, step: int, loss: float, held_out_loss: float | None) -> None:
        value = loss if held_out_loss is None else held_out_loss
        if value < self.loss:
            self.loss, self.held_out_loss, self.step = value, held_out_loss, step


@dataclass
class Record:
    """The status and the history that a training writes."""

    run: RunFolder
    progress: Progress
    stopping: Stopping
    characters_per_step: int
    report: Report
    pace: Pace = field(default_factory=Pace)
    best: Best = field(default_factory=Best)
    interval: Interval = field(default_factory=Interval)

    def __post_init__(self) -> None:
        steps, epochs = self.progress.steps, self.progress.epochs
        self.status = Status(steps=steps, epochs=epochs, phase=STARTING, process=own_mark())

    def restore(self) -> None:
        """Restore the state from the history up to the current step."""
        checkpoints = set(self.run.checkpoints())
        lines = [line for line in self.run.history() if line["step"] <= self.progress.step]
        for line in lines:
            loss = _loss_of(line)
            self.stopping.remember(loss)
            self.pace.mark(line["step"], line["seconds"])
            if line["step"] in checkpoints:
                self.best.consider(line["step"], loss, line["held_out_loss"])
        if lines:
            self.status = replace(
                self.status,
                loss=lines[-1]["loss"],
                characters_per_second=self._characters_per_second,
            )

    @property
    def _characters_per_second(self) -> float:
        return self.pace.steps_per_second * self.characters_per_step

    def publish(self, **changes: Any) -> None:
        """Publish the status with these changes."""
        progress = self.progress
        known = {
            "step": progress.step,
            "epoch": progress.epoch,
            "seconds": round(progress.seconds, 4),
            "seconds_left": progress.seconds_left,
            "best_step": self.best.step,
        }
        if self.status.phase != MEASURING:
            known["best_held_out_loss"] = self.best.held_out_loss
        self.status = replace(self.status, **(known | changes))
        self.run.write_status(self.status)

    def line(self, held_out_loss: float | None, *, checkpoint: bool = False) -> None:
        """Write a line of the history, or add the held-out loss to this step's existing line.

        The loss is in nats, or None if it was not measured; ``checkpoint`` says whether this
        step has one.
        """
        progress, interval = self.progress, self.interval
        if not interval.steps:
            line = {**self.run.history()[-1], "held_out_loss": _finite(held_out_loss)}
            self.best.consider(progress.step, _loss_of(line), held_out_loss)
            self.run.replace_last_history(line)
            return
        loss = interval.loss / interval.steps
        line = {
            "step": progress.step,
            "epoch": progress.step / progress.steps_per_epoch,
            "seconds": round(progress.seconds, 4),
            "loss": _finite(loss),
            "held_out_loss": _finite(held_out_loss),
            "characters_per_second": round(
                interval.steps * self.characters_per_step / interval.seconds
            ),
        }
        self.interval = Interval()
        self.stopping.check(loss)
        if checkpoint:
            self.best.consider(progress.step, loss, held_out_loss)
        self.run.append_history(line)
        self.pace.mark(progress.step, progress.seconds)
        self.publish(loss=_finite(loss), characters_per_second=self._characters_per_second)
        self.report(line)


def _loss_of(line: dict[str, Any]) -> float:
    return math.inf if line["loss"] is None else float(line["loss"])


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
