"""Figures of one distribution: entropy, tables of every stage, and probabilities in words.

charlstm/ui/components/shared/probability.js writes probabilities by the same rule in the browser; a
browser test compares the two. Exact numbers are in the files that a page offers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.reweight import reweight
from charlstm.sampling.strategies import Strategy, stages, strategy_names

if TYPE_CHECKING:
    import pandas as pd


def entropy_bits(probabilities: ArrayLike) -> float:
    """Return the entropy, -sum p log2 p, in bits (Shannon 1948, section 6); 0 log 0 is 0.

    >>> entropy_bits([0.5, 0.25, 0.25])
    1.5
    """
    p = np.asarray(probabilities, np.float64)
    p = p[p > 0]
    return abs(float(-(p * np.log2(p)).sum()))


def surprise_bits(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return -log2 p of each probability; infinite where it is 0."""
    with np.errstate(divide="ignore"):
        return np.abs(-np.log2(probabilities))


def effective_choices(probabilities: ArrayLike) -> float:
    """Return 2 ** entropy: how many equally likely symbols would be as uncertain as these.

    >>> effective_choices([0.25] * 4)
    4.0
    """
    return float(2.0 ** entropy_bits(probabilities))


def nats_to_bits(nats: Any) -> Any:
    """Return losses or entropies in bits: a number, or an array of them."""
    return nats / float(np.log(2.0))


def distribution_table(
    symbols: Sequence[str], logits: ArrayLike, temperature: float
) -> pd.DataFrame:
    """Return the whole distribution of the next character, before and after reweighting.

    There is one row per symbol, the likeliest first: symbol, logit, before (T = 1), after (T as
    given), bits (the surprise of the symbol after reweighting, -log2 p; infinite where p is 0).
    """
    import pandas as pd

    after = reweight(logits, temperature)
    frame = pd.DataFrame(
        {
            "symbol": list(symbols),
            "logit": np.asarray(logits, np.float64),
            "before": reweight(logits, 1.0),
            "after": after,
            "bits": surprise_bits(after),
        }
    )
    return frame.sort_values("before", ascending=False, kind="stable", ignore_index=True)


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SPACE = "\u00a0"  # a line does not break inside a figure
_DECIMALS = ((0.9995, 2), (0.995, 1), (0.0995, 0), (0.00995, 1), (0.0001, 2))
_ROUNDING = 1e-9  # by how much a sum of probabilities may exceed 1


def probability_words(p: float) -> str:
    """Return a probability, or another fraction, for people.

    About two digits: ``41 %``, ``3.2 %``, ``0.04 %``; below 0.01 % ``1 in 31,000``, and below one
    in a million ``3.1 × 10⁻⁷``. Near 1 the distance to 1 counts: ``99.7 %``, ``over 99.99 %``. Only
    0 and 1 themselves are ``0 %`` and ``100 %``. The spaces are non-breaking.

    p is from 0 to 1; a sum may exceed 1 by rounding. Anything else raises a ValueError.
    """
    if not 0 <= p <= 1 + _ROUNDING:
        raise ValueError(f"A probability is a number from 0 to 1, not {p}.")
    return _words(p).replace(" ", _SPACE)


def path_words(log2_probability: float) -> str:
    """Return the probability of a whole text for people; it may be smaller than any float.

    Its log2 is at most 0, minus infinity for an impossible text; anything else raises a ValueError.
    """
    if log2_probability > -1000:
        return probability_words(2.0**log2_probability)
    if not log2_probability < 0:
        raise ValueError(f"log2 of a probability is at most 0, not {log2_probability}.")
    if log2_probability == -math.inf:
        return probability_words(0.0)
    log10 = log2_probability * math.log10(2)
    exponent = math.floor(log10)
    tenths = _round(10 * 10 ** (log10 - exponent))
    if tenths == 100:
        tenths, exponent = 10, exponent + 1
    return _power(f"{tenths // 10}.{tenths % 10}", exponent)


def power_words(value: float) -> str:
    """Return any number but 0 as two digits and a power of ten: ``−3.1 × 10⁻⁷``."""
    mantissa, exponent = f"{value:.1e}".split("e")
    return _power(mantissa.replace("-", "−"), int(exponent))


# Only whole numbers, sums and products, so that the browser rounds as Python does.
def _words(p: float) -> str:
    if p == 0:
        return "0 %"
    if p >= 1:
        return "100 %"
    if p >= 0.99995:
        return "over 99.99 %"
    for least, decimals in _DECIMALS:
        if p >= least:
            whole, part = divmod(_round(p * 10 ** (2 + decimals)), 10**decimals)
            return f"{whole}.{part:0{decimals}} %" if decimals else f"{whole} %"
    if p >= 0.000001:
        step = 10_000 if 1 / p >= 99_500 else 1_000
        return f"1 in {step * _round(1 / p / step):,}"
    return power_words(p)


def _round(value: float) -> int:
    return math.floor(value + 0.5)


def _power(mantissa: str, exponent: int) -> str:
    return f"{mantissa} × 10{str(exponent).translate(_SUPERSCRIPTS)}".replace(" ", _SPACE)


MODEL = "model, T = 1"


def stage_names(temperature: float, strategies: Sequence[Strategy] = ()) -> list[str]:
    """Return distinct names for the model's own distribution and for each stage."""
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

    There is one row per symbol, the likeliest first: symbol, a column of probabilities for each of
    stage_names, and cut_by, the stage that cut the symbol or ``""``.
    """
    import pandas as pd

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


def stage_summary(
    logits: ArrayLike, temperature: float, strategies: Sequence[Strategy] = ()
) -> pd.DataFrame:
    """Return the figures of every stage, a row for each of stage_names.

    The columns are stage, left (symbols that can still be drawn), cut (symbols that this stage
    cut), cut_mass (the probability that they had), entropy_before and entropy_after in bits.
    """
    import pandas as pd

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
