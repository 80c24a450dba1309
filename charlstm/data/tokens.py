"""Tokens: a text cut into words, marks, digits and line ends, so that nothing of it is lost.

A token is a word, or any other single character, each with the one space before it if there is one;
or white space by itself. So words bring their own spaces, and the tokens of a text, put one after
the other, are the text again. Knows nothing of which tokens a model knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from charlstm.data.words import WORD

UNKNOWN = "<unk>"
"""What stands for every token that a vocabulary does not hold."""

SPACED_UNKNOWN = " <unk>"
"""The same for one that has a space before it."""

UNKNOWNS = (UNKNOWN, SPACED_UNKNOWN)

_TOKEN = re.compile(rf" ?(?:{re.escape(UNKNOWN)}|{WORD.pattern})| ?\S|\s")


def tokens_of(text: str) -> Iterator[str]:
    """Yield the tokens of a text in order; joined they are the text."""
    return (match[0] for match in _TOKEN.finditer(text))


def is_token(text: str) -> bool:
    """Return whether a text is one token."""
    return _TOKEN.fullmatch(text) is not None


def unknown_for(token: str) -> str:
    """Return the token that stands for one that is not known."""
    return SPACED_UNKNOWN if token[0] == " " and len(token) > 1 else UNKNOWN
