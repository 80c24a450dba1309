"""When things happen in a training."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.settings.schedule import (
    checkpoint_due,
    divergence,
    held_out_due,
    learning_rate_at,
    line_due,
    samples_due,
    warm_up_fraction,
)


def test_a_night_leaves_few_lines_a_minute_two_a_second_and_half_an_hour_one() -> None:
    lines, last, seconds = 0, 0.0, 0.0
    while seconds < 8 * 3600:
        seconds += 0.1
        if line_due(seconds - last, seconds):
            lines, last = lines + 1, seconds
        if abs(seconds - 60) < 0.05:
            assert lines >= 99
        if seconds < 1800:
            assert seconds - last <= 1
    assert 1000 < lines < 9000


def test_the_learning_rate_falls_from_its_start_to_its_final_fraction() -> None:
    assert learning_rate_at(0.0, 0.01, 0.02) == 0.01
    assert learning_rate_at(0.5, 0.01, 0.02) == pytest.approx(0.01 * 0.51)
    assert learning_rate_at(1.0, 0.01, 0.02) == pytest.approx(0.0002)


@given(st.floats(-1, 2), st.floats(0, 1), st.floats(0, 1))
def test_the_learning_rate_never_rises_nor_leaves_its_range(
    progress: float, more: float, final: float
) -> None:
    now, later = (learning_rate_at(p, 1.0, final) for p in (progress, progress + more))
    assert final - 1e-12 <= later <= now + 1e-12 <= 1.0 + 2e-12


@given(st.floats(0, 1))
def test_a_final_fraction_of_one_keeps_the_learning_rate(progress: float) -> None:
    assert learning_rate_at(progress, 0.01, 1.0) == 0.01


def test_the_learning_rate_warms_up_in_a_straight_line_and_then_stays() -> None:
    assert [warm_up_fraction(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warm_up_fraction(0, 0) == 1


def test_checkpoints_come_often_at_first_and_then_every_30_seconds() -> None:
    times, last = [], 0.0
    for tenth in range(1, 1001):
        if checkpoint_due(tenth / 10, last):
            last = tenth / 10
            times.append(last)
    assert times == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 45.0, 75.0]


def test_the_held_out_loss_is_measured_once_a_second_but_takes_no_more_than_a_quarter() -> None:
    assert held_out_due(math.inf, 0.0)
    assert not held_out_due(0.5, 0.1)
    assert held_out_due(0.9, 0.1)
    assert not held_out_due(5.0, 2.0)
    assert held_out_due(6.0, 2.0)


def test_a_loss_above_three_times_its_best_is_a_divergence() -> None:
    assert divergence(4.4, 1.5) == ""
    assert "4.60 nats" in divergence(4.6, 1.5)
    assert "1.50" in divergence(4.6, 1.5)
    assert divergence(0.05, 0.01) == divergence(0.45, 0.01) == ""
    assert "0.60 nats" in divergence(0.6, 0.01)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_a_number_is_a_divergence(loss: float) -> None:
    assert "no longer a number" in divergence(loss, 1.5)


def test_the_first_loss_is_never_a_divergence() -> None:
    assert divergence(100.0, math.inf) == ""


@pytest.mark.parametrize(
    ("seconds", "last", "cost", "due"),
    [
        (4.9, 0.0, 0.01, False),
        (5.0, 0.0, 0.01, True),
        (9.0, 5.1, 0.01, False),
        (60.0, 55.0, 0.01, True),
        (60.1, 50.0, 0.01, False),
        (9.0, 0.0, 0.5, False),  # a slow network: at most a twentieth of the time
        (10.0, 0.0, 0.5, True),
        (60.0, 0.0, 3.1, False),
    ],
)
def test_samples_come_every_few_seconds_of_the_first_minute_where_they_cost_little(
    seconds: float, last: float, cost: float, due: bool
) -> None:
    assert samples_due(seconds, last, cost) is due
