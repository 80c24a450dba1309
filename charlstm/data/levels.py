"""Levels: whether a model reads characters or words, and a text's ids at either.

Knows vocabularies and corpora; knows nothing of networks or runs.

What a text is like at the level of words, before anything is learned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW, Corpus, Learnable, training_length
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.data.word_vocabulary import WORD, WordVocabulary
from charlstm.data.words import UNKNOWNS
from charlstm.errors import CorpusError

LEVELS: dict[str, str] = {
    CHAR: "One character after the other, as the notebook does",
    WORD: "Words with the space before them, marks, digits and line ends; rare words are unknown",
}
"""What each level is, in one line for people."""

MAX_BYTES_OF_WORDS = 20_000_000
"""Characters are read from a file in blocks; words are sought in a text that lies in memory."""

UNITS = {CHAR: Vocabulary.unit, WORD: WordVocabulary.unit}


def readable(corpus: Learnable, level: str) -> Learnable:
    """Return a text as a level reads it: for characters where it lies, for words in memory.

    Raises:
        CorpusError: If the text is too long to be read as words.
    """
    if level == CHAR:
        return corpus
    if corpus.size > MAX_BYTES_OF_WORDS:
        raise CorpusError(
            f"Words are learned from texts of up to {MAX_BYTES_OF_WORDS / 1e6:.0f} MB, and this one"
            f" has {corpus.size / 1e6:.0f} MB; learn its characters, or give a part of it."
        )
    return corpus.whole()


def vocabulary_for(corpus: Learnable, level: str, most: int, training_length: int) -> Vocabulary:
    """Return the vocabulary of a text at a level.

    Args:
        corpus: The text.
        level: A key of LEVELS.
        most: Of words at most so many symbols: the most frequent of the training part. Of
            characters all are taken.
        training_length: Characters that may be learned from.

    Raises:
        CorpusError: If the text is too long to be read as words.
    """
    corpus = readable(corpus, level)
    if level == CHAR:
        return corpus.vocabulary
    return WordVocabulary.most_frequent(corpus.whole().text[:training_length], most)


def both_parts(
    corpus: Learnable, vocabulary: Vocabulary, training_length: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the ids of what is trained on and of what is held out.

    Both levels are cut at the same character, so that what is held out is the same text; a word
    that the cut falls into is two tokens.

    Args:
        corpus: The text.
        vocabulary: Its own, or one of words.
        training_length: Characters that are trained on.
    """
    if vocabulary.level == CHAR:
        ids = corpus.ids
        return ids[:training_length], ids[training_length:]
    text = corpus.whole().text
    parts = text[:training_length], text[training_length:]
    train, held_out = (vocabulary.encode(part, vocabulary.id_type) for part in parts)
    return train, held_out


def vocabulary_from(level: str, symbols: Sequence[str], *, marks_apart: bool = False) -> Vocabulary:
    """Return the vocabulary that some symbols make.

    Args:
        level: A key of LEVELS.
        symbols: Distinct and sorted.
        marks_apart: Of words: see WordVocabulary.

    Raises:
        CorpusError: If they do not make one of that level.
    """
    if level == WORD:
        return WordVocabulary(tuple(symbols), marks_apart)
    return Vocabulary(tuple(symbols))


def check_tokens(tokens: int, held_out_tokens: int, known: int) -> None:
    """Refuse a text that no model of words can learn from.

    Args:
        tokens: Of the part that is trained on.
        held_out_tokens: Of the part that is held out; 0 if nothing is.
        known: How many different tokens would be known.

    Raises:
        CorpusError: With one sentence that says what is wrong.
    """
    if known < 2:
        raise CorpusError(
            "Hardly any word of this text occurs twice, so no word could be known; give a longer"
            " text, or learn it by characters."
        )
    if tokens <= WINDOW or 0 < held_out_tokens <= WINDOW:
        raise CorpusError(
            f"This text has {tokens:,} words and marks to learn from and {held_out_tokens:,} held"
            f" out; each part takes at least {WINDOW + 1}."
        )


@dataclass(frozen=True)
class WordFigures:
    """How many tokens a text has, and how many of them a vocabulary lacks.

    Attributes:
        symbols: Size of the vocabulary, both unknown tokens among them.
        tokens: Of the part that is trained on.
        held_out_tokens: Of the part that is held out.
        unknown, held_out_unknown: How many of them are unknown.
    """

    symbols: int
    tokens: int
    held_out_tokens: int
    unknown: int
    held_out_unknown: int

    @property
    def unknown_fraction(self) -> float:
        """The fraction of tokens that are unknown: of those held out, or of all if none are."""
        if self.held_out_tokens:
            return self.held_out_unknown / self.held_out_tokens
        return self.unknown / max(1, self.tokens)

    def check(self) -> None:
        """Refuse a text that no model of words can learn from.

        Raises:
            CorpusError: With one sentence that says what is wrong.
        """
        check_tokens(self.tokens, self.held_out_tokens, self.symbols - len(UNKNOWNS))


def word_figures(corpus: Corpus, most: int, held_out: float) -> WordFigures:
    """Return the figures of a text for a vocabulary of at most so many symbols.

    Args:
        corpus: The text.
        most: See vocabulary_for.
        held_out: The fraction of the text, at its end, that is not trained on.
    """
    train = training_length(len(corpus), held_out)
    vocabulary = vocabulary_for(corpus, WORD, most, train)
    parts = both_parts(corpus, vocabulary, train)
    unknown_ids = vocabulary.ids_of(UNKNOWNS)
    unknown, held_out_unknown = (int(np.isin(part, unknown_ids).sum()) for part in parts)
    return WordFigures(len(vocabulary), len(parts[0]), len(parts[1]), unknown, held_out_unknown)
