"""Losses of both levels on one scale: per character of the same text.

A model of characters is asked once for each character, a model of words once for each token, and
its unknown words must be spelled (see speller). So over one text, with every symbol paid for,

    per character = (nats of all symbols + nats of all spellings) / characters

Knows losses and texts; knows nothing of runs or pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Progress, symbol_losses
from charlstm.analysis.speller import Speller, is_spelled
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.word_vocabulary import WordVocabulary
from charlstm.sampling.language_model import LanguageModel


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
