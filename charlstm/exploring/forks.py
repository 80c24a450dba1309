"""Why two columns parted: two cumulative distributions, one uniform, the two symbols it hit.

Takes a comparison and its model; draws nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from charlstm.exploring.compare import Comparison, Fork
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import stages
from charlstm.sampling.strategy_text import strategy_names

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


def stretches(table: pd.DataFrame, most: int) -> pd.DataFrame:
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
    symbols = table["symbol"].iloc[: len(table) // 2].tolist()
    if len(symbols) <= most:
        return table
    shares = table["probability"].to_numpy().reshape(2, -1).max(axis=0)
    hit = np.flatnonzero(table["hit"].to_numpy().reshape(2, -1).any(axis=0))
    apart = set(np.argsort(-shares, kind="stable")[:most].tolist()) | set(hit.tolist())
    rows: list[dict[Any, Any]] = []
    for half in (table.iloc[: len(symbols)], table.iloc[len(symbols) :]):
        column = half.to_dict("records")
        for alone, places in groupby(range(len(symbols)), key=lambda place: place in apart):
            here = list(places)
            rows += [column[place] for place in here] if alone else [_joined(column, here)]
    return pd.DataFrame(rows, columns=table.columns)


def _joined(column: list[dict[Any, Any]], places: list[int]) -> dict[Any, Any]:
    first, last = column[places[0]], column[places[-1]]
    return first | {
        "symbol": f"{len(places):,} others",
        "probability": last["to"] - first["from"],
        "to": last["to"],
    }
