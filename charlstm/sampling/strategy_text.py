"""Lists of strategies as text: ``top-k:40,top-p:0.9``, in an address or on the command line.

The order is that in which they act; the temperature, which always acts first, is not in the list.
Knows what each is called, the limits of its number, and where it comes from; computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charlstm.sampling.strategies import Strategy

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
