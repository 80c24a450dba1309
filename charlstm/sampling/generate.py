"""Writing: read, reweight, draw, append, again: the seed's four steps.

Strategies, where there are any, act between reweighting and drawing.

Knows nothing of text or files. Randomness comes in as given uniforms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.cursor import Cursor
from charlstm.sampling.reweight import check_temperature, draw, softmax
from charlstm.sampling.strategies import Strategy, acting


def uniforms_of(seed: int, length: int) -> NDArray[np.float64]:
    """Return the uniforms in [0, 1) that a seed stands for, shape (length,).

    The first n of a longer call are those of a call for n.
    """
    return np.random.default_rng(seed).random(length)


class Step(NamedTuple):
    """One character's step in every stream.

    Attributes:
        logits: As the network gave them, float64 of shape (streams, symbols).
        probabilities: After reweighting and strategies: what was drawn from.
        symbols: Ids that were drawn, shape (streams,).
    """

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    symbols: NDArray[np.intp]


def generate(
    cursor: Cursor,
    temperature: ArrayLike,
    uniforms: NDArray[np.float64],
    strategies: Sequence[Strategy] = (),
) -> Iterator[NDArray[np.intp]]:
    """Write one symbol per stream and step, for as many steps as there are uniforms.

    Args:
        cursor: Where to go on from; it moves along.
        temperature: One for all streams, or shape (streams,).
        uniforms: Shape (steps,) to be shared by all streams, or (steps, streams).
        strategies: What acts on the distribution of every stream after the temperature, in order.

    Yields:
        Ids of shape (streams,).

    Raises:
        ValueError: If a temperature is negative or not a number, or a strategy cannot be.
    """
    for step in steps(cursor, temperature, uniforms, strategies):
        yield step.symbols


def steps(
    cursor: Cursor,
    temperature: ArrayLike,
    uniforms: NDArray[np.float64],
    strategies: Sequence[Strategy] = (),
) -> Iterator[Step]:
    """Write as generate does, and yield what each symbol was drawn from along with it."""
    column = check_temperature(temperature)[..., None]
    functions = acting(strategies)
    for uniform in uniforms:
        logits = np.asarray(cursor.logits(), np.float64)
        probabilities = softmax(logits, column)
        for act in functions:
            probabilities = act(probabilities)
        symbols = draw(probabilities, uniform)
        yield Step(logits, probabilities, symbols)
        cursor.read(symbols)
