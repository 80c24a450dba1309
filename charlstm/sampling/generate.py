"""Writing: read, reweight, draw, append, again: the seed's four steps.

Knows nothing of text or files. Randomness comes in as given uniforms.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.cursor import Cursor
from charlstm.sampling.reweight import check_temperature, draw, softmax


def uniforms_of(seed: int, length: int) -> NDArray[np.float64]:
    """Return the uniforms in [0, 1) that a seed stands for, shape (length,).

    The first n of a longer call are those of a call for n.
    """
    return np.random.default_rng(seed).random(length)


def generate(
    cursor: Cursor, temperature: ArrayLike, uniforms: NDArray[np.float64]
) -> Iterator[NDArray[np.intp]]:
    """Write one symbol per stream and step, for as many steps as there are uniforms.

    Args:
        cursor: Where to go on from; it moves along.
        temperature: One for all streams, or shape (streams,).
        uniforms: Shape (steps,) to be shared by all streams, or (steps, streams).

    Yields:
        Ids of shape (streams,).

    Raises:
        ValueError: If a temperature is negative or not a number.
    """
    column = check_temperature(temperature)[..., None]
    for uniform in uniforms:
        logits = np.asarray(cursor.logits(), np.float64)
        symbols = draw(softmax(logits, column), uniform)
        yield symbols
        cursor.read(symbols)
