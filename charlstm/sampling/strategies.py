"""Strategies: which symbols may be drawn at all, as small functions on a distribution.

Each takes a distribution and gives another: some symbols are cut, the rest is divided by what is
left. Stages act one after the other, the temperature first. Knows nothing of networks or text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.reweight import reweight

Distribution = NDArray[np.float64]


def greedy(probabilities: Distribution) -> Distribution:
    """Keep the likeliest symbol, the first in vocabulary order where several are."""
    return top_k(probabilities, 1)


def top_k(probabilities: Distribution, k: int) -> Distribution:
    """Keep the k likeliest symbols (Fan, Lewis & Dauphin 2018, section 5.1).

    Raises:
        ValueError: If k is less than 1.
    """
    if k < 1:
        raise ValueError(f"top-k keeps at least 1 symbol, not {k}.")
    return _keep(probabilities, _by_probability(probabilities)[:k])


def top_p(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the smallest set of likeliest symbols that has the mass (Holtzman et al. 2020).

    Raises:
        ValueError: If the mass is not in (0, 1].
    """
    _check_share("top-p", mass)
    return _keep(probabilities, _until(probabilities, _by_probability(probabilities), mass))


def min_p(probabilities: Distribution, share: float) -> Distribution:
    """Keep what has at least a share of the likeliest's probability (Nguyen et al. 2024).

    Raises:
        ValueError: If the share is not in (0, 1].
    """
    _check_share("min-p", share)
    return _keep(probabilities, np.flatnonzero(probabilities >= share * probabilities.max()))


def typical(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the mass of symbols whose surprise is closest to the entropy (Meister et al. 2023).

    Raises:
        ValueError: If the mass is not in (0, 1].
    """
    _check_share("typical", mass)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = -np.log(probabilities)
        entropy = float(np.where(probabilities > 0, probabilities * surprise, 0.0).sum())
        order = np.argsort(np.abs(surprise - entropy), kind="stable")
    return _keep(probabilities, _until(probabilities, order, mass))


STRATEGIES: dict[str, Callable[[Distribution, float], Distribution]] = {
    "greedy": lambda p, _: greedy(p),
    "top-k": lambda p, k: top_k(p, round(k)),
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
    logits: ArrayLike, temperature: float, strategies: Sequence[tuple[str, float]]
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
    for name, parameter in strategies:
        if name not in STRATEGIES:
            raise ValueError(f"There is no strategy {name!r}; there are {', '.join(STRATEGIES)}.")
        left = STRATEGIES[name](p, parameter)
        cut = (left == 0) & (p > 0)
        found.append(Stage(name, parameter, left, cut, float(p[cut].sum())))
        p = left
    return found


def _by_probability(probabilities: Distribution) -> NDArray[np.intp]:
    """Return ids, the likeliest first; of equals the first in vocabulary order."""
    return np.argsort(-probabilities, kind="stable")


def _until(probabilities: Distribution, order: NDArray[np.intp], mass: float) -> NDArray[np.intp]:
    """Return the first of an order that together have the mass."""
    reached = np.cumsum(probabilities[order])
    # Rounding can leave the whole a hair under 1.
    return order[: int(np.searchsorted(reached, mass * reached[-1] * (1 - 1e-12))) + 1]


def _keep(probabilities: Distribution, kept: NDArray[np.intp]) -> Distribution:
    left = np.zeros_like(probabilities)
    left[kept] = probabilities[kept]
    return np.asarray(left / left.sum())


def _check_share(name: str, share: float) -> None:
    if not 0 < share <= 1:
        raise ValueError(f"The number of {name} lies above 0 and up to 1, not at {share!r}.")
