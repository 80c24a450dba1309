"""How much a word that nobody wrote looks like a word: which invented ones are the best.

Learns letters from a list of words; knows nothing of models or texts. By this rule the best
invented words are the longest of those whose letters are, on average, no more surprising than those
of every second word of the list: long alone would be noise, likely alone a common word with a typo.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_LETTERS = "abcdefghijklmnopqrstuvwxyz'"
_CODES = len(_LETTERS) + 2
_OTHER = _CODES - 1
_CODE = {letter: number for number, letter in enumerate(_LETTERS, start=1)}
_CONTEXT = 3
_PRIOR = 2.0


class WordLikeness:
    """How surprising the letters of a word are, each after the three before it.

    The probabilities are counts in a list of words, smoothed by those after two letters, one and
    none (MacKay & Peto 1995, "A hierarchical Dirichlet language model"). A word's end counts as a
    letter; letters besides a to z count as one.

    Args:
        words: In lower case.
    """

    def __init__(self, words: Iterable[str]) -> None:
        listed = sorted(words)
        rows = _rows(listed)
        self._bits = -np.log2(_probabilities(rows))
        self.usual_bits = float(np.median(self._mean_bits(rows))) if listed else 0.0
        """Bits per letter that half of the words have at most."""

    def bits_per_letter(self, word: str) -> float:
        """Return the mean surprise of a word's letters, its end included, in bits."""
        return float(self._mean_bits(_rows([word]))[0])

    def best(self, words: Iterable[str], most: int = 12) -> list[str]:
        """Return the best of some words, the best first: the rule is at the head of this module."""
        bits = {word: self.bits_per_letter(word) for word in words}
        likely = [word for word in bits if bits[word] <= self.usual_bits]
        return sorted(likely, key=lambda word: (-len(word), bits[word], word))[:most]

    def _mean_bits(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        grams, inside = _grams(rows)
        bits = np.where(inside, self._bits[tuple(np.moveaxis(grams, -1, 0))], 0.0)
        return np.asarray(bits.sum(axis=1) / inside.sum(axis=1))


def _rows(words: Sequence[str]) -> NDArray[np.int64]:
    """Return words as numbers, a row each: three zeros, the letters, zeros to the end."""
    width = _CONTEXT + max(map(len, words), default=0) + 1
    rows = np.zeros((len(words), width), np.int64)
    for row, word in zip(rows, words, strict=True):
        row[_CONTEXT : _CONTEXT + len(word)] = [_CODE.get(letter, _OTHER) for letter in word]
    return rows


def _grams(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return every letter with the three before it, and whether it is one or the word's end."""
    grams = np.lib.stride_tricks.sliding_window_view(rows, _CONTEXT + 1, axis=1)
    after_end = (grams[..., -1] == 0) & (grams[..., -2] == 0)
    after_end[:, 0] = False  # before a word there are zeros too
    return grams, ~after_end


def _probabilities(rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probability of a letter after three, shape (codes,) * 4."""
    grams, inside = _grams(rows)
    places = grams[inside] @ _CODES ** np.arange(_CONTEXT, -1, -1)
    counts = np.bincount(places, minlength=_CODES ** (_CONTEXT + 1)).astype(np.float64)
    by_context = counts.reshape((_CODES,) * (_CONTEXT + 1))
    p = np.full(_CODES, 1.0 / _CODES)
    for known in range(_CONTEXT + 1):
        counted = by_context.sum(axis=tuple(range(_CONTEXT - known)))
        total = counted.sum(axis=-1, keepdims=True)
        p = (counted + _PRIOR * p) / (total + _PRIOR)
    return p
