"""Words of a written text, and which of them are invented.

Knows text and sets of words; knows nothing of where the sets come from.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from charlstm.data.tokens import UNKNOWN
from charlstm.data.words import (
    APOSTROPHES,
    find_words,
    is_in_words,
    is_written_without_spaces,
    plain,
)


@dataclass(frozen=True)
class Word:
    """A word of a written text.

    Attributes:
        text: In lower case, with a straight apostrophe.
        start, end: Where it stands in the written text; a word that began in the prompt starts at
            0.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """The words that are known.

    Attributes:
        corpus: Those of the text that a model learned, in lower case.
        english: Those of an English word list.
    """

    corpus: Container[str]
    english: Container[str]

    def is_english(self, word: str) -> bool:
        """Return whether a word is on the list, by itself or before a possessive 's.

        The list has the possessives of some nouns only.
        """
        return word in self.english or word.removesuffix("'s") in self.english

    def is_invented(self, word: str) -> bool:
        """Return whether a word is in neither."""
        return word not in self.corpus and not self.is_english(word)


def words_of(text: str, prompt: str = "") -> list[Word]:
    """Return the words of a written text, in order.

    A word is made of letters with their marks, with apostrophes between them. A word that began in
    the prompt is read whole. The last one is left out unless something that is no part of a word
    follows it: nobody knows how it would have ended. What stands for an unknown word is none, nor
    is a clause of a script that puts no spaces between words: they are not told apart.

    Args:
        text: What was written.
        prompt: What stood directly before it.
    """
    whole = prompt + text
    # A word may go on after an apostrophe.
    unfinished = len(whole) - (1 if whole.endswith(APOSTROPHES) else 0)
    found = []
    for match in find_words(whole, _start_of_last_word(prompt)):
        start, end = match.start() - len(prompt), match.end() - len(prompt)
        stands_for_one = whole[max(0, match.start() - 1) : match.end() + 1] == UNKNOWN
        is_word = not stands_for_one and not is_written_without_spaces(match[0])
        if end > 0 and match.end() < unfinished and is_word:
            found.append(Word(plain(match[0]), max(start, 0), end))
    return found


def invented_spans(text: str, prompt: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return where the invented words of a written text stand: start and end of each.

    Args:
        text: What was written.
        prompt: What stood directly before it.
        lexicon: The words that are known.
    """
    words = words_of(text, prompt)
    return [(word.start, word.end) for word in words if lexicon.is_invented(word.text)]


def spans_of(text: str, prompt: str, wanted: Container[str]) -> list[tuple[int, int]]:
    """Return where those words of a written text stand that are among the wanted ones."""
    return [(word.start, word.end) for word in words_of(text, prompt) if word.text in wanted]


def _start_of_last_word(prompt: str) -> int:
    """Return a place in the prompt from which on words can be looked for: before its last one."""
    place = len(prompt)
    while place and is_in_words(prompt[place - 1]):
        place -= 1
    return place
