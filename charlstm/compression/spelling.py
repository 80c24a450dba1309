"""A text taken apart: what a model can read of it, and what it cannot, so that nothing is lost.

Knows a vocabulary; knows nothing of networks or coding. A model of lower-case text reads "The" as
"the" and has no letter for "ß". So a text becomes three things: the symbols that the model reads,
which of them are capitals, and pieces that are unknown to it with the places where they stand.

Coding what a model cannot read: which letters are capitals, and the pieces unknown to it.

Knows spelled texts and the range coder; knows nothing of networks. Both are learned as they come:
a text without capitals and without unknown characters pays a bit or two for having none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from charlstm.compression.range_coder import DAMAGED, Bytes, Decoder, Encoder, Numbers, Symbols
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError, CorpusError

_WINDOWS, _UNIX = "\r\n", "\n"


@dataclass(frozen=True)
class Spelled:
    """A text taken apart.

    Attributes:
        ids: What the model reads, shape (known characters,).
        capitals: Which of them are capitals, shape (known characters,).
        pieces: What it cannot read, in order: after how many known characters it stands, and what
            it is; never empty, no two at one place.
        windows_lines: Whether every line of the text ends in ``\\r\\n`` and is read as ``\\n``.
    """

    ids: NDArray[np.int64]
    capitals: NDArray[np.bool_]
    pieces: tuple[tuple[int, str], ...]
    windows_lines: bool


class Speller:
    """Takes texts apart for one vocabulary, and puts them together again."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._lower = {symbol: index for index, symbol in enumerate(vocabulary.symbols)}
        self._capitals = {
            upper: index
            for index, symbol in enumerate(vocabulary.symbols)
            if len(upper := symbol.upper()) == 1
            and upper not in self._lower
            and upper.lower() == symbol
        }

    @cached_property
    def _points(self) -> NDArray[np.int64]:
        return np.array([ord(symbol) for symbol in self.vocabulary.symbols], np.int64)

    @cached_property
    def _upper(self) -> NDArray[np.int64]:
        """The capital of each symbol, or the symbol itself where it stands for none."""
        upper = self._points.copy()
        upper[list(self._capitals.values())] = [ord(capital) for capital in self._capitals]
        return upper

    @property
    def has_capital(self) -> NDArray[np.bool_]:
        """Which symbols stand for a capital too, shape (symbols,)."""
        return np.asarray(self._upper != self._points)

    def alphabet(self) -> str:
        """Return all that decides how a text is spelled: a new Unicode may know new capitals."""
        return "".join(self.vocabulary.symbols) + "\0" + "".join(self._capitals)

    def spell(self, text: str) -> Spelled:
        """Take a text apart.

        Raises:
            CorpusError: If it holds halves of characters, which are no text.
        """
        points = code_points(text)
        windows_lines = _has_windows_lines(text)
        if windows_lines:
            points = points[points != ord("\r")]
        different, positions = np.unique(points, return_inverse=True)
        characters = [chr(point) for point in different]
        known = np.array([self._id(character) for character in characters], np.int64)
        is_capital = np.array([character in self._capitals for character in characters], bool)
        ids = known[positions]
        unknown = ids < 0
        return Spelled(
            ids[~unknown],
            is_capital[positions][~unknown],
            tuple(_pieces(points, unknown)),
            windows_lines,
        )

    def _id(self, character: str) -> int:
        return self._lower.get(character, self._capitals.get(character, -1))

    def unspell(self, spelled: Spelled) -> str:
        """Put a text together again; the inverse of :meth:`spell`."""
        points = np.where(spelled.capitals, self._upper[spelled.ids], self._points[spelled.ids])
        letters = points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        parts, done = [], 0
        for position, piece in spelled.pieces:
            parts += [letters[done:position], piece]
            done = position
        text = "".join([*parts, letters[done:]])
        return text.replace(_UNIX, _WINDOWS) if spelled.windows_lines else text


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text.

    Raises:
        CorpusError: If it holds halves of characters (surrogates), which are no text.
    """
    try:
        return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    except UnicodeEncodeError:
        raise CorpusError(
            "This text holds halves of characters, which cannot be written as UTF-8; save it as"
            " plain text first."
        ) from None


def _has_windows_lines(text: str) -> bool:
    pairs = text.count(_WINDOWS)
    return pairs > 0 and pairs == text.count("\r") == text.count("\n")


def _pieces(points: NDArray[np.uint32], unknown: NDArray[np.bool_]) -> Sequence[tuple[int, str]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], unknown, [False])).astype(np.int8)))
    known_before = np.concatenate(([0], np.cumsum(~unknown)))
    return [
        (int(known_before[start]), "".join(map(chr, points[start:end])))
        for start, end in edges.reshape(-1, 2)
    ]


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
