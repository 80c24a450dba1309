"""Models that learn while they code: for what no network has to predict.

Knows counts and the range coder. Whoever decodes sees the same choices in the same order, so both
sides count alike and nothing needs to be told beforehand.
"""

from __future__ import annotations

from charlstm.compression.range_coder import DAMAGED, Decoder, Encoder
from charlstm.errors import CharlstmError

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
