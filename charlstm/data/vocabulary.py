"""The vocabulary: which characters a model knows, and their integer ids.

Knows nothing of where a text came from or of what a model does with the ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import CorpusError

CHAR = "char"
"""The level of characters."""

_PIECE = 1 << 20
"""Characters that are encoded at a time."""


@dataclass(frozen=True)
class Reading:
    """A prompt as a model reads it.

    Attributes:
        text: What is left of the prompt, in symbols of the vocabulary.
        ids: int32 array of shape (len(text),).
        folded: Distinct characters that were folded to lower case, in order of appearance.
        dropped: Distinct characters that the model does not know, in order of appearance.
        dropped_count: How many characters were dropped.
        unknown: Distinct words that a model of words does not know, in order of appearance; they
            stay in the text, and are read as its unknown token.
        space_left_off: Whether spaces at the end were left off, because a word brings its own.
    """

    text: str
    ids: NDArray[np.int32]
    folded: tuple[str, ...]
    dropped: tuple[str, ...]
    dropped_count: int
    unknown: tuple[str, ...] = ()
    space_left_off: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Symbols in code point order; the id of a symbol is its place in that order.

    Args:
        symbols: Distinct single characters, sorted.

    Raises:
        CorpusError: If the symbols are not distinct single characters in sorted order.
    """

    symbols: tuple[str, ...]

    level: ClassVar[str] = CHAR
    """What its symbols are; see levels."""

    unit: ClassVar[str] = "character"
    """What people call a symbol."""

    def __post_init__(self) -> None:
        if any(len(symbol) != 1 for symbol in self.symbols):
            raise CorpusError("A vocabulary is made of single characters.")
        if list(self.symbols) != sorted(set(self.symbols)):
            raise CorpusError("The symbols of a vocabulary must be distinct and sorted.")

    @classmethod
    def of(cls, text: str) -> Vocabulary:
        """Return the vocabulary of all characters that occur in ``text``."""
        return cls(tuple(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.symbols)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.symbols)

    @cached_property
    def _code_points(self) -> NDArray[np.uint32]:
        return _code_points("".join(self.symbols))

    @property
    def id_type(self) -> type[np.integer[Any]]:
        """The smallest type of integer that holds every id."""
        return np.uint8 if len(self) <= 2**8 else np.uint16 if len(self) <= 2**16 else np.int32

    def encode(self, text: str, dtype: type[np.integer[Any]] = np.int32) -> NDArray[Any]:
        """Return the ids of ``text``, shape (len(text),).

        Args:
            text: Any length; it is read in pieces, so that little more than the ids is held.
            dtype: Of the ids; ``id_type`` is the smallest that will do.

        Raises:
            CorpusError: If a character is not in the vocabulary.
        """
        ids = np.empty(len(text), dtype)
        for start in range(0, len(text), _PIECE):
            piece = text[start : start + _PIECE]
            ids[start : start + _PIECE] = self._encode_piece(piece)
        return ids

    def _encode_piece(self, text: str) -> NDArray[np.int64]:
        points = _code_points(text)
        ids = np.searchsorted(self._code_points, points)
        ids[ids == len(self)] = 0
        known = self._code_points[ids] == points if len(self) else np.zeros(points.shape, bool)
        if not known.all():
            unknown = text[int(np.argmin(known))]
            raise CorpusError(f"The character {unknown!r} is not in the vocabulary.")
        return ids

    def decode(self, ids: NDArray[np.integer]) -> str:
        """Return the text of ``ids``; the inverse of :meth:`encode`."""
        return "".join(self.symbols[index] for index in ids)

    def pieces(self, text: str) -> list[str]:
        """Return a text that was read in pieces, one for each of its ids."""
        return list(text)

    def ids_of(self, symbols: Sequence[str]) -> NDArray[np.int32]:
        """Return the ids of symbols, shape (len(symbols),).

        Raises:
            CorpusError: If one is not in the vocabulary.
        """
        return self.encode("".join(symbols))

    def read(self, prompt: str) -> Reading:
        """Read a prompt without guessing: fold what is only upper case, drop what is unknown.

        A character that the vocabulary holds is kept as it is. One whose lower case it holds is
        folded. Any other is dropped. Both are reported.
        """
        prompt = prompt.replace("\r\n", "\n").replace("\r", "\n")
        if self._known.issuperset(prompt):
            return Reading(prompt, self.encode(prompt), (), (), 0)
        kept: list[str] = []
        folded: dict[str, None] = {}
        dropped: dict[str, None] = {}
        dropped_count = 0
        for character in prompt:
            lower = character.lower()
            if character in self:
                kept.append(character)
            elif all(part in self for part in lower):
                kept.append(lower)
                folded[character] = None
            else:
                dropped[character] = None
                dropped_count += 1
        text = "".join(kept)
        return Reading(text, self.encode(text), tuple(folded), tuple(dropped), dropped_count)


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
