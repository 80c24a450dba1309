"""Properties that a text has at each of its characters: what a cell may turn out to know.

Pure functions from a text to one number per character; knows nothing of models. A property at a
place is one of the text just after the character there was read, so "next" is the one after it.
Yes/no properties are 1 and 0, positions count from 0; NaN stands where the text ends too soon to
say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import is_mark

Values = NDArray[np.float64]

LINE_END_NEAR = 5
"""How many characters ahead the end of a line is near."""

_VOWELS = frozenset("aeiou")
_OPENING, _CLOSING = "([{", ")]}"
_DASHES = "–—"
_SENTENCE_ENDS = ".!?"


@dataclass(frozen=True)
class Property:
    """A property under a name.

    Attributes:
        name: For addresses and files.
        label: For people.
        rule: What exactly it is, one sentence.
        is_position: Whether it counts; otherwise it is yes or no.
        of: The function.
    """

    name: str
    label: str
    rule: str
    is_position: bool
    of: Callable[[str], Values]


def inside_quotes(text: str) -> Values:
    """Return 1 from an opening quotation mark up to the last character before the closing one.

    A straight mark opens outside of quotes and closes inside; curly ones say which they are. A
    blank line closes a quotation whose end is missing. Single marks are apostrophes too often to
    count.
    """
    return _between(text, '"“', '"”')


def inside_brackets(text: str) -> Values:
    """Return 1 from an opening bracket of any kind up to the last character before its end.

    Brackets nest; a blank line closes those whose end is missing.
    """
    depth, found = 0, np.zeros(len(text))
    for position, symbol in enumerate(text):
        if symbol in _OPENING:
            depth += 1
        elif symbol in _CLOSING:
            depth = max(0, depth - 1)
        elif _ends_paragraph(text, position):
            depth = 0
        found[position] = depth > 0
    return found


def after_dash(text: str) -> Values:
    """Return 1 from a dash to the end of its sentence: a full stop, ``!``, ``?`` or a blank line.

    A dash is ``–``, ``—`` or two hyphens; one hyphen joins words.
    """
    since, found = False, np.zeros(len(text))
    for position, symbol in enumerate(text):
        if symbol in _DASHES or text[max(0, position - 1) : position + 1] == "--":
            since = True
        elif symbol in _SENTENCE_ENDS or _ends_paragraph(text, position):
            since = False
        found[position] = since
    return found


def position_in_line(text: str) -> Values:
    """Return how many characters of the line have been read: 0 at the line feed before it."""
    return _count(text, lambda symbol: symbol != "\n")


def position_in_word(text: str) -> Values:
    """Return how many letters, and marks on them, have been read since the last other character."""
    return _count(text, lambda symbol: symbol.isalpha() or is_mark(symbol))


def position_in_sentence(text: str) -> Values:
    """Return how many characters have been read since the last ``.``, ``!`` or ``?``."""
    return _count(text, lambda symbol: symbol not in _SENTENCE_ENDS)


def line_end_near(text: str) -> Values:
    """Return 1 where one of the next five characters is a line feed."""
    is_end = _each(text, lambda symbol: symbol == "\n")
    found = np.full(len(text), np.nan)
    known = max(0, len(text) - LINE_END_NEAR)
    found[:known] = 0.0
    for ahead in range(1, LINE_END_NEAR + 1):
        found[:known] = np.maximum(found[:known], is_end[ahead : ahead + known])
    return found


def _is_vowel(symbol: str) -> bool:
    return symbol.lower() in _VOWELS


def _here(of: Callable[[str], bool]) -> Callable[[str], Values]:
    return lambda text: _each(text, of)


def _next(of: Callable[[str], bool]) -> Callable[[str], Values]:
    return lambda text: np.append(_each(text[1:], of), np.nan)[: len(text)]


PROPERTIES: tuple[Property, ...] = (
    Property(
        "quotes",
        "inside quotes",
        'Between quotation marks, " or “ ”; a blank line closes a quotation without an end.',
        False,
        inside_quotes,
    ),
    Property(
        "brackets",
        "inside brackets",
        "Between ( [ { and their ends; a blank line closes those without one.",
        False,
        inside_brackets,
    ),
    Property(
        "after-dash",
        "after a dash",
        "From -- or – or — to the end of the sentence; a single hyphen is none.",
        False,
        after_dash,
    ),
    Property(
        "line",
        "position in the line",
        "Characters read since the last line feed.",
        True,
        position_in_line,
    ),
    Property(
        "word",
        "position in the word",
        "Letters read since the last character that is no letter.",
        True,
        position_in_word,
    ),
    Property(
        "sentence",
        "position in the sentence",
        "Characters read since the last full stop, ! or ?.",
        True,
        position_in_sentence,
    ),
    Property(
        "line-end",
        "line end near",
        "One of the next five characters is a line feed.",
        False,
        line_end_near,
    ),
    Property(
        "next-line-feed",
        "next is a line feed",
        "The character after this one ends the line.",
        False,
        _next(lambda symbol: symbol == "\n"),
    ),
    Property(
        "next-space",
        "next is a space",
        "The character after this one is a space.",
        False,
        _next(lambda symbol: symbol == " "),
    ),
    Property(
        "next-vowel",
        "next is a vowel",
        "The character after this one is a, e, i, o or u.",
        False,
        _next(_is_vowel),
    ),
    Property(
        "next-punctuation",
        "next is punctuation",
        "The character after this one is neither letter, mark, digit nor white space.",
        False,
        _next(lambda each: not (each.isalnum() or each.isspace() or is_mark(each))),
    ),
    Property(
        "vowel", "this is a vowel", "The character just read is a vowel.", False, _here(_is_vowel)
    ),
    Property(
        "space",
        "this is white space",
        "The character just read is a space, a tab or a line feed.",
        False,
        _here(str.isspace),
    ),
    Property(
        "digit", "this is a digit", "The character just read is a digit.", False, _here(str.isdigit)
    ),
    Property(
        "capital",
        "this is a capital",
        "The character just read is a capital letter; a lower-cased text has none.",
        False,
        _here(str.isupper),
    ),
)

LONGEST_LOOK_AHEAD = LINE_END_NEAR
"""So many characters at the end of a text have a property that is not known yet."""


def property_of(name: str) -> Property:
    """Return the property of that name.

    Raises:
        KeyError: If there is none.
    """
    return {each.name: each for each in PROPERTIES}[name]


def _between(text: str, opening: str, closing: str) -> Values:
    inside, found = False, np.zeros(len(text))
    for position, symbol in enumerate(text):
        if inside and (symbol in closing or _ends_paragraph(text, position)):
            inside = False
        elif symbol in opening:
            inside = True
        found[position] = inside
    return found


def _ends_paragraph(text: str, position: int) -> bool:
    return text[max(0, position - 1) : position + 1] == "\n\n"


def _each(text: str, of: Callable[[str], bool]) -> Values:
    answers = {symbol: float(of(symbol)) for symbol in set(text)}
    return np.array([answers[symbol] for symbol in text], np.float64)


def _count(text: str, counts: Callable[[str], bool]) -> Values:
    run, found = 0, np.zeros(len(text))
    for position, symbol in enumerate(text):
        run = run + 1 if counts(symbol) else 0
        found[position] = run
    return found
