"""A linear fit on all cells against least squares, and on what none of them knows alone."""

from __future__ import annotations

import numpy as np
import pytest

from charlstm.cells.ranking import auc, linear_fits


def test_the_fit_is_that_of_least_squares_but_for_a_small_penalty() -> None:
    rng = np.random.default_rng(0)
    states = rng.normal(2.0, [0.5, 1.0, 3.0], (4000, 3))
    targets = states @ [[1.0, 0.0], [-2.0, 0.5], [0.3, 0.0]] + [0.7, -1.0]
    weights, offsets = linear_fits(states, targets)
    np.testing.assert_allclose(weights, [[1.0, 0.0], [-2.0, 0.5], [0.3, 0.0]], atol=5e-3)
    np.testing.assert_allclose(offsets, [0.7, -1.0], atol=0.01)
    np.testing.assert_allclose((states @ weights + offsets).mean(axis=0), targets.mean(axis=0))


def test_what_two_cells_know_together_is_found() -> None:
    rng = np.random.default_rng(1)
    is_yes = (rng.random(2000) < 0.3).astype(float)
    noise = rng.normal(0.0, 5.0, 2000)
    states = np.stack([is_yes + noise, -noise, rng.normal(size=2000)], axis=1)
    assert auc(states[:, 0], is_yes) < 0.65
    weights, offsets = linear_fits(states, is_yes[:, None])
    assert auc((states @ weights + offsets)[:, 0], is_yes) > 0.99


def test_cells_that_never_move_or_say_the_same_do_no_harm() -> None:
    rng = np.random.default_rng(2)
    one = rng.normal(size=500)
    states = np.stack([one, one, np.zeros(500)], axis=1).astype(np.float32)
    weights, _ = linear_fits(states, one[:, None])
    assert np.isfinite(weights).all()
    assert weights[2, 0] == 0
    assert weights[0, 0] == pytest.approx(weights[1, 0])
    np.testing.assert_allclose(states @ weights, one[:, None], atol=0.02)
