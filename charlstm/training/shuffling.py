"""A random order that is computed place by place, so that it takes no memory however long it is.

Knows numbers alone. The order is that of a Feistel network (Luby & Rackoff 1988) on the smallest
square of a power of two that holds all places; a place that it sends past the end is sent on, until
it comes to lie within (cycle walking, Black & Rogaway 2002).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 6


class Shuffled:
    """The numbers from 0 to ``count - 1`` in a random order.

    Args:
        count: How many.
        seed: Of the order.
    """

    def __init__(self, count: int, seed: list[int]) -> None:
        self._count = count
        self._bits = np.uint64(max(1, (max(count - 1, 1).bit_length() + 1) // 2))
        self._mask = (np.uint64(1) << self._bits) - np.uint64(1)
        random = np.random.default_rng(seed)
        self._keys = random.integers(2**64, size=_ROUNDS, dtype=np.uint64)

    def __len__(self) -> int:
        return self._count

    def at(self, places: NDArray[np.integer]) -> NDArray[np.uint64]:
        """Return the numbers at some places, each from 0 to ``count - 1``."""
        numbers = self._sent(places.astype(np.uint64))
        while (outside := numbers >= self._count).any():
            numbers[outside] = self._sent(numbers[outside])
        return numbers

    def _sent(self, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
        left, right = numbers >> self._bits, numbers & self._mask
        for key in self._keys:
            left, right = right, left ^ (_mixed(right + key) & self._mask)
        return (left << self._bits) | right


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers that look random (splitmix64's last steps, Steele et al. 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
