"""The record of a training: its status, its history, and which checkpoint is the best.

Knows the run folder and how far a training is; knows nothing of networks.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from charlstm.runs.folder import RunFolder
from charlstm.runs.living import own_mark
from charlstm.runs.status import MEASURING, STARTING, Status
from charlstm.training.progress import Pace, Progress
from charlstm.training.stopping import Stopping

Report = Callable[[dict[str, Any]], None]


@dataclass
class Interval:
    """What has been learned since the last line of the history."""

    loss: float = 0.0
    steps: int = 0
    seconds: float = 0.0

    def add(self, losses: Sequence[float], seconds: float) -> None:
        """Add the losses of steps, in nats, and what they took in all."""
        self.loss += sum(losses)
        self.steps += len(losses)
        self.seconds += seconds


@dataclass
class Best:
    """The best checkpoint: by held-out loss, or by training loss where nothing is held out."""

    loss: float = math.inf
    held_out_loss: float | None = None
    step: int | None = None

    def consider(self, step: int, loss: float, held_out_loss: float | None) -> None:
        value = loss if held_out_loss is None else held_out_loss
        if value < self.loss:
            self.loss, self.held_out_loss, self.step = value, held_out_loss, step


class Record:
    """What a training writes of itself.

    Args:
        run: Its folder.
        progress: How far it is.
        stopping: Is told the loss of every line.
        characters_per_step: That the network reads.
        report: Called with every line of the history.
    """

    def __init__(
        self,
        run: RunFolder,
        progress: Progress,
        stopping: Stopping,
        characters_per_step: int,
        report: Report,
    ) -> None:
        self._run = run
        self._progress = progress
        self._stopping = stopping
        self._characters_per_step = characters_per_step
        self._report = report
        self.best = Best()
        self.interval = Interval()
        self._pace = Pace()
        self.status = Status(
            steps=progress.steps, epochs=progress.epochs, phase=STARTING, process=own_mark()
        )

    def take_up(self) -> None:
        """Learn from the history, up to where the progress is, what is known of the run."""
        checkpoints = set(self._run.checkpoints())
        lines = [line for line in self._run.history() if line["step"] <= self._progress.step]
        for line in lines:
            loss = _loss_of(line)
            self._stopping.remember(loss)
            self._pace.mark(line["step"], line["seconds"])
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
        return self._pace.steps_per_second * self._characters_per_step

    def say(self, **changes: Any) -> None:
        """Publish the status, with what has changed."""
        progress = self._progress
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
        self._run.write_status(self.status)

    def line(self, held_out_loss: float | None, *, checkpoint: bool = False) -> None:
        """Write a line of the history.

        Args:
            held_out_loss: In nats, or None where it was not measured.
            checkpoint: Whether there is a checkpoint at this step. If a line stands at it already,
                the held-out loss is added to that one.
        """
        progress, interval = self._progress, self.interval
        if not interval.steps:
            self._measure_last_line(held_out_loss)
            return
        loss = interval.loss / interval.steps
        line = {
            "step": progress.step,
            "epoch": progress.step / progress.steps_per_epoch,
            "seconds": round(progress.seconds, 4),
            "loss": _finite(loss),
            "held_out_loss": _finite(held_out_loss),
            "characters_per_second": round(
                interval.steps * self._characters_per_step / interval.seconds
            ),
        }
        self.interval = Interval()
        self._stopping.heed(loss)
        if checkpoint:
            self.best.consider(progress.step, loss, held_out_loss)
        self._run.append_history(line)
        self._pace.mark(progress.step, progress.seconds)
        self.say(loss=_finite(loss), characters_per_second=self._characters_per_second)
        self._report(line)

    def _measure_last_line(self, held_out_loss: float | None) -> None:
        line = {**self._run.history()[-1], "held_out_loss": _finite(held_out_loss)}
        self.best.consider(self._progress.step, _loss_of(line), held_out_loss)
        self._run.replace_last_history(line)


def _loss_of(line: dict[str, Any]) -> float:
    return math.inf if line["loss"] is None else float(line["loss"])


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
