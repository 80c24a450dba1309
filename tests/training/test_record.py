"""What a training writes of itself: lines, the status, the best checkpoint."""

from __future__ import annotations

import math
from typing import Any

import pytest

from charlstm.runs.config import MEASURING
from charlstm.runs.folder import RunFolder
from charlstm.training.record import Progress, Record, Stopping
from tests.made import history_line, made_run, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


class _Training:
    """A record of a made run, four steps an epoch, with a checkpoint at steps 10 and 20."""

    def __init__(self) -> None:
        self.run: RunFolder = made_run()
        self.progress = Progress(epochs=10, steps_per_epoch=4, limit=None, step=20, seconds=10.0)
        self.stopping = Stopping(on_divergence=True)
        self.reported: list[dict[str, Any]] = []
        self.record = Record(self.run, self.progress, self.stopping, 100, self.reported.append)

    def learn(self, *losses: float) -> None:
        for loss in losses:
            self.progress.add(0.5)
            self.record.interval.add([loss], 0.5)


def test_a_line_is_the_mean_of_the_steps_since_the_last() -> None:
    training = _Training()
    training.learn(3.0, 2.0)
    training.record.line(None)
    training.learn(1.0)
    training.record.line(2.5)
    first, second = training.run.history()[-2:]
    assert first == {
        "step": 22,
        "epoch": 5.5,
        "seconds": 11.0,
        "loss": 2.5,
        "held_out_loss": None,
        "characters_per_second": 200,
    }
    assert (second["step"], second["loss"], second["held_out_loss"]) == (23, 1.0, 2.5)
    assert training.reported == [first, second]
    status = training.run.status()
    assert (status.step, status.epoch, status.loss, status.seconds) == (23, 5, 1.0, 11.5)
    assert status.seconds_left == pytest.approx(11.5 * 17 / 23)
    assert training.stopping.lowest_loss == 1.0


def test_a_checkpoint_right_after_a_line_adds_its_held_out_loss_to_it() -> None:
    training = _Training()
    training.learn(1.0)
    training.record.line(None)
    count = len(training.run.history())
    training.record.line(1.25, checkpoint=True)
    assert len(training.run.history()) == count
    assert training.run.history()[-1]["held_out_loss"] == 1.25
    assert (training.record.best.step, training.record.best.held_out_loss) == (21, 1.25)


def test_only_a_line_with_a_checkpoint_is_considered_for_the_best() -> None:
    training = _Training()
    training.learn(1.0)
    training.record.line(0.5)
    assert training.record.best.step is None
    training.learn(1.0)
    training.record.line(2.0, checkpoint=True)
    training.learn(0.5)
    training.record.line(3.0, checkpoint=True)
    assert (training.record.best.step, training.record.best.held_out_loss) == (22, 2.0)


def test_a_loss_that_is_no_number_is_null_and_stops_the_training() -> None:
    training = _Training()
    training.learn(math.nan)
    training.record.line(math.nan, checkpoint=True)
    line = training.run.history()[-1]
    assert (line["loss"], line["held_out_loss"]) == (None, None)
    assert training.stopping.diverged
    assert training.record.best.step is None


def test_a_resumed_training_knows_what_was_best_and_lowest() -> None:
    training = _Training()
    training.run.write_checkpoint(30, random_weights(5))
    training.run.append_history(history_line(25, loss=0.25, held_out_loss=0.25))  # no checkpoint
    training.run.append_history(history_line(30, loss=None, held_out_loss=None))
    training.progress.step = 30
    training.record.restore()
    losses = {line["step"]: line["held_out_loss"] for line in training.run.history()}
    assert (training.record.best.step, training.record.best.held_out_loss) == (20, losses[20])
    assert training.stopping.lowest_loss == 0.25


def test_a_resumed_training_has_the_figures_of_its_history_up_to_where_it_goes_on() -> None:
    training = _Training()
    training.run.append_history(history_line(25, loss=0.25))  # past the step that is gone on from
    training.record.restore()
    training.record.publish()
    status, last = training.run.status(), training.run.history()[-2]
    assert (status.step, status.epoch, status.seconds) == (20, 5, 10.0)
    assert status.loss == last["loss"]
    assert training.stopping.lowest_loss == last["loss"]
    assert status.best_held_out_loss == last["held_out_loss"]
    assert status.characters_per_second == pytest.approx(100 * 20 / 4.0)  # all of its 4 s


def test_the_speed_of_the_status_is_that_of_the_last_seconds_and_a_line_has_its_own() -> None:
    training = _Training()
    training.progress.step, training.progress.seconds = 0, 0.0
    (training.run.path / "history.jsonl").unlink()
    for steps, seconds in ((4, 0.5), (1, 2.0), (1, 4.0), (2, 0.1)):
        for _ in range(steps):
            training.progress.add(seconds / steps)
            training.record.interval.add([1.0], seconds / steps)
        training.record.line(None)
    lines = [line["characters_per_second"] for line in training.run.history()]
    assert lines == [800, 50, 25, 2000]
    shown = training.run.status().characters_per_second
    assert shown == pytest.approx(100 * (1 + 1 + 2) / (2.0 + 4.0 + 0.1))


def test_while_all_is_measured_the_figure_that_was_told_last_stays() -> None:
    training = _Training()
    training.record.publish(phase=MEASURING)
    training.record.publish(best_held_out_loss=1.75)
    training.record.publish(phase="")
    assert training.run.status().best_held_out_loss == 1.75
