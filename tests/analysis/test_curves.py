"""The loss curves of a run, thinned to what can be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from charlstm.analysis.curves import (
    COLUMNS,
    HELD_OUT,
    TARGET_NATS,
    TRAINING,
    all_speed_curves,
    loss_curves,
    seconds_to,
    speed_curves,
)
from tests.made import history_line


def _history(count: int, **changes: Any) -> list[dict[str, Any]]:
    return [history_line(step, loss=1.0 + 1.0 / step) | changes for step in range(1, count + 1)]


def test_a_short_history_is_drawn_as_it_is() -> None:
    curves = loss_curves(_history(5))
    training = curves[curves["curve"] == TRAINING]
    assert list(curves.columns) == COLUMNS
    assert training["step"].tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(training["nats"], [1 + 1 / step for step in range(1, 6)])
    np.testing.assert_allclose(training["bits"], training["nats"] / np.log(2))
    assert (curves["curve"] == HELD_OUT).sum() == 5


@pytest.mark.parametrize("count", [300, 301, 302, 1000, 7919])
def test_a_long_history_is_thinned_and_ends_where_it_ends(count: int) -> None:
    curves = loss_curves(_history(count))
    training = curves[curves["curve"] == TRAINING]
    assert 150 <= len(training) <= 301
    assert training["step"].is_monotonic_increasing
    assert training["step"].iloc[-1] == count
    assert training["nats"].iloc[-1] == pytest.approx(1 + 1 / count)


def test_lines_without_a_held_out_loss_or_with_nan_are_left_out_of_that_curve() -> None:
    history = _history(4)
    history[1]["held_out_loss"] = None
    history[2]["loss"] = float("nan")
    curves = loss_curves(history)
    assert curves[curves["curve"] == HELD_OUT]["step"].tolist() == [1, 3, 4]
    assert curves[curves["curve"] == TRAINING]["step"].tolist() == [1, 2, 4]


@pytest.mark.parametrize("history", [[], [history_line(1, loss=None, held_out_loss=None)]])
def test_nothing_to_draw_is_an_empty_table(history: list[dict[str, Any]]) -> None:
    curves = loss_curves(history)
    assert len(curves) == 0
    assert list(curves.columns) == COLUMNS


def test_a_loss_is_reached_on_the_line_between_two_measurements() -> None:
    assert seconds_to(1.5, [1.0, 2.0, 4.0], [3.0, 2.0, 1.0]) == 3.0
    assert seconds_to(2.0, [1.0, 2.0, 4.0], [3.0, 2.0, 1.0]) == 2.0
    assert seconds_to(3.5, [1.0, 2.0], [3.0, 2.0]) == 1.0
    assert seconds_to(0.5, [1.0, 2.0], [3.0, 2.0]) == float("inf")


def test_of_repeats_the_one_in_the_middle_is_shown() -> None:
    repeats, shown = all_speed_curves(), speed_curves()
    for who, curve in shown.groupby("who"):
        times = {
            number: seconds_to(TARGET_NATS, list(each["seconds"]), list(each["nats"]))
            for number, each in repeats[repeats["who"] == who].groupby("repeat")
        }
        here = seconds_to(TARGET_NATS, list(curve["seconds"]), list(curve["nats"]))
        assert here == sorted(times.values())[len(times) // 2]
