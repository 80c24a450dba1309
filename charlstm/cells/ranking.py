"""Rank statistics of one variable against another, with intervals from blocks of characters.

Pure functions on arrays; knows nothing of cells or text. Both statistics are given as a strength
from -1 to 1, where 0 is chance: for a yes/no property 2 AUC - 1 (Somers' D), for a position
Spearman's rho.

AUC, the area under the ROC curve, is the probability that the value at a yes is higher than at a
no, a tie counting one half (Hanley & McNeil 1982, "The meaning and use of the area under a receiver
operating characteristic (ROC) curve"). Spearman's rho is the correlation of mid-ranks.

Neighbouring characters are not independent, so an interval comes from drawing whole blocks of the
text with replacement (Carlstein 1986; Kuensch 1989), not single characters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def midranks(values: NDArray[np.floating]) -> Floats:
    """Return the rank of each value from 0.5 upwards; equal values share the mean of theirs."""
    return _Ranked(values).midranks(np.ones(len(values)))


def strength(ranks: Floats, target: Floats, *, is_position: bool) -> float:
    """Return how a variable, by its mid-ranks, goes with a target of the same shape.

    Args:
        ranks: Mid-ranks of the variable.
        target: 1 and 0, or mid-ranks of a position.
        is_position: Which of both.

    Returns:
        2 AUC - 1 or Spearman's rho; NaN where the target, or the variable of a position, is
        constant.
    """
    ones = np.ones(len(ranks))
    return _correlation(ranks, target, ones) if is_position else _somers(ranks, target)


def auc(values: NDArray[np.floating], is_yes: Floats) -> float:
    """Return the area under the ROC curve; NaN where all are yes or all are no."""
    return (1.0 + strength(midranks(values), is_yes, is_position=False)) / 2.0


def blocks_of(count: int, blocks: int) -> NDArray[np.intp]:
    """Return the number of the block that each of ``count`` characters lies in, in order."""
    return np.arange(count) * blocks // max(count, 1)


def interval(
    values: NDArray[np.floating],
    target: Floats,
    *,
    is_position: bool,
    rng: np.random.Generator,
    blocks: int = 50,
    resamples: int = 400,
) -> tuple[float, float]:
    """Return a 95 % percentile interval of the strength, from drawing blocks with replacement.

    Args:
        values: The variable, shape (characters,), in order of the text.
        target: 1 and 0, or a position.
        is_position: Which of both.
        rng: What draws the blocks.
        blocks: How many equal pieces the text is cut into.
        resamples: How often it is drawn.

    Returns:
        Low and high; NaN where the statistic does not exist.
    """
    block = blocks_of(len(values), blocks)
    drawn = rng.multinomial(blocks, np.full(blocks, 1.0 / blocks), resamples).astype(np.float64)
    if is_position:
        one, other = _Ranked(values), _Ranked(target)
        found = np.array(
            [_correlation(one.midranks(w), other.midranks(w), w) for w in drawn[:, block]]
        )
    else:
        found = _somers_of_draws(values, target, block, drawn)
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(found, (2.5, 97.5))
    return float(low), float(high)


class _Ranked:
    """Values sorted once, to be ranked again and again under weights."""

    def __init__(self, values: NDArray[np.floating]) -> None:
        self._order = np.argsort(values, kind="stable")
        ordered = values[self._order]
        is_first = np.append(True, ordered[1:] != ordered[:-1]) if len(values) else np.array([])
        self._starts = np.flatnonzero(is_first)
        self._group = np.cumsum(is_first).astype(np.intp) - 1

    def midranks(self, weights: Floats) -> Floats:
        """Return the weight below each value and half of the weight at it; shape (values,)."""
        if not len(self._order):
            return np.zeros(0)
        at = np.add.reduceat(weights[self._order], self._starts)
        ranks = np.cumsum(at) - at / 2
        found = np.empty(len(self._order))
        found[self._order] = ranks[self._group]
        return found

    def counts_below(self, marks: Floats) -> Floats:
        """Return for each value what is marked below it and half of what is at it.

        Args:
            marks: Shape (values, kinds).

        Returns:
            Shape (values, kinds), in the order of the values.
        """
        at = np.add.reduceat(marks[self._order], self._starts, axis=0)
        below = np.cumsum(at, axis=0) - at / 2
        found = np.empty_like(marks)
        found[self._order] = below[self._group]
        return found


def _somers(ranks: Floats, is_yes: Floats) -> float:
    yes = float(is_yes.sum())
    no = len(is_yes) - yes
    if not yes or not no:
        return float("nan")
    # Among themselves the yeses have mid-ranks that sum to half their square.
    wins = float(ranks @ is_yes) - yes * yes / 2
    return 2.0 * wins / (yes * no) - 1.0


def _somers_of_draws(
    values: NDArray[np.floating], is_yes: Floats, block: NDArray[np.intp], drawn: Floats
) -> Floats:
    """Return Somers' D of many draws of blocks from the wins between every two blocks.

    wins[a, b] counts the pairs of a yes in block a and a no in block b with the higher value at the
    yes; a draw weighs each pair by how often both its blocks were drawn, exactly.
    """
    member = np.zeros((len(values), drawn.shape[1]))
    member[np.arange(len(values)), block] = 1.0
    yes, no = member * is_yes[:, None], member * (1.0 - is_yes)[:, None]
    wins = yes.T @ _Ranked(values).counts_below(no)
    pairs = (drawn @ yes.sum(axis=0)) * (drawn @ no.sum(axis=0))
    won = ((drawn @ wins) * drawn).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(2.0 * won / pairs - 1.0)


def _correlation(one: Floats, other: Floats, weights: Floats) -> float:
    total = weights.sum()
    one = one - weights @ one / total
    other = other - weights @ other / total
    spread = float(np.sqrt((weights @ one**2) * (weights @ other**2)))
    return float(weights @ (one * other)) / spread if spread else float("nan")
