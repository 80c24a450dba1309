"""Arithmetic coding: a sequence of choices becomes one number, written byte by byte.

The number line from 0 to 1 is divided in proportion to the frequencies, the segment that was chosen
is divided again, and so on; any number in the last segment determines all choices (Witten, Neal &
Cleary 1987, "Arithmetic coding for data compression"; with bytes instead of bits: Martin 1979,
"Range encoding"). A choice of probability p costs -log2(p) bits, and the whole at most a byte more.

Models of symbols, numbers and bytes code in both directions by one method: an encoder writes the
value that it is given, a decoder ignores it, and both return the value that was written.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from charlstm.errors import CharlstmError

_TOP_BITS = 64
_TOP = 1 << _TOP_BITS
_BOTTOM = 1 << _TOP_BITS - 8
_NEXT = _BOTTOM - 1

_MOST_COUNTS = 1 << 13
MOST_NUMBER = (1 << 32) - 2

DAMAGED = "This file is damaged: its content does not fit its header."


class Encoder:
    """Writes choices.

    The segment of the line is kept as its lower end and its width, in units of 2^-64 of the segment
    that the bytes so far determine. Python's integers do not overflow: a carry goes into the bytes.
    """

    def __init__(self) -> None:
        self._low, self._width = 0, _TOP
        self._bytes = bytearray()

    def encode(self, start: int, size: int, total: int) -> None:
        """Write a choice whose segment is from ``start`` to ``start + size`` of ``total``."""
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

    def choose(self, counts: Sequence[int], total: int, symbol: int) -> int:
        """Write a symbol by the counts of all symbols and their total."""
        self.encode(sum(counts[:symbol]), counts[symbol], total)
        return symbol

    def pick(self, number: int, total: int) -> int:
        """Write one of ``total`` numbers that are equally likely."""
        self.encode(number, 1, total)
        return number

    def bits(self) -> float:
        """Return the bits that all choices so far have cost."""
        return 8 * len(self._bytes) + _TOP_BITS - math.log2(self._width)

    def finish(self) -> bytes:
        """Return the bytes: the shortest number in the last segment, without zeros at its end."""
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
        position = len(self._bytes) - 1
        while self._bytes[position] == 255:
            self._bytes[position] = 0
            position -= 1
        self._bytes[position] += 1


class Decoder:
    """Reads choices, in the order in which they were written."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = _TOP_BITS // 8
        self._above = int.from_bytes(data[: self._position].ljust(self._position, b"\0"), "big")
        self._width = _TOP

    def target(self, total: int) -> int:
        """Return a number from 0 to ``total`` - 1 that lies in the segment of the next choice.

        Raises a CharlstmError if no choice leads to these bytes.
        """
        found = self._above // (self._width // total)
        if found >= total:
            raise CharlstmError(DAMAGED)
        return found

    def consume(self, start: int, size: int, total: int) -> None:
        """Continue with the next choice, once this one and so its segment is known."""
        unit = self._width // total
        above, width = self._above - unit * start, unit * size
        while width < _BOTTOM:
            data, position = self._data, self._position
            above = above << 8 | (data[position] if position < len(data) else 0)
            self._position = position + 1
            width <<= 8
        self._above, self._width = above, width

    def choose(self, counts: Sequence[int], total: int, _symbol: int) -> int:
        """Read a symbol by the counts of all symbols and their total."""
        target = self.target(total)
        symbol, start = 0, 0
        while start + counts[symbol] <= target:
            start += counts[symbol]
            symbol += 1
        self.consume(start, counts[symbol], total)
        return symbol

    def pick(self, _number: int, total: int) -> int:
        """Read one of ``total`` numbers that are equally likely."""
        number = self.target(total)
        self.consume(number, 1, total)
        return number

    def bits(self) -> float:
        """Return the bits that all choices so far have cost."""
        return 8 * self._position - math.log2(self._width)


Coder = Encoder | Decoder


class Symbols:
    """Frequencies of a few symbols, learned from those coded so far, mostly the latest.

    Each symbol starts with a count of 1 and gains ``gain`` whenever it is coded. With two symbols
    and a gain of 2 it is the estimator of Krichevsky & Trofimov (1981).
    """

    def __init__(self, count: int, gain: int = 24) -> None:
        self._counts = [1] * count
        self._total = count
        self._gain = gain

    def code(self, coder: Coder, symbol: int = 0) -> int:
        """Write or read one symbol."""
        symbol = coder.choose(self._counts, self._total, symbol)
        self._counts[symbol] += self._gain
        self._total += self._gain
        if self._total > _MOST_COUNTS:
            self._counts = [(count + 1) // 2 for count in self._counts]
            self._total = sum(self._counts)
        return symbol


class Numbers:
    """Whole numbers from 0 to 2^32 - 2: their number of digits is learned, the digits are not.

    Elias's gamma code (1975) with a learned length.
    """

    def __init__(self) -> None:
        self._digits = Symbols(32)

    def code(self, coder: Coder, number: int = 0, most: int = MOST_NUMBER) -> int:
        """Write or read one number; a CharlstmError is raised if it is larger than ``most``."""
        digits = self._digits.code(coder, (number + 1).bit_length() - 1)
        first = (1 << digits) - 1
        number = first + coder.pick(number - first, 1 << digits)
        if number > most:
            raise CharlstmError(DAMAGED)
        return number


class Bytes:
    """Bytes, each predicted from the one before it."""

    def __init__(self) -> None:
        self._after: defaultdict[int, Symbols] = defaultdict(lambda: Symbols(256))
        self._last = 0

    def code(self, coder: Coder, byte: int = 0) -> int:
        """Write or read one byte."""
        self._last = self._after[self._last].code(coder, byte)
        return self._last
