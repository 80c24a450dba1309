"""Distributions: entropy, tables, stages against arithmetic on paper, and their words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm import path_words, probability_words
from charlstm.analysis.distribution import (
    MODEL,
    distribution_table,
    effective_choices,
    entropy_bits,
    nats_to_bits,
    power_words,
    stage_names,
    stage_summary,
    stage_table,
)
from charlstm.sampling.reweight import reweight
from charlstm.sampling.strategies import Strategy


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


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (1 + 1e-12, "100 %"),
        (0.4127, "41 %"),
        (0.125, "13 %"),
        (0.0996, "10 %"),
        (0.0994, "9.9 %"),
        (0.032, "3.2 %"),
        (0.03, "3.0 %"),
        (0.00996, "1.0 %"),
        (0.0051, "0.51 %"),
        (0.0004, "0.04 %"),
        (0.0001, "0.01 %"),
        (0.0000999, "1 in 10,000"),
        (1 / 31_234, "1 in 31,000"),
        (1 / 99_700, "1 in 100,000"),
        (1 / 456_789, "1 in 460,000"),
        (1e-6, "1 in 1,000,000"),
        (3.14e-7, "3.1 × 10⁻⁷"),
        (9.96e-12, "1.0 × 10⁻¹¹"),
        (5e-324, "4.9 × 10⁻³²⁴"),
        (0.9949, "99 %"),
        (0.997, "99.7 %"),
        (0.9997, "99.97 %"),
        (0.99996, "over 99.99 %"),
        (1 - 1e-16, "over 99.99 %"),
    ],
)
def test_a_probability_is_written_as_people_write_it(p: float, words: str) -> None:
    assert probability_words(p) == words.replace(" ", "\u00a0")


def test_only_what_is_certain_or_impossible_is_said_to_be_so() -> None:
    nearly = [math.nextafter(0, 1), math.nextafter(1, 0), 1e-300, 0.99999]
    assert not {probability_words(p) for p in nearly} & {"0\u00a0%", "100\u00a0%"}


@pytest.mark.parametrize("p", [-1e-9, 1.001, math.nan, math.inf])
def test_what_is_no_probability_is_an_error(p: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        probability_words(p)


@pytest.mark.parametrize(
    ("log2", "words"),
    [
        (0.0, "100 %"),
        (-1.0, "50 %"),
        (-14.93, "1 in 31,000"),
        (-400.0, "3.9 × 10⁻¹²¹"),
        (-999.9, "1.0 × 10⁻³⁰¹"),
        (-2000.0, "8.7 × 10⁻⁶⁰³"),
        (-10_000 / math.log10(2) + 1e-9, "1.0 × 10⁻¹⁰⁰⁰⁰"),
        (-math.inf, "0 %"),
    ],
)
def test_a_path_may_be_less_likely_than_any_float(log2: float, words: str) -> None:
    assert path_words(log2) == words.replace(" ", "\u00a0")


@pytest.mark.parametrize("log2", [0.01, math.nan])
def test_what_is_no_logarithm_of_a_probability_is_an_error(log2: float) -> None:
    with pytest.raises(ValueError, match=r"at most 0|from 0 to 1"):
        path_words(log2)


def test_a_power_of_ten_has_a_true_minus() -> None:
    assert power_words(-1.44e-5) == "−1.4\u00a0×\u00a010⁻⁵"
    assert power_words(2e7) == "2.0\u00a0×\u00a010⁷"


LOGITS = np.log(np.array([1 / 8, 1 / 2, 1 / 8, 1 / 4]))
LIST: list[Strategy] = [("top-k", 3.0), ("top-p", 0.8)]


def test_the_table_holds_every_symbol_after_every_stage() -> None:
    table = stage_table("cadb", LOGITS, 1.0, LIST)
    names = [MODEL, "T = 1", "top-k 3", "top-p 0.8"]
    assert table.columns.tolist() == ["symbol", *names, "cut_by"]
    assert table["symbol"].tolist() == ["a", "b", "c", "d"]
    assert table[MODEL].tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    assert table["top-k 3"].tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7, 0])
    assert table["top-p 0.8"].tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert table["cut_by"].tolist() == ["", "", "top-p 0.8", "top-k 3"]


def test_the_temperature_stands_between_the_model_and_the_rest() -> None:
    table = stage_table("cadb", LOGITS, 0.5, [])
    # Squares over the sum of squares: 16, 4, 1 and 1 of 22.
    assert table["T = 0.5"].tolist() == pytest.approx([16 / 22, 4 / 22, 1 / 22, 1 / 22])
    assert table[MODEL].tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])


def test_the_summary_counts_what_is_cut_and_left() -> None:
    summary = stage_summary(LOGITS, 1.0, LIST)
    assert summary["stage"].tolist() == stage_names(1.0, LIST)
    assert summary["left"].tolist() == [4, 4, 3, 2]
    assert summary["cut"].tolist() == [0, 0, 1, 1]
    assert summary["cut_mass"].tolist() == pytest.approx([0, 0, 1 / 8, 1 / 7])
    last = -(2 / 3 * math.log2(2 / 3) + 1 / 3 * math.log2(1 / 3))
    third = sum(-p * math.log2(p) for p in (4 / 7, 2 / 7, 1 / 7))
    assert summary["entropy_after"].tolist() == pytest.approx([1.75, 1.75, third, last])
    assert summary["entropy_before"].tolist() == pytest.approx([1.75, 1.75, 1.75, third])


def test_the_same_stage_twice_has_two_columns() -> None:
    twice: list[Strategy] = [("top-p", 0.8), ("top-p", 0.8), ("top-p", 0.8), ("top-p", 0.8)]
    names = stage_names(1.0, twice)
    assert len(set(names)) == 6
    table = stage_table("cadb", LOGITS, 1.0, twice)
    # Three of four have 7/8; of 4/7, 2/7 and 1/7 two have 6/7; of 2/3 and 1/3 it takes both.
    assert [int((table[name] > 0).sum()) for name in names] == [4, 4, 3, 2, 2, 2]
    assert table["cut_by"].tolist() == ["", "", names[3], names[2]]


def test_at_temperature_zero_one_symbol_is_left_and_nothing_was_cut() -> None:
    summary = stage_summary(LOGITS, 0.0, LIST)
    assert summary["left"].tolist() == [4, 1, 1, 1]
    assert summary["cut"].tolist() == [0, 0, 0, 0]
    assert summary["entropy_after"].tolist() == [pytest.approx(1.75), 0, 0, 0]


def test_what_cannot_be_is_refused() -> None:
    for function in (lambda *a: stage_table("cadb", *a), stage_summary):
        with pytest.raises(ValueError, match="temperature"):
            function(LOGITS, -1.0, [])
        with pytest.raises(ValueError, match="magic"):
            function(LOGITS, 1.0, [("magic", 1.0)])
