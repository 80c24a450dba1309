"""The loss of a network on a text, by NumPy alone: the window loss and the stream loss.

They are different figures and always named: a window loss predicts one character from the 60 before
it and a zero state, every third position, as the seed's task does; a stream loss predicts every
character with the state carried from the start of the text. Both are means of what single symbols
cost.

What counting alone achieves on a text: n-gram models of every order, on the same held-out part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.corpus import WINDOW, WINDOW_STEP, sample_of_positions
from charlstm.sampling.network import SequenceModel, State
from charlstm.sampling.ngram import NGram, highest_order

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
