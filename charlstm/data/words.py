"""Words and tokens.

A word is letters with their marks, with apostrophes between them. A mark (category M of Unicode) or
a joiner belongs to the letter before it: ``हिन्दी`` is one word, and so is ``café`` whose é is two
code points.

A token is a word, or any other single character with its marks, each with the one space before it
if there is one; or white space by itself. So words bring their own spaces, and the tokens of a text
put together are the text again.
"""

from __future__ import annotations

import functools
import gzip
import importlib.resources
import json
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

APOSTROPHES = ("'", "’")
JOINERS = "\u200c\u200d"
"""ZWNJ and ZWJ, which occur inside the words of Persian and of Indian languages."""

_LETTER = re.compile(r"[^\W\d_]")

_RANGES_OF_MARKS = (range(0x300, 0x20000), range(0xE0100, 0xE01F0))

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
    marks = [point for points in _RANGES_OF_MARKS for point in points if is_mark(chr(point))]
    ranges = []
    for _, group in groupby(enumerate(marks), lambda pair: pair[1] - pair[0]):
        points = [point for _, point in group]
        ranges.append(f"{chr(points[0])}-{chr(points[-1])}")
    # The look-ahead avoids a long search where no mark can be.
    return rf"(?:(?![\0-\u02ff])[{''.join(ranges)}])"


@functools.cache
def word_pattern(*, marks_apart: bool = False) -> str:
    """Return what matches a word in ``re``; in older models of words a mark ends a word."""
    letters = f"{_LETTER.pattern}+"
    if not marks_apart:
        letters += f"(?:{mark_pattern()}{_LETTER.pattern}*)*"
    return f"{letters}(?:[{''.join(APOSTROPHES)}]{letters})*"


def find_words(text: str, start: int = 0, *, marks_apart: bool = False) -> Iterator[re.Match[str]]:
    """Yield the words of a text in order, from a position that is inside none of them."""
    return re.compile(word_pattern(marks_apart=marks_apart)).finditer(text, start)


def is_in_words(character: str) -> bool:
    """Return whether a character can be part of a word: a letter, a mark, or an apostrophe."""
    is_letter = _LETTER.match(character) is not None
    return is_letter or character in APOSTROPHES or is_mark(character)


def is_mark(character: str) -> bool:
    """Return whether a character is a mark or a joiner."""
    return character in JOINERS or unicodedata.category(character)[0] == "M"


def is_written_without_spaces(text: str) -> bool:
    """Return whether a text has a letter of a script that puts no spaces between words."""
    return _WITHOUT_SPACES.search(text) is not None


def plain(word: str) -> str:
    """Return a word in lower case, composed (NFC), with straight apostrophes."""
    return unicodedata.normalize("NFC", word.lower()).replace("’", "'")


def distinct_words(text: str) -> frozenset[str]:
    """Return all words of a text, each once, in lower case."""
    return frozenset(plain(match[0]) for match in find_words(text))


UNKNOWN = "<unk>"
"""The token for every token that a vocabulary does not hold."""

SPACED_UNKNOWN = " <unk>"
"""The same, with a space before it."""

UNKNOWNS = (UNKNOWN, SPACED_UNKNOWN)


@functools.cache
def _token(*, marks_apart: bool = False) -> re.Pattern[str]:
    word = word_pattern(marks_apart=marks_apart)
    other = r"\S" if marks_apart else rf"\S{mark_pattern()}*"
    return re.compile(rf" ?(?:{re.escape(UNKNOWN)}|{word})| ?{other}|\s")


def tokens_of(text: str, *, marks_apart: bool = False) -> Iterator[str]:
    """Yield the tokens of a text in order; older models of words take marks apart.

    >>> list(tokens_of("the cat's hat, 12"))
    ['the', " cat's", ' hat', ',', ' 1', '2']
    """
    return (match[0] for match in _token(marks_apart=marks_apart).finditer(text))


def is_token(text: str) -> bool:
    """Return whether a text is one token."""
    return _token().fullmatch(text) is not None


def unknown_for(token: str) -> str:
    """Return the unknown token that replaces a token."""
    return SPACED_UNKNOWN if token[0] == " " and len(token) > 1 else UNKNOWN


@functools.cache
def english_words() -> frozenset[str]:
    """Return about 160,000 English words in lower case, with inflections and many names.

    They are read from the data of pyspellchecker, not through its class, which would also count
    letters and pairs for corrections.
    """
    packed = importlib.resources.files("spellchecker") / "resources" / "en.json.gz"
    return frozenset(json.loads(gzip.decompress(packed.read_bytes())))
