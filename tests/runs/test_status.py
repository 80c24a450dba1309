"""The status of a run is read back; invalid values count as damage."""

from __future__ import annotations

import math
from typing import Any

import pytest

from charlstm.errors import RunError
from charlstm.runs.config import STATUSES, Status
from tests.made import edit_json, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def test_the_status_comes_back_with_the_time_it_was_written_at() -> None:
    run = made_run()
    for status in STATUSES:
        run.write_status(Status(status=status, reason="Why.", step=3, loss=None, best_step=2))
        read = run.status()
        assert (read.status, read.reason, read.step, read.best_step) == (status, "Why.", 3, 2)
        assert read.heartbeat > 1.7e9


def test_a_run_of_an_older_version_whose_time_was_up_can_be_read() -> None:
    run = made_run()
    edit_json(run.path / "status.json", lambda value: value.update(seconds_left=-0.0046))
    assert run.status().seconds_left == -0.0046


@pytest.mark.parametrize(
    "change",
    [
        {"status": "sleeping"},
        {"status": None},
        {"reason": 7},
        {"step": "3"},
        {"heartbeat": "now"},
        {"characters_per_second": []},
        {"best_step": "last"},
        {"phase": {}},
        {"best_held_out_loss": math.nan},
        {"loss": math.inf},
        {"step": 10**400},
    ],
)
def test_a_status_that_makes_no_sense_is_damaged(change: dict[str, Any]) -> None:
    run = made_run()
    edit_json(run.path / "status.json", lambda status: status.update(change))
    with pytest.raises(RunError, match=r"status\.json"):
        run.status()
