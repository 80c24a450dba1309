"""The same prompt and the same random numbers in several columns, and where the texts differ.

The columns share their uniforms, so they differ only in their temperatures or strategies. A fork is
explained by two cumulative distributions, one uniform, and the two symbols that it hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.sampling.language_model import LanguageModel, cursor_after, steps, uniforms_of
from charlstm.sampling.strategies import Strategy, stages, strategy_names

if TYPE_CHECKING:
    import pandas as pd

MAXIMUM = 2.0
"""The highest temperature of a dial, and of a column."""

SEVERAL = (0.2, 0.5, 1.0, 1.2)
FEWEST, MOST = 2, 6
NO_TEMPERATURES = (
    f"Enter {FEWEST} to {MOST} temperatures from 0 to {MAXIMUM:g}, such as 0.2, 0.5 or 0,2; 0,5."
    " Until then 0.2, 0.5, 1 and 1.2 are used."
)
"""The message for a text that has no temperatures to compare."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Fork:
    """The first position where two neighbouring columns differ.

    The columns are counted from 0, and so is the position among their symbols. Both drew their
    symbols at that position with the same uniform.
    """

    left: int
    right: int
    position: int
    uniform: float
    symbols: tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """Texts from one prompt and the same uniforms, one per column.

    Attributes:
        prompt: As the model read it.
        temperatures, strategies: Those of each column.
        uniforms: What all columns drew with, shape (length,).
        symbols: What each column wrote, symbol by symbol, all of one length.
    """

    prompt: str
    temperatures: tuple[float, ...]
    strategies: tuple[tuple[Strategy, ...], ...]
    uniforms: NDArray[np.float64]
    symbols: tuple[tuple[str, ...], ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of each column."""
        return tuple(map("".join, self.symbols))

    @property
    def forks(self) -> list[Fork]:
        """Where each column first differs from the one to its right, if it does."""
        return forks(self.symbols, self.uniforms)

    def written_before(self, fork: Fork) -> tuple[str, ...]:
        """Return the symbols that both columns of a fork wrote before it."""
        return self.symbols[fork.left][: fork.position]


def compare(
    model: LanguageModel,
    prompt: str,
    temperatures: Sequence[float],
    *,
    length: int = 400,
    seed: int = 0,
    strategies: Sequence[Strategy] = (),
) -> Comparison:
    """Write from one prompt at several temperatures with the same uniforms.

    The text at a temperature, of ``length`` symbols, is the one that ``model.write`` gives with
    that seed and strategies. A ValueError is raised if there is no temperature, one is negative or
    not a number, or a strategy is invalid.
    """
    if not temperatures:
        raise ValueError("A comparison takes at least one temperature.")
    reading = model.read(prompt)
    uniforms = uniforms_of(seed, length)
    columns = len(temperatures)
    cursor = cursor_after(model.network, reading.ids, window=model.window, streams=columns)
    drawn = [step.symbols for step in steps(cursor, list(temperatures), uniforms, strategies)]
    written = np.array(drawn, np.intp).reshape(length, columns).T
    known = model.vocabulary.symbols
    symbols = tuple(tuple(known[index] for index in column) for column in written)
    acting = (tuple(strategies),) * columns
    return Comparison(reading.text, tuple(map(float, temperatures)), acting, uniforms, symbols)


def compare_strategies(
    model: LanguageModel,
    prompt: str,
    lists: Sequence[Sequence[Strategy]],
    *,
    temperature: float = 1.0,
    length: int = 400,
    seed: int = 0,
    report: Progress = lambda _done, _total: None,
) -> Comparison:
    """Write from one prompt at one temperature with several lists of strategies, one per column.

    Every text, of ``length`` symbols, is the one that ``model.write`` gives with that seed and
    those strategies. ``report`` is called after every symbol with the number of symbols written and
    their total. A ValueError is raised if the temperature is negative or not a number, or a
    strategy is invalid.
    """
    read = model.read(prompt).text
    asked: dict[str, Any] = {"temperature": temperature, "length": length, "seed": seed}
    columns: list[tuple[str, ...]] = []
    for strategies in lists:
        written = []
        for symbol in model.stream(read, strategies=strategies, **asked):
            written.append(symbol)
            report(len(columns) * length + len(written), len(lists) * length)
        columns.append(tuple(written))
    temperatures, uniforms = (float(temperature),) * len(lists), uniforms_of(seed, length)
    return Comparison(read, temperatures, tuple(map(tuple, lists)), uniforms, tuple(columns))


def forks(texts: Sequence[Sequence[str]], uniforms: NDArray[np.float64]) -> list[Fork]:
    """Return the first difference between each text and the next.

    The texts, given symbol by symbol, are of one length and written with the same uniforms.
    """
    found = []
    for left, (one, other) in enumerate(pairwise(texts)):
        for position, symbols in enumerate(zip(one, other, strict=True)):
            if symbols[0] != symbols[1]:
                found.append(Fork(left, left + 1, position, float(uniforms[position]), symbols))
                break
    return found


def numbers_in(text: str) -> list[float]:
    """Return the numbers that a person typed, however they are separated.

    A comma between two digits is a decimal mark where ``;`` or spaces separate the numbers, as in
    ``0,2; 1,2``, and separates them itself where points are the decimal marks: ``0.2,1.2``. A
    ValueError is raised if a word is not a number, or a comma is ambiguous: ``1,2``, ``0.2; 1,2``
    and ``0.5, 1,2``.
    """
    beside_space = re.search(r"\s,|,\s", text)
    by_others = re.search(r";|[^\s,]\s+[^\s,]", text)
    is_mark = by_others and not beside_space and "." not in text
    is_either = beside_space and re.search(r"(^|[^.\d])\d+,\d+(?![.\d])", text)
    separates = "." in text and not by_others and not is_either
    is_bare = re.search(r"\S,\S", text) or (";" in text and "." not in text)
    if "," in text and is_bare and not is_mark and not separates:
        raise ValueError(f"The commas in {text!r} can be read in two ways.")
    if is_mark:
        text = text.replace(",", ".")
    words = [word for word in re.split(r"[;,\s]+", text) if word]
    if others := [word for word in words if not _NUMBER.fullmatch(word)]:
        raise ValueError(f"{others[0]!r} is not a number.")
    return [float(word) for word in words]


def fork_table(model: LanguageModel, comparison: Comparison, fork: Fork) -> pd.DataFrame:
    """Return both distributions at a fork, in vocabulary order, as used for the draw.

    A symbol is hit where ``from <= uniform < to``; its segment of the line from 0 to 1 is as long
    as its probability. There are two rows per symbol: temperature, strategy (what acted after it,
    in words), symbol, probability, from, to, hit. The model is the one that wrote the comparison.
    """
    import pandas as pd

    logits = model.logits(comparison.prompt, comparison.written_before(fork))
    parts = []
    for column, symbol in zip((fork.left, fork.right), fork.symbols, strict=True):
        temperature, strategies = comparison.temperatures[column], comparison.strategies[column]
        probabilities = stages(logits, temperature, strategies)[-1].probabilities
        to = np.cumsum(probabilities)
        columns = {
            "temperature": temperature,
            "strategy": ", ".join(strategy_names(strategies)),
            "symbol": model.vocabulary.symbols,
            "probability": probabilities,
            "from": to - probabilities,
            "to": to,
            "hit": [each == symbol for each in model.vocabulary.symbols],
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
