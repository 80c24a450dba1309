"""What a word is: letters with their marks, with apostrophes between them, in lower case.

A mark (category M of Unicode) or a joiner belongs to the letter before it: ``हिन्दी`` is one word,
and so is ``café`` whose é is two code points. Knows nothing of languages or of what words are
looked up for.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

APOSTROPHES = ("'", "’")
JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ, which stand inside the words of Persian and of Indian languages."""

_LETTER = re.compile(r"[^\W\d_]")

_PLACES_OF_MARKS = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))

# Thai, Lao; Burmese; Khmer; the other scripts of South-East Asia; Chinese, Japanese, Yi, Tangut.
_WITHOUT_SPACES = re.compile(
    r"(?=[^\W\d_])"
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff"
    "\uaa60-\uaadf\u2e80-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff66-\uff9f"
    "\U00016f00-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)


@functools.cache
def mark_pattern() -> str:
    """Return what matches one mark or joiner in ``re``."""
    marks = [point for place in _PLACES_OF_MARKS for point in place if is_mark(chr(point))]
    ranges = []
    for _, group in groupby(enumerate(marks), lambda pair: pair[1] - pair[0]):
        points = [point for _, point in group]
        ranges.append(f"{chr(points[0])}-{chr(points[-1])}")
    # Looking ahead spares a long search where no mark can be.
    return rf"(?:(?![\0-\u02ff])[{''.join(ranges)}])"


@functools.cache
def word_pattern(*, marks_apart: bool = False) -> str:
    """Return what matches a word in ``re``.

    Args:
        marks_apart: Whether a mark ends a word, as it did when older models of words were made.
    """
    letters = f"{_LETTER.pattern}+"
    if not marks_apart:
        letters += f"(?:{mark_pattern()}{_LETTER.pattern}*)*"
    return f"{letters}(?:[{''.join(APOSTROPHES)}]{letters})*"


def find_words(text: str, start: int = 0, *, marks_apart: bool = False) -> Iterator[re.Match[str]]:
    """Yield the words of a text from a place on that is in none, in order.

    Args:
        text: Any text.
        start: The place.
        marks_apart: As for word_pattern.
    """
    return re.compile(word_pattern(marks_apart=marks_apart)).finditer(text, start)


def is_in_words(character: str) -> bool:
    """Return whether a character can be part of a word: a letter, a mark, or an apostrophe."""
    is_letter = _LETTER.match(character) is not None
    return is_letter or character in APOSTROPHES or is_mark(character)


def is_mark(character: str) -> bool:
    """Return whether a character is a mark or a joiner."""
    return character in JOINERS or unicodedata.category(character)[0] == "M"


def is_written_without_spaces(text: str) -> bool:
    """Return whether a text holds a letter of a script that puts no spaces between words."""
    return _WITHOUT_SPACES.search(text) is not None


def plain(word: str) -> str:
    """Return a word as lists of words have it: in lower case, composed, apostrophes straight."""
    return unicodedata.normalize("NFC", word.lower()).replace("’", "'")


def distinct_words(text: str) -> frozenset[str]:
    """Return all words of a text, each once, in lower case."""
    return frozenset(plain(match[0]) for match in find_words(text))
