"""Why two columns parted: two cumulative distributions, one uniform, the two symbols it hit.

Takes a comparison and its model; draws nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from charlstm.exploring.compare import Comparison, Fork
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.strategies import stages
from charlstm.sampling.strategy_text import strategy_names


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
    written = comparison.texts[fork.left][: fork.position]
    logits = model.logits(comparison.prompt + written)
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
