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
        position = len(self._bytes) - 1
        while self._bytes[position] == 255:
            self._bytes[position] = 0
            position -= 1
        self._bytes[position] += 1


class Decoder:
    """Reads choices back, in the order in which they were written."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = _TOP_BITS // 8
        self._above = int.from_bytes(data[: self._position].ljust(self._position, b"\0"), "big")
        self._width = _TOP

    def target(self, total: int) -> int:
        """Return a number from 0 to ``total`` - 1 that lies in the fraction of the next choice.

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
            data, position = self._data, self._position
            above = above << 8 | (data[position] if position < len(data) else 0)
            self._position = position + 1
            width <<= 8
        self._above, self._width = above, width

    def is_spent(self) -> bool:
        """Return whether every byte has been looked at."""
        return self._position >= len(self._data)


_LIMIT = 1 << 13


class Symbols:
    """Frequencies of a few symbols, counted as they come; what is seen soon counts much.

    Args:
        count: How many symbols there are.
        gain: What a symbol adds to its count of 1. With two symbols and a gain of 2 it is the
            estimator of Krichevsky & Trofimov (1981).
    """

    def __init__(self, count: int, gain: int = 24) -> None:
        self._counts = [1] * count
        self._total = count
        self._gain = gain

    def encode(self, encoder: Encoder, symbol: int) -> None:
        """Write one symbol."""
        encoder.encode(sum(self._counts[:symbol]), self._counts[symbol], self._total)
        self._see(symbol)

    def decode(self, decoder: Decoder) -> int:
        """Read one symbol."""
        target = decoder.target(self._total)
        symbol, start = 0, 0
        while start + self._counts[symbol] <= target:
            start += self._counts[symbol]
            symbol += 1
        decoder.consume(start, self._counts[symbol], self._total)
        self._see(symbol)
        return symbol

    def _see(self, symbol: int) -> None:
        self._counts[symbol] += self._gain
        self._total += self._gain
        if self._total > _LIMIT:
            self._counts = [(count + 1) // 2 for count in self._counts]
            self._total = sum(self._counts)


class Numbers:
    """Whole numbers from 0 to 2^32 - 2: how many digits they have is learned, the digits are not.

    Elias's gamma code (1975) with a learned length.
    """

    _MOST_DIGITS = 32

    def __init__(self) -> None:
        self._digits = Symbols(self._MOST_DIGITS)

    def encode(self, encoder: Encoder, number: int) -> None:
        """Write one number."""
        digits = (number + 1).bit_length() - 1
        self._digits.encode(encoder, digits)
        encoder.encode(number + 1 - (1 << digits), 1, 1 << digits)

    def decode(self, decoder: Decoder, most: int) -> int:
        """Read one number.

        Raises:
            CharlstmError: If it is larger than ``most``.
        """
        digits = self._digits.decode(decoder)
        rest = decoder.target(1 << digits)
        decoder.consume(rest, 1, 1 << digits)
        number = (1 << digits) + rest - 1
        if number > most:
            raise CharlstmError(DAMAGED)
        return number


class Bytes:
    """Bytes, each expected after the one before it."""

    def __init__(self) -> None:
        self._after: dict[int, Symbols] = {}
        self._last = 0

    def _model(self) -> Symbols:
        if self._last not in self._after:
            self._after[self._last] = Symbols(256)
        return self._after[self._last]

    def encode(self, encoder: Encoder, byte: int) -> None:
        """Write one byte."""
        self._model().encode(encoder, byte)
        self._last = byte

    def decode(self, decoder: Decoder) -> int:
        """Read one byte."""
        self._last = self._model().decode(decoder)
        return self._last
