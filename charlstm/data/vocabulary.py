"""The vocabulary: which characters a model knows, and their integer ids.

Knows nothing of where a text came from or of what a model does with the ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from charlstm.data.words import mark_pattern
from charlstm.errors import CorpusError

CHAR = "char"
"""The level of characters."""

_PIECE = 1 << 20
"""Characters that are encoded at a time."""

_LONGEST_DECOMPOSITION = 4
"""Code points of one character of Unicode taken apart."""


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
        reformed: Distinct characters or words that were read in another form of Unicode, as é can
            be one code point or two; in order of appearance.
    """

    text: str
    ids: NDArray[np.int32]
    folded: tuple[str, ...]
    dropped: tuple[str, ...]
    dropped_count: int
    unknown: tuple[str, ...] = ()
    space_left_off: bool = False
    reformed: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """What a figure of the text is over, as a phrase: how many of its characters."""
        read, all_of_them = len(self.text), len(self.text) + self.dropped_count
        characters = f"{all_of_them:,} character{'' if all_of_them == 1 else 's'}"
        if not self.dropped_count:
            return characters
        are = "is" if self.dropped_count == 1 else "are"
        return (
            f"{read:,} of {characters}; {self.dropped_count:,} {are} unknown to this model and not"
            " counted"
        )


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
        return code_points("".join(self.symbols))

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
        points = code_points(text)
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

        A character that the vocabulary holds is kept as it is. One that it holds in another form of
        Unicode is read in that form: é is one code point or two. One whose lower case it holds is
        folded. Any other is dropped. All of it is reported.
        """
        prompt = prompt.replace("\r\n", "\n").replace("\r", "\n")
        if self._known.issuperset(prompt):
            return Reading(prompt, self.encode(prompt), (), (), 0)
        kept: list[str] = []
        folded: dict[str, None] = {}
        reformed: dict[str, None] = {}
        dropped: dict[str, None] = {}
        dropped_count = 0
        known_as: dict[str, str | None] = {}
        for cluster in clusters_of(prompt):
            if cluster not in known_as:
                known_as[cluster] = self._known_as(cluster)
            for part in (cluster,) if known_as[cluster] is not None else cluster:
                found = known_as[part] if part in known_as else self._known_as(part)
                if found is None:
                    dropped[part] = None
                    dropped_count += 1
                    continue
                kept.append(found)
                if found != part:
                    note_change(part, found, part, folded, reformed)
        text = "".join(kept)
        return Reading(
            text,
            self.encode(text),
            tuple(folded),
            tuple(dropped),
            dropped_count,
            reformed=tuple(reformed),
        )

    def equivalent(self, symbol: str) -> str | None:
        """Return the symbol itself, or the same in another form of Unicode, or None."""
        if symbol in self:
            return symbol
        return self._by_decomposition.get(unicodedata.normalize("NFD", symbol))

    @cached_property
    def _by_decomposition(self) -> dict[str, str]:
        """Symbols by what they are when taken apart; of several the first."""
        return {unicodedata.normalize("NFD", symbol): symbol for symbol in reversed(self.symbols)}

    def _known_as(self, part: str) -> str | None:
        """Return a part of a prompt in symbols: as it is, in another form, in lower case."""
        for form in (part, part.lower()):
            if self._known.issuperset(form):
                return form
            if (found := self._recomposed(form)) is not None:
                return found
        return None

    def _recomposed(self, part: str) -> str | None:
        """Return the symbols that are a text once both are taken apart, or None."""
        rest, found = unicodedata.normalize("NFD", part), ""
        while rest:
            most = min(len(rest), _LONGEST_DECOMPOSITION)
            for length in range(most, 0, -1):
                symbol = self._by_decomposition.get(rest[:length])
                if symbol is not None:
                    break
            else:
                return None
            rest, found = rest[length:], found + symbol
        return found


def clusters_of(text: str) -> Iterator[str]:
    """Yield characters with the marks that stand on them, and syllables of Hangul; joined they are
    the text."""
    return (match[0] for match in _cluster().finditer(text))


@cache
def _cluster() -> re.Pattern[str]:
    return re.compile(rf"[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|.{mark_pattern()}*", re.S)


def note_change(
    given: str, found: str, name: str, folded: dict[str, None], reformed: dict[str, None]
) -> None:
    """Note what a symbol was read as: whether it was folded, or read in another form, or both.

    Args:
        given: As it stood in a prompt.
        found: In symbols of the vocabulary; not the same.
        name: What it is called in a report.
        folded, reformed: Where it is noted.
    """
    name = unicodedata.normalize("NFC", name)
    if found not in (given, given.lower()):
        reformed[name] = None
    if unicodedata.normalize("NFD", found) != unicodedata.normalize("NFD", given):
        folded[name] = None


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text, shape (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
