"""Losses of both levels on one scale: per character of the same text.

A model of characters is asked once for each character, a model of words once for each token, and
its unknown words must be spelled (see speller). So over one text, with every symbol paid for,

    per character = (nats of all symbols + nats of all spellings) / characters

Knows losses and texts; knows nothing of runs or pages.

The speller: what it costs to spell a word that a model of words does not know.

A model of words gives an unknown word the probability of its unknown token and no letters. To hold
it against a model of characters its letters must be paid for too, by a model that anyone can check:
an n-gram model of characters (see charlstm.sampling.ngram), counted on the unknown words of the
training text, each followed by an end mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Progress, symbol_losses
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.word_vocabulary import WordVocabulary
from charlstm.data.words import UNKNOWNS
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.ngram import MOST_ORDER, NGram, highest_order


@dataclass(frozen=True)
class PerCharacter:
    """What turns a mean loss per symbol of a text into one per character of it.

    Attributes:
        symbols: Symbols of the text that a model is asked for.
        characters: Characters of the text.
        unknown: How many of the symbols had to be spelled.
        spelling_nats: What all spellings cost together.
    """

    symbols: int = 1
    characters: int = 1
    unknown: int = 0
    spelling_nats: float = 0.0

    def nats(self, loss: float) -> float:
        """Return a mean loss in nats per symbol as nats per character, spellings paid for."""
        return (loss * self.symbols + self.spelling_nats) / self.characters

    def bits(self, loss: float) -> float:
        """Return the same in bits per character."""
        return float(nats_to_bits(self.nats(loss)))


OF_CHARACTERS = PerCharacter()
"""That of a model of characters: nothing changes."""


@dataclass(frozen=True)
class Bill:
    """What all characters of a text cost a model, in bits.

    Attributes:
        text: How many symbols and characters there are, and what was spelled.
        model_bits: What the model's own predictions cost, from the first symbol on.
    """

    text: PerCharacter
    model_bits: float

    @property
    def spelling_bits(self) -> float:
        """What spelling the unknown words cost on top."""
        return float(nats_to_bits(self.text.spelling_nats))

    @property
    def bits_per_character(self) -> float:
        """All of it, per character."""
        return (self.model_bits + self.spelling_bits) / self.text.characters


def per_character(text: str, vocabulary: Vocabulary, speller: Speller | None) -> PerCharacter:
    """Return what turns losses of a model on a text into losses per character.

    Args:
        text: At least one character.
        vocabulary: Of the model.
        speller: Counted on the training text of a model of words; one of characters needs none.

    Raises:
        ValueError: If the text is empty, or a model of words has no speller.
    """
    if not text:
        raise ValueError("An empty text costs nothing per character.")
    if not isinstance(vocabulary, WordVocabulary):
        return PerCharacter(len(text), len(text))
    if speller is None:
        raise ValueError("The unknown words of a model of words must be spelled.")
    tokens = vocabulary.pieces(text)
    spelled = [token for token in tokens if is_spelled(token, vocabulary)]
    return PerCharacter(len(tokens), len(text), len(spelled), sum(map(speller.nats, spelled)))


def bits_per_character(
    model: LanguageModel,
    text: str,
    speller: Speller | None = None,
    progress: Progress | None = None,
) -> Bill:
    """Return what a text costs a model, of characters or of words, on one scale for both.

    Every symbol is predicted from those before it in the text (by a model that reads a window, from
    the last 60), the first from nothing.

    Args:
        model: Who reads; float32 is enough here.
        text: As the level of the model reads it: each character in its vocabulary, or any words.
        speller: Spells the words that a model of words does not know; a model of characters needs
            none.
        progress: Told how many of how many symbols are done.

    Raises:
        ValueError: If the text is empty, or a model of words has no speller.
        CorpusError: If a model of characters does not know one.
    """
    of_text = per_character(text, model.vocabulary, speller)
    ids = model.vocabulary.encode(text)
    nats = symbol_losses(model.network, ids, model.window, progress)
    return Bill(of_text, float(nats_to_bits(nats.sum())))


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
