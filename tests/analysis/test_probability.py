"""Probabilities as people write them."""

from __future__ import annotations

import math

import pytest

from charlstm import path_words, probability_words
from charlstm.analysis.distribution import power_words


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
