"""The speller: what it costs to spell a word that a model of words does not know.

A model of words gives an unknown word the probability of its unknown token and no letters. To hold
it against a model of characters its letters must be paid for too, by a model that anyone can check:
an n-gram model of characters (see charlstm.sampling.ngram), counted on the unknown words of the
training text, each followed by an end mark. Knows text; knows nothing of networks, runs or files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from charlstm.data.tokens import UNKNOWNS
from charlstm.data.word_vocabulary import WordVocabulary
from charlstm.sampling.ngram import MOST_ORDER, NGram, highest_order

ORDER = MOST_ORDER
_CODE_POINTS = 0x110000
_END = 0


class Speller:
    """Spells words letter by letter, each by itself, up to an end mark.

    The probabilities of all words together are 1. Those that the vocabulary holds have their share
    too, though they are never spelled: the price of an unknown word is a little too high, never
    too low.

    Args:
        words: To count, without spaces before them; at least one.
        order: Characters that are counted together, the next one included.
    """

    def __init__(self, words: Iterable[str], order: int = ORDER) -> None:
        counted = list(words)
        known = sorted(set("".join(counted)))
        self._ids = {character: index for index, character in enumerate(known, start=1)}
        self._other = len(known) + 1
        # A character that was never counted could be any of the others.
        self._other_nats = math.log(_CODE_POINTS - len(known))
        ids = [_END, *(index for word in counted for index in self._spelled(word))]
        symbols = len(known) + 2
        order = min(order, highest_order(symbols), len(ids))
        self._counts = NGram(np.array(ids), symbols, order)
        self._prices: dict[str, float] = {}

    def _spelled(self, word: str) -> list[int]:
        return [*(self._ids.get(character, self._other) for character in word), _END]

    def nats(self, word: str) -> float:
        """Return what a word costs with its end mark, in nats; a space before it is not spelled."""
        word = _bare(word)
        if word not in self._prices:
            ids = self._spelled(word)
            price = float(self._counts.losses(np.array([_END, *ids])).sum())
            self._prices[word] = price + ids.count(self._other) * self._other_nats
        return self._prices[word]


def speller_for(text: str, vocabulary: WordVocabulary, order: int = ORDER) -> Speller:
    """Return the speller of a training text: counted on its words that the vocabulary lacks.

    Where it lacks none of them, all words are counted.
    """
    tokens = vocabulary.pieces(text)
    lacking = [_bare(token) for token in tokens if is_spelled(token, vocabulary)]
    return Speller(lacking or [_bare(token) for token in tokens], order)


def is_spelled(token: str, vocabulary: WordVocabulary) -> bool:
    """Return whether a token must be spelled: it is not known, or is the unknown token itself."""
    return token not in vocabulary or token in UNKNOWNS


def _bare(token: str) -> str:
    return token[1:] if token[0] == " " and len(token) > 1 else token
