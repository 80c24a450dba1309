"""A text taken apart: what a model can read of it, and what it cannot, so that nothing is lost.

Knows a vocabulary; knows nothing of networks or coding. A model of lower-case text reads "The" as
"the" and has no letter for "ß". So a text becomes three things: the symbols that the model reads,
which of them are capitals, and pieces that are unknown to it with the places where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CorpusError

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
