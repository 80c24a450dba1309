"""Coding what a model cannot read: which letters are capitals, and the pieces unknown to it.

Knows spelled texts and the range coder; knows nothing of networks. Both are learned as they come:
a text without capitals and without unknown characters pays a bit or two for having none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from charlstm.compression.range_coder import DAMAGED, Bytes, Decoder, Encoder, Numbers, Symbols
from charlstm.compression.spelling import Speller
from charlstm.errors import CharlstmError

_KT = 2
"""The gain of Krichevsky and Trofimov."""

_ENDS = ".!?"
_LINE, _SENTENCE, _SPACE, _LETTER, _OTHER = range(5)

Piece = tuple[int, str]
Progress = Callable[[int, int], None]

_OFTEN = 2000
"""Characters from one report of progress to the next."""


def write_pieces(
    encoder: Encoder, pieces: Sequence[Piece], progress: Progress | None = None
) -> list[float]:
    """Write what the model cannot read; return the bits that each piece cost."""
    counts, gaps, lengths, content = Numbers(), Numbers(), Numbers(), Bytes()
    counts.encode(encoder, len(pieces))
    costs, done = [], 0
    for (before, _), (position, piece) in pairwise([(0, ""), *pieces]):
        spent = encoder.bits()
        gaps.encode(encoder, position - before)
        lengths.encode(encoder, len(piece) - 1)
        for character in piece:
            for byte in character.encode():
                content.encode(encoder, byte)
            done += 1
            if progress and done % _OFTEN == 0:
                progress(done, done)
        costs.append(encoder.bits() - spent)
    return costs


def read_pieces(
    decoder: Decoder, known: int, unknown: int, progress: Progress | None = None
) -> tuple[Piece, ...]:
    """Read what write_pieces wrote.

    Args:
        decoder: Where it stands.
        known: How many characters the model reads; no piece stands after more.
        unknown: How many characters all pieces have together.
        progress: Told how many characters of pieces are done.

    Raises:
        CharlstmError: If this cannot be what was written.
    """
    counts, gaps, lengths, content = Numbers(), Numbers(), Numbers(), Bytes()
    position, done, pieces = 0, 0, []
    for _ in range(counts.decode(decoder, min(known + 1, unknown))):
        position += gaps.decode(decoder, known - position)
        characters = []
        for _ in range(lengths.decode(decoder, unknown - done - 1) + 1):
            characters.append(_character(content, decoder))
            done += 1
            if progress and done % _OFTEN == 0:
                progress(done, unknown)
        pieces.append((position, "".join(characters)))
    if done != unknown:
        raise CharlstmError(DAMAGED)
    return tuple(pieces)


def _character(content: Bytes, decoder: Decoder) -> str:
    first = content.decode(decoder)
    # How many bytes follow stands in the first (RFC 3629).
    more = (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
    data = bytes([first, *(content.decode(decoder) for _ in range(more))])
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise CharlstmError(DAMAGED) from None


class Capitals:
    """Which letters are capitals, learned by where they stand.

    A letter is expected by what stands before it (the start of a line, the end of a sentence, a
    space, a letter, and whether that was a capital) and by whether it stands alone.
    """

    def __init__(self, speller: Speller) -> None:
        self._has_capital = speller.has_capital
        symbols = speller.vocabulary.symbols
        self._kinds = np.array([_kind(symbol) for symbol in symbols], np.int64)
        self._ends = np.array([symbol in _ENDS for symbol in symbols], bool)

    def rules(self) -> bytes:
        """Return what the places of letters are judged by: a new Unicode may judge anew."""
        return bytes(self._kinds.astype(np.uint8)) + bytes(self._ends)

    def write(
        self, encoder: Encoder, ids: NDArray[np.int64], capitals: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Write which of the symbols are capitals; return the bits that each cost."""
        costs = np.zeros(len(ids))
        has_any = bool(capitals.any())
        Symbols(2, _KT).encode(encoder, int(has_any))
        if not has_any:
            return costs
        models = [Symbols(2, _KT) for _ in range(4 * 5)]
        flags = capitals.tolist()
        spent = encoder.bits()
        for position, where in zip(*self._letters(ids), strict=True):
            after_capital = position > 0 and flags[position - 1]
            models[where + 10 * after_capital].encode(encoder, int(flags[position]))
            before, spent = spent, encoder.bits()
            costs[position] = spent - before
        return costs

    def read(self, decoder: Decoder, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Read what write wrote."""
        flags = [False] * len(ids)
        if Symbols(2, _KT).decode(decoder):
            models = [Symbols(2, _KT) for _ in range(4 * 5)]
            for position, where in zip(*self._letters(ids), strict=True):
                after_capital = position > 0 and flags[position - 1]
                flags[position] = bool(models[where + 10 * after_capital].decode(decoder))
        return np.array(flags, bool)

    def _letters(self, ids: NDArray[np.int64]) -> tuple[list[int], list[int]]:
        """Return the places that could be capitals, and where each of them stands: 0 to 9."""
        kinds = self._kinds[ids]
        before = np.concatenate(([_LINE], kinds[:-1]))
        ended = np.concatenate(([False, False], self._ends[ids][:-2]))[: len(ids)]
        before = np.where((before == _SPACE) & ended, _SENTENCE, before)
        after = np.concatenate((kinds[1:], [_LINE]))
        alone = (before != _LETTER) & (after != _LETTER)
        positions = np.flatnonzero(self._has_capital[ids])
        return positions.tolist(), (2 * before + alone)[positions].tolist()


def _kind(symbol: str) -> int:
    if symbol == "\n":
        return _LINE
    if symbol.isspace():
        return _SPACE
    return _LETTER if unicodedata.category(symbol).startswith("L") else _OTHER
