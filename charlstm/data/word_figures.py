"""What a text is like at the level of words, before anything is learned from it.

Knows corpora and vocabularies; knows nothing of networks or pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from charlstm.data.corpus import Corpus, training_length
from charlstm.data.levels import both_parts, check_tokens, vocabulary_for
from charlstm.data.tokens import UNKNOWNS
from charlstm.data.word_vocabulary import WORD


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
    def unknown_share(self) -> float:
        """The share of tokens that are unknown: of those held out, or of all if none are."""
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
        held_out: The share of the text, at its end, that is not trained on.
    """
    train = training_length(len(corpus), held_out)
    vocabulary = vocabulary_for(corpus, WORD, most, train)
    parts = both_parts(corpus, vocabulary, train)
    unknown_ids = vocabulary.ids_of(UNKNOWNS)
    unknown, held_out_unknown = (int(np.isin(part, unknown_ids).sum()) for part in parts)
    return WordFigures(len(vocabulary), len(parts[0]), len(parts[1]), unknown, held_out_unknown)
