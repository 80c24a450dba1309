"""The loss of a network on a text, by NumPy alone: the window loss and the stream loss.

They are different figures and always named: a window loss predicts one character from the 60 before
it and a zero state, every third position, as the seed's task does; a stream loss predicts every
character with the state carried from the start of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.data.corpus import WINDOW, WINDOW_STEP
from charlstm.sampling.network import SequenceModel

WINDOWS_AT_ONCE = 1024
_POSITIONS_PER_REPORT = 2000

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


def window_loss(
    network: SequenceModel, ids: NDArray[np.integer], progress: Progress | None = None
) -> Loss:
    """Return the window loss on a text of at least 61 characters.

    Args:
        network: Who reads; float32 is enough here.
        ids: Shape (characters,).
        progress: Told how many of how many windows are done.
    """
    starts = np.arange(0, len(ids) - WINDOW, WINDOW_STEP)
    total = 0.0
    for first in range(0, len(starts), WINDOWS_AT_ONCE):
        chosen = starts[first : first + WINDOWS_AT_ONCE]
        state = network.zero_state(len(chosen))
        for position in range(WINDOW):
            state = network.step(ids[chosen + position], state)
        total += float(cross_entropy(network.logits(state), ids[chosen + WINDOW]).sum())
        if progress:
            progress(first + len(chosen), len(starts))
    return Loss(total / len(starts), len(starts))


def stream_loss(
    network: SequenceModel, ids: NDArray[np.integer], progress: Progress | None = None
) -> Loss:
    """Return the stream loss on a text of at least 2 characters.

    Args:
        network: Who reads; float32 is enough here.
        ids: Shape (characters,).
        progress: Told how many of how many predictions are done.
    """
    state = network.zero_state()
    predictions = len(ids) - 1
    total = 0.0
    for first in range(0, predictions, _POSITIONS_PER_REPORT):
        places = range(first, min(first + _POSITIONS_PER_REPORT, predictions))
        logits = []
        for place in places:
            state = network.step(ids[place : place + 1], state)
            logits.append(network.logits(state)[0])
        total += float(cross_entropy(np.stack(logits), ids[first + 1 : places.stop + 1]).sum())
        if progress:
            progress(places.stop, predictions)
    return Loss(total / predictions, predictions)
