"""The kinds of parameters in an address: how the word of each is read and written.

The parameters themselves are in address.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from charlstm.data.vocabulary import CHAR

NONE = "none"
"""The word for "none", for a parameter whose default is not none."""

ON_OFF = {"0": False, "1": True}
_IDS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5})*")


def short(given: str) -> str:
    """Return a word of an address, quoted and cut, for a sentence."""
    return repr(given if len(given) <= 40 else given[:40] + "…")


def same(words: Iterable[str]) -> dict[str, str]:
    """Return the options of a choice whose values are the same as their words in the address."""
    return {word: word for word in words}


@dataclass(frozen=True)
class Parameter:
    """A parameter in the addresses of some pages; any word is valid unless a kind restricts it.

    Attributes:
        pages: Those that have it, separated by spaces.
        default: Its value if the address does not name it.
        shared: Whether these pages take it over from the previous page.
        explicit: Whether the address names even the default once a person has chosen it, because
            another model has another default.
        usual: What a note calls the default, if its word says too little.
    """

    name: str
    pages: str
    default: Any = None
    shared: bool = field(default=False, kw_only=True)
    explicit: bool = field(default=False, kw_only=True)
    usual: str = field(default="", kw_only=True)

    def read(self, given: str) -> tuple[Any, str]:
        """Return the value of a word in the address, and a note if the word is invalid."""
        try:
            return self.parsed(given), ""
        except ValueError as error:
            used = self.usual or self.word(self.default)
            return self.default, f"{self._asks_for(given)}, {error}; {used} is used."

    def _asks_for(self, given: str) -> str:
        return f"The address asks for {self.name} {short(given)}"

    def parsed(self, given: str) -> Any:
        """Return the value of a word; the message of a ValueError completes the note."""
        return given

    def word(self, value: Any) -> str | None:
        """Return the word for a value; None if no address can hold it."""
        return str(value)

    def fit(self, value: Any) -> Any:
        """Return a value, or the default if another model or text does not have it."""
        word = self.word(value)
        return value if word is None else self.read(word)[0]


@dataclass(frozen=True)
class Number(Parameter):
    """A number from low to high."""

    low: float = 0.0
    high: float = math.inf

    def parsed(self, given: str) -> Any:
        try:
            value = float(given) if given.isascii() else math.nan
        except ValueError:
            value = math.nan
        if not self.low <= value <= self.high:
            raise ValueError(f"which is not a number from {self.low:,} to {self.high:,}")
        return value


@dataclass(frozen=True)
class Whole(Number):
    """A whole number from low to high."""

    low: int = 0
    high: int = 0

    def parsed(self, given: str) -> Any:
        value = super().parsed(given)
        if value != int(value):
            raise ValueError("which is not a whole number")
        return int(value)


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few values, under their words in the address."""

    options: Mapping[str, Any] = field(default_factory=dict)

    def parsed(self, given: str) -> Any:
        if given not in self.options:
            raise ValueError("which is not available")
        return self.options[given]

    def word(self, value: Any) -> str | None:
        return next((word for word, each in self.options.items() if each == value), str(value))


@dataclass(frozen=True)
class Text(Parameter):
    """A text: an address holds up to ``longest`` of its characters, a field up to ``most``."""

    longest: int = 500
    most: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        note = f"The {self.name} in the address was cut to {self.longest} characters."
        return given[: self.longest], note * (len(given) > self.longest)

    def word(self, value: Any) -> str | None:
        return str(value) if len(value) <= self.longest else None


@dataclass(frozen=True)
class Symbols(Text):
    """Symbols of a vocabulary: characters as they are, tokens as their ids.

    Words would be ambiguous: two tokens in a row can read like one. Ids outside the vocabulary are
    left out; of a text read as words, unknown words become the unknown token.
    """

    vocabulary: Any = None

    def read(self, given: str) -> tuple[Any, str]:
        given, note = super().read(given)
        if self.vocabulary.level == CHAR:
            return tuple(given), note
        ids = self.vocabulary.read(given).ids
        if _IDS.fullmatch(given):
            ids = [int(word) for word in given.split(".")]
        known = self.vocabulary.symbols
        return tuple(known[index] for index in ids if index < len(known)), note

    def word(self, value: Any) -> str | None:
        if self.vocabulary.level == CHAR:
            return "".join(value)
        return ".".join(map(str, self.vocabulary.ids_of(value)))


@dataclass(frozen=True)
class Several(Parameter):
    """A list, such as ``3,7,12``, of which at most ``most`` items are taken.

    ``item`` returns the item of a word, or None if the word is invalid; ``spell`` is its inverse.
    """

    item: Callable[[str], Any] = str
    spell: Callable[[Any], str] = str
    most: int = 100_000

    def read(self, given: str) -> tuple[Any, str]:
        words = [] if given in ("", NONE) else list(dict.fromkeys(given.split(",")))
        items = [item for word in words if (item := self.item(word)) is not None][: self.most]
        if len(items) == len(words):
            return items if given else self.default, ""
        note = f"{self._asks_for(given)}; not all of them are available. Missing ones are left out."
        return items or self.default, note

    def word(self, value: Any) -> str | None:
        return ",".join(map(self.spell, value)) or NONE


@dataclass(frozen=True)
class Spelled(Parameter):
    """A value with its own spelling: ``parse`` returns it or raises ValueError, ``spell`` is the
    inverse. The message of the error is a sentence, and so is ``usual``.
    """

    parse: Callable[[str], Any] = str
    spell: Callable[[Any], str] = str

    def read(self, given: str) -> tuple[Any, str]:
        try:
            return self.parse(given), ""
        except ValueError as error:
            return self.default, f"{self._asks_for(given)}: {error} {self.usual}"

    def word(self, value: Any) -> str | None:
        return self.spell(value)


def cell_read(word: str) -> tuple[int, int] | None:
    """Return the layer and cell of a word, or None: ``0.3`` is the fourth of the first layer."""
    found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", word, re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


def cell_word(cell: tuple[int, int]) -> str:
    """Return the word for a cell."""
    return f"{cell[0]}.{cell[1]}"


def span_read(word: str, count: int) -> tuple[int, int] | None:
    """Return the span of a word such as ``3-7`` in a text of ``count`` characters."""
    found = re.fullmatch(r"(\d{1,6})-(\d{1,6})", word, re.ASCII)
    if found and int(found[1]) < int(found[2]) <= count:
        return int(found[1]), int(found[2])
    if word == NONE:
        return None
    raise ValueError(f"it is not a span of this text of {count} characters.")


def span_word(span: tuple[int, int] | None) -> str:
    """Return the word for a span, or for none."""
    return f"{span[0]}-{span[1]}" if span else NONE


def turn_read(word: str) -> tuple[int, float] | None:
    """Return a turn of the dial, or None: ``120:0.5`` is a temperature from a position on."""
    found = re.fullmatch(r"(\d{1,4}):(\d(?:\.\d{1,17})?)", word, re.ASCII)
    return (int(found[1]), float(found[2])) if found and float(found[2]) <= 2 else None


def turn_word(turn: tuple[int, float]) -> str:
    """Return the word for a turn of the dial."""
    return f"{turn[0]}:{str(turn[1]).removesuffix('.0')}"
