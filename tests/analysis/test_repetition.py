"""Repetition, loops and compression, against figures computed on paper."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis.written import Loop, gzip_bits, loop_of, repeated_fraction


@pytest.mark.parametrize(
    ("text", "size", "fraction"),
    [
        ("abcabc", 3, 1 / 4),  # abc bca cab abc
        ("aaaaa", 2, 3 / 4),
        ("abcdef", 2, 0.0),
        ("ab", 3, 0.0),
        ("", 3, 0.0),
        ("abc", 3, 0.0),
    ],
)
def test_a_gram_that_occurred_before_is_repeated(text: str, size: int, fraction: float) -> None:
    assert repeated_fraction(text, size) == fraction


def test_twenty_characters_are_usual() -> None:
    gram = "abcdefghijklmnopqrst"
    assert repeated_fraction(gram + "!" + gram) == 1 / 22


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("xyz" + "abcdefghijklmnopqrst" * 3, Loop(20, 3)),
        ("xyz" + "abcdefghijklmnopqrst" * 2, None),  # two rounds
        ("xyz" + "abc" * 19, None),  # 57 characters
        ("xyz" + "abc" * 20, Loop(3, 3)),
        ("z" + "abc" * 20 + "ab", Loop(3, 1)),  # ends within a round
        ("zbc" + "abc" * 20, Loop(3, 1)),  # the round began earlier than it seems
        ("a" * 60, Loop(1, 0)),
        ("a" * 59, None),
        ("ab" * 40 + "c", None),  # it got out again
        ("", None),
        ("a", None),
    ],
)
def test_a_loop_is_three_rounds_and_sixty_characters_to_the_end(
    text: str, loop: Loop | None
) -> None:
    assert loop_of(text) == loop


def _by_trying(text: str) -> Loop | None:
    for period in range(1, len(text) // 3 + 1):
        start = len(text) - period
        while start and text[start - 1] == text[start - 1 + period]:
            start -= 1
        if len(text) - start >= max(60, 3 * period):
            return Loop(period, start)
    return None


@given(st.text("ab", max_size=9), st.text("ab", min_size=1, max_size=30), st.integers(0, 40))
def test_the_loop_is_the_one_that_trying_all_finds(start: str, turn: str, rounds: int) -> None:
    text = start + (turn * rounds)[:200]
    assert loop_of(text) == _by_trying(text)


def test_gzip_counts_all_that_it_writes() -> None:
    text = "to be or not to be, that is the question " * 20
    packed = gzip.compress(text.encode(), 9, mtime=0)
    assert gzip_bits(text) == 8 * len(packed) / len(text)
    assert gzip_bits(text) < 1 < gzip_bits(text[:60])
    assert gzip_bits("") == 0.0
