"""Figures of one distribution: entropy, effective choices, the table before and after reweighting.

Knows nothing of networks, runs or charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from charlstm.sampling.reweight import reweight


def entropy_bits(probabilities: ArrayLike) -> float:
    """Return the entropy, -sum p log2 p, in bits (Shannon 1948, section 6); 0 log 0 is 0."""
    p = np.asarray(probabilities, np.float64)
    p = p[p > 0]
    return abs(float(-(p * np.log2(p)).sum()))


def effective_choices(probabilities: ArrayLike) -> float:
    """Return 2 ** entropy: how many equally likely symbols would be as uncertain as these."""
    return float(2.0 ** entropy_bits(probabilities))


def nats_to_bits(nats: Any) -> Any:
    """Return losses or entropies in bits, whether a number or an array of them."""
    return nats / float(np.log(2.0))


def distribution_table(
    symbols: Sequence[str], logits: ArrayLike, temperature: float
) -> pd.DataFrame:
    """Return the whole distribution of the next character, before and after reweighting.

    Args:
        symbols: The vocabulary.
        logits: One per symbol.
        temperature: From 0 upwards.

    Returns:
        One row per symbol, the likeliest first: symbol, logit, before (T = 1), after (T as given),
        bits (the surprise of the symbol after reweighting, -log2 p; infinite where p is 0).

    Raises:
        ValueError: If the temperature is negative or not a number.
    """
    after = reweight(logits, temperature)
    with np.errstate(divide="ignore"):
        bits = np.abs(-np.log2(after))
    frame = pd.DataFrame(
        {
            "symbol": list(symbols),
            "logit": np.asarray(logits, np.float64),
            "before": reweight(logits, 1.0),
            "after": after,
            "bits": bits,
        }
    )
    return frame.sort_values("before", ascending=False, kind="stable", ignore_index=True)
