"""Words of a written text, which of them are invented, and which of those look most like words.

The best invented words are the longest of those whose letters are, on average, no more surprising
than those of half of the words on the list: long words alone would be noise, likely words alone
common words with a typo.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Speller
from charlstm.data.words import (
    APOSTROPHES,
    UNKNOWN,
    find_words,
    is_written_without_spaces,
    plain,
)

_ORDER = 4
"""Each letter of a word is predicted from the three before it."""

_MEASURED = 2000
"""Words of a list that its usual surprise is measured on."""


class WordLikeness:
    """How surprising the letters of a word are to a speller that was counted on a list of words."""

    def __init__(self, words: Iterable[str]) -> None:
        listed = sorted(words)
        self._speller = Speller(listed, _ORDER)
        measured = listed[:: len(listed) // _MEASURED or 1]
        self.usual_bits = float(np.median([self.bits_per_letter(word) for word in measured]))
        """The median of the words' bits per letter."""

    def bits_per_letter(self, word: str) -> float:
        """Return the mean surprise of a word's letters, its end included, in bits."""
        return float(nats_to_bits(self._speller.nats(word))) / (len(word) + 1)

    def best(self, words: Iterable[str], most: int = 12) -> list[str]:
        """Return the best of some words, the best first, by the rule at the top of this module."""
        bits = {word: self.bits_per_letter(word) for word in words}
        likely = [word for word in bits if bits[word] <= self.usual_bits]
        return sorted(likely, key=lambda word: (-len(word), bits[word], word))[:most]


@dataclass(frozen=True)
class Word:
    """A word in lower case with a straight apostrophe, and where it starts and ends in a text.

    A word that began in the prompt starts at 0.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """The words of the text that a model learned, and those of an English word list."""

    corpus: Container[str]
    english: Container[str]

    def is_english(self, word: str) -> bool:
        """Return whether a word is on the list, alone or before a possessive 's."""
        return word in self.english or word.removesuffix("'s") in self.english

    def is_invented(self, word: str) -> bool:
        """Return whether a word is in neither."""
        return word not in self.corpus and not self.is_english(word)


def words_of(text: str, prompt: str = "") -> list[Word]:
    """Return the words of a written text, in order.

    A word that began in the prompt is read whole. The last word is left out unless something that
    is no part of a word follows it, because its end is unknown. An unknown token is no word, nor is
    a clause in a script that puts no spaces between words.
    """
    whole = prompt + text
    # A word may continue after an apostrophe.
    unfinished = len(whole) - (1 if whole.endswith(APOSTROPHES) else 0)
    found = []
    for match in find_words(whole):
        start, end = match.start() - len(prompt), match.end() - len(prompt)
        is_unknown = whole[max(0, match.start() - 1) : match.end() + 1] == UNKNOWN
        is_word = not is_unknown and not is_written_without_spaces(match[0])
        if end > 0 and match.end() < unfinished and is_word:
            found.append(Word(plain(match[0]), max(start, 0), end))
    return found


def invented_spans(text: str, prompt: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the start and end of each invented word of a written text.

    Args:
        text: A written text.
        prompt: The text directly before it.
        lexicon: The words that are not invented.

    >>> invented_spans("the cat blorps. ", "", Lexicon({"cat"}, {"the"}))
    [(8, 14)]
    """
    words = words_of(text, prompt)
    return [(word.start, word.end) for word in words if lexicon.is_invented(word.text)]


def spans_of(text: str, prompt: str, wanted: Container[str]) -> list[tuple[int, int]]:
    """Return the start and end of each word of a written text that is among the wanted ones."""
    return [(word.start, word.end) for word in words_of(text, prompt) if word.text in wanted]
