"""The same prompt and the same uniforms at several temperatures, and where the texts part.

Knows language models; knows nothing of pages. Because the columns share their uniforms, all that
differs between them is the temperature, or what strategies cut: a fair comparison.

Why two columns parted: two cumulative distributions, one uniform, the two symbols it hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.language_model import LanguageModel, cursor_after, generate, uniforms_of
from charlstm.sampling.strategies import Strategy, stages, strategy_names

if TYPE_CHECKING:
    import pandas as pd

Report = Callable[[int, int], object]


@dataclass(frozen=True)
class Fork:
    """The first position where two neighbouring columns differ.

    Attributes:
        left, right: Numbers of the columns, counted from 0.
        position: Symbols that both had written by then.
        uniform: The one random number that both drew with.
        symbols: What each of them drew.
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
        temperatures: One per column.
        texts: What each column wrote, all of one length.
        uniforms: What they drew with, shape (length,).
        strategies: What acted in each column after its temperature; empty if nothing in any.
        symbols: What each column wrote, symbol by symbol; the characters of the texts by default.
    """

    prompt: str
    temperatures: tuple[float, ...]
    texts: tuple[str, ...]
    uniforms: NDArray[np.float64]
    strategies: tuple[tuple[Strategy, ...], ...] = ()
    symbols: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.symbols:
            object.__setattr__(self, "symbols", tuple(map(tuple, self.texts)))

    def strategies_of(self, column: int) -> tuple[Strategy, ...]:
        """Return what acted in a column after its temperature."""
        return self.strategies[column] if self.strategies else ()

    @property
    def forks(self) -> list[Fork]:
        """Where each column parts from the one to its right; columns that never part have none."""
        return forks(self.symbols, self.uniforms)

    def written_before(self, fork: Fork) -> tuple[str, ...]:
        """Return the symbols that both columns of a fork had written by then."""
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

    The text at a temperature is the one that ``model.write`` gives with that seed and strategies.

    Args:
        model: Who writes.
        prompt: What has been read.
        temperatures: One per column, from 0 upwards.
        length: Symbols per column.
        seed: Of the uniforms.
        strategies: What acts in every column after its temperature.

    Raises:
        ValueError: If a temperature is negative or not a number, or there is none, or a strategy
            cannot be.
    """
    if not temperatures:
        raise ValueError("A comparison takes at least one temperature.")
    reading = model.read(prompt)
    uniforms = uniforms_of(seed, length)
    cursor = cursor_after(
        model.network, reading.ids, window=model.window, streams=len(temperatures)
    )
    steps = list(generate(cursor, list(temperatures), uniforms, strategies))
    columns = np.array(steps, np.intp).reshape(length, len(temperatures)).T
    known = model.vocabulary.symbols
    symbols = tuple(tuple(known[index] for index in column) for column in columns)
    return Comparison(
        reading.text,
        tuple(map(float, temperatures)),
        tuple(map("".join, symbols)),
        uniforms,
        (tuple(strategies),) * len(temperatures),
        symbols,
    )


def compare_strategies(
    model: LanguageModel,
    prompt: str,
    lists: Sequence[Sequence[Strategy]],
    *,
    temperature: float = 1.0,
    length: int = 400,
    seed: int = 0,
    report: Report = lambda _done, _of: None,
) -> Comparison:
    """Write from one prompt at one temperature with several lists of strategies, one per column.

    Every text is the one that ``model.write`` gives with that seed and those strategies.

    Args:
        model: Who writes.
        prompt: What has been read.
        lists: What acts in each column after the temperature; an empty one leaves it alone.
        temperature: Of all columns.
        length: Symbols per column.
        seed: Of the uniforms.
        report: Called after every symbol with the symbols written and their number.

    Raises:
        ValueError: If the temperature is negative or not a number, or a strategy cannot be.
    """
    reading = model.read(prompt)
    columns = []
    for column, strategies in enumerate(lists):
        written = []
        for symbol in model.stream(
            reading.text, temperature=temperature, length=length, seed=seed, strategies=strategies
        ):
            written.append(symbol)
            report(column * length + len(written), len(lists) * length)
        columns.append(tuple(written))
    return Comparison(
        reading.text,
        (float(temperature),) * len(lists),
        tuple(map("".join, columns)),
        uniforms_of(seed, length),
        tuple(tuple(strategies) for strategies in lists),
        tuple(columns),
    )


def forks(texts: Sequence[Sequence[str]], uniforms: NDArray[np.float64]) -> list[Fork]:
    """Return the first difference between each text and the next.

    Args:
        texts: Written with the same uniforms, symbol by symbol, all of one length.
        uniforms: Shape (length,).
    """
    found = []
    for left, (one, other) in enumerate(pairwise(texts)):
        pairs = enumerate(zip(one, other, strict=True))
        parted = next(((position, pair) for position, pair in pairs if pair[0] != pair[1]), None)
        if parted:
            position, symbols = parted
            found.append(Fork(left, left + 1, position, float(uniforms[position]), symbols))
    return found


def numbers_in(text: str) -> list[float]:
    """Return the numbers that a person typed, however they are set apart.

    A comma between two digits is a decimal mark where ``;`` or spaces set the numbers apart, as in
    ``0,2; 1,2``, and sets them apart itself where points are the decimal marks: ``0.2,1.2``.

    Raises:
        ValueError: If one is no number, or a comma can be either: ``1,2`` and ``0.2; 1,2``.
    """
    beside_space = re.search(r"\s,|,\s", text)
    by_others = re.search(r";|[^\s,]\s+[^\s,]", text)
    is_mark = by_others and not beside_space and "." not in text
    sets_apart = "." in text and not by_others
    is_bare = re.search(r"\S,\S", text) or (";" in text and "." not in text)
    if "," in text and is_bare and not is_mark and not sets_apart:
        raise ValueError(f"The commas in {text!r} can be read in two ways.")
    if is_mark:
        text = text.replace(",", ".")
    return [float(word) for word in re.split(r"[;,\s]+", text) if word]


MOST_PIECES = 300
"""Symbols that a chart shows one by one: more than an alphabet has, fewer than words."""


def fork_table(model: LanguageModel, comparison: Comparison, fork: Fork) -> pd.DataFrame:
    """Return both distributions at a fork, in vocabulary order, as they are drawn from.

    A symbol is hit where ``from <= uniform < to``; its share of the line from 0 to 1 is its
    probability.

    Args:
        model: Who wrote the comparison.
        comparison: The columns.
        fork: One of its forks.

    Returns:
        Two rows per symbol: temperature, strategy (what acted after it, in words), symbol,
        probability, from, to, hit.
    """
    import pandas as pd

    logits = model.logits(comparison.prompt, comparison.written_before(fork))
    parts = []
    for column, symbol in zip((fork.left, fork.right), fork.symbols, strict=True):
        temperature = comparison.temperatures[column]
        strategies = comparison.strategies_of(column)
        probabilities = stages(logits, temperature, strategies)[-1].probabilities
        to = np.cumsum(probabilities)
        parts.append(
            pd.DataFrame(
                {
                    "temperature": temperature,
                    "strategy": ", ".join(strategy_names(strategies)),
                    "symbol": model.vocabulary.symbols,
                    "probability": probabilities,
                    "from": to - probabilities,
                    "to": to,
                    "hit": [each == symbol for each in model.vocabulary.symbols],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def segments(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return a fork table short enough to be drawn: the likeliest symbols, and stretches between.

    Nothing is left out: neighbours in the order of the vocabulary that are none of the likeliest
    become one piece, with the probability that they have together.

    Args:
        table: As fork_table gives it.
        most: Symbols that keep a piece of their own, besides those that were hit; a vocabulary of
            no more is returned as it is.

    Returns:
        The same columns; the symbol of a stretch says how many it holds.
    """
    import pandas as pd

    symbols = table["symbol"].iloc[: len(table) // 2].tolist()
    if len(symbols) <= most:
        return table
    fractions = table["probability"].to_numpy().reshape(2, -1).max(axis=0)
    hit = np.flatnonzero(table["hit"].to_numpy().reshape(2, -1).any(axis=0))
    apart = set(np.argsort(-fractions, kind="stable")[:most].tolist()) | set(hit.tolist())
    rows: list[dict[Any, Any]] = []
    for half in (table.iloc[: len(symbols)], table.iloc[len(symbols) :]):
        column = half.to_dict("records")
        for alone, positions in groupby(
            range(len(symbols)), key=lambda position: position in apart
        ):
            here = list(positions)
            rows += [column[position] for position in here] if alone else [_joined(column, here)]
    return pd.DataFrame(rows, columns=table.columns)


def _joined(column: list[dict[Any, Any]], positions: list[int]) -> dict[Any, Any]:
    first, last = column[positions[0]], column[positions[-1]]
    return first | {
        "symbol": f"{len(positions):,} others",
        "probability": last["to"] - first["from"],
        "to": last["to"],
    }
