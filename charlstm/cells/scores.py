"""How well each cell of a model predicts each property of a text.

The best of hundreds of cells on a text is partly the best by chance. So the cells and their
directions are chosen on the first half of a text, and scored on the second half, which had no
influence on the choice. The choice uses the strength that holds in both quarters of the first half:
the weaker of the two, or none if their directions differ. This matters for rare properties, which
occur at so few characters that many cells are good by chance.

The baseline of any single cell is a linear fit on all of them (a linear probe: Alain & Bengio 2016,
"Understanding intermediate layers using linear classifier probes"): a property that no cell
predicts alone may be spread over many.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.cells.properties import LONGEST_LOOK_AHEAD, PROPERTIES, Floats, Property
from charlstm.cells.ranking import interval, linear_fits, midranks, strength
from charlstm.cells.states import STATES, Activations, activations
from charlstm.errors import CorpusError
from charlstm.sampling.language_model import LanguageModel

SHORTEST = 200  # The fewest characters of a text on which cells are scored

TOGETHER_COLUMNS = ("property", "score", "low", "high", "strength")
CELL_COLUMNS = ("layer", "cell", "property", "state", "sign", "score", "strength")
BEST_COLUMNS = (
    *("property", "rank", "layer", "cell", "state", "sign"),
    *("score", "low", "high", "strength", "score_when_chosen", "occurrences"),
)


@dataclass(frozen=True)
class CellScores:
    """How well the cells of a model predict the properties of a text.

    A score is an AUC for a yes/no property and Spearman's rho for a position, in the direction that
    was chosen: an AUC of 0.5 or a rho of 0 is chance; below that the direction did not hold. A
    strength is 2 AUC - 1 or rho, so that both can be compared.

    Attributes:
        best: The best cells of each property: property, rank (1 is the one that was best when
            chosen), layer, cell, state ("c" or "h"), sign (-1 if a low state means yes), score,
            low and high (95 %), strength, score_when_chosen, occurrences (of yes, in the text that
            is scored).
        cells: For each cell the property that explains most of its movement, by the rank
            correlation of both, which is never large for a rare property: layer, cell, property,
            state, sign, score, strength.
        together: The score of a linear fit on the h of all cells, made on the first half, on the
            second: property, score, low and high (95 %), strength.
        chosen_on, scored_on: Characters of both halves.
        absent: Properties that one of the halves does not have, or has everywhere.
    """

    best: pd.DataFrame
    cells: pd.DataFrame
    together: pd.DataFrame
    chosen_on: int
    scored_on: int
    absent: tuple[str, ...]


def cell_scores(
    model: LanguageModel,
    text: str,
    *,
    top: int = 3,
    seed: int = 0,
    progress: Progress | None = None,
) -> CellScores:
    """Return how well the cells of a model predict the properties of a text.

    The model has not learned the text, and float32 is enough for it. The first half of the text
    chooses ``top`` cells for each property, the second half scores them. The seed is that of the
    draws behind the intervals. A RunError is raised if the model has no cells, or reads words, and
    a CorpusError if the text has fewer than 200 characters that the model knows.
    """
    network, rng = model.lstm, np.random.default_rng(seed)
    count = len(model.read(text).ids)
    if count < SHORTEST:
        raise CorpusError(
            f"{count} characters that the model knows are too few to score cells on; at least"
            f" {SHORTEST} are needed."
        )
    total = count + 100 * network.layers * network.units * len(STATES)

    def report(done: int) -> None:
        if progress:
            progress(min(done, total), total)

    read = activations(model, text, lambda done, _: report(done))
    text = read.reading.text
    known = len(text) - LONGEST_LOOK_AHEAD
    values = {each.name: each.of(text) for each in PROPERTIES}
    middle = known // 2
    quarters = [_Part(slice(0, middle // 2), values), _Part(slice(middle // 2, middle), values)]
    choosing, scoring = _Part(slice(0, middle), values), _Part(slice(middle, known), values)
    present = [each for each in PROPERTIES if choosing.has(each) and scoring.has(each)]
    strengths = _strengths_held(read, quarters, present, lambda done: report(count + 100 * done))

    def chosen(at: tuple[Any, ...]) -> tuple[NDArray[Any], int, dict[str, Any]]:
        """Return a cell's states, their direction and its columns from an index of strengths."""
        state, layer, cell = list(STATES)[at[0]], int(at[1]), int(at[2])
        sign = -1 if strengths[at] < 0 else 1
        named = {"layer": layer, "cell": cell, "state": state}
        return read.of(state, layer)[:, cell], sign, named

    best, cells = [], []
    for column, each in enumerate(present):
        for rank, at in enumerate(_strongest(strengths[..., column], top), start=1):
            states, sign, named = chosen((*at, column))
            here = states[scoring.characters]
            when_chosen = choosing.row(states[choosing.characters], each, sign)
            row = {"rank": rank, **named, **scoring.row(here, each, sign)}
            row |= scoring.interval(sign * here, each, rng)
            occurrences = int((scoring.values[each.name] > 0).sum())
            row |= {"score_when_chosen": when_chosen["score"], "occurrences": occurrences}
            best.append(row)
    explained = strengths * [choosing.most_correlation(each) for each in present]
    for at in _largest_by_cell(explained):
        states, sign, named = chosen(at)
        cells.append(named | scoring.row(states[scoring.characters], present[at[-1]], sign))
    return CellScores(
        pd.DataFrame(best, columns=list(BEST_COLUMNS)),
        pd.DataFrame(cells, columns=list(CELL_COLUMNS)),
        _together(read, choosing, scoring, present, rng),
        middle,
        known - middle,
        tuple(each.name for each in PROPERTIES if each not in present),
    )


class _Part:
    """A part of a text: its characters, and the values of each property at them."""

    def __init__(self, characters: slice, values: dict[str, Floats]) -> None:
        self.characters = characters
        self.values = {name: of_text[characters] for name, of_text in values.items()}
        # What strength() takes: mid-ranks of a position, or yes as 1.
        self._targets = self.values | {
            each.name: midranks(self.values[each.name]) for each in PROPERTIES if each.is_position
        }

    def has(self, each: Property) -> bool:
        """Return whether the property is neither absent nor everywhere."""
        return len(np.unique(self.values[each.name])) > 1

    def strength(self, ranks: Floats, each: Property) -> float:
        """Return how strongly mid-ranks at these characters are related to a property."""
        return strength(ranks, self._targets[each.name], is_position=each.is_position)

    def most_correlation(self, each: Property) -> float:
        """Return the rank correlation with a property that a state of strength 1 would have.

        For a yes/no property with a fraction p of yeses it is sqrt(3 p (1 - p)): mid-ranks spread
        by 1 / sqrt(12) of their number, and the mean ranks of yes and no are half of it apart.
        """
        fraction = float((self.values[each.name] > 0).mean())
        return 1.0 if each.is_position else math.sqrt(3.0 * fraction * (1.0 - fraction))

    def row(self, states: NDArray[Any], each: Property, sign: int = 1) -> dict[str, Any]:
        """Return the score of states at these characters, in a direction."""
        found = sign * self.strength(midranks(states), each)
        found = 0.0 if math.isnan(found) else found
        named = {"property": each.name, "sign": sign}
        return named | {"strength": found, "score": each.score(found)}

    def interval(
        self, states: NDArray[Any], each: Property, rng: np.random.Generator
    ) -> dict[str, float]:
        """Return the interval of the score of states at these characters."""
        target = self.values[each.name]
        low, high = interval(states, target, is_position=each.is_position, rng=rng)
        return {"low": each.score(low), "high": each.score(high)}


def _strengths_held(
    read: Activations, parts: list[_Part], present: list[Property], report: Callable[[int], None]
) -> Floats:
    """Return the signed strengths that held in all parts: (states, layers, cells, properties).

    Each is the weakest of all parts, or 0 if their signs differ.
    """
    layers, _, units = read.c.shape
    found = np.zeros((len(STATES), layers, units, len(present)))
    for done, (state, layer, cell) in enumerate(np.ndindex(found.shape[:-1]), start=1):
        states = (read.c, read.h)[state][layer, :, cell]
        by_part = []
        for part in parts:
            ranks = midranks(states[part.characters])
            by_part.append([part.strength(ranks, each) for each in present])
        # A part without the property has NaN and is left out.
        lowest, highest = np.fmin.reduce(by_part), np.fmax.reduce(by_part)
        found[state, layer, cell] = np.maximum(lowest, 0.0) + np.minimum(highest, 0.0)
        report(done)
    return np.nan_to_num(found)


def _strongest(strengths: Floats, top: int) -> list[tuple[int, ...]]:
    """Return the state, layer and cell of the strongest cells; each cell once, by its better state.

    The strengths have shape (states, layers, cells).
    """
    sizes = np.abs(strengths)
    state = sizes.argmax(axis=0)
    order = np.argsort(-sizes.max(axis=0), axis=None, kind="stable")[:top]
    cells = zip(*np.unravel_index(order, state.shape), strict=True)
    return [(state[cell], *cell) for cell in cells]


def _largest_by_cell(strengths: Floats) -> list[tuple[int, ...]]:
    """Return for each cell the state, layer, cell and property of its largest value, if not 0."""
    _, layers, units, properties = strengths.shape
    if not properties:
        return []
    sizes = np.abs(strengths).transpose(1, 2, 0, 3).reshape(layers, units, -1)
    state, column = np.divmod(sizes.argmax(axis=-1), properties)
    cells = np.argwhere(sizes.max(axis=-1) > 0).tolist()
    return [(state[at], *at, column[at]) for at in map(tuple, cells)]


def _together(
    read: Activations,
    choosing: _Part,
    scoring: _Part,
    present: list[Property],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the scores of linear fits on the outputs of all cells, one row per property."""
    states = read.h.transpose(1, 0, 2).reshape(read.h.shape[1], -1)
    rows = []
    if present:
        targets = np.stack([choosing.values[each.name] for each in present], axis=1)
        weights, _ = linear_fits(states[choosing.characters], targets)
        predicted = states[scoring.characters] @ weights
        for each, values in zip(present, predicted.T, strict=True):
            rows.append(scoring.row(values, each) | scoring.interval(values, each, rng))
    return pd.DataFrame(rows, columns=list(TOGETHER_COLUMNS))
