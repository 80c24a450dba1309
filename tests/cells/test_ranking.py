"""Rank statistics against pairs counted one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from charlstm.cells.ranking import auc, blocks_of, interval, midranks, strength


def _auc_by_pairs(values: np.ndarray, is_yes: np.ndarray) -> float:
    pairs = list(itertools.product(values[is_yes == 1], values[is_yes == 0]))
    return float(np.mean([(yes > no) + 0.5 * (yes == no) for yes, no in pairs]))


def test_a_case_worked_by_hand_with_a_tie() -> None:
    values = np.array([0.1, 0.4, 0.4, 0.8, 0.3])
    is_yes = np.array([0.0, 1.0, 0.0, 1.0, 0.0])
    # 0.4 beats 0.1 and 0.3 and ties with 0.4; 0.8 beats all three: 5.5 of 6 pairs.
    assert auc(values, is_yes) == pytest.approx(5.5 / 6, abs=1e-15)
    assert auc(-values, is_yes) == pytest.approx(0.5 / 6, abs=1e-15)
    assert auc(np.ones(5), is_yes) == 0.5


def test_midranks_share_what_equals_have_together() -> None:
    np.testing.assert_array_equal(midranks(np.array([3.0, 1.0, 3.0, 2.0])), [3.0, 0.5, 3.0, 1.5])
    assert midranks(np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_the_fraction_of_pairs_that_stand_the_right_way_round(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 6, 60).astype(float)
    is_yes = (rng.random(60) < 0.3).astype(float)
    assert auc(values, is_yes) == pytest.approx(_auc_by_pairs(values, is_yes), abs=1e-12)


def test_where_all_are_yes_there_is_no_score() -> None:
    assert np.isnan(auc(np.arange(4.0), np.ones(4)))
    assert np.isnan(strength(midranks(np.ones(4)), midranks(np.arange(4.0)), is_position=True))
    low, high = interval(
        np.arange(60.0), np.ones(60), is_position=False, rng=np.random.default_rng(0)
    )
    assert np.isnan(low) and np.isnan(high)


def test_rho_of_a_position_is_the_correlation_of_ranks() -> None:
    # Without ties rho is 1 - 6 sum(d^2) / (n (n^2 - 1)): here d = 1, -1, 0, 0.
    ranks = midranks(np.array([20.0, 10.0, 30.0, 40.0]))
    target = midranks(np.array([1.0, 2.0, 3.0, 4.0]))
    assert strength(ranks, target, is_position=True) == pytest.approx(1 - 12 / 60)
    assert strength(ranks, -target, is_position=True) == pytest.approx(12 / 60 - 1)


def test_blocks_are_equal_and_in_order() -> None:
    found = blocks_of(103, 10)
    assert (np.diff(found) >= 0).all()
    assert set(np.bincount(found)) <= {10, 11}


@pytest.mark.parametrize("is_position", [False, True])
def test_an_interval_is_that_of_texts_put_together_from_blocks(is_position: bool) -> None:
    rng = np.random.default_rng(7)
    values = rng.integers(0, 9, 200).astype(float)
    target = rng.integers(0, 5 if is_position else 2, 200).astype(float)
    values += target
    low, high = interval(
        values,
        target,
        is_position=is_position,
        rng=np.random.default_rng(1),
        blocks=8,
        resamples=300,
    )
    draws = np.random.default_rng(1).multinomial(8, np.full(8, 1 / 8), 300)
    found = []
    for draw in draws:
        positions = np.concatenate(
            [np.flatnonzero(blocks_of(200, 8) == b) for b in range(8) for _ in range(draw[b])]
        )
        part = target[positions]
        found.append(
            strength(
                midranks(values[positions]),
                midranks(part) if is_position else part,
                is_position=is_position,
            )
        )
    assert (low, high) == pytest.approx(np.percentile(found, (2.5, 97.5)), abs=1e-12)
    whole = strength(
        midranks(values), midranks(target) if is_position else target, is_position=is_position
    )
    assert low < whole < high


def test_blocks_widen_the_interval_of_what_hangs_together() -> None:
    rng = np.random.default_rng(3)
    target = np.repeat((rng.random(40) < 0.5).astype(float), 50)
    values = np.repeat(rng.normal(size=40), 50) + target
    widths = []
    for blocks in (20, 2000):
        low, high = interval(
            values,
            target,
            is_position=False,
            rng=np.random.default_rng(0),
            blocks=blocks,
            resamples=200,
        )
        widths.append(high - low)
    assert widths[0] > 3 * widths[1]
