"""Arithmetic coding: a sequence of choices becomes one number, written byte by byte.

Knows whole numbers only; what the choices are and how likely, others say. The number line from 0 to
1 is divided in proportion to the frequencies, the part that was chosen is divided again, and so on;
any number in the last part tells all choices (Witten, Neal & Cleary 1987, "Arithmetic coding for
data compression"; bytes in the place of bits: Martin 1979, "Range encoding"). A choice of
probability p costs -log2(p) bits, and the whole at most a byte more.
"""

from __future__ import annotations

import math

from charlstm.errors import CharlstmError

_TOP_BITS = 64
_TOP = 1 << _TOP_BITS
_BOTTOM = 1 << _TOP_BITS - 8
_NEXT = _BOTTOM - 1

DAMAGED = "This file is damaged: it does not hold what it says it holds."


class Encoder:
    """Writes choices.

    The part of the line is kept as its lower end and its width in units of 2^-64 of what the bytes
    so far have left; Python's whole numbers know no overflow, a carry runs back into the bytes.
    """

    def __init__(self) -> None:
        self._low, self._width = 0, _TOP
        self._bytes = bytearray()

    def encode(self, start: int, size: int, total: int) -> None:
        """Write a choice that has the share from ``start`` to ``start + size`` of ``total``."""
        unit = self._width // total
        low = self._low + unit * start
        width = unit * size
        if low >= _TOP:
            self._carry()
            low -= _TOP
        while width < _BOTTOM:
            self._bytes.append(low >> _TOP_BITS - 8)
            low = (low & _NEXT) << 8
            width <<= 8
        self._low, self._width = low, width

    def bits(self) -> float:
        """Return the bits that all choices so far have cost."""
        return 8 * len(self._bytes) + _TOP_BITS - math.log2(self._width)

    def finish(self) -> bytes:
        """Return the bytes: the shortest number in the part that is left, no zeros after it."""
        for count in range(_TOP_BITS // 8 + 1):
            cut = _TOP_BITS - 8 * count
            number = -(-self._low >> cut) << cut
            if number < self._low + self._width:
                break
        if number >= _TOP:
            self._carry()
            number -= _TOP
        return bytes(self._bytes + number.to_bytes(_TOP_BITS // 8, "big")).rstrip(b"\0")

    def _carry(self) -> None:
        place = len(self._bytes) - 1
        while self._bytes[place] == 255:
            self._bytes[place] = 0
            place -= 1
        self._bytes[place] += 1


class Decoder:
    """Reads choices back, in the order in which they were written."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = _TOP_BITS // 8
        self._above = int.from_bytes(data[: self._place].ljust(self._place, b"\0"), "big")
        self._width = _TOP

    def target(self, total: int) -> int:
        """Return a number from 0 to ``total`` - 1 that lies in the share of the next choice.

        Raises:
            CharlstmError: If no choice leads to these bytes.
        """
        found = self._above // (self._width // total)
        if found >= total:
            raise CharlstmError(DAMAGED)
        return found

    def consume(self, start: int, size: int, total: int) -> None:
        """Go on, once the choice is known and with it its share."""
        unit = self._width // total
        above, width = self._above - unit * start, unit * size
        while width < _BOTTOM:
            data, place = self._data, self._place
            above = above << 8 | (data[place] if place < len(data) else 0)
            self._place = place + 1
            width <<= 8
        self._above, self._width = above, width

    def is_spent(self) -> bool:
        """Return whether every byte has been looked at."""
        return self._place >= len(self._data)
