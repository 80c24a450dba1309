"""Entropy, effective choices, and the table of a distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis.distribution import (
    distribution_table,
    effective_choices,
    entropy_bits,
    nats_to_bits,
)
from charlstm.sampling.reweight import reweight


@pytest.mark.parametrize("count", [1, 2, 8, 57])
def test_equally_likely_symbols_are_as_many_choices_as_they_are(count: int) -> None:
    uniform = np.full(count, 1 / count)
    assert entropy_bits(uniform) == pytest.approx(math.log2(count))
    assert effective_choices(uniform) == pytest.approx(count)


def test_a_certain_symbol_leaves_no_entropy() -> None:
    assert entropy_bits([0.0, 1.0, 0.0]) == 0.0
    assert math.copysign(1, entropy_bits([0.0, 1.0])) == 1.0
    assert effective_choices([0.0, 1.0, 0.0]) == 1.0


def test_entropy_of_a_biased_coin() -> None:
    # H(1/4) = 1/4 log2 4 + 3/4 log2 4/3
    assert entropy_bits([0.25, 0.75]) == pytest.approx(0.5 + 0.75 * math.log2(4 / 3))


@given(st.lists(st.floats(-80, 80), min_size=2, max_size=40), st.floats(0.05, 20))
def test_a_higher_temperature_never_lowers_the_entropy(
    logits: list[float], temperature: float
) -> None:
    cool, warm = (entropy_bits(reweight(logits, t)) for t in (temperature, 1.5 * temperature))
    assert warm >= cool - 1e-9


def test_a_nat_is_log2_e_bits() -> None:
    assert nats_to_bits(1.56) == pytest.approx(1.56 * math.log2(math.e))


def test_the_table_holds_every_symbol_the_likeliest_first() -> None:
    table = distribution_table("abc", [0.0, 2.0, 1.0], 0.5)
    assert table["symbol"].tolist() == ["b", "c", "a"]
    assert table["logit"].tolist() == [2.0, 1.0, 0.0]
    np.testing.assert_allclose(table["before"], reweight([2.0, 1.0, 0.0], 1.0))
    np.testing.assert_allclose(table["after"], reweight([2.0, 1.0, 0.0], 0.5))
    np.testing.assert_allclose(table["bits"], -np.log2(table["after"]))


def test_symbols_that_are_equally_likely_stay_in_vocabulary_order() -> None:
    assert distribution_table("abcd", [1.0, 2.0, 1.0, 2.0], 1.0)["symbol"].tolist() == list("bdac")


@pytest.mark.filterwarnings("error")
def test_at_temperature_zero_the_rest_is_infinitely_surprising() -> None:
    table = distribution_table("ab", [0.0, 1.0], 0)
    assert table["bits"].tolist() == [0.0, math.inf]
    assert math.copysign(1, table["bits"][0]) == 1.0
