"""Tokens: a text cut into words, marks, digits and line ends, so that nothing of it is lost.

A token is a word, or any other single character with the marks that stand on it, each with the one
space before it if there is one; or white space by itself. So words bring their own spaces, and the
tokens of a text, put one after the other, are the text again. Knows nothing of which tokens a model
knows.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from charlstm.data.words import mark_pattern, word_pattern

UNKNOWN = "<unk>"
"""What stands for every token that a vocabulary does not hold."""

SPACED_UNKNOWN = " <unk>"
"""The same for one that has a space before it."""

UNKNOWNS = (UNKNOWN, SPACED_UNKNOWN)


@functools.cache
def _token(*, marks_apart: bool = False) -> re.Pattern[str]:
    word = word_pattern(marks_apart=marks_apart)
    other = r"\S" if marks_apart else rf"\S{mark_pattern()}*"
    return re.compile(rf" ?(?:{re.escape(UNKNOWN)}|{word})| ?{other}|\s")


def tokens_of(text: str, *, marks_apart: bool = False) -> Iterator[str]:
    """Yield the tokens of a text in order; joined they are the text.

    Args:
        text: Any text.
        marks_apart: Whether every mark is a token by itself, as in older models of words.
    """
    return (match[0] for match in _token(marks_apart=marks_apart).finditer(text))


def is_token(text: str) -> bool:
    """Return whether a text is one token."""
    return _token().fullmatch(text) is not None


def unknown_for(token: str) -> str:
    """Return the token that stands for one that is not known."""
    return SPACED_UNKNOWN if token[0] == " " and len(token) > 1 else UNKNOWN
