"""What all cells of a network say together, by a linear fit: the yardstick of any single cell.

Pure functions on arrays; knows nothing of text. A property that no cell predicts alone may well be
there, spread over many (a linear probe: Alain & Bengio 2016, "Understanding intermediate layers
using linear classifier probes").
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
