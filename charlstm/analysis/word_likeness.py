"""Which invented words look most like real words.

The best are the longest of those whose letters are, on average, no more surprising than those of
half of the words on the list. The longest words alone would be noise; the likeliest alone would be
common words with a typo.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_LETTERS = "abcdefghijklmnopqrstuvwxyz'"
_CODES = len(_LETTERS) + 2
_CONTEXT = 3
_PRIOR = 2.0

Rows = NDArray[np.uint8]

# By code point: 0 is "no letter", and the last code is any letter that is not listed.
_CODE = np.full(128, _CODES - 1, np.uint8)
_CODE[0] = 0
_CODE[[ord(letter) for letter in _LETTERS]] = range(1, len(_LETTERS) + 1)


class WordLikeness:
    """How surprising the letters of a word are, each given the three before it.

    The probabilities are counts in a list of words in lower case, smoothed by those after two
    letters, one and none (MacKay & Peto 1995, "A hierarchical Dirichlet language model"). A word's
    end counts as a letter; letters other than a to z count as one letter.
    """

    def __init__(self, words: Iterable[str]) -> None:
        listed = sorted(words)
        rows = _rows(listed)
        self._bits = -np.log2(_probabilities(rows)).ravel()
        self.usual_bits = float(np.median(self._mean_bits(rows))) if listed else 0.0
        """The median of the words' bits per letter."""

    def bits_per_letter(self, word: str) -> float:
        """Return the mean surprise of a word's letters, its end included, in bits."""
        return float(self._mean_bits(_rows([word]))[0])

    def best(self, words: Iterable[str], most: int = 12) -> list[str]:
        """Return the best of some words, the best first, by the rule at the top of this module."""
        bits = {word: self.bits_per_letter(word) for word in words}
        likely = [word for word in bits if bits[word] <= self.usual_bits]
        return sorted(likely, key=lambda word: (-len(word), bits[word], word))[:most]

    def _mean_bits(self, rows: Rows) -> NDArray[np.float64]:
        positions, inside = _grams(rows)
        bits = np.where(inside, self._bits[positions], 0.0)
        return np.asarray(bits.sum(axis=1) / inside.sum(axis=1))


def _rows(words: Sequence[str]) -> Rows:
    """Return words as codes, a row each: three zeros, the letters, zeros up to the end."""
    longest = max(map(len, words), default=1) or 1
    points = np.array(words, f"<U{longest}").view("<u4").reshape(len(words), longest)
    rows = np.zeros((len(words), _CONTEXT + longest + 1), np.uint8)
    rows[:, _CONTEXT:-1] = _CODE[np.minimum(points, len(_CODE) - 1)]
    return rows


def _grams(rows: Rows) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the index in the table of every letter after three, and whether it is in the word.

    The first zero after a word is its end and counts; the zeros after that do not.
    """
    width = rows.shape[1] - _CONTEXT
    positions = np.zeros((len(rows), width), np.int32)
    for offset in range(_CONTEXT + 1):
        positions = positions * _CODES + rows[:, offset : offset + width]
    inside = (rows[:, _CONTEXT:] > 0) | (rows[:, _CONTEXT - 1 : -1] > 0)
    inside[:, 0] = True  # also for a word without a letter
    return positions, inside


def _probabilities(rows: Rows) -> NDArray[np.float64]:
    """Return the probability of a letter after three, shape (codes,) * 4."""
    positions, inside = _grams(rows)
    counts = np.bincount(positions[inside], minlength=_CODES ** (_CONTEXT + 1)).astype(np.float64)
    by_context = counts.reshape((_CODES,) * (_CONTEXT + 1))
    p = np.full(_CODES, 1.0 / _CODES)
    for known in range(_CONTEXT + 1):
        counted = by_context.sum(axis=tuple(range(_CONTEXT - known)))
        total = counted.sum(axis=-1, keepdims=True)
        p = (counted + _PRIOR * p) / (total + _PRIOR)
    return p
