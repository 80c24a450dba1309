"""Losses of a model on a text: window loss, stream loss, n-gram baselines, and per character.

The window loss predicts one character from the 60 before it and a zero state, every third position,
as in the notebook's task. The stream loss predicts every character, with the state carried from the
start of the text. Both are means over single symbols, and always named.

A model of characters predicts each character, a model of words each token, and its unknown words
must also be spelled. So on one text, with every symbol counted,

    loss per character = (nats of all symbols + nats of all spellings) / characters
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.corpus import WINDOW, WINDOW_STEP, sample_of_positions
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWNS, WordVocabulary
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import SequenceModel, State
from charlstm.sampling.ngram import MOST_ORDER, NGram, highest_order
from charlstm.sampling.reweight import log_softmax

if TYPE_CHECKING:
    import pandas as pd

Ids = NDArray[np.integer]
Floats = NDArray[np.float64]

_AT_ONCE = 1024

Progress = Callable[[int, int], None]
"""Called with how many of how many predictions are done."""


@dataclass(frozen=True)
class Loss:
    """A mean cross-entropy in nats per symbol: per character, or per token of a model of words."""

    nats: float
    predictions: int

    @property
    def bits(self) -> float:
        """The same in bits."""
        return float(nats_to_bits(self.nats))


def cross_entropy(logits: NDArray[Any], targets: Ids) -> Floats:
    """Return -ln softmax(logits)[target] in nats, shape (predictions,).

    The logits have shape (predictions, symbols), the ids of the targets (predictions,).
    """
    return np.asarray(-np.take_along_axis(log_softmax(logits), targets[:, None], axis=-1)[:, 0])


def mean_loss(losses: Floats) -> Loss:
    """Return the mean of the losses of single symbols, shape (predictions,)."""
    return Loss(float(losses.mean()), len(losses))


def window_loss(network: SequenceModel, ids: Ids, progress: Progress | None = None) -> Loss:
    """Return the window loss on a text of at least 61 characters, ids of shape (characters,).

    Float32 is enough for the network. Progress counts windows.
    """
    return mean_loss(_after_windows(network, ids, WINDOW, WINDOW_STEP, progress))


def stream_loss(network: SequenceModel, ids: Ids, progress: Progress | None = None) -> Loss:
    """Return the stream loss on a text of at least 2 characters, ids of shape (characters,).

    Float32 is enough for the network. Progress counts predictions.
    """
    after_first = network.step(ids[:1], network.zero_state())
    return mean_loss(_carried(network, after_first, ids[1:], progress))


def symbol_losses(
    network: SequenceModel,
    ids: Ids,
    window: int | None,
    progress: Progress | None = None,
) -> Floats:
    """Return the loss of every symbol of a text in nats, shape (symbols,).

    The first symbol is predicted without context.

    ``window`` is how many symbols the model sees, or None if its state is carried. With a carried
    state all but the first make up the stream loss; with a window of 60 every third from the 61st
    on makes up the window loss.
    """
    if window is None or window >= len(ids):
        return _carried(network, network.zero_state(), ids, progress)
    start = _carried(network, network.zero_state(), ids[:window], None)
    with_start = progress and (lambda done, _: progress(window + done, len(ids)))
    return np.concatenate([start, _after_windows(network, ids, window, 1, with_start)])


def _carried(network: SequenceModel, state: State, ids: Ids, progress: Progress | None) -> Floats:
    """Return the loss of every symbol after a state."""
    losses = []
    for first in range(0, len(ids), _AT_ONCE):
        targets = ids[first : first + _AT_ONCE]
        logits = []
        for symbol in targets:
            logits.append(network.logits(state)[0])
            state = network.step(np.array([symbol]), state)
        losses.append(cross_entropy(np.stack(logits), targets))
        if progress:
            progress(first + len(targets), len(ids))
    return np.concatenate(losses)


def _after_windows(
    network: SequenceModel,
    ids: Ids,
    window: int,
    every: int,
    progress: Progress | None,
) -> Floats:
    """Return the losses of the symbols after windows that are read from a zero state."""
    starts = np.arange(0, len(ids) - window, every)
    losses = []
    for first in range(0, len(starts), _AT_ONCE):
        chosen = starts[first : first + _AT_ONCE]
        state = network.zero_state(len(chosen))
        for position in range(window):
            state = network.step(ids[chosen + position], state)
        losses.append(cross_entropy(network.logits(state), ids[chosen + window]))
        if progress:
            progress(first + len(chosen), len(starts))
    return np.concatenate(losses)


def count_ngrams(ids: NDArray[Any], training_length: int, symbols: int) -> NGram:
    """Return the n-gram model of the highest order of a training text, which contains lower orders.

    The ids, shape (characters,), are the whole text; ``training_length`` of them are counted.
    """
    return NGram(ids[:training_length], symbols, min(highest_order(symbols), training_length))


def baselines(
    model: NGram, held_out: NDArray[Any], most_windows: int | None = None
) -> pd.DataFrame:
    """Return the losses of n-gram models of every order on a held-out text.

    An n-gram sees fewer than 60 characters, so its window loss is the mean of its losses at the
    positions after the windows: all of them, or at most so many, evenly spread as in a training.

    The held-out ids have shape (characters,), at least 61. There is one row per order: order, size
    (n-grams counted), window_nats, window_bits, windows, stream_nats, stream_bits, predictions.
    """
    import pandas as pd

    positions = sample_of_positions(len(held_out), most_windows)
    rows = []
    for order in range(1, model.order + 1):
        of_order = model.of_order(order)
        losses = of_order.losses(held_out)
        window, stream = float(losses[positions - 1].mean()), float(losses.mean())
        rows.append(
            {
                "order": order,
                "size": of_order.size,
                "window_nats": window,
                "window_bits": float(nats_to_bits(window)),
                "windows": len(positions),
                "stream_nats": stream,
                "stream_bits": float(nats_to_bits(stream)),
                "predictions": len(losses),
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class PerCharacter:
    """Converts mean losses per symbol of a text to losses per character of it.

    ``unknown`` of the ``symbols`` are spelled, which costs ``spelling_nats`` together.
    """

    symbols: int = 1
    characters: int = 1
    unknown: int = 0
    spelling_nats: float = 0.0

    def nats(self, loss: float) -> float:
        """Return a mean loss in nats per symbol as nats per character, spelling included."""
        return (loss * self.symbols + self.spelling_nats) / self.characters

    def bits(self, loss: float) -> float:
        """Return the same in bits per character."""
        return float(nats_to_bits(self.nats(loss)))


OF_CHARACTERS = PerCharacter()
"""For a model of characters: nothing changes."""


@dataclass(frozen=True)
class Bill:
    """The cost of all characters of a text for a model, predictions and spelling, in bits."""

    text: PerCharacter
    model_bits: float

    @property
    def spelling_bits(self) -> float:
        """The cost of spelling the unknown words."""
        return float(nats_to_bits(self.text.spelling_nats))

    @property
    def bits_per_character(self) -> float:
        """The whole cost per character."""
        return (self.model_bits + self.spelling_bits) / self.text.characters


def per_character(text: str, vocabulary: Vocabulary, speller: Speller | None) -> PerCharacter:
    """Return the conversion of losses of a model on a text to losses per character.

    ``speller`` spells the unknown words of a model of words; one of characters needs none.
    """
    if not text:
        raise ValueError("An empty text has no cost per character.")
    if not isinstance(vocabulary, WordVocabulary):
        return PerCharacter(len(text), len(text))
    if speller is None:
        raise ValueError("The unknown words of a model of words must be spelled.")
    tokens = vocabulary.pieces(text)
    spelled = [token for token in tokens if _is_spelled(token, vocabulary)]
    return PerCharacter(len(tokens), len(text), len(spelled), sum(map(speller.nats, spelled)))


def bits_per_character(
    model: LanguageModel,
    text: str,
    speller: Speller | None = None,
    progress: Progress | None = None,
) -> Bill:
    """Return the cost of a text for a model of characters or of words, on one scale.

    Every symbol is predicted from those before it in the text (by a model that reads a window, from
    the last 60), the first without context.

    Float32 is enough for the model. The speller spells the unknown words of a model of words; one
    of characters needs none. Progress counts symbols. A ValueError is raised if the text is empty
    or a model of words has no speller, a CorpusError if one of characters lacks a character.
    """
    of_text = per_character(text, model.vocabulary, speller)
    ids = model.vocabulary.encode(text)
    nats = symbol_losses(model.network, ids, model.window, progress)
    return Bill(of_text, float(nats_to_bits(nats.sum())))


_CODE_POINTS = 0x110000
_END = 0


class Speller:
    """Spells words letter by letter, each word by itself, up to an end mark.

    A model of words gives an unknown word the probability of its unknown token and no letters. To
    compare it with a model of characters, its letters must be counted too, by a model that anyone
    can check: an n-gram model of characters, counted on ``words`` without spaces before them.

    The probabilities of all words together are 1. Words of the vocabulary have a part of that,
    though they are never spelled: the cost of an unknown word is slightly too high, never too low.
    """

    def __init__(self, words: Iterable[str], order: int = MOST_ORDER) -> None:
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
        """Return the cost of a word with its end mark in nats; a space before it is not spelled."""
        word = _bare(word)
        if word not in self._prices:
            ids = self._spelled(word)
            price = float(self._counts.losses(np.array([_END, *ids])).sum())
            self._prices[word] = price + ids.count(self._other) * self._other_nats
        return self._prices[word]


def speller_for(text: str, vocabulary: WordVocabulary) -> Speller:
    """Return the speller of a training text: counted on its words that the vocabulary lacks.

    If it lacks none of them, all words are counted.
    """
    tokens = vocabulary.pieces(text)
    lacking = [_bare(token) for token in tokens if _is_spelled(token, vocabulary)]
    return Speller(lacking or [_bare(token) for token in tokens])


def _is_spelled(token: str, vocabulary: WordVocabulary) -> bool:
    """Return whether a token must be spelled: it is unknown, or the unknown token itself."""
    return token not in vocabulary or token in UNKNOWNS


def _bare(token: str) -> str:
    return token.removeprefix(" ") if len(token) > 1 else token
