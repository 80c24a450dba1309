"""The vocabulary: the characters that a model knows, their integer ids, and reading a prompt.

The end of the module is about showing and speaking one symbol: a character or a token.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import CorpusError

CHAR = "char"
"""The level of characters."""

UNKNOWN = "<unk>"
"""The token for every token that a vocabulary does not hold."""

_PIECE = 1 << 20
"""Characters that are encoded at a time."""

_LONGEST_DECOMPOSITION = 4
"""The most code points that one character of Unicode decomposes into."""

JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ, which occur inside the words of Persian and of Indian languages."""

_RANGES_OF_MARKS = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))


@dataclass(frozen=True)
class Reading:
    """A prompt as a model reads it: ``text`` in symbols of its vocabulary, and their ``ids``.

    The rest says what differs from the prompt, each distinct character or word once, in order of
    appearance: ``folded`` to lower case; ``dropped``, because the model does not know it;
    ``unknown`` words, which stay in the text and are read as the unknown token; ``reformed``, read
    in another form of Unicode (é is one code point or two). ``space_left_off`` says whether spaces
    at the end were removed, because a word brings its own.
    """

    text: str
    ids: NDArray[np.int32]
    folded: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    dropped_count: int = 0
    unknown: tuple[str, ...] = ()
    space_left_off: bool = False
    reformed: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """How many of its characters a figure about the text covers, as a phrase."""
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
    """Distinct characters in code point order; the id of a symbol is its index in that order.

    >>> vocabulary = Vocabulary.of("the hat")
    >>> vocabulary.symbols, vocabulary.encode("hat").tolist()
    ((' ', 'a', 'e', 'h', 't'), [3, 1, 4])
    """

    symbols: tuple[str, ...]

    level: ClassVar[str] = CHAR
    """CHAR, or WORD for a vocabulary of words (see charlstm.data.words)."""

    unit: ClassVar[str] = "character"
    """The name of a symbol on pages."""

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
    def _table(self) -> NDArray[np.int32]:
        """The id of every code point up to that of the last symbol, and a -1 for all above."""
        points = code_points("".join(self.symbols))
        table = np.full(int(points.max(initial=0)) + 2, -1, np.int32)
        table[points] = np.arange(len(points))
        return table

    @property
    def id_type(self) -> type[np.integer[Any]]:
        """The smallest type of integer that holds every id."""
        return np.uint8 if len(self) <= 2**8 else np.uint16 if len(self) <= 2**16 else np.int32

    def encode(self, text: str, dtype: type[np.integer[Any]] = np.int32) -> NDArray[Any]:
        """Return the ids of ``text``, shape (len(text),).

        A CorpusError is raised for a character that is not in the vocabulary.
        """
        ids = np.empty(len(text), dtype)
        for start in range(0, len(text), _PIECE):
            points = code_points(text[start : start + _PIECE])
            found = self._table[np.minimum(points, len(self._table) - 1)]
            if (found < 0).any():
                unknown = text[start + int(np.argmax(found < 0))]
                raise CorpusError(f"The character {unknown!r} is not in the vocabulary.")
            ids[start : start + _PIECE] = found
        return ids

    def decode(self, ids: NDArray[np.integer]) -> str:
        """Return the text of ``ids``; the inverse of :meth:`encode`."""
        return "".join(self.symbols[index] for index in ids)

    def pieces(self, text: str) -> list[str]:
        """Return the symbols of a text that was read, one for each of its ids."""
        return list(text)

    def ids_of(self, symbols: Sequence[str]) -> NDArray[np.int32]:
        """Return the ids of symbols, shape (len(symbols),); raise CorpusError if one is unknown."""
        return self.encode("".join(symbols))

    def read(self, prompt: str) -> Reading:
        """Read a prompt without guessing, and report every change.

        A character of the vocabulary is kept. One that the vocabulary holds in another form of
        Unicode is read in that form. One whose lower case it holds is folded. Any other is dropped.
        """
        prompt = prompt.replace("\r\n", "\n").replace("\r", "\n")
        if self._known.issuperset(prompt):
            return Reading(prompt, self.encode(prompt))
        known_as = cache(self._known_as)
        parts: list[tuple[str, str | None]] = []
        for match in _cluster().finditer(prompt):
            whole = match[0]
            parts += [(p, known_as(p)) for p in ([whole] if known_as(whole) else whole)]
        text = "".join(found for _, found in parts if found)
        folded, reformed, dropped = changes(parts)
        count = sum(found is None for _, found in parts)
        return Reading(text, self.encode(text), folded, dropped, count, reformed=reformed)

    def equivalent(self, symbol: str) -> str | None:
        """Return the symbol, itself or in another form of Unicode, or None."""
        if symbol in self:
            return symbol
        return self._by_decomposition.get(unicodedata.normalize("NFD", symbol))

    @cached_property
    def _by_decomposition(self) -> dict[str, str]:
        """Symbols by their canonical decomposition (NFD); the first if several share one."""
        return {unicodedata.normalize("NFD", symbol): symbol for symbol in reversed(self.symbols)}

    def _known_as(self, part: str) -> str | None:
        """Return a part of a prompt in symbols: unchanged, in another form, or in lower case."""
        for form in (part, part.lower()):
            if self._known.issuperset(form):
                return form
            if (found := self._recomposed(form)) is not None:
                return found
        return None

    def _recomposed(self, part: str) -> str | None:
        """Return the symbols whose decompositions make up that of a text, or None."""
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


def is_mark(character: str) -> bool:
    """Return whether a character is a mark or a joiner."""
    return character in JOINERS or unicodedata.category(character)[0] == "M"


@cache
def mark_pattern() -> str:
    """Return a regular expression for one mark or joiner."""
    marks = "".join(filter(is_mark, map(chr, chain(*_RANGES_OF_MARKS))))
    # The look-ahead avoids a long search where there can be no mark.
    return rf"(?:(?![\0-\u02ff])[{marks}])"


@cache
def _cluster() -> re.Pattern[str]:
    """Return a regular expression for a character with its marks, or a syllable of Hangul."""
    return re.compile(rf"[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|.{mark_pattern()}*", re.S)


def changes(
    parts: Iterable[tuple[str, str | None]],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return which parts of a text were folded, which are in another form, and which are unknown.

    Each part is given as it is in the text and as it was read, None if it is unknown. It is listed
    once, without the spaces around it.
    """
    folded: dict[str, None] = {}
    reformed: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for given, found in parts:
        name = given.strip(" ") or given
        if found is None:
            unknown[name] = None
            continue
        name = unicodedata.normalize("NFC", name)
        if found not in (given, given.lower()):
            reformed[name] = None
        if unicodedata.normalize("NFD", found) != unicodedata.normalize("NFD", given):
            folded[name] = None
    return tuple(folded), tuple(reformed), tuple(unknown)


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text, shape (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


_VISIBLE = {"\n": "⏎", " ": "␣", "\t": "⇥"}
_NAMES = {
    "\n": "newline",
    "\r": "carriage return",
    "\t": "tab",
    " ": "space",
    ".": "full stop",
    "-": "hyphen",
    "'": "apostrophe",
    '"': "quotation mark",
}

# Controls, format characters, surrogates, private and unassigned code points, marks that would
# combine with a neighbour, and invisible spaces and separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me", "Zs", "Zl", "Zp"})

# Letters and symbols by category, but blank on the screen.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def visible(symbol: str) -> str:
    """Return a label for one character or token.

    It is the character itself where that can be seen; "⏎", "␣" and "⇥" for newline, space and tab;
    the code point, such as "U+200B", where it is invisible or joins its neighbour. A token is shown
    by the labels of its characters, such as "␣the"; a combining mark stays on its letter.
    """
    if len(symbol) > 1:
        return visible(symbol[0]) + "".join(
            each if each == " " or (is_mark(each) and before != " ") else visible(each)
            for before, each in pairwise(symbol)
        )
    if symbol in _VISIBLE:
        return _VISIBLE[symbol]
    if unicodedata.category(symbol) in _UNSEEN or symbol in _BLANK:
        return _code_point(symbol)
    return symbol


def spoken(symbol: str) -> str:
    """Return the name of one character or token for a screen reader.

    For example "newline", "letter e", "capital letter E", "digit 7", "comma"; for other scripts the
    Unicode name or the code point; for a token the word, and whether a space precedes it.
    """
    if len(symbol) > 1:
        if symbol[0] == " ":
            return f"space, {spoken(symbol[1:])}"
        return "unknown word" if symbol == UNKNOWN else symbol
    if symbol in _NAMES:
        return _NAMES[symbol]
    if symbol.isascii() and symbol.isalpha():
        return f"letter {symbol}" if symbol.islower() else f"capital letter {symbol}"
    if symbol.isascii() and symbol.isdigit():
        return f"digit {symbol}"
    return unicodedata.name(symbol, _code_point(symbol)).lower().replace("u+", "U+")


def _code_point(symbol: str) -> str:
    return f"U+{ord(symbol):04X}"
