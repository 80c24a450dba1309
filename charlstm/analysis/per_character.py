"""Losses of both levels on one scale: per character of the same text.

A model of characters is asked once for each character, a model of words once for each token, and
its unknown words must be spelled (see speller). So over one text, with every symbol paid for,

    per character = (nats of all symbols + nats of all spellings) / characters

Knows losses and texts; knows nothing of runs or pages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Progress, cross_entropy
from charlstm.analysis.speller import Speller, is_spelled
from charlstm.data.word_vocabulary import WordVocabulary
from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import SequenceModel

_AT_ONCE = 1024


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


def per_character(text: str, vocabulary: WordVocabulary, speller: Speller) -> PerCharacter:
    """Return what turns losses of a model of words on a text into losses per character.

    Args:
        text: At least one character.
        vocabulary: Of the model.
        speller: Counted on the model's training text.
    """
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
    if not text:
        raise ValueError("An empty text costs nothing per character.")
    vocabulary = model.vocabulary
    of_text = PerCharacter(len(text), len(text))
    if isinstance(vocabulary, WordVocabulary):
        if speller is None:
            raise ValueError("The unknown words of a model of words must be spelled.")
        of_text = per_character(text, vocabulary, speller)
    nats = symbol_losses(model.network, vocabulary.encode(text), model.window, progress)
    return Bill(of_text, float(nats_to_bits(nats.sum())))


def symbol_losses(
    network: SequenceModel,
    ids: NDArray[np.integer],
    window: int | None,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return the loss of every symbol of a text in nats, the first one's from nothing.

    Args:
        network: Who reads.
        ids: Shape (symbols,).
        window: How many symbols the model sees, or None if its state is carried.
        progress: Told how many of how many symbols are done.

    Returns:
        Shape (symbols,).
    """
    if window is None or window >= len(ids):
        return _carried_losses(network, ids, progress)
    start = _carried_losses(network, ids[:window], None)
    rest = [start]
    for first in range(0, len(ids) - window, _AT_ONCE):
        starts = np.arange(first, min(first + _AT_ONCE, len(ids) - window))
        state = network.zero_state(len(starts))
        for position in range(window):
            state = network.step(ids[starts + position], state)
        rest.append(cross_entropy(network.logits(state), ids[starts + window]))
        if progress:
            progress(window + int(starts[-1]) + 1, len(ids))
    return np.concatenate(rest)


def _carried_losses(
    network: SequenceModel, ids: NDArray[np.integer], progress: Progress | None
) -> NDArray[np.float64]:
    cursor = cursor_after(network, ids[:0], window=None)
    parts = []
    for first in range(0, len(ids), _AT_ONCE):
        targets = ids[first : first + _AT_ONCE]
        logits = []
        for symbol in targets:
            logits.append(cursor.logits()[0])
            cursor.read(np.array([symbol]))
        parts.append(cross_entropy(np.stack(logits), targets))
        if progress:
            progress(first + len(targets), len(ids))
    return np.concatenate(parts)
