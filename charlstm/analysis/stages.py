"""Tables of what the temperature and then each strategy made of one distribution.

Knows distributions; knows nothing of networks, runs or charts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from charlstm.analysis.distribution import entropy_bits
from charlstm.sampling.reweight import reweight
from charlstm.sampling.strategies import Strategy, stages
from charlstm.sampling.strategy_text import strategy_names

MODEL = "model, T = 1"


def stage_names(temperature: float, strategies: Sequence[Strategy] = ()) -> list[str]:
    """Return a name for the model's own distribution and one for each stage, all different."""
    names = [MODEL, f"T = {temperature:g}"]
    for name in strategy_names(strategies):
        again = sum(each.split(" (")[0] == name for each in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return names


def stage_table(
    symbols: Sequence[str],
    logits: ArrayLike,
    temperature: float,
    strategies: Sequence[Strategy] = (),
) -> pd.DataFrame:
    """Return the whole distribution of the next character after every stage.

    Args:
        symbols: The vocabulary.
        logits: One per symbol.
        temperature: From 0 upwards.
        strategies: What acts after it, in order.

    Returns:
        One row per symbol, the likeliest first: symbol, a column of probabilities for each of
        stage_names, and cut_by, the stage that cut the symbol or ``""``.

    Raises:
        ValueError: If a number is out of range, or a name is unknown.
    """
    found = stages(logits, temperature, strategies)
    names = stage_names(temperature, strategies)
    columns = [reweight(logits, 1.0), *(stage.probabilities for stage in found)]
    cut_by = np.full(len(symbols), "", object)
    for name, stage in zip(names[1:], found, strict=True):
        cut_by[stage.cut] = name
    frame = pd.DataFrame(
        {"symbol": list(symbols), **dict(zip(names, columns, strict=True)), "cut_by": cut_by}
    )
    return frame.sort_values(MODEL, ascending=False, kind="stable", ignore_index=True)


def likeliest_rows(table: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return a stage table with one row for all symbols beyond the likeliest.

    Args:
        table: As stage_table gives it.
        most: Rows that are kept; a table of no more is returned as it is.

    Returns:
        The same columns. The last row has what the others have together, and as ``cut_by`` the
        stage that cut the last of them.
    """
    if len(table) <= most:
        return table
    rest = table.iloc[most:]
    names = [name for name in table.columns if name not in ("symbol", "cut_by")]
    sums = rest[names].sum()
    cut_by = next(
        (name for name in names if sums[name] == 0 and (rest["cut_by"] == name).any()), ""
    )
    others = {"symbol": f"all {len(rest):,} others", **sums.to_dict(), "cut_by": cut_by}
    return pd.concat([table.iloc[:most], pd.DataFrame([others])], ignore_index=True)


def stage_summary(
    logits: ArrayLike, temperature: float, strategies: Sequence[Strategy] = ()
) -> pd.DataFrame:
    """Return the figures of every stage.

    Args:
        logits: One per symbol.
        temperature: From 0 upwards.
        strategies: What acts after it, in order.

    Returns:
        One row for each of stage_names: stage, left (symbols that can still be drawn), cut (symbols
        that this stage cut), cut_mass (the probability that they had), entropy_before and
        entropy_after in bits.

    Raises:
        ValueError: If a number is out of range, or a name is unknown.
    """
    exact = reweight(logits, 1.0)
    found = stages(logits, temperature, strategies)
    after = [exact, *(stage.probabilities for stage in found)]
    entropies = [entropy_bits(p) for p in after]
    return pd.DataFrame(
        {
            "stage": stage_names(temperature, strategies),
            "left": [int(np.count_nonzero(p)) for p in after],
            "cut": [0, *(int(stage.cut.sum()) for stage in found)],
            "cut_mass": [0.0, *(stage.cut_mass for stage in found)],
            "entropy_before": [entropies[0], *entropies[:-1]],
            "entropy_after": entropies,
        }
    )
