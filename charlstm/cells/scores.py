"""How well each cell predicts each property of a text: what a cell's name is worth.

Knows language models and properties; knows nothing of runs, files or pages.

The best of hundreds of cells on a text is partly the best by chance. So the cells are chosen on the
first half of a text, with their direction, and scored on the second half, which had no say. What
counts for the choice is the strength that held in both quarters of the first half: the weaker of
the two, or none where they point in opposite directions. Rare properties stand in few places, and
there many are good by chance.

What all cells of a network say together, by a linear fit: the baseline of any single cell.

A property that no cell predicts alone may well be there, spread over many (a linear probe: Alain &
Bengio 2016, "Understanding intermediate layers using linear classifier probes").
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.properties import LONGEST_LOOK_AHEAD, PROPERTIES, Property
from charlstm.cells.ranking import (
    Floats,
    Part,
    interval,
    midranks,
    properties_of_cells,
    strengths_held,
    strongest,
)
from charlstm.cells.states import STATES, Activations, Progress, activations
from charlstm.errors import CorpusError
from charlstm.sampling.language_model import LanguageModel

if TYPE_CHECKING:
    import pandas as pd

SHORTEST = 200
"""Characters that a text must have to be scored on."""

BEST_COLUMNS = (
    "property",
    "rank",
    "layer",
    "cell",
    "state",
    "sign",
    "score",
    "low",
    "high",
    "strength",
    "score_when_chosen",
    "occurrences",
)
CELL_COLUMNS = ("layer", "cell", "property", "state", "sign", "score", "strength")
TOGETHER_COLUMNS = ("property", "score", "low", "high", "strength")


@dataclass(frozen=True)
class CellScores:
    """What the cells of a model know of the properties of a text.

    A score is an AUC for a yes/no property and Spearman's rho for a position, in the direction that
    was chosen: an AUC of 0.5 or a rho of 0 is chance, below it the direction did not hold. A
    strength is 2 AUC - 1 or rho, so that both can be compared.

    Attributes:
        best: The best cells of each property: property, rank (1 is the one that was best when
            chosen), layer, cell, state ("c" or "h"), sign (-1 where a low state means yes), score,
            low and high (95 %), strength, score_when_chosen, occurrences (of yes, in the text that
            is scored).
        cells: What each cell is about: the property that explains most of its movement, by the rank
            correlation of both, which a rare property cannot have a large one of; layer, cell,
            property, state, sign, score, strength.
        together: What a linear fit on the h of all cells, made on the first half, is worth on the
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

    Args:
        model: Who reads; float32 is enough here.
        text: One that it has not learned; its first half chooses, its second half scores.
        top: How many cells of each property are scored.
        seed: Of the draws behind the intervals.
        progress: Told how much of how much is done.

    Raises:
        RunError: If the model has no cells, or reads words.
        CorpusError: If the text has fewer than 200 characters that the model knows.
    """
    network = model.lstm
    count = len(model.read(text).ids)
    if count < SHORTEST:
        raise CorpusError(
            f"{count} characters that the model knows are too few to score cells on; it takes at"
            f" least {SHORTEST}."
        )
    candidates = network.layers * network.units * len(STATES)
    total = count + 100 * candidates

    def reading(done: int, _: int) -> None:
        if progress:
            progress(done, total)

    def ranking(done: int) -> None:
        if progress:
            progress(min(count + 100 * done, total), total)

    read = activations(model, text, reading)
    return _scored(read, top, np.random.default_rng(seed), ranking)


def _scored(read: Activations, top: int, rng: np.random.Generator, ranking: Any) -> CellScores:
    import pandas as pd

    text = read.reading.text
    known = len(text) - LONGEST_LOOK_AHEAD
    values = {each.name: each.of(text) for each in PROPERTIES}
    middle = known // 2
    quarters = [
        Part.of(slice(0, middle // 2), values),
        Part.of(slice(middle // 2, middle), values),
    ]
    choosing, scoring = Part.of(slice(0, middle), values), Part.of(slice(middle, known), values)
    present = [each for each in PROPERTIES if choosing.has(each) and scoring.has(each)]
    found = strengths_held(read, quarters, present, ranking)
    best, cells = [], []
    for column, each in enumerate(present):
        for rank, (layer, cell, state) in enumerate(strongest(found[..., column], top), start=1):
            states = read.of(state, layer)[:, cell]
            held = found[list(STATES).index(state), layer, cell, column]
            row = _row(states, scoring, each, held)
            target = values[each.name][scoring.positions]
            low, high = interval(
                row["sign"] * states[scoring.positions],
                target,
                is_position=each.is_position,
                rng=rng,
            )
            row |= {"low": score_of(low, each), "high": score_of(high, each)}
            row |= {"score_when_chosen": _row(states, choosing, each, held)["score"]}
            row |= {"occurrences": int((target > 0).sum())}
            best.append({"rank": rank, "layer": layer, "cell": cell, "state": state} | row)
    about = found * [choosing.most_correlation(each) for each in present]
    for (layer, cell), (state, column) in properties_of_cells(about):
        held = found[list(STATES).index(state), layer, cell, column]
        row = _row(read.of(state, layer)[:, cell], scoring, present[column], held)
        cells.append({"layer": layer, "cell": cell, "state": state} | row)
    return CellScores(
        pd.DataFrame(best, columns=list(BEST_COLUMNS)),
        pd.DataFrame(cells, columns=list(CELL_COLUMNS)),
        _together(read, choosing, scoring, values, present, rng),
        known // 2,
        known - known // 2,
        tuple(each.name for each in PROPERTIES if each not in present),
    )


def _together(
    read: Activations,
    choosing: Part,
    scoring: Part,
    values: dict[str, Floats],
    present: list[Property],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return what a linear fit on the outputs of all cells is worth, one row per property."""
    import pandas as pd

    count = read.h.shape[1]
    states = read.h.transpose(1, 0, 2).reshape(count, -1)
    rows = []
    if present:
        targets = np.stack([values[each.name][choosing.positions] for each in present], axis=1)
        weights, _ = linear_fits(states[choosing.positions], targets)
        said = states[scoring.positions] @ weights
        for column, each in enumerate(present):
            row = _row(said[:, column], replace(scoring, positions=slice(None)), each, 1.0)
            target = values[each.name][scoring.positions]
            low, high = interval(said[:, column], target, is_position=each.is_position, rng=rng)
            rows.append(row | {"low": score_of(low, each), "high": score_of(high, each)})
    return pd.DataFrame(rows, columns=list(TOGETHER_COLUMNS))


def score_of(strength: float, each: Property) -> float:
    """Return a strength as the score of its property: an AUC, or rho as it is."""
    return strength if each.is_position else (1.0 + strength) / 2.0


def _row(states: NDArray[Any], part: Part, each: Property, held: float) -> dict[str, Any]:
    sign = -1 if held < 0 else 1
    strength = sign * part.strength(midranks(states[part.positions]), each)
    strength = 0.0 if math.isnan(strength) else strength
    return {
        "property": each.name,
        "sign": sign,
        "strength": strength,
        "score": score_of(strength, each),
    }


RIDGE = 1e-3
"""The penalty on squared weights, as a share of the number of characters; the states are scaled to
a spread of 1, so that it hardly matters but where two cells say the same."""

_NO_SPREAD = 1e-9


def linear_fits(
    states: NDArray[Any], targets: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights and offsets of the best linear predictions by least squares with a penalty.

    For a yes/no target that is Fisher's linear discriminant up to scale (Fisher 1936), so its
    values rank the characters.

    Args:
        states: Shape (characters, cells).
        targets: One or more, shape (characters, targets).

    Returns:
        Weights of shape (cells, targets) and offsets of shape (targets,): a prediction is
        ``states @ weights + offsets``.
    """
    count = len(states)
    mean, spread = states.mean(axis=0, dtype=np.float64), states.std(axis=0, dtype=np.float64)
    moves = spread > _NO_SPREAD
    scale = np.where(moves, 1.0 / np.where(moves, spread, 1.0), 0.0)
    scaled = (states - mean) * scale
    middle = targets.mean(axis=0)
    square = scaled.T @ scaled + RIDGE * count * np.eye(scaled.shape[1])
    weights = np.linalg.solve(square, scaled.T @ (targets - middle)) * scale[:, None]
    return weights, middle - mean @ weights
