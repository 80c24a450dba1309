"""Strategies: which symbols may be drawn at all, as small functions on a distribution.

Each takes distributions, shape (..., symbols), and gives others: in every row some symbols are cut
and the rest is divided by what is left. A row in which nothing is cut comes back as it was, to the
last bit. Stages act one after the other, the temperature first. Knows nothing of networks or text.

Lists of strategies as text: ``top-k:40,top-p:0.9``, in an address or on the command line.

The order is that in which they act; the temperature, which always acts first, is not in the list.
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
    _check_fraction("top-p", mass)
    order = _by_probability(probabilities)
    return _keep(probabilities, order, _until(probabilities, order, mass))


def min_p(probabilities: Distribution, fraction: float) -> Distribution:
    """Keep what has at least a fraction of the likeliest's probability (Nguyen et al. 2024).

    Raises:
        ValueError: If the fraction is not in (0, 1].
    """
    _check_fraction("min-p", fraction)
    least = fraction * probabilities.max(axis=-1, keepdims=True)
    return _of_kept(probabilities, probabilities >= least)


def typical(probabilities: Distribution, mass: float) -> Distribution:
    """Keep the mass of symbols whose surprise is closest to the entropy (Meister et al. 2023).

    Raises:
        ValueError: If the mass is not in (0, 1].
    """
    _check_fraction("typical", mass)
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
    probabilities: Distribution, order: NDArray[np.intp], positions: NDArray[np.bool_]
) -> Distribution:
    """Keep the symbols that stand at these places of an order."""
    kept = np.empty(order.shape, bool)
    np.put_along_axis(kept, order, np.broadcast_to(positions, order.shape), axis=-1)
    return _of_kept(probabilities, kept)


def _of_kept(probabilities: Distribution, kept: NDArray[np.bool_]) -> Distribution:
    left = np.where(kept, probabilities, 0.0)
    # The sum of a whole distribution can be a hair off 1, and dividing by it would change it.
    whole = (left == probabilities).all(axis=-1, keepdims=True)
    return np.asarray(left / np.where(whole, 1.0, left.sum(axis=-1, keepdims=True)))


def _check_fraction(name: str, fraction: float) -> None:
    if not 0 < fraction <= 1:
        raise ValueError(f"The number of {name} lies above 0 and up to 1, not at {fraction!r}.")


MOST_STRATEGIES = 4
LONGEST_TEXT = 100


@dataclass(frozen=True)
class Number:
    """The number of a strategy: its limits, what it is at first, and whether it is whole."""

    low: float
    high: float
    usual: float
    whole: bool = False


@dataclass(frozen=True)
class Kind:
    """A strategy in words.

    Attributes:
        keeps: What it keeps, as the end of a sentence.
        source: Where it was described.
        number: Its number, or None if it has none.
    """

    keeps: str
    source: str
    number: Number | None


_SHARE = 0.0001  # the least that a field can show

KINDS: dict[str, Kind] = {
    "greedy": Kind(
        "the one likeliest symbol, which is what T = 0 does",
        "arg max decoding: a beam of width 1 in Sutskever, Vinyals & Le 2014, section 3.2",
        None,
    ),
    "top-k": Kind(
        "the k likeliest symbols",
        "Fan, Lewis & Dauphin 2018, Hierarchical Neural Story Generation",
        Number(1, 4096, 10, whole=True),
    ),
    "top-p": Kind(
        "the fewest symbols that together have the mass p",
        "Holtzman, Buys, Du, Forbes & Choi 2020, The Curious Case of Neural Text Degeneration",
        Number(_SHARE, 1.0, 0.9),
    ),
    "min-p": Kind(
        "what is at least p times as probable as the likeliest symbol",
        "Nguyen et al. 2024, Turning Up the Heat: Min-p Sampling",
        Number(_SHARE, 1.0, 0.1),
    ),
    "typical": Kind(
        "a mass p of the symbols whose surprise is closest to the entropy",
        "Meister, Pimentel, Wiher & Cotterell 2023, Locally Typical Sampling",
        Number(_SHARE, 1.0, 0.9),
    ),
}


def read_strategies(text: str) -> tuple[Strategy, ...]:
    """Return the strategies that a text names, in its order; none for an empty text.

    Raises:
        ValueError: With one sentence that says what is wrong.
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
        raise ValueError(f"There is no strategy {name!r}; there are {', '.join(KINDS)}.")
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
    """Return the text that read_strategies takes for these strategies."""
    return ",".join(
        name if KINDS[name].number is None else f"{name}:{_figure(number)}"
        for name, number in strategies
    )


def strategy_names(strategies: Sequence[Strategy]) -> list[str]:
    """Return what people call each of these: ``top-k 40``."""
    return [write_strategies([strategy]).replace(":", " ") for strategy in strategies]


def tidy(number: float) -> float:
    """Return a number to twelve digits: steps of 0.05 then add up to 0.95, not to a hair more."""
    return float(f"{number:.12g}")


def _figure(number: float) -> str:
    return f"{number:.12g}"
