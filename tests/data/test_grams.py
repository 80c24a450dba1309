"""Hashes of 20-grams: the same as from the definition, in one piece or in several."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data import fingerprint as grams
from charlstm.data.fingerprint import GRAM, gram_hashes, gram_pieces

_ALL = (1 << 64) - 1


def _by_definition(gram: str) -> int:
    """Horner's rule in whole numbers, then the finaliser of splitmix64."""
    value = 0
    for character in gram:
        value = (value * 0x9E3779B97F4A7C15 + ord(character)) & _ALL
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _ALL
    return value ^ (value >> 31)


@given(st.text(min_size=GRAM, max_size=70))
def test_every_hash_is_that_of_the_definition(text: str) -> None:
    expected = [_by_definition(text[n : n + GRAM]) for n in range(len(text) - GRAM + 1)]
    assert gram_hashes(text).tolist() == expected


@pytest.mark.parametrize("text", ["", "a", "a" * 19])
def test_a_text_shorter_than_a_gram_has_none(text: str) -> None:
    assert gram_hashes(text).shape == (0,)
    assert list(gram_pieces(text)) == []


@pytest.mark.parametrize("length", [20, 26, 27, 28, 46, 47, 100])
def test_pieces_joined_are_the_whole(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(grams, "_PIECE", 7)
    text = "".join(chr(97 + n * n % 26) for n in range(length))
    pieces = list(gram_pieces(text))
    assert [start for start, _ in pieces] == list(range(0, length - 19, 7))
    assert np.array_equal(np.concatenate([hashes for _, hashes in pieces]), gram_hashes(text))
