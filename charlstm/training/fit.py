"""The fit: steps of learning, and what is written down on the way.

Knows the learner, the run folder and the rules of the schedule; leaves tensorflow to the learner.
Seconds of training are those of the steps alone: compiling, measuring on held-out text, writing
samples and checkpoints do not count.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import Learnable
from charlstm.data.levels import both_parts
from charlstm.data.long_corpus import let_go
from charlstm.errors import RunError
from charlstm.runs.folder import DIVERGED, FINISHED, PAUSED, RUNNING, STOPPED, RunFolder, Status
from charlstm.runs.publish import publish
from charlstm.runs.recovery import take_stock
from charlstm.training import schedule
from charlstm.training.batches import (
    HELD_OUT_WINDOWS,
    Batches,
    sample_of_windows,
    windows,
)
from charlstm.training.learner import Learner
from charlstm.training.network import export
from charlstm.training.plan import batches_for
from charlstm.training.samples import epoch_samples
from charlstm.training.settings import Settings

MOST_WINDOWS = 200_000
"""Held-out windows that the last measurement looks at: all of a text of up to six million
characters with a tenth held out."""

_POLL_SECONDS = 0.2
_WINDOWS_PER_CALL = 8192
_ENDED = object()

Report = Callable[[dict[str, Any]], None]
Command = Callable[[], str | None]
MakeLearner = Callable[[Settings, int, Batches], Learner]


def fit(
    run: RunFolder,
    corpus: Learnable,
    *,
    report: Report,
    command: Command,
    make_learner: MakeLearner = Learner,
) -> Status:
    """Train a run from where it stands until it is finished, stopped, or diverges.

    Args:
        run: Its folder; the caller holds its lock.
        corpus: Its text, as the network sees it.
        report: Called with every line of the history.
        command: Asked several times a second for ``"pause"``, ``"resume"``, ``"stop"`` or None.
        make_learner: Takes settings, symbols and batches; one that was prepared, for example.

    Returns:
        The last status, which is also in the folder.

    Raises:
        RunError: If what the run left behind cannot be read.
        OSError: If the folder can no longer be written.
    """
    (status,) = take_turns(
        [(run, corpus)], report=report, command=lambda _: command(), make_learner=make_learner
    )
    return status


def take_turns(
    runs: Sequence[tuple[RunFolder, Learnable]],
    *,
    report: Report,
    command: Callable[[RunFolder], str | None],
    make_learner: MakeLearner = Learner,
) -> list[Status]:
    """Train several runs in one process, so that each has all cores while it learns.

    The turn is always with the run that has learned for the fewest seconds, for as long as it takes
    to write a line of its history.

    Args:
        runs: Folders, with their texts as the networks see them; the caller holds their locks.
        report: Called with every line of every history.
        command: As for fit, asked about a run.
        make_learner: As for fit.

    Returns:
        The last status of each.

    Raises:
        RunError: If what a run left behind cannot be read.
        OSError: If a folder can no longer be written.
    """
    fits = [_Fit(run, text, report, partial(command, run), make_learner) for run, text in runs]
    going = {number: fit.turns() for number, fit in enumerate(fits)}
    while going:
        turn = min(going, key=lambda number: fits[number].seconds)
        if next(going[turn], _ENDED) is _ENDED:
            del going[turn]
    return [fit.status for fit in fits]


@dataclass
class _Interval:
    """What has been learned since the last line of the history."""

    loss: float = 0.0
    steps: int = 0
    seconds: float = 0.0

    def add(self, loss: float, seconds: float) -> None:
        self.loss += loss
        self.steps += 1
        self.seconds += seconds


@dataclass
class _Best:
    """The best checkpoint: by held-out loss, or by training loss where nothing is held out."""

    loss: float = math.inf
    held_out_loss: float | None = None
    step: int | None = None

    def consider(self, step: int, loss: float, held_out_loss: float | None) -> None:
        value = loss if held_out_loss is None else held_out_loss
        if value < self.loss:
            self.loss, self.held_out_loss, self.step = value, held_out_loss, step


@dataclass
class _HeldOut:
    """When the held-out loss was measured last, and what that took, in seconds."""

    ended: float = -math.inf
    cost: float = 0.0


@dataclass
class _Fit:
    run: RunFolder
    corpus: Learnable
    report: Report
    command: Command
    make_learner: MakeLearner
    best: _Best = field(default_factory=_Best)
    step: int = 0
    saved_step: int = 0
    seconds: float = 0.0
    stop: str = ""
    told: str = ""
    diverged: bool = False

    def __post_init__(self) -> None:
        self.config = self.run.config()
        self.settings = self.config.settings
        self.ids, self.held_out_ids = both_parts(
            self.corpus, self.config.vocabulary, self.config.training_length
        )
        self.sample = sample_of_windows(self.held_out_ids, HELD_OUT_WINDOWS)
        self.batches = batches_for(self.settings, self.ids)
        self.steps = self.settings.epochs * self.batches.steps_per_epoch
        self.interval = _Interval()
        self.lowest_loss = math.inf
        self.measured = _HeldOut()
        self.last_checkpoint = 0.0
        self.status = Status(steps=self.steps, epochs=self.settings.epochs, phase="starting")

    def turns(self) -> Iterator[None]:
        """Train; give way after every line of the history."""
        self._say(phase="starting")
        self.learner = self.make_learner(self.settings, len(self.config.vocabulary), self.batches)
        self._take_up()
        self.learner.warm_up(self.batches.at(self.step))
        self._say(phase="training", reason=self.told)
        while not self.stop and not self._is_done():
            self._obey()
            if not self.stop:
                self._step()
                if not self.interval.steps:
                    yield
        self._end()

    def _take_up(self) -> None:
        intact = take_stock(self.run)
        self.told = intact.told
        self.step = self.saved_step = intact.step
        self.seconds = self.last_checkpoint = intact.seconds
        try:
            if intact.arrays is not None:
                self.learner.restore(intact.arrays)
            elif intact.weights is not None:
                self.learner.restore(self.learner.arrays() | intact.weights)
        except (KeyError, ValueError, TypeError) as error:
            raise RunError(
                f"In the run {self.run.name}, resume.npz does not fit its network."
            ) from error
        self.run.forget_after(self.step)
        checkpoints = set(self.run.checkpoints())
        for line in self.run.history():
            loss = math.inf if line["loss"] is None else line["loss"]
            self.lowest_loss = min(self.lowest_loss, loss)
            if line["step"] in checkpoints:
                self.best.consider(line["step"], loss, line["held_out_loss"])

    def _is_done(self) -> bool:
        limit = self.settings.seconds
        return self.step >= self.steps or (limit is not None and self.seconds >= limit)

    def _progress(self) -> float:
        limit = self.settings.seconds
        by_time = self.seconds / limit if limit is not None else 0.0
        return max(self.step / self.steps, by_time)

    def _step(self) -> None:
        began = time.perf_counter()
        rate = schedule.learning_rate_at(
            self._progress(), self.settings.learning_rate, self.settings.final_share
        )
        loss = self.learner.step(self.batches.at(self.step), rate)
        taken = time.perf_counter() - began
        self.step += 1
        self.seconds += taken
        self.interval.add(loss, taken)
        epoch_ends = self.step % self.batches.steps_per_epoch == 0
        due = self.step == 1 or schedule.checkpoint_due(self.seconds, self.last_checkpoint)
        if not math.isfinite(loss) and self.settings.guard:
            self._guard(loss)
        elif epoch_ends or due or self._is_done():
            self._checkpoint(epoch_ends=epoch_ends)
        elif schedule.line_due(self.interval.seconds, self.seconds):
            self._line()

    def _guard(self, loss: float) -> None:
        if self.settings.guard and (reason := schedule.divergence(loss, self.lowest_loss)):
            self.stop = reason
            self.diverged = True

    def _held_out_loss(self, *, always: bool) -> float | None:
        now = time.perf_counter()
        since = now - self.measured.ended
        if not len(self.sample[1]):
            return None
        if not always and not schedule.held_out_due(since, self.measured.cost):
            return None
        loss = float(self.learner.window_losses(*self.sample).mean())
        ended = time.perf_counter()
        self.measured = _HeldOut(ended, ended - now)
        return loss

    def _line(self, *, checkpoint: bool = False) -> None:
        held_out_loss = self._held_out_loss(always=checkpoint)
        if not self.interval.steps:
            self._measure_last_line(held_out_loss)
            return
        let_go(self.ids)
        loss = self.interval.loss / self.interval.steps
        speed = self.interval.steps * self.batches.characters_per_step / self.interval.seconds
        line = {
            "step": self.step,
            "epoch": self.step / self.batches.steps_per_epoch,
            "seconds": round(self.seconds, 4),
            "loss": _finite(loss),
            "held_out_loss": _finite(held_out_loss),
            "characters_per_second": round(speed),
        }
        self.interval = _Interval()
        self._guard(loss)
        self.lowest_loss = min(self.lowest_loss, loss if math.isfinite(loss) else math.inf)
        if checkpoint:
            self.best.consider(self.step, loss, held_out_loss)
        self.run.append_history(line)
        self._say(loss=_finite(loss), characters_per_second=speed)
        self.report(line)

    def _measure_last_line(self, held_out_loss: float | None) -> None:
        """Add the held-out loss to a line that stands already, for a checkpoint at its step."""
        line = {**self.run.history()[-1], "held_out_loss": _finite(held_out_loss)}
        loss = math.inf if line["loss"] is None else line["loss"]
        self.best.consider(self.step, loss, held_out_loss)
        self.run.replace_last_history(line)

    def _checkpoint(self, *, epoch_ends: bool) -> None:
        self.last_checkpoint, self.saved_step = self.seconds, self.step
        weights = self.learner.weights()
        self.run.write_checkpoint(self.step, weights)
        self._line(checkpoint=True)
        self.run.thin_checkpoints(schedule.MAX_CHECKPOINT_BYTES, {self.best.step or 0})
        finite = all(np.isfinite(weight).all() for weight in weights.values())
        if epoch_ends and finite:
            self._samples(weights)
        progress = {
            "progress/step": np.array(self.step),
            "progress/seconds": np.array(self.seconds),
        }
        self.run.write_resume(self.learner.arrays() | progress)

    def _samples(self, weights: dict[str, NDArray[np.float32]]) -> None:
        epoch = self.step // self.batches.steps_per_epoch
        for sample in epoch_samples(
            weights,
            self.ids,
            self.config.vocabulary,
            window=self.config.window,
            epoch=epoch,
            seed=self.settings.seed,
        ):
            self.run.append_samples({"epoch": epoch, "step": self.step, **sample})

    def _obey(self) -> None:
        asked = self.command()
        if asked == "pause":
            self._save_here()
            self._say(status=PAUSED, phase="paused")
            while asked not in ("resume", "stop"):
                time.sleep(_POLL_SECONDS)
                self._say()
                asked = self.command()
            self._say(status=RUNNING, phase="training")
        if asked == "stop":
            self.stop = "Stopped by hand."

    def _save_here(self) -> None:
        """Make sure that nothing learned so far is lost."""
        if self.step != self.saved_step:
            self._checkpoint(epoch_ends=False)

    def _end(self) -> None:
        if not self.diverged:
            self._save_here()
        self._say(phase="measuring")
        if self.best.step is not None:
            weights = self.run.weights(self.best.step)
            self._export(weights)
            self._say(best_held_out_loss=self._held_out_loss_of_all(weights))
            if self.diverged:
                self.stop += f" The best checkpoint, at step {self.best.step:,}, is kept."
        if self.diverged:
            self.stop += " A lower learning rate may help."
        phase = DIVERGED if self.diverged else ""
        status = STOPPED if self.stop else FINISHED
        self._say(status=status, reason=f"{self.told} {self.stop}".strip(), phase=phase)

    def _export(self, weights: dict[str, NDArray[Any]]) -> None:
        settings = self.settings
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "model.keras"
            sizes = (settings.units, settings.layers, settings.dropout)
            export(made, settings.recipe_data, weights, *sizes)
            publish(self.run.path / made.name, lambda file: file.write(made.read_bytes()))

    def _held_out_loss_of_all(self, weights: dict[str, NDArray[Any]]) -> float | None:
        """Measure the best checkpoint on all held-out windows; a stop leaves it at the sample.

        Of a very long text it is MOST_WINDOWS of them, evenly spread.
        """
        all_windows, targets = windows(self.held_out_ids)
        every = -(-len(targets) // MOST_WINDOWS) or 1
        all_windows, targets = all_windows[::every], targets[::every]
        if not len(targets):
            return None
        self.learner.restore(self.learner.arrays() | weights)
        total = 0.0
        for start in range(0, len(targets), _WINDOWS_PER_CALL):
            part = slice(start, start + _WINDOWS_PER_CALL)
            total += float(
                self.learner.window_losses(all_windows[part], targets[part]).sum(dtype=float)
            )
            self._say()
            if self.command() == "stop":
                return self.best.held_out_loss
        return total / len(targets)

    def _say(self, **changes: Any) -> None:
        """Publish the status, with what has changed."""
        progress = self._progress() if self.steps else 0.0
        left = self.seconds * (1 - progress) / progress if progress > 0 else None
        known = {
            "step": self.step,
            "epoch": self.step // self.batches.steps_per_epoch,
            "seconds": round(self.seconds, 4),
            "seconds_left": left,
            "best_step": self.best.step,
        }
        if self.status.phase != "measuring":
            known["best_held_out_loss"] = self.best.held_out_loss
        self.status = replace(self.status, **(known | changes))
        self.run.write_status(self.status)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
