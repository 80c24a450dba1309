"""Hashes of all stretches of 20 characters (20-grams) of a text, many at a time.

Knows arithmetic on code points; knows nothing of what the hashes are for. They are the same on
every machine and in every version of Python and NumPy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

GRAM = 20
"""Characters of a gram: longer than any common phrase, short enough to find a copied half line."""

_PIECE = 1 << 18
_BASE = 0x9E3779B97F4A7C15  # odd, so that no character is multiplied away

Hashes = NDArray[np.uint64]


def gram_hashes(text: str) -> Hashes:
    """Return the hash of the 20-gram at every place, shape (max(0, len(text) - 19),).

    It is the value of the polynomial whose coefficients are the code points, at a fixed odd base,
    modulo 2**64 (Karp & Rabin 1987), made even by the finaliser of splitmix64 (Steele, Lea &
    Flood 2014). The polynomials of 1, 2, 4, 8 and 16 characters are joined, so a text costs six
    passes and not twenty.
    """
    one = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    if len(one) < GRAM:
        return np.zeros(0, np.uint64)
    two = _joined(one, one, 1)
    four = _joined(two, two, 2)
    eight = _joined(four, four, 4)
    sixteen = _joined(eight, eight, 8)
    return _mixed(_joined(sixteen, four, 16, 4))


def gram_pieces(text: str) -> Iterator[tuple[int, Hashes]]:
    """Yield a place and the hashes of the 20-grams from there on, a piece of the text at a time."""
    for start in range(0, max(0, len(text) - GRAM + 1), _PIECE):
        yield start, gram_hashes(text[start : start + _PIECE + GRAM - 1])


def _joined(left: Hashes, right: Hashes, size: int, right_size: int | None = None) -> Hashes:
    """Return the polynomials of ``size`` characters followed by ``right_size`` more."""
    right_size = size if right_size is None else right_size
    power = np.uint64(pow(_BASE, right_size, 1 << 64))
    count = len(right) - size
    return left[:count] * power + right[size:]


def _mixed(hashes: Hashes) -> Hashes:
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes
