"""The fit: the loop of training, from where a run stopped to its end.

Seconds of training are those of the steps alone: compiling, measuring on held-out text, writing
samples and checkpoints do not count.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from charlstm.data.corpus import Learnable, let_go
from charlstm.data.words import both_parts
from charlstm.runs.config import (
    DIVERGED,
    FINISHED,
    MEASURING,
    PAUSED,
    PAUSING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
)
from charlstm.runs.files import beside_of, move, sync_file
from charlstm.runs.folder import MODEL, RunFolder
from charlstm.settings import Settings, schedule
from charlstm.training.batches import Batches, batches_for
from charlstm.training.checkpoints import Checkpoints, HeldOut
from charlstm.training.learner import Learner
from charlstm.training.network import export
from charlstm.training.record import Progress, Record, Report, Stopping

MOST_WINDOWS = 200_000
"""Held-out windows of the last measurement: all of them for a text of up to six million characters
with a tenth held out."""

_POLL_SECONDS = 0.2
_ENDED = object()

Command = Callable[[RunFolder], str | None]
MakeLearner = Callable[[Settings, int, Batches], Learner]


def fit(
    runs: Sequence[tuple[RunFolder, Learnable]],
    *,
    report: Report,
    command: Command,
    make_learner: MakeLearner = Learner,
) -> list[Status]:
    """Train runs, new or stopped ones, until each is finished, stopped, or diverges.

    Several runs take turns in one process, so that each has all cores while it learns: the next
    turn goes to the run with the fewest seconds of training, and lasts until it writes a line of
    its history. The result is the last status of each.

    The caller holds the locks of the folders; the texts are as the networks see them. ``report`` is
    called with every line of every history, and ``command`` is called for each run several times a
    second and returns ``"pause"``, ``"resume"``, ``"stop"`` or None. Raises a RunError if a run's
    files cannot be read, an OSError if a folder can no longer be written.
    """
    fits = [_Fit(run, text, report, command, make_learner) for run, text in runs]
    going = {number: fit.turns() for number, fit in enumerate(fits)}
    while going:
        turn = min(going, key=lambda number: fits[number].progress.seconds)
        if next(going[turn], _ENDED) is _ENDED:
            del going[turn]
    return [fit.record.status for fit in fits]


@dataclass
class _Fit:
    run: RunFolder
    corpus: Learnable
    report: Report
    command: Command
    make_learner: MakeLearner

    def __post_init__(self) -> None:
        run, self.config = self.run, self.run.config()
        self.settings = settings = self.config.settings
        vocabulary, trained = self.config.vocabulary, self.config.training_length
        self.ids, held_out_ids = both_parts(self.corpus, vocabulary, trained)
        self.held_out = HeldOut(held_out_ids)
        self.batches = batches = batches_for(settings, self.ids)
        self.progress = Progress(settings.epochs, batches.steps_per_epoch, settings.seconds)
        self.stopping = Stopping(settings.stop_on_divergence)
        self.record = Record(
            run, self.progress, self.stopping, batches.characters_per_step, self.report
        )
        self.checkpoints = Checkpoints(
            run, self.config, self.ids, self.progress, self.held_out, self.record
        )

    def turns(self) -> Iterator[None]:
        """Train; yield after every line of the history."""
        # This comes first, as making the learner takes seconds and every status needs the step.
        message = self.checkpoints.recover()
        self.record.publish(phase=STARTING)
        self.learner = self.make_learner(self.settings, len(self.config.vocabulary), self.batches)
        self.checkpoints.restore(self.learner)
        self.learner.warm_up(self.batches.at(self.progress.step))
        self.record.publish(phase="training", reason=message)
        while not self.stopping.reason and not self.progress.is_done:
            self._apply()
            if not self.stopping.reason:
                self._learn()
                if not self.record.interval.steps:
                    yield
        self._end(message)

    def _apply(self) -> None:
        asked = self.command(self.run)
        if asked == "pause":
            self.record.publish(phase=PAUSING)
            self.checkpoints.save_the_rest(self.learner)
            self.record.publish(status=PAUSED, phase="paused")
            while asked not in ("resume", "stop"):
                time.sleep(_POLL_SECONDS)
                self.record.publish()
                asked = self.command(self.run)
            self.record.publish(status=RUNNING, phase="training")
        if asked == "stop":
            self.record.publish(phase=STOPPING)
            self.stopping.by_hand()

    def _learn(self) -> None:
        progress = self.progress
        began = time.perf_counter()
        steps = progress.steps_together
        losses = self.learner.steps(
            [self.batches.at(progress.step + ahead) for ahead in range(steps)],
            [self._rate(ahead) for ahead in range(steps)],
        )
        taken = time.perf_counter() - began
        progress.add(taken, steps)
        self.record.interval.add(losses, taken)
        if self.settings.stop_on_divergence and not all(map(math.isfinite, losses)):
            self.stopping.check(math.nan)
        elif progress.is_epoch_end or self.checkpoints.is_due or progress.is_done:
            self.checkpoints.save(self.learner, epoch_ends=progress.is_epoch_end)
        elif schedule.line_due(self.record.interval.seconds, progress.seconds):
            self.record.line(self.held_out.loss_if_due(self.learner))
            let_go(self.ids)
        self.checkpoints.sample(self.learner)

    def _rate(self, ahead: int) -> float:
        """Return the learning rate of a step, counted from the next."""
        settings, progress = self.settings, self.progress
        rate = schedule.learning_rate_at(
            progress.fraction_after(ahead), settings.learning_rate, settings.final_fraction
        )
        return rate * schedule.warm_up_fraction(progress.step + ahead, settings.warm_up)

    def _end(self, message: str) -> None:
        """Save the last weights, measure the best checkpoint, and publish how it ended."""
        stopping, best = self.stopping, self.record.best
        if not stopping.diverged:
            self.checkpoints.save_the_rest(self.learner)
            self.checkpoints.sample_the_last(self.learner)
        self.record.publish(phase=MEASURING)
        if best.step is not None:
            weights = self.run.weights(best.step)
            self._export(weights)
            loss = self.held_out.loss_of_all(self.learner, weights, MOST_WINDOWS, self._goes_on)
            # If the measurement is stopped, the loss on the sample stays.
            self.record.publish(best_held_out_loss=best.held_out_loss if loss is None else loss)
        self.record.publish(
            status=STOPPED if stopping.reason else FINISHED,
            reason=f"{message} {stopping.message(best.step)}".strip(),
            phase=DIVERGED if stopping.diverged else "",
            process="",
        )

    def _goes_on(self) -> bool:
        self.record.publish()
        return self.command(self.run) != "stop"

    def _export(self, weights: dict[str, NDArray[Any]]) -> None:
        beside = beside_of(self.run.path / MODEL)  # a folder: Keras wants the file's own ending
        beside.mkdir()
        try:
            export(beside / MODEL, self.settings, weights)
            sync_file(beside / MODEL)
            move(beside / MODEL, self.run.path / MODEL)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
