"""The kinds of parameters that an address can have: how a word is read, and how it is written.

Knows no page, no model and no session; which parameters there are stands in address.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from charlstm.data.vocabulary import CHAR, Vocabulary

NONE = "none"
"""What an address says where a person has taken away what is there by default."""

_SPAN = re.compile(rf"\d{{1,6}}-\d{{1,6}}|{NONE}", re.ASCII)
_CELL = re.compile(r"(?:^|,)(\d{1,4})\.(\d{1,4})(?=,|$)", re.ASCII)
_IDS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,5})*")


def short(given: str) -> str:
    """Return what an address gives, quoted and cut, for a sentence."""
    return repr(given if len(given) <= 40 else given[:40] + "…")


def same(words: Iterable[str]) -> dict[str, str]:
    """Return the options of a choice whose values are their words in the address."""
    return {word: word for word in words}


@dataclass(frozen=True)
class Parameter:
    """A parameter of the addresses of some pages.

    Attributes:
        name: In the address.
        pages: Those that have it, separated by spaces.
        default: Its value where the address says nothing, and the other way round.
        shared: Whether these pages take it over from the page that one comes from.
        old: A name that it had once; links that people have shared may use it.
        usual: What a note calls the default, where its word says too little.
    """

    name: str
    pages: str
    default: Any = None
    shared: bool = field(default=False, kw_only=True)
    old: str = field(default="", kw_only=True)
    usual: str = field(default="", kw_only=True)

    def read(self, given: str) -> tuple[Any, str]:
        """Return what a word of the address means, and a note where it cannot be."""
        raise NotImplementedError

    def word(self, value: Any) -> str | None:
        """Return how the address says a value; None where no address can hold it."""
        return str(value)

    def has(self, value: Any) -> bool:  # noqa: ARG002
        """Return whether a value can be."""
        return True

    def fit(self, value: Any) -> Any:
        """Return what of a value can still be: another model or text may have fewer."""
        return value if self.has(value) else self.default

    @property
    def arguments(self) -> dict[str, Any]:
        """What a widget of Streamlit has to know of it."""
        return {}


@dataclass(frozen=True)
class Number(Parameter):
    """A number from low to high."""

    low: float = 0.0
    high: float = math.inf

    def read(self, given: str) -> tuple[Any, str]:
        try:
            value = float(given) if given.isascii() else math.nan
        except ValueError:
            value = math.nan
        if self.has(value):
            return self._typed(given, value)
        return self.default, (
            f"The address asks for {self.name} {short(given)}, which is not a number from"
            f" {self.low:,} to {self.high:,}; {self._usual} is used."
        )

    def _typed(self, given: str, value: float) -> tuple[Any, str]:  # noqa: ARG002
        return value, ""

    @property
    def _usual(self) -> str:
        return self.usual or f"{self.default:,}"

    def word(self, value: Any) -> str | None:
        return repr(value)

    def has(self, value: Any) -> bool:
        return bool(value == self.default or self.low <= value <= self.high)

    @property
    def arguments(self) -> dict[str, Any]:
        return {"min_value": self.low, "max_value": self.high}


@dataclass(frozen=True)
class Whole(Number):
    """A whole number from low to high."""

    low: int = 0
    high: int = 0

    def word(self, value: Any) -> str | None:
        return str(int(value))

    def _typed(self, given: str, value: float) -> tuple[Any, str]:
        if value == int(value):
            return int(value), ""
        return self.default, (
            f"The address asks for {self.name} {short(given)}, not a whole number;"
            f" {self._usual} is used."
        )


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few values, under their words in the address."""

    options: Mapping[str, Any] = field(default_factory=dict)

    def read(self, given: str) -> tuple[Any, str]:
        if given in self.options:
            return self.options[given], ""
        return self.default, (
            f"The address asks for {self.name} {short(given)}, which is not here;"
            f" {self.usual or self.word(self.default)} is."
        )

    def word(self, value: Any) -> str | None:
        return next((word for word, each in self.options.items() if each == value), str(value))

    def has(self, value: Any) -> bool:
        return value == self.default or value in self.options.values()

    @property
    def arguments(self) -> dict[str, Any]:
        return {"options": list(self.options.values())}


@dataclass(frozen=True)
class Switch(Choice):
    """On or off."""

    options: Mapping[str, Any] = field(default_factory=lambda: {"0": False, "1": True})

    @property
    def arguments(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Text(Parameter):
    """Any text: an address holds up to longest characters of it, a field up to most."""

    longest: int = 500
    most: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        is_long = len(given) > self.longest
        note = f"The {self.name} in the address was cut to {self.longest} characters."
        return given[: self.longest], note * is_long

    def word(self, value: Any) -> str | None:
        return str(value) if len(value) <= self.longest else None

    @property
    def arguments(self) -> dict[str, Any]:
        return {"max_chars": self.most or self.longest}


@dataclass(frozen=True)
class Symbols(Text):
    """Symbols of a vocabulary: characters as they are, tokens as their ids.

    Two tokens of a model of words that were chosen one after the other can read like one. Ids that
    are not there are left out; of a text read as words, what the vocabulary lacks is its unknown
    token.
    """

    vocabulary: Vocabulary | None = None

    def read(self, given: str) -> tuple[Any, str]:
        given, note = super().read(given)
        assert self.vocabulary is not None
        if self.vocabulary.level == CHAR:
            return tuple(given), note
        known = self.vocabulary.symbols
        if _IDS.fullmatch(given):
            ids = [int(word) for word in given.split(".")]
            return tuple(known[index] for index in ids if index < len(known)), note
        return tuple(known[index] for index in self.vocabulary.read(given).ids), note

    def word(self, value: Any) -> str | None:
        assert self.vocabulary is not None
        if self.vocabulary.level == CHAR:
            return "".join(value)
        return ".".join(map(str, self.vocabulary.ids_of(value)))


@dataclass(frozen=True)
class Positions(Parameter):
    """Positions in a text of that many symbols, such as ``3,7,12``."""

    count: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        words = given.split(",") if given else []
        found = sorted({int(word) for word in words if self._is_position(word)})
        if len(found) == len(set(words)):
            return found, ""
        return found, (
            f"The address asks for {self.name} {short(given)}, not all of them positions in the"
            " text; the others are left out."
        )

    def _is_position(self, word: str) -> bool:
        return word.isascii() and word.isdecimal() and len(word) < 6 and int(word) < self.count

    def word(self, value: Any) -> str | None:
        return ",".join(map(str, value))


@dataclass(frozen=True)
class Span(Parameter):
    """Start and end in a text of that many characters, or None."""

    count: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        if not given:
            return self.default, ""
        if not _SPAN.fullmatch(given):
            return self.default, f"The address asks for the span {short(given)}, which is none."
        value = None if given == NONE else tuple(map(int, given.split("-")))
        if self.has(value):
            return value, ""
        return self.default, (
            f"The address asks for the span {given}; there is none in this text of {self.count}"
            " characters."
        )

    def word(self, value: Any) -> str | None:
        return f"{value[0]}-{value[1]}" if value else NONE

    def has(self, value: Any) -> bool:
        return value is None or value[0] < value[1] <= self.count


@dataclass(frozen=True)
class Cells(Parameter):
    """Cells of a network, such as ``0.3,1.12``: layer and number."""

    layers: int = 0
    units: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        cells = [(int(layer), int(cell)) for layer, cell in _CELL.findall(given)]
        if given in ("", NONE):
            return ([] if given else self.default), ""
        if len(cells) != given.count(",") + 1:
            note = f"The address asks to switch off {short(given)}; not all of it is cells."
            return (self.fit(cells) if cells else self.default), note
        there = self.fit(cells)
        note = "This model does not have all the cells that are to be switched off."
        return there, note * (len(there) < len(set(cells)))

    def fit(self, value: Any) -> Any:
        each_once = dict.fromkeys(value)
        return [cell for cell in each_once if cell[0] < self.layers and cell[1] < self.units]

    def word(self, value: Any) -> str | None:
        return ",".join(f"{layer}.{cell}" for layer, cell in value) or NONE


@dataclass(frozen=True)
class Names(Parameter):
    """Names of runs, up to most, of those that are here."""

    here: Collection[str] = ()
    most: int = 0

    def read(self, given: str) -> tuple[Any, str]:
        asked = [name for name in given.split(",") if name]
        found = [name for name in dict.fromkeys(asked) if name in self.here][: self.most]
        if len(found) == len(asked):
            return found, ""
        wanted = short(",".join(asked))
        return found, f"The address asks for {self.usual} {wanted}; not all of them are here."

    def word(self, value: Any) -> str | None:
        return ",".join(value)


@dataclass(frozen=True)
class Spelled(Parameter):
    """What another room reads and spells.

    Attributes:
        parse: Returns what a word means; raises ValueError, or returns None, where it cannot be.
        spell: The other way round.
        refusal: The note then, with ``{given}`` and ``{error}``.
    """

    parse: Callable[[str], Any] = str
    spell: Callable[[Any], str] = str
    refusal: str = ""

    def read(self, given: str) -> tuple[Any, str]:
        try:
            value, error = self.parse(given), ""
        except ValueError as refused:
            value, error = None, str(refused)
        if value is None:
            return self.default, self.refusal.format(given=short(given), error=error)
        return value, ""

    def word(self, value: Any) -> str | None:
        return self.spell(value)
