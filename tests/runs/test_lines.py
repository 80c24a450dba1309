"""Lines of histories and samples: those that make sense are read, the others counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from charlstm.runs.opening import best_checkpoint, by_moment
from tests.made import history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def test_history_and_samples_come_back_oldest_first() -> None:
    run = made_run()
    assert [line["step"] for line in run.history()] == [10, 20]
    assert [line["epoch"] for line in run.samples()] == [1, 2]


def test_unreadable_lines_are_counted_and_the_others_read() -> None:
    run = made_run()
    with (run.path / "history.jsonl").open("ab") as file:
        file.write(b"\xff\xfe\n{]\n7\n")
    run.append_history(history_line(30))
    assert [line["step"] for line in run.history()] == [10, 20, 30]
    assert [problem for problem in run.problems() if "3 lines of history.jsonl" in problem]


@pytest.mark.parametrize(
    "change",
    [
        {"step": "ten"},
        {"step": None},
        {"step": [1]},
        {"loss": "low"},
        {"held_out_loss": {}},
        {"seconds": None},
        {"epoch": "first"},
    ],
)
def test_a_history_line_of_wrong_types_is_left_out_and_named(change: dict[str, Any]) -> None:
    run = made_run()
    run.append_history(history_line(30) | change)
    assert [line["step"] for line in run.history()] == [10, 20]
    assert [problem for problem in run.problems() if "history.jsonl" in problem]
    run.write_status(replace(run.status(), best_step=10))
    run.forget_after(10)
    assert best_checkpoint(run) == 10


def test_a_line_that_lacks_a_field_is_left_out_and_named() -> None:
    run = made_run()
    run.append_history({"step": 30})
    run.append_samples({"epoch": 3})
    assert len(run.history()) == len(run.samples()) == 2
    assert len(run.problems()) == 2


def test_samples_are_told_apart_by_the_epoch_they_end_or_their_step_within_one() -> None:
    written = [(0, 1), (0, 7), (1, 10), (1, 15), (2, 20), (3, 30), (3, 31)]
    samples = [{"epoch": e, "step": s, "text": t} for e, s in written for t in "ab"]
    moments = by_moment(samples)
    assert list(moments) == ["step 1", "step 7", "1", "step 15", "2", "3", "step 31"]
    assert [line for lines in moments.values() for line in lines] == samples
