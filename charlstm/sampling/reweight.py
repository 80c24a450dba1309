"""From logits to a distribution at a temperature, and from a distribution to one symbol.

Everything is float64; there is no epsilon anywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LOWEST = np.finfo(np.float64).min


def check_temperature(temperature: ArrayLike) -> NDArray[np.float64]:
    """Return temperatures as float64; raise a ValueError if one is negative or not a number."""
    values = np.asarray(temperature, np.float64)
    if not (values >= 0).all():
        raise ValueError(f"A temperature is a number from 0 upwards, not {temperature!r}.")
    return values


def reweight(logits: ArrayLike, temperature: ArrayLike) -> NDArray[np.float64]:
    """Return softmax(logits / temperature).

    Dividing logits by T is what the notebook does to log-probabilities: the two differ by a
    constant that the softmax removes (Hinton, Vinyals & Dean 2015, "Distilling the knowledge in a
    neural network", equation 1). The maximum is subtracted first, so nothing overflows.

    The logits have shape (..., symbols); minus infinity leaves a symbol out. The temperature, from
    0 upwards, is a number or has shape (...): 0 gives the exact arg max (the first in vocabulary
    order where several are equal), infinity the uniform distribution. The probabilities have the
    shape of the logits and sum to 1 along the last axis. A ValueError is raised if a temperature is
    negative or not a number, or a logit is neither finite nor minus infinity, or all are that.

    >>> reweight(np.log([0.5, 0.3, 0.2]), 1.0).round(3).tolist()
    [0.5, 0.3, 0.2]
    >>> reweight(np.log([0.5, 0.3, 0.2]), 0.5).round(3).tolist()
    [0.658, 0.237, 0.105]
    >>> reweight(np.log([0.5, 0.3, 0.2]), 0.0).tolist()
    [1.0, 0.0, 0.0]
    """
    logits = np.asarray(logits, np.float64)
    temperature = check_temperature(temperature)[..., None]
    if np.isfinite(logits).all():
        return softmax(logits, temperature)
    left_out = np.isneginf(logits)
    if not np.isfinite(logits[~left_out]).all() or left_out.all(axis=-1).any():
        raise ValueError("The logits hold values that are not finite numbers.")
    # At an infinite temperature even a symbol that is left out would get a probability.
    p = np.where(left_out, 0.0, softmax(logits, temperature))
    return np.asarray(p / p.sum(axis=-1, keepdims=True))


def softmax(logits: NDArray[np.float64], temperature: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the result of reweight without its checks, for a loop whose input has been checked.

    Both are float64; the temperature's shape broadcasts with the logits', such as (..., 1).
    """
    if temperature.all():
        with np.errstate(over="ignore", under="ignore"):
            below_max = logits - logits.max(axis=-1, keepdims=True)
            # The difference of logits at both ends of float64 overflows.
            weights = np.exp(np.maximum(below_max, _LOWEST) / temperature)
            return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
    largest = logits.argmax(axis=-1, keepdims=True)
    greedy = (np.arange(logits.shape[-1]) == largest).astype(np.float64)
    positive = np.where(temperature > 0, temperature, 1.0)
    return np.where(temperature > 0, softmax(logits, positive), greedy)


def log_softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Return ln softmax(logits) at T = 1, never taking the logarithm of a tiny probability.

    >>> log_softmax(np.array([0.0, -1000.0])).tolist()
    [0.0, -1000.0]
    """
    logits = np.asarray(logits, np.float64)
    below_max = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(below_max - np.log(np.exp(below_max).sum(axis=-1, keepdims=True)))


def draw(probabilities: ArrayLike, uniform: ArrayLike) -> NDArray[np.intp]:
    """Return the index at which the cumulative distribution first exceeds the uniform.

    Inverse transform sampling (Devroye 1986, chapter III.2). Because the uniform is kept, two
    temperatures can share it and any draw can be explained afterwards. A symbol of probability 0
    is never drawn.

    The probabilities have shape (..., symbols), each row summing to 1; the uniform in [0, 1) is a
    number or has shape (...), as the indices have.

    >>> [int(draw([0.5, 0.3, 0.2], uniform)) for uniform in (0.0, 0.49, 0.5, 0.79, 0.99)]
    [0, 0, 1, 1, 2]
    """
    cumulative = np.cumsum(np.asarray(probabilities, np.float64), axis=-1)
    # Rounding can leave the last sum slightly below 1; the uniform is measured against that sum.
    threshold = np.asarray(uniform, np.float64)[..., None] * cumulative[..., -1:]
    return np.asarray((cumulative > threshold).argmax(axis=-1))
