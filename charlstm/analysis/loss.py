"""The loss of a network on a text, by NumPy alone: the window loss and the stream loss.

They are different figures and always named: a window loss predicts one character from the 60 before
it and a zero state, every third position, as the seed's task does; a stream loss predicts every
character with the state carried from the start of the text. Both are means of what single symbols
cost.

What counting alone achieves on a text: n-gram models of every order, on the same held-out part.

Losses of both levels on one scale: per character of the same text.

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
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.corpus import WINDOW, WINDOW_STEP, sample_of_positions
from charlstm.data.levels import WordVocabulary
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWNS
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import SequenceModel, State
from charlstm.sampling.ngram import MOST_ORDER, NGram, highest_order

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 1024

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Loss:
    """A mean cross-entropy over so many predictions, in nats and bits per symbol: per character, or
    per token of a model of words (see per_character for what makes both comparable)."""

    nats: float
    predictions: int

    @property
    def bits(self) -> float:
        """The same in bits."""
        return float(nats_to_bits(self.nats))


def cross_entropy(logits: NDArray[Any], targets: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return -log softmax(logits)[target] in nats.

    Args:
        logits: Shape (predictions, symbols).
        targets: Ids, shape (predictions,).

    Returns:
        Shape (predictions,).
    """
    logits = np.asarray(logits, np.float64)
    below_max = logits - logits.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(below_max, targets[:, None], axis=-1)[:, 0]
    return np.asarray(np.log(np.exp(below_max).sum(axis=-1)) - chosen)


def mean_loss(losses: NDArray[np.float64]) -> Loss:
    """Return the mean of the losses of single symbols, shape (predictions,), at least one."""
    return Loss(float(losses.mean()), len(losses))


def window_loss(
    network: SequenceModel, ids: NDArray[np.integer], progress: Progress | None = None
) -> Loss:
    """Return the window loss on a text of at least 61 characters.

    Args:
        network: Who reads; float32 is enough here.
        ids: Shape (characters,).
        progress: Told how many of how many windows are done.
    """
    return mean_loss(_after_windows(network, ids, WINDOW, WINDOW_STEP, progress))


def stream_loss(
    network: SequenceModel, ids: NDArray[np.integer], progress: Progress | None = None
) -> Loss:
    """Return the stream loss on a text of at least 2 characters.

    Args:
        network: Who reads; float32 is enough here.
        ids: Shape (characters,).
        progress: Told how many of how many predictions are done.
    """
    after_first = network.step(ids[:1], network.zero_state())
    return mean_loss(_carried(network, after_first, ids[1:], progress))


def symbol_losses(
    network: SequenceModel,
    ids: NDArray[np.integer],
    window: int | None,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return the loss of every symbol of a text in nats, the first one's from nothing.

    Args:
        network: Who reads.
        ids: Shape (symbols,), at least one.
        window: How many symbols the model sees, or None if its state is carried.
        progress: Told how many of how many symbols are done.

    Returns:
        Shape (symbols,). With a state that is carried, all but the first make up the stream loss;
        with a window of 60, every third from the 61st on makes up the window loss.
    """
    if window is None or window >= len(ids):
        return _carried(network, network.zero_state(), ids, progress)
    start = _carried(network, network.zero_state(), ids[:window], None)
    with_start = progress and (lambda done, _: progress(window + done, len(ids)))
    return np.concatenate([start, _after_windows(network, ids, window, 1, with_start)])


def _carried(
    network: SequenceModel, state: State, ids: NDArray[np.integer], progress: Progress | None
) -> NDArray[np.float64]:
    """Return the loss of every symbol that comes after a state."""
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
    ids: NDArray[np.integer],
    window: int,
    every: int,
    progress: Progress | None,
) -> NDArray[np.float64]:
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
    """Return the n-gram model of the highest order of a training text; lower ones are in it.

    Args:
        ids: The whole text, shape (characters,).
        training_length: Characters that may be counted; those after are held out.
        symbols: Size of the vocabulary.
    """
    return NGram(ids[:training_length], symbols, min(highest_order(symbols), training_length))


def baselines(
    model: NGram, held_out: NDArray[Any], most_windows: int | None = None
) -> pd.DataFrame:
    """Return the losses of every order on a held-out text.

    An n-gram looks at fewer than 60 characters, so its window loss is the mean of its losses at the
    places that the windows predict.

    Args:
        model: The highest order.
        held_out: Ids, shape (characters,); at least 61.
        most_windows: Look at no more windows than that, evenly spread, as a training does while it
            learns; at all of them by default.

    Returns:
        Columns order, size (n-grams counted), window_nats, window_bits, windows, stream_nats,
        stream_bits, predictions; one row per order.
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
