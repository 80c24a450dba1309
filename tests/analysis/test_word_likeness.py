"""Which invented words are the best, by figures computed on paper and by the real list."""

from __future__ import annotations

import math

import pytest

from charlstm.analysis.word_likeness import WordLikeness
from charlstm.data.words import english_words


def test_one_word_is_as_surprising_as_on_paper() -> None:
    # 29 codes. Learned from "a" alone: "a" once after the start, the end once after "a".
    likeness = WordLikeness(["a"])
    none = (1 + 2 / 29) / (2 + 2)  # order 0: one "a" and one end among two letters
    after = none
    for _ in range(3):  # orders 1 to 3: seen once, after a context seen once
        after = (1 + 2 * after) / (1 + 2)
    assert likeness.bits_per_letter("a") == pytest.approx(-math.log2(after))
    assert likeness.usual_bits == likeness.bits_per_letter("a")


def test_all_that_can_follow_has_probability_one_together() -> None:
    likeness = WordLikeness(["abc", "abd", "don't", "née"])
    table = 2.0**-likeness._bits
    assert table.shape == (29**4,)
    assert table.reshape(-1, 29).sum(axis=-1) == pytest.approx(1.0)


@pytest.mark.parametrize("word", ["", "é", "née", "x" * 200])
def test_any_word_has_a_figure(word: str) -> None:
    assert 0 < WordLikeness(["abc", "née"]).bits_per_letter(word) < 20


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
