"""Strategies: which symbols may be drawn at all, as small functions on a distribution.

Each takes distributions, shape (..., symbols), and gives others: in every row some symbols are cut
and the rest is divided by what is left. A row in which nothing is cut comes back as it was, to the
last bit. Stages act one after the other, the temperature first. Knows nothing of networks or text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.reweight import reweight

Distribution = NDArray[np.float64]
Strategy = tuple[str, float]
"""A key of STRATEGIES and its number; greedy has no use for one."""


def greedy(probabilities: Distribution) -> Distribution:
    """Keep the likeliest symbol, the first in vocabulary order where several are."""
    return top_k(probabilities, 1)


def top_k(probabilities: Distribution, k: float) -> Distribution:
    """Keep the k likeliest symbols (Fan, Lewis & Dauphin 2018, section 5.1).

    Of equals those that come first in the vocabulary are kept.

    Raises:
        ValueError: If k is not a whole number from 1 upwards.
    """
    if not (1 <= k < np.inf and k == round(k)):
        raise ValueError(f"top-k keeps a whole number of symbols, at least 1, not {k!r}.")
    first = np.arange(probabilities.shape[-1]) < k
    return _keep(probabilities, _by_probability(probabilities), first)


def top_p(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the smallest set of likeliest symbols that has the mass (Holtzman et al. 2020).

    Of equals those that come first in the vocabulary are kept.

    Raises:
        ValueError: If the mass is not in (0, 1].
    """
    _check_share("top-p", mass)
    order = _by_probability(probabilities)
    return _keep(probabilities, order, _until(probabilities, order, mass))


def min_p(probabilities: Distribution, share: float) -> Distribution:
    """Keep what has at least a share of the likeliest's probability (Nguyen et al. 2024).

    Raises:
        ValueError: If the share is not in (0, 1].
    """
    _check_share("min-p", share)
    least = share * probabilities.max(axis=-1, keepdims=True)
    return _of_kept(probabilities, probabilities >= least)


def typical(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the mass of symbols whose surprise is closest to the entropy (Meister et al. 2023).

    Raises:
        ValueError: If the mass is not in (0, 1].
    """
    _check_share("typical", mass)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = -np.log(probabilities)
        expected = np.where(probabilities > 0, probabilities * surprise, 0.0)
        distance = np.abs(surprise - expected.sum(axis=-1, keepdims=True))
    order = np.argsort(distance, axis=-1, kind="stable")
    return _keep(probabilities, order, _until(probabilities, order, mass))


STRATEGIES: dict[str, Callable[[Distribution, float], Distribution]] = {
    "greedy": lambda p, _: greedy(p),
    "top-k": top_k,
    "top-p": top_p,
    "min-p": min_p,
    "typical": typical,
}


@dataclass(frozen=True)
class Stage:
    """What one stage did to a distribution.

    Attributes:
        name: ``"temperature"`` or a key of STRATEGIES.
        parameter: Its number.
        probabilities: What it left, shape (symbols,), summing to 1.
        cut: Which symbols it cut, shape (symbols,).
        cut_mass: The probability that they had.
    """

    name: str
    parameter: float
    probabilities: Distribution
    cut: NDArray[np.bool_]
    cut_mass: float


def stages(
    logits: ArrayLike, temperature: float, strategies: Sequence[Strategy] = ()
) -> list[Stage]:
    """Return what the temperature and then each strategy made of a distribution, in this order.

    Args:
        logits: Shape (symbols,).
        temperature: From 0 upwards.
        strategies: Names, keys of STRATEGIES, with their numbers.

    Raises:
        ValueError: If a number is out of range, or a name is unknown.
    """
    p = reweight(logits, temperature)
    found = [Stage("temperature", temperature, p, np.zeros(p.shape, bool), 0.0)]
    for (name, parameter), act in zip(strategies, acting(strategies), strict=True):
        left = act(p)
        cut = (left == 0) & (p > 0)
        found.append(Stage(name, parameter, left, cut, float(p[cut].sum())))
        p = left
    return found


def acting(strategies: Sequence[Strategy]) -> list[Callable[[Distribution], Distribution]]:
    """Return strategies as functions of a distribution alone, checked before any of them acts.

    Raises:
        ValueError: If a number is out of range, or a name is unknown.
    """
    found: list[Callable[[Distribution], Distribution]] = []
    for name, parameter in strategies:
        if name not in STRATEGIES:
            raise ValueError(f"There is no strategy {name!r}; there are {', '.join(STRATEGIES)}.")
        STRATEGIES[name](np.ones(1), parameter)
        found.append(partial(_act, STRATEGIES[name], parameter))
    return found


def _act(
    strategy: Callable[[Distribution, float], Distribution], number: float, p: Distribution
) -> Distribution:
    return strategy(p, number)


def _by_probability(probabilities: Distribution) -> NDArray[np.intp]:
    """Return ids, the likeliest first; of equals the first in vocabulary order."""
    return np.argsort(-probabilities, axis=-1, kind="stable")


def _until(probabilities: Distribution, order: NDArray[np.intp], mass: float) -> NDArray[np.bool_]:
    """Return which places of an order are needed for the mass; all where it is 1."""
    reached = np.cumsum(np.take_along_axis(probabilities, order, axis=-1), axis=-1)
    needed = np.ones(reached.shape, bool)
    if mass < 1:
        # 0.7 + 0.2 is a hair under 0.9, and no symbol more is kept for the sake of that hair.
        wanted = mass * (1 - 1e-12) * reached[..., -1:]
        needed[..., 1:] = reached[..., :-1] < wanted
    return needed


def _keep(
    probabilities: Distribution, order: NDArray[np.intp], places: NDArray[np.bool_]
) -> Distribution:
    """Keep the symbols that stand at these places of an order."""
    kept = np.empty(order.shape, bool)
    np.put_along_axis(kept, order, np.broadcast_to(places, order.shape), axis=-1)
    return _of_kept(probabilities, kept)


def _of_kept(probabilities: Distribution, kept: NDArray[np.bool_]) -> Distribution:
    left = np.where(kept, probabilities, 0.0)
    # The sum of a whole distribution can be a hair off 1, and dividing by it would change it.
    whole = (left == probabilities).all(axis=-1, keepdims=True)
    return np.asarray(left / np.where(whole, 1.0, left.sum(axis=-1, keepdims=True)))


def _check_share(name: str, share: float) -> None:
    if not 0 < share <= 1:
        raise ValueError(f"The number of {name} lies above 0 and up to 1, not at {share!r}.")
