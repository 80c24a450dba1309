"""Reweighting and drawing, against high-precision arithmetic and against chance."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from charlstm.sampling.reweight import draw, reweight

LOGITS = arrays(np.float64, st.integers(1, 60), elements=st.floats(-80, 80))
TEMPERATURES = st.floats(0.01, 100)
JUST_UNDER_ONE = math.nextafter(1.0, 0.0)


def _exactly(logits: NDArray[np.float64], temperature: float) -> list[float]:
    """Return softmax(logits / temperature) by arithmetic of 60 digits."""
    with mpmath.workdps(60):
        weights = [mpmath.exp(mpmath.mpf(x) / mpmath.mpf(temperature)) for x in logits.tolist()]
        total = mpmath.fsum(weights)
        return [float(weight / total) for weight in weights]


@given(LOGITS, TEMPERATURES)
def test_probabilities_sum_to_one(logits: NDArray[np.float64], temperature: float) -> None:
    probabilities = reweight(logits, temperature)
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-12)
    assert (probabilities >= 0).all()


@given(LOGITS, TEMPERATURES)
def test_reweighting_keeps_the_order_of_the_logits(
    logits: NDArray[np.float64], temperature: float
) -> None:
    order = np.argsort(logits, kind="stable")
    assert (np.diff(reweight(logits, temperature)[order]) >= 0).all()


@given(LOGITS, TEMPERATURES)
def test_reweighting_equals_high_precision_arithmetic(
    logits: NDArray[np.float64], temperature: float
) -> None:
    np.testing.assert_allclose(
        reweight(logits, temperature), _exactly(logits, temperature), rtol=0, atol=1e-12
    )


@given(LOGITS, TEMPERATURES, st.floats(-1000, 1000))
def test_adding_a_constant_to_all_logits_changes_nothing(
    logits: NDArray[np.float64], temperature: float, constant: float
) -> None:
    np.testing.assert_allclose(
        reweight(logits + constant, temperature), reweight(logits, temperature), atol=1e-9
    )


@given(LOGITS)
def test_temperature_zero_gives_the_arg_max(logits: NDArray[np.float64]) -> None:
    probabilities = reweight(logits, 0)
    assert probabilities[logits.argmax()] == 1.0
    assert np.count_nonzero(probabilities) == 1


def test_temperature_zero_breaks_ties_by_vocabulary_order() -> None:
    assert reweight([1.0, 7.0, 7.0, -2.0], 0).tolist() == [0, 1, 0, 0]


def test_a_tie_is_shared_at_every_temperature_above_zero() -> None:
    assert reweight([1.0, 7.0, 7.0], 1e-300).tolist() == [0, 0.5, 0.5]


@given(LOGITS)
def test_infinite_temperature_gives_the_uniform_distribution(logits: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(reweight(logits, math.inf), 1 / len(logits), rtol=1e-15)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("temperature", [5e-324, 1e-300, 1e-12, 1e300, math.inf])
def test_extreme_temperatures_overflow_nowhere(temperature: float) -> None:
    probabilities = reweight([-80.0, 80.0, 79.999], temperature)
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities[1] == probabilities.max()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("temperature", [0.0, 1.0, math.inf])
def test_logits_at_the_ends_of_float64_give_no_warning_and_no_nan(temperature: float) -> None:
    probabilities = reweight([1e308, -1e308], temperature)
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities[0] >= probabilities[1]


@pytest.mark.parametrize("temperature", [-1.0, -1e-300, math.nan, -math.inf, [0.5, math.nan]])
def test_a_negative_temperature_or_nan_is_refused(temperature: float | list[float]) -> None:
    with pytest.raises(ValueError, match="from 0 upwards"):
        reweight([[1.0, 2.0], [3.0, 4.0]], temperature)


def test_minus_infinity_leaves_a_symbol_out_at_every_temperature() -> None:
    for temperature in (0.0, 1e-300, 0.5, 1e300, math.inf):
        found = reweight([1.0, -math.inf, 2.0], temperature)
        assert found[1] == 0.0
        np.testing.assert_allclose(found[[0, 2]], reweight([1.0, 2.0], temperature), rtol=1e-15)
    with pytest.raises(ValueError, match="finite"):
        reweight([-math.inf, -math.inf], 1.0)


@pytest.mark.parametrize("logit", [math.nan, math.inf])
def test_logits_that_are_not_finite_are_refused(logit: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        reweight([1.0, logit], 1.0)


def test_one_temperature_per_row() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 5))
    temperatures = [0.0, 0.3, 2.0, math.inf]
    rows = [reweight(row, t) for row, t in zip(logits, temperatures, strict=True)]
    np.testing.assert_allclose(reweight(logits, temperatures), rows, rtol=1e-14)


@pytest.mark.parametrize("temperatures", [[0.5, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0, 0.0, 0.0]])
def test_one_row_of_logits_at_several_temperatures(temperatures: list[float]) -> None:
    logits = [1.0, 3.0, 2.0, 3.0]
    rows = [reweight(logits, temperature) for temperature in temperatures]
    np.testing.assert_allclose(reweight(logits, temperatures), rows, rtol=1e-14)


@given(
    arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1)).filter(lambda p: p.sum() > 0),
    st.floats(0, 1, exclude_max=True),
)
def test_a_draw_searches_the_cumulative_distribution(
    weights: NDArray[np.float64], uniform: float
) -> None:
    probabilities = weights / weights.sum()
    cumulative = np.cumsum(probabilities)
    found = np.searchsorted(cumulative, uniform * cumulative[-1], side="right")
    assert draw(probabilities, uniform) == found
    assert probabilities[found] > 0


@pytest.mark.parametrize("uniform", [0.0, 5e-324, 0.5, JUST_UNDER_ONE])
def test_symbols_of_probability_zero_are_never_drawn(uniform: float) -> None:
    assert draw([0.0, 0.0, 1.0, 0.0], uniform) == 2
    assert draw([0.0, 0.1, 0.9, 0.0], uniform) in (1, 2)


def test_the_ends_of_the_uniform_give_the_first_and_the_last_possible_symbol() -> None:
    tenths = np.array([0.0, *[0.1] * 10, 0.0])  # their sum is a hair under 1
    assert draw(tenths, 0.0) == 1
    assert draw(tenths, JUST_UNDER_ONE) == 10


def test_a_draw_at_the_border_of_two_symbols_gives_the_second() -> None:
    assert draw([0.5, 0.5], 0.5) == 1
    assert draw([0.5, 0.5], math.nextafter(0.5, 0.0)) == 0


def test_many_draws_follow_the_distribution() -> None:
    probabilities = np.array([0.02, 0.4, 0.0, 0.08, 0.3, 0.2])
    count = 20_000
    uniforms = np.random.default_rng(1).random(count)
    drawn = np.bincount(draw(np.tile(probabilities, (count, 1)), uniforms), minlength=6)
    possible = probabilities > 0
    expected = probabilities[possible] * count
    chi_square = ((drawn[possible] - expected) ** 2 / expected).sum()
    assert drawn[~possible].sum() == 0
    # The 99.9 % quantile of chi-square with 4 degrees of freedom is 18.47.
    assert chi_square < 18.47


def test_rows_are_drawn_from_with_a_uniform_each_or_one_for_all() -> None:
    rows = [[0.5, 0.5], [0.1, 0.9]]
    assert draw(rows, [0.7, 0.05]).tolist() == [1, 0]
    assert draw(rows, 0.3).tolist() == [0, 1]
