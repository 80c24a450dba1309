"""A text split into what a model can read and what it cannot, so that nothing is lost.

A model of lower-case text reads "The" as "the" and has no letter for "ß". So a text becomes three
parts: the symbols that the model reads, which of them are capitals, and the unknown pieces with
their positions. The frequencies of capitals and pieces are learned as they are coded: a text
without any pays a bit or two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.compression.range_coder import DAMAGED, Bytes, Coder, Numbers, Symbols
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError, CorpusError

Piece = tuple[int, str]
"""The number of known characters before it, and the characters that the model cannot read."""

_WINDOWS, _UNIX = "\r\n", "\n"

_KT = 2  # The gain of Krichevsky and Trofimov

_ENDS = ".!?"
_LINE, _SENTENCE, _SPACE, _LETTER, _OTHER = range(5)
"""What precedes a letter: the start of a line or sentence, a space, a letter, or another symbol."""

_OFTEN = 2000  # Characters from one report of progress to the next


@dataclass(frozen=True)
class Parts:
    """A text split into parts.

    Attributes:
        ids: The symbols that the model reads, shape (known characters,).
        capitals: Which of them are capitals, shape (known characters,).
        pieces: The parts that it cannot read, in order; none is empty, no two at one position.
        windows_lines: Whether every line of the text ends in ``\\r\\n``, which is read as ``\\n``.
    """

    ids: NDArray[np.int64]
    capitals: NDArray[np.bool_]
    pieces: tuple[Piece, ...]
    windows_lines: bool


class Splitter:
    """Splits texts for one vocabulary, and joins them again.

    Attributes:
        vocabulary: The symbols that the model knows.
        has_capital: Which of them also stand for their capitals, shape (symbols,).
    """

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
        self._points = np.array([ord(symbol) for symbol in vocabulary.symbols], np.int64)
        self._upper = self._points.copy()
        self._upper[list(self._capitals.values())] = [ord(capital) for capital in self._capitals]
        self.has_capital = np.asarray(self._upper != self._points)

    def alphabet(self) -> str:
        """Return all that determines how a text is split: a new Unicode may know new capitals."""
        return "".join(self.vocabulary.symbols) + "\0" + "".join(self._capitals)

    def split(self, text: str) -> Parts:
        """Split a text; a CorpusError is raised if it holds incomplete characters."""
        points = code_points(text)
        pairs = text.count(_WINDOWS)
        windows_lines = pairs > 0 and pairs == text.count("\r") == text.count("\n")
        if windows_lines:
            points = points[points != ord("\r")]
        ids = self._capitals | self._lower
        different, positions = np.unique(points, return_inverse=True)
        characters = [chr(point) for point in different]
        known = np.array([ids.get(character, -1) for character in characters], np.int64)
        is_capital = np.array([character in self._capitals for character in characters], bool)
        read = known[positions]
        unknown = read < 0
        edges = np.flatnonzero(np.diff(np.concatenate(([0], unknown, [0])))).reshape(-1, 2)
        known_before = np.concatenate(([0], np.cumsum(~unknown)))
        pieces = tuple(
            (int(known_before[start]), "".join(map(chr, points[start:end]))) for start, end in edges
        )
        return Parts(read[~unknown], is_capital[positions][~unknown], pieces, windows_lines)

    def join(self, parts: Parts) -> str:
        """Join a text again; the inverse of :meth:`split`."""
        points = np.where(parts.capitals, self._upper[parts.ids], self._points[parts.ids])
        letters = points.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        joined, done = [], 0
        for position, piece in parts.pieces:
            joined += [letters[done:position], piece]
            done = position
        text = "".join([*joined, letters[done:]])
        return text.replace(_UNIX, _WINDOWS) if parts.windows_lines else text


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text; raise a CorpusError for surrogates."""
    try:
        return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    except UnicodeEncodeError:
        raise CorpusError(
            "This text holds incomplete characters; save it as plain text in UTF-8 first."
        ) from None


def code_pieces(
    coder: Coder,
    known: int,
    unknown: int,
    pieces: Sequence[Piece] = (),
    progress: Progress | None = None,
) -> tuple[tuple[Piece, ...], list[float]]:
    """Write pieces, or read them; return them and the bits that each of them cost.

    ``known`` is the number of characters that the model reads, and no piece has a later position;
    ``unknown`` is the number of characters of all pieces. A CharlstmError is raised if the pieces
    that are read cannot have been written.
    """
    counts, gaps, lengths, content = Numbers(), Numbers(), Numbers(), Bytes()
    given = iter(pieces)
    position, done, found, costs = 0, 0, [], []
    for _ in range(counts.code(coder, len(pieces), min(known + 1, unknown))):
        spent = coder.bits()
        after, piece = next(given, (0, ""))
        position += gaps.code(coder, after - position, known - position)
        length = lengths.code(coder, len(piece) - 1, unknown - done - 1) + 1
        characters = []
        for index in range(length):
            characters.append(_code_character(coder, content, piece[index : index + 1]))
            done += 1
            if progress and done % _OFTEN == 0:
                progress(done, unknown)
        found.append((position, "".join(characters)))
        costs.append(coder.bits() - spent)
    if done != unknown:
        raise CharlstmError(DAMAGED)
    return tuple(found), costs


def _code_character(coder: Coder, content: Bytes, character: str) -> str:
    given = character.encode().ljust(4, b"\0")
    first = content.code(coder, given[0])
    # The first byte says how many follow (RFC 3629).
    more = (first >= 0xC0) + (first >= 0xE0) + (first >= 0xF0)
    data = bytes([first, *(content.code(coder, byte) for byte in given[1 : more + 1])])
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise CharlstmError(DAMAGED) from None


class Capitals:
    """A model of which letters are capitals, learned from their context.

    The context of a letter is what precedes it (the start of a line, the end of a sentence, a
    space, a letter, and whether that was a capital) and whether it is a word by itself.
    """

    def __init__(self, splitter: Splitter) -> None:
        self._has_capital = splitter.has_capital
        symbols = splitter.vocabulary.symbols
        self._kinds = np.array([_kind(symbol) for symbol in symbols], np.int64)
        self._ends = np.array([symbol in _ENDS for symbol in symbols], bool)

    def rules(self) -> bytes:
        """Return how symbols are classified: a new Unicode may classify them otherwise."""
        return bytes(self._kinds.astype(np.uint8)) + bytes(self._ends)

    def code(
        self, coder: Coder, ids: NDArray[np.int64], capitals: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Write or read which symbols are capitals; return that, and the bits of each symbol."""
        flags = [False] * len(ids) if capitals is None else capitals.tolist()
        costs = np.zeros(len(ids))
        if Symbols(2, _KT).code(coder, any(flags)):
            models = [Symbols(2, _KT) for _ in range(4 * 5)]
            spent = coder.bits()
            for position, context in zip(*self._letters(ids), strict=True):
                after_capital = position > 0 and flags[position - 1]
                model = models[context + 10 * after_capital]
                flags[position] = bool(model.code(coder, flags[position]))
                before, spent = spent, coder.bits()
                costs[position] = spent - before
        return np.array(flags, bool), costs

    def _letters(self, ids: NDArray[np.int64]) -> tuple[list[int], list[int]]:
        """Return the positions of possible capitals, and the context of each as 0 to 9."""
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
