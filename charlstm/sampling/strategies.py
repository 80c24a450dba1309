"""Strategies: which symbols may be drawn, as small functions on a distribution.

Each takes distributions, shape (..., symbols), and returns new ones: in every row some symbols are
cut and the rest is divided by its sum. A row in which nothing is cut is returned unchanged, to the
last bit. Stages act one after the other, the temperature first.

A list of strategies has a text form, for addresses and the command line: ``top-k:40,top-p:0.9``, in
the order in which they act.
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
"""A key of KINDS and its number; greedy ignores its number."""

MOST_STRATEGIES = 4
LONGEST_TEXT = 100


def greedy(probabilities: Distribution) -> Distribution:
    """Keep the likeliest symbol; among equals the first in vocabulary order."""
    return top_k(probabilities, 1)


def top_k(probabilities: Distribution, k: float) -> Distribution:
    """Keep the k likeliest symbols (Fan, Lewis & Dauphin 2018, section 5.1).

    Among equals the first in vocabulary order are kept. k is a whole number, at least 1.

    >>> top_k(np.array([0.5, 0.3, 0.2]), 2).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    if not (1 <= k < np.inf and k == round(k)):
        raise ValueError(f"top-k keeps a whole number of symbols, at least 1, not {k!r}.")
    first = np.arange(probabilities.shape[-1]) < k
    return _keep(probabilities, _by_probability(probabilities), first)


def top_p(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the smallest set of likeliest symbols that has the mass (Holtzman et al. 2020).

    Among equals the first in vocabulary order are kept. The mass is in (0, 1].

    >>> top_p(np.array([0.5, 0.3, 0.2]), 0.6).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    _check_fraction("top-p", mass)
    return _keep_mass(probabilities, _by_probability(probabilities), mass)


def min_p(probabilities: Distribution, fraction: float) -> Distribution:
    """Keep symbols at least a fraction as probable as the likeliest (Nguyen et al. 2024).

    The fraction is in (0, 1].

    >>> min_p(np.array([0.5, 0.3, 0.2]), 0.5).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    _check_fraction("min-p", fraction)
    least = fraction * probabilities.max(axis=-1, keepdims=True)
    return _of_kept(probabilities, probabilities >= least)


def typical(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the mass of symbols whose surprise is closest to the entropy (Meister et al. 2023).

    The mass is in (0, 1].

    >>> typical(np.array([0.4, 0.3, 0.2, 0.1]), 0.3).tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    _check_fraction("typical", mass)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = -np.log(probabilities)
        expected = np.where(probabilities > 0, probabilities * surprise, 0.0)
        distance = np.abs(surprise - expected.sum(axis=-1, keepdims=True))
    return _keep_mass(probabilities, np.argsort(distance, axis=-1, kind="stable"), mass)


@dataclass(frozen=True)
class Number:
    """The number of a strategy: its limits, its default, and whether it is whole."""

    low: float
    high: float
    usual: float
    whole: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of strategy: a function of distributions and a number, and the number's limits.

    ``keeps`` says what it keeps, as the end of a sentence; ``source`` is its publication.
    """

    apply: Callable[[Distribution, float], Distribution]
    keeps: str
    source: str
    number: Number | None


_LEAST = 0.0001  # the smallest number that a field can show

KINDS: dict[str, Kind] = {
    "greedy": Kind(
        lambda p, _: greedy(p),
        "the one likeliest symbol, which is what T = 0 does",
        "arg max decoding: a beam of width 1 in Sutskever, Vinyals & Le 2014, section 3.2",
        None,
    ),
    "top-k": Kind(
        top_k,
        "the k likeliest symbols",
        "Fan, Lewis & Dauphin 2018, Hierarchical Neural Story Generation",
        Number(1, 4096, 10, whole=True),
    ),
    "top-p": Kind(
        top_p,
        "the fewest symbols that together have the mass p",
        "Holtzman, Buys, Du, Forbes & Choi 2020, The Curious Case of Neural Text Degeneration",
        Number(_LEAST, 1.0, 0.9),
    ),
    "min-p": Kind(
        min_p,
        "all symbols at least p times as probable as the likeliest",
        "Nguyen et al. 2024, Turning Up the Heat: Min-p Sampling",
        Number(_LEAST, 1.0, 0.1),
    ),
    "typical": Kind(
        typical,
        "a mass p of the symbols whose surprise is closest to the entropy",
        "Meister, Pimentel, Wiher & Cotterell 2023, Locally Typical Sampling",
        Number(_LEAST, 1.0, 0.9),
    ),
}
"""Every strategy; pages, commands and addresses follow from this table."""


@dataclass(frozen=True)
class Stage:
    """The effect of one stage on a distribution.

    Attributes:
        name: ``"temperature"`` or a key of KINDS.
        parameter: Its number.
        probabilities: The distribution after it, shape (symbols,).
        cut: Which symbols it cut, shape (symbols,).
        cut_mass: The total probability of those symbols.
    """

    name: str
    parameter: float
    probabilities: Distribution
    cut: NDArray[np.bool_]
    cut_mass: float


def stages(
    logits: ArrayLike, temperature: float, strategies: Sequence[Strategy] = ()
) -> list[Stage]:
    """Return the stages of a distribution: the temperature, then each strategy in order.

    The logits have shape (symbols,). A ValueError is raised if a number is out of range or a name
    is unknown.

    >>> [stage.probabilities.round(3).tolist() for stage in
    ...     stages(np.log([0.5, 0.3, 0.2]), 0.5, [("top-k", 2)])]
    [[0.658, 0.237, 0.105], [0.735, 0.265, 0.0]]
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
    """Return strategies as functions of a distribution alone, all checked beforehand.

    A ValueError is raised if a number is out of range or a name is unknown.
    """
    found: list[Callable[[Distribution], Distribution]] = []
    for name, parameter in strategies:
        if name not in KINDS:
            raise _unknown(name)
        KINDS[name].apply(np.ones(1), parameter)
        found.append(partial(_apply, name, parameter))
    return found


def _apply(name: str, parameter: float, probabilities: Distribution) -> Distribution:
    return KINDS[name].apply(probabilities, parameter)


def _unknown(name: str) -> ValueError:
    return ValueError(f"There is no strategy {name!r}; there are {', '.join(KINDS)}.")


def _by_probability(probabilities: Distribution) -> NDArray[np.intp]:
    """Return ids, the likeliest first; equals are in vocabulary order."""
    return np.argsort(-probabilities, axis=-1, kind="stable")


def _keep_mass(probabilities: Distribution, order: NDArray[np.intp], mass: float) -> Distribution:
    """Keep as many symbols of an order as are needed for the mass; all if it is 1."""
    reached = np.cumsum(np.take_along_axis(probabilities, order, axis=-1), axis=-1)
    needed = np.ones(reached.shape, bool)
    if mass < 1:
        # In floating point 0.7 + 0.2 is slightly below 0.9; no further symbol is kept for that.
        wanted = mass * (1 - 1e-12) * reached[..., -1:]
        needed[..., 1:] = reached[..., :-1] < wanted
    return _keep(probabilities, order, needed)


def _keep(
    probabilities: Distribution, order: NDArray[np.intp], positions: NDArray[np.bool_]
) -> Distribution:
    kept = np.empty(order.shape, bool)
    np.put_along_axis(kept, order, np.broadcast_to(positions, order.shape), axis=-1)
    return _of_kept(probabilities, kept)


def _of_kept(probabilities: Distribution, kept: NDArray[np.bool_]) -> Distribution:
    left = np.where(kept, probabilities, 0.0)
    # The sum of a whole distribution can differ slightly from 1; dividing by it would change it.
    whole = (left == probabilities).all(axis=-1, keepdims=True)
    return np.asarray(left / np.where(whole, 1.0, left.sum(axis=-1, keepdims=True)))


def _check_fraction(name: str, fraction: float) -> None:
    if not 0 < fraction <= 1:
        raise ValueError(f"The number of {name} is above 0 and at most 1, not {fraction!r}.")


def read_strategies(text: str) -> tuple[Strategy, ...]:
    """Return the strategies that a text names; raise a ValueError if it is invalid.

    >>> read_strategies("top-k:40, greedy")
    (('top-k', 40.0), ('greedy', 1.0))
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"A list of strategies has at most {LONGEST_TEXT} characters.")
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if len(parts) > MOST_STRATEGIES:
        raise ValueError(f"At most {MOST_STRATEGIES} strategies act one after the other.")
    return tuple(_read(part) for part in parts)


def _read(part: str) -> Strategy:
    name, colon, given = (word.strip() for word in part.partition(":"))
    if name not in KINDS:
        raise _unknown(name)
    number = KINDS[name].number
    if number is None:
        if colon:
            raise ValueError(f"{name} takes no number.")
        return name, 1.0
    try:
        value = tidy(float(given))
    except ValueError:
        value = float("nan")
    if not number.low <= value <= number.high or (number.whole and value != round(value)):
        kind = "whole number" if number.whole else "number"
        raise ValueError(
            f"{name} takes a {kind} from {number.low:g} to {number.high:g}, such as"
            f" {name}:{number.usual:g}; it cannot be {given!r}."
        )
    return name, value


def write_strategies(strategies: Sequence[Strategy]) -> str:
    """Return the text that read_strategies turns into these strategies."""
    return ",".join(
        name if KINDS[name].number is None else f"{name}:{number:.12g}"
        for name, number in strategies
    )


def strategy_names(strategies: Sequence[Strategy]) -> list[str]:
    """Return the names of these strategies on pages: ``top-k 40``."""
    return [write_strategies([strategy]).replace(":", " ") for strategy in strategies]


def tidy(number: float) -> float:
    """Return a number rounded to twelve digits, so that steps of 0.05 add up to 0.95 exactly."""
    return float(f"{number:.12g}")
