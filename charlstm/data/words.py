"""What a word is: letters, with apostrophes between them, in lower case.

Knows nothing of languages or of what words are looked up for.
"""

from __future__ import annotations

import re

APOSTROPHES = ("'", "’")
LETTER = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def plain(word: str) -> str:
    """Return a word in lower case with straight apostrophes, as lists of words have it."""
    return word.lower().replace("’", "'")


def distinct_words(text: str) -> frozenset[str]:
    """Return all words of a text, each once, in lower case."""
    return frozenset(plain(match[0]) for match in WORD.finditer(text))
