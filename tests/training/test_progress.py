"""How far a training is, by steps and by the clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.training.record import (
    MOST_TOGETHER,
    PACE_SECONDS,
    TOGETHER_SECONDS,
    Pace,
    Progress,
    seconds_of_limit,
)


def _after(steps: int, seconds: float, limit: float | None = None) -> Progress:
    progress = Progress(epochs=3, steps_per_epoch=4, limit=limit)
    for _ in range(steps):
        progress.add(seconds / steps)
    return progress


def test_nothing_is_done_before_the_first_step_and_how_long_it_takes_is_unknown() -> None:
    progress = _after(0, 0.0)
    assert (progress.steps, progress.epoch, progress.fraction) == (12, 0, 0.0)
    assert progress.seconds_left is None
    assert not progress.is_done


def test_steps_make_epochs_and_the_rest_takes_as_long_as_what_was() -> None:
    progress = _after(3, 6.0)
    assert (progress.epoch, progress.is_epoch_end, progress.fraction) == (0, False, 0.25)
    assert progress.seconds_left == pytest.approx(18.0)
    progress.add(2.0)
    assert (progress.epoch, progress.is_epoch_end, progress.is_done) == (1, True, False)


def test_all_steps_end_it() -> None:
    assert not _after(11, 1.0).is_done
    assert _after(12, 1.0).is_done
    assert _after(12, 1.0).seconds_left == 0.0


def test_a_step_that_goes_beyond_the_limit_leaves_no_seconds() -> None:
    assert _after(3, 10.2, limit=10.0).seconds_left == 0.0


def test_the_clock_ends_it_where_it_is_further_than_the_steps() -> None:
    progress = _after(3, 5.0, limit=10.0)
    assert progress.fraction == 0.5
    assert progress.seconds_left == pytest.approx(5.0)
    assert not progress.is_done
    progress.add(5.0)
    assert progress.is_done
    assert _after(9, 1.0, limit=10.0).fraction == 0.75
    assert _after(3, 10.01, limit=10.0).seconds_left == 0.0


@pytest.mark.parametrize(
    ("seconds", "limit", "fraction_of_steps", "shown"),
    [
        (0.0, 30.0, 0.0, "0 of 30 s"),
        (12.4, 30.0, 0.0001, "12 of 30 s"),
        (30.02, 30.0, 0.9, "30 of 30 s"),
        (2700.0, 28800.0, 0.01, "2,700 of 28,800 s"),
        (12.4, 30.0, 0.5, ""),
        (12.4, None, 0.5, ""),
        (4.9, 4.0, 1.0, "4 of 4 s"),
    ],
)
def test_where_the_clock_ends_it_seconds_are_shown(
    seconds: float, limit: float | None, fraction_of_steps: float, shown: str
) -> None:
    assert seconds_of_limit(seconds, limit, fraction_of_steps) == shown


def test_the_first_step_is_taken_alone_and_then_as_many_as_take_a_moment() -> None:
    progress = Progress(epochs=3, steps_per_epoch=1000, limit=None)
    assert progress.steps_together == 1
    progress.add(2 * TOGETHER_SECONDS)
    assert progress.steps_together == 1
    progress.add(2 * TOGETHER_SECONDS, 8)
    assert progress.steps_together == 4
    progress.add(TOGETHER_SECONDS / 4000)
    assert progress.steps_together == MOST_TOGETHER


@given(
    st.integers(1, 40), st.integers(1, 3), st.integers(0, 119), st.floats(1e-6, 1), st.floats(0, 2)
)
def test_steps_taken_together_are_of_one_epoch_and_end_with_the_clock(
    steps_per_epoch: int, epochs: int, step: int, step_seconds: float, left: float
) -> None:
    progress = Progress(epochs, steps_per_epoch, 10.0, step, 10.0 - left, step_seconds)
    together = progress.steps_together
    assert 1 <= together <= MOST_TOGETHER
    assert together == 1 or together * step_seconds <= min(left, TOGETHER_SECONDS) + step_seconds
    if step < progress.steps:
        assert (step + together - 1) // steps_per_epoch == progress.epoch


def test_what_is_to_come_counts_by_steps_or_by_time() -> None:
    assert _after(3, 297.0).fraction_after(3) == 0.5
    assert _after(2, 5.0, limit=10.0).fraction_after(1) == 0.75


def test_the_pace_does_not_jump_with_one_line_and_follows_a_change_within_seconds() -> None:
    pace, step, seconds = Pace(), 0, 0.0
    assert pace.steps_per_second == 0.0
    shown = []
    for steps, taken in [(50, 0.5), (1, 0.03)] * 10 + [(10, 0.5)] * 12:
        step, seconds = step + steps, seconds + taken
        pace.mark(step, seconds)
        shown.append(pace.steps_per_second)
    assert max(shown[:20]) < 1.1 * min(shown[:20])  # one line's is a third of the other's
    assert shown[-1] == pytest.approx(20.0)
    assert PACE_SECONDS < 12 * 0.5


def test_a_pace_in_which_no_time_passed_is_none() -> None:
    pace = Pace()
    pace.mark(7, 0.0)
    assert pace.steps_per_second == 0.0
