"""Rank statistics of one variable against another, with intervals from blocks of characters.

Pure functions on arrays; knows nothing of cells or text. Both statistics are given as a strength
from -1 to 1, where 0 is chance: for a yes/no property 2 AUC - 1 (Somers' D), for a position
Spearman's rho.

AUC, the area under the ROC curve, is the probability that the value at a yes is higher than at a
no, a tie counting one half (Hanley & McNeil 1982, "The meaning and use of the area under a receiver
operating characteristic (ROC) curve"). Spearman's rho is the correlation of mid-ranks.

Neighbouring characters are not independent, so an interval comes from drawing whole blocks of the
text with replacement (Carlstein 1986; Kuensch 1989), not single characters.

Which cells go with which property of a text: the choice, before any of them is scored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.properties import PROPERTIES, Property
from charlstm.cells.states import STATES, Activations

Floats = NDArray[np.float64]

_DRAWS_AT_ONCE = 50
"""Of blocks: each takes three numbers for every character of a text of tens of thousands."""


def midranks(values: NDArray[np.floating]) -> Floats:
    """Return the rank of each value from 0.5 upwards; equal values fraction the mean of theirs."""
    return _counts_below(values, np.ones((len(values), 1)))[:, 0]


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
    return _correlation(ranks, target) if is_position else _somers(ranks, target)


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
    of_draws = _correlation_of_draws if is_position else _somers_of_draws
    found = of_draws(values, target, block, drawn)
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(found, (2.5, 97.5))
    return float(low), float(high)


def _counts_below(values: NDArray[np.floating], marks: Floats) -> Floats:
    """Return for each value what is marked below it and half of what is at it.

    Args:
        values: Shape (characters,).
        marks: Shape (characters, kinds).

    Returns:
        Shape (characters, kinds), in the order of the values.
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


def _members(block: NDArray[np.intp], blocks: int) -> Floats:
    """Return 1 where a character lies in a block, else 0; shape (characters, blocks)."""
    member = np.zeros((len(block), blocks))
    member[np.arange(len(block)), block] = 1.0
    return member


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
    member = _members(block, drawn.shape[1])
    yes, no = member * is_yes[:, None], member * (1.0 - is_yes)[:, None]
    wins = yes.T @ _counts_below(values, no)
    pairs = (drawn @ yes.sum(axis=0)) * (drawn @ no.sum(axis=0))
    won = ((drawn @ wins) * drawn).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(2.0 * won / pairs - 1.0)


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / spread if spread else float("nan")


def _correlation_of_draws(
    values: NDArray[np.floating], target: Floats, block: NDArray[np.intp], drawn: Floats
) -> Floats:
    """Return Spearman's rho of many draws of blocks, exactly.

    A mid-rank in a draw is a sum over blocks of what lies below in each, as often as the block was
    drawn; and a character counts as often as its block was drawn.
    """
    member = _members(block, drawn.shape[1])
    below = [_counts_below(each, member) for each in (values, target)]

    def correlations(drawn: Floats) -> Floats:
        often = member @ drawn.T
        one, other = (each @ drawn.T for each in below)
        mean = often.sum(axis=0) / 2  # of the mid-ranks
        one -= mean
        other -= mean
        squares = summed(often, one, one) * summed(often, other, other)
        with np.errstate(invalid="ignore", divide="ignore"):
            return summed(often, one, other) / np.sqrt(squares)

    def summed(often: Floats, first: Floats, second: Floats) -> Floats:
        return np.asarray(np.einsum("cd,cd,cd->d", often, first, second))

    parts = range(0, len(drawn), _DRAWS_AT_ONCE)
    return np.concatenate([correlations(drawn[part : part + _DRAWS_AT_ONCE]) for part in parts])


@dataclass(frozen=True)
class Part:
    """A part of the text.

    Attributes:
        places: Where it lies.
        targets: Of each property, shape (characters,): midranks of a position, or yes as 1.
    """

    positions: slice
    targets: dict[str, Floats]

    @classmethod
    def of(cls, positions: slice, values: dict[str, Floats]) -> Part:
        """Cut a part out of the properties of the whole text."""
        targets = {}
        for each in PROPERTIES:
            part = values[each.name][positions]
            targets[each.name] = midranks(part) if each.is_position else part
        return cls(positions, targets)

    def strength(self, ranks: Floats, each: Property) -> float:
        """Return how ranks of a state on this part go with a property."""
        return strength(ranks, self.targets[each.name], is_position=each.is_position)

    def most_correlation(self, each: Property) -> float:
        """Return the rank correlation with a property that a state of strength 1 would have.

        Of a yes/no property with a fraction p of yeses it is sqrt(3 p (1 - p)): mid-ranks spread by
        1 / sqrt(12) of their number, and the mean ranks of yes and no are half of it apart.
        """
        fraction = float((self.targets[each.name] > 0).mean())
        return 1.0 if each.is_position else math.sqrt(3.0 * fraction * (1.0 - fraction))

    def has(self, each: Property) -> bool:
        """Return whether the property is neither absent nor everywhere."""
        target = self.targets[each.name]
        return bool(len(target)) and bool((target != target[0]).any())


def strengths_held(
    read: Activations, parts: list[Part], present: list[Property], ranking: Any
) -> NDArray[np.float64]:
    """Return signed strengths that held in all parts, shape (states, layers, cells, properties).

    Args:
        read: The states of the cells on the whole text.
        parts: Of the text, each of which has a say.
        present: The properties.
        ranking: Told how many of the states of cells are done.
    """
    layers, _, units = read.c.shape
    found = np.zeros((len(STATES), layers, units, len(present)))
    done = 0
    for number, state in enumerate(STATES):
        for layer in range(layers):
            states = read.of(state, layer)
            for cell in range(units):
                by_part = []
                for part in parts:
                    ranks = midranks(states[part.positions, cell])
                    by_part.append([part.strength(ranks, each) for each in present])
                found[number, layer, cell] = _held(np.array(by_part))
                done += 1
                ranking(done)
    return found


def _held(by_part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weakest of signed strengths, shape (parts, properties), or 0 where signs differ.

    A part that does not have the property has no say.
    """
    sizes = np.where(np.isnan(by_part), np.inf, np.abs(by_part)).min(axis=0)
    signs = np.sign(np.nan_to_num(by_part))
    agreed = np.abs(signs.sum(axis=0)) == np.abs(signs).sum(axis=0)
    sizes = np.where(agreed & np.isfinite(sizes), sizes, 0.0)
    return np.asarray(sizes * np.sign(signs.sum(axis=0)))


def strongest(strengths: NDArray[np.float64], top: int) -> list[tuple[int, int, str]]:
    """Return layer, cell and state of the strongest cells; each cell once, by its better state."""
    better = np.abs(strengths)
    state = better.argmax(axis=0)
    order = np.argsort(-better.max(axis=0), axis=None, kind="stable")[:top]
    positions = (np.unravel_index(position, state.shape) for position in order)
    return [(int(layer), int(cell), list(STATES)[state[layer, cell]]) for layer, cell in positions]


def properties_of_cells(
    strengths: NDArray[np.float64],
) -> list[tuple[tuple[int, int], tuple[str, int]]]:
    """Return for each cell the state and the property of the largest value, if any is not 0."""
    _, layers, units, properties = strengths.shape
    if not properties:
        return []
    sizes = np.abs(strengths).transpose(1, 2, 0, 3).reshape(layers, units, -1)
    at = sizes.argmax(axis=-1)
    return [
        ((layer, cell), (list(STATES)[at[layer, cell] // properties], at[layer, cell] % properties))
        for layer in range(layers)
        for cell in range(units)
        if sizes[layer, cell, at[layer, cell]] > 0
    ]
