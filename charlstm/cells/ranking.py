"""Rank statistics of one variable against another, with intervals from blocks of characters.

Both statistics are given as a strength from -1 to 1, where 0 is chance: for a yes/no property
2 AUC - 1 (Somers' D), for a position Spearman's rho, the correlation of mid-ranks.

AUC, the area under the ROC curve, is the probability that the value at a yes is higher than at a
no, a tie counting one half (Hanley & McNeil 1982, "The meaning and use of the area under a receiver
operating characteristic (ROC) curve").

Neighbouring characters are not independent, so an interval comes from drawing whole blocks of the
text with replacement (Carlstein 1986; Kuensch 1989), not single characters.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.properties import Floats
from charlstm.cells.states import mean_and_scale

RIDGE = 1e-3
"""The penalty on squared weights of a linear fit, as a fraction of the number of characters.

The states are scaled to a spread of 1, so it hardly matters unless two cells are the same.
"""

_DRAWS_AT_ONCE = 50
"""The most blocks: each takes three numbers for every character of a text of tens of thousands."""


def midranks(values: NDArray[np.floating]) -> Floats:
    """Return the rank of each value from 0.5 upwards; equal values have the mean of their ranks."""
    return _counts_below(values, np.ones((len(values), 1)))[:, 0]


def strength(ranks: Floats, target: Floats, *, is_position: bool) -> float:
    """Return how strongly a variable, given by its mid-ranks, is related to a target.

    The target, of the same shape, is 1 and 0, or the mid-ranks of a position. The strength is NaN
    if the target, or the variable of a position, is constant.
    """
    if is_position:
        one, other = ranks - ranks.mean(), target - target.mean()
        spread = float(np.sqrt((one @ one) * (other @ other)))
        return float(one @ other) / spread if spread else math.nan
    yes = float(target.sum())
    no = len(target) - yes
    if not yes or not no:
        return math.nan
    # Among themselves the yeses have mid-ranks that sum to half their number squared.
    wins = float(ranks @ target) - yes * yes / 2
    return 2.0 * wins / (yes * no) - 1.0


def auc(values: NDArray[np.floating], is_yes: Floats) -> float:
    """Return the area under the ROC curve; NaN if all are yes or all are no."""
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

    The values, and the target of 1 and 0 or positions, have shape (characters,) in the order of the
    text, which is cut into that many equal blocks. NaN if the statistic does not exist.
    """
    # 1 if a character is in a block, otherwise 0; shape (characters, blocks).
    member = np.asarray(blocks_of(len(values), blocks)[:, None] == np.arange(blocks), np.float64)
    drawn = rng.multinomial(blocks, np.full(blocks, 1.0 / blocks), resamples).astype(np.float64)
    of_draws = _correlation_of_draws if is_position else _somers_of_draws
    found = of_draws(values, target, member, drawn)
    if np.isnan(found).all():
        return math.nan, math.nan
    low, high = np.nanpercentile(found, (2.5, 97.5))
    return float(low), float(high)


def _counts_below(values: NDArray[np.floating], marks: Floats) -> Floats:
    """Return for each value the sum of the marks of lower values, and half that of equal ones.

    Marks and result have shape (characters, kinds), in the order of the values.
    """
    if not len(values):
        return np.zeros_like(marks)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])
    at = np.add.reduceat(marks[order], np.flatnonzero(is_first), axis=0)
    below = np.cumsum(at, axis=0) - at / 2
    found = np.empty_like(marks)
    found[order] = below[np.cumsum(is_first) - 1]
    return found


def _somers_of_draws(
    values: NDArray[np.floating], is_yes: Floats, member: Floats, drawn: Floats
) -> Floats:
    """Return Somers' D of many draws of blocks from the wins between all pairs of blocks.

    wins[a, b] counts the pairs of a yes in block a and a no in block b with the higher value at the
    yes; a draw weighs each pair by how often both its blocks were drawn, exactly.
    """
    yes, no = member * is_yes[:, None], member * (1.0 - is_yes)[:, None]
    wins = yes.T @ _counts_below(values, no)
    pairs = (drawn @ yes.sum(axis=0)) * (drawn @ no.sum(axis=0))
    won = ((drawn @ wins) * drawn).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(2.0 * won / pairs - 1.0)


def _correlation_of_draws(
    values: NDArray[np.floating], target: Floats, member: Floats, drawn: Floats
) -> Floats:
    """Return Spearman's rho of many draws of blocks, exactly.

    A mid-rank in a draw is a sum over blocks of the number of lower values in each, times how often
    the block was drawn; and a character counts as often as its block was drawn.
    """
    below = [_counts_below(each, member) for each in (values, target)]

    found = []
    for part in range(0, len(drawn), _DRAWS_AT_ONCE):
        weights = drawn[part : part + _DRAWS_AT_ONCE].T
        often = member @ weights
        # Less the mean of the mid-ranks.
        one, other = (each @ weights - often.sum(axis=0) / 2 for each in below)
        product, *squares = (
            np.einsum("cd,cd,cd->d", often, *pair)
            for pair in ((one, other), (one, one), (other, other))
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(product / np.sqrt(squares[0] * squares[1]))
    return np.concatenate(found)


def linear_fits(states: NDArray[Any], targets: Floats) -> tuple[Floats, Floats]:
    """Return the weights and offsets of linear predictions by least squares with a penalty.

    From states of shape (characters, cells) and targets of shape (characters, targets), the
    predictions are ``states @ weights + offsets``. For a yes/no target they are Fisher's linear
    discriminant up to scale (Fisher 1936), so they rank the characters.
    """
    mean, scale = mean_and_scale(states)
    scaled = (states - mean) / scale
    middle = targets.mean(axis=0)
    square = scaled.T @ scaled + RIDGE * len(states) * np.eye(scaled.shape[1])
    weights = np.linalg.solve(square, scaled.T @ (targets - middle)) / scale[:, None]
    return weights, middle - mean @ weights
