"""Which invented words are the best, by the real list."""

from __future__ import annotations

import math

import pytest

from charlstm.analysis.loss import Speller
from charlstm.analysis.written import WordLikeness
from charlstm.data.words import english_words


def test_the_letters_of_a_word_and_its_end_are_priced_by_a_speller_of_order_4() -> None:
    words = ["abc", "abd", "don't", "née"]
    nats = Speller(words, 4).nats("abc")
    assert WordLikeness(words).bits_per_letter("abc") == pytest.approx(nats / math.log(2) / 4)


@pytest.mark.parametrize("word", ["", "é", "née", "x" * 200])
def test_any_word_has_a_figure(word: str) -> None:
    assert 0 < WordLikeness(["abc", "née"]).bits_per_letter(word) < 26  # 20 for an unknown letter


def test_the_best_are_long_among_those_that_look_like_words() -> None:
    likeness = WordLikeness(english_words())
    words = ["undistruction", "intemption", "thhhingxqqzzpfwv", "moralituation", "zq", "thhe"]
    assert likeness.best(words) == ["undistruction", "moralituation", "intemption"]
    assert likeness.best(words, most=1) == ["undistruction"]
    assert likeness.best([]) == []
    real = sorted(english_words())[::500]
    half = sum(likeness.bits_per_letter(word) <= likeness.usual_bits for word in real)
    assert half / len(real) == pytest.approx(0.5, abs=0.07)


def test_of_two_of_one_length_the_likelier_is_better() -> None:
    likeness = WordLikeness(english_words())
    one, other = sorted(["undistruction", "moralituation"], key=likeness.bits_per_letter)
    assert likeness.best([other, one]) == [one, other]
