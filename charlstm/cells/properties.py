"""Properties of a text at each of its characters, which a cell may predict.

A property is a function from a text to one number per character, that of the text just after the
character was read; so "next" is the character after it. Yes/no properties are 1 and 0, positions
count from 0. At the end of the text, where the next characters are unknown, it can be NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import is_mark

Floats = NDArray[np.float64]
Rule = Callable[[str], Floats]
OfSymbol = Callable[[str], bool]

LONGEST_LOOK_AHEAD = 5
"""A line end within so many characters is near; as many values at the end of a text are NaN."""

_OPENING, _CLOSING = "([{", ")]}"
_DASHES = "–—"
_SENTENCE_ENDS = ".!?"


def _scan(step: Callable[[float, str, str], float]) -> Rule:
    """Return the rule that goes through a text: from the last value, the last symbol and this one
    to the value here."""

    def rule(text: str) -> Floats:
        found, value, before = np.zeros(len(text)), 0.0, ""
        for position, symbol in enumerate(text):
            found[position] = value = step(value, before, symbol)
            before = symbol
        return found

    return rule


def _ends_paragraph(before: str, symbol: str) -> bool:
    return before == symbol == "\n"


def _quotation(inside: float, before: str, symbol: str) -> float:
    """A straight mark opens outside of quotes and closes inside; curly marks show their direction.

    Single marks do not count: most of them are apostrophes.
    """
    if inside:
        return symbol not in '"”' and not _ends_paragraph(before, symbol)
    return symbol in '"“'


def _depth(depth: float, before: str, symbol: str) -> float:
    if _ends_paragraph(before, symbol):
        return 0
    return max(0, depth + (symbol in _OPENING) - (symbol in _CLOSING))


def _dash(since: float, before: str, symbol: str) -> float:
    if symbol in _DASHES or before == symbol == "-":
        return True
    return since and symbol not in _SENTENCE_ENDS and not _ends_paragraph(before, symbol)


def _count(counts: OfSymbol) -> Rule:
    """Return the rule that counts the symbols of a kind since the last one of another kind."""
    return _scan(lambda run, _, symbol: run + 1 if counts(symbol) else 0)


def _this(of: OfSymbol) -> Rule:
    def rule(text: str) -> Floats:
        answers = {symbol: float(of(symbol)) for symbol in set(text)}
        return np.array([answers[symbol] for symbol in text], np.float64)

    return rule


def _next(of: OfSymbol) -> Rule:
    return lambda text: np.append(_this(of)(text[1:]), np.nan)[: len(text)]


def _line_end_near(text: str) -> Floats:
    is_end = _this("\n".__eq__)(text)
    found = np.full(len(text), np.nan)
    known = max(0, len(text) - LONGEST_LOOK_AHEAD)
    if known:
        ahead = np.lib.stride_tricks.sliding_window_view(is_end[1:], LONGEST_LOOK_AHEAD)
        found[:known] = ahead.max(axis=1)
    return found


def _is_vowel(symbol: str) -> bool:
    return symbol.lower() in "aeiou"


def _is_punctuation(symbol: str) -> bool:
    return not (symbol.isalnum() or symbol.isspace() or is_mark(symbol))


@dataclass(frozen=True)
class Property:
    """A property: its name for addresses and files, its label and its definition for people.

    It is a position that counts, or else yes or no.
    """

    name: str
    label: str
    rule: str
    of: Rule
    is_position: bool = False

    def score(self, strength: float) -> float:
        """Return the score for a strength: an AUC, or for a position rho."""
        return strength if self.is_position else (1.0 + strength) / 2.0


PROPERTIES: tuple[Property, ...] = (
    Property(
        "quotes",
        "inside quotes",
        'Between quotation marks, " or “ ”; a blank line closes an open quotation.',
        _scan(_quotation),
    ),
    Property(
        "brackets",
        "inside brackets",
        "Between ( [ { and the matching bracket; a blank line closes open ones.",
        lambda text: np.minimum(_scan(_depth)(text), 1.0),
    ),
    Property(
        "after-dash",
        "after a dash",
        "From -- or – or — to the end of the sentence; a single hyphen does not count.",
        _scan(_dash),
    ),
    Property(
        "line",
        "position in the line",
        "Characters read since the last line feed.",
        _count(lambda symbol: symbol != "\n"),
        is_position=True,
    ),
    Property(
        "word",
        "position in the word",
        "Letters read since the last character that is not a letter.",
        _count(lambda symbol: symbol.isalpha() or is_mark(symbol)),
        is_position=True,
    ),
    Property(
        "sentence",
        "position in the sentence",
        "Characters read since the last full stop, ! or ?.",
        _count(lambda symbol: symbol not in _SENTENCE_ENDS),
        is_position=True,
    ),
    Property("line-end", "line end near", "One of the next five ends the line.", _line_end_near),
    Property(
        "next-line-feed", "next is a line feed", "The next one ends the line.", _next("\n".__eq__)
    ),
    Property("next-space", "next is a space", "The next one is a space.", _next(" ".__eq__)),
    Property("next-vowel", "next is a vowel", "The next one is a, e, i, o or u.", _next(_is_vowel)),
    Property(
        "next-punctuation",
        "next is punctuation",
        "The next one is neither letter, mark, digit nor white space.",
        _next(_is_punctuation),
    ),
    Property("vowel", "this is a vowel", "This one is a, e, i, o or u.", _this(_is_vowel)),
    Property(
        "space", "this is white space", "This is a space, a tab or a line feed.", _this(str.isspace)
    ),
    Property("digit", "this is a digit", "This one is a digit.", _this(str.isdigit)),
    Property(
        "capital",
        "this is a capital",
        "This one is a capital letter; a lower-cased text has none.",
        _this(str.isupper),
    ),
)


def property_of(name: str) -> Property:
    """Return the property of that name; a KeyError if there is none."""
    return {each.name: each for each in PROPERTIES}[name]
