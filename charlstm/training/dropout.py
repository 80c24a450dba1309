"""Dropout: which outputs are silent at which step.

A pure function of the seed and the step, so a resumed training drops what it would have dropped.
Knows no tensorflow and no files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def dropout_masks(
    seed: int, step: int, share: float, shapes: Sequence[tuple[int, ...]]
) -> list[NDArray[np.float32]]:
    """Return factors for outputs: 0 for those that are dropped, 1 / (1 - share) for the others.

    On average an output keeps its size, so nothing changes when nothing is dropped any more
    (Srivastava et al. 2014, section 10, "inverted").

    Args:
        seed: Of the training.
        step: Counted from 0.
        share: Of the outputs that are dropped, from 0 to below 1.
        shapes: Of the arrays of factors.
    """
    random = np.random.default_rng([seed, step, 0, 1])  # four words; those of batches have fewer
    kept = np.float32(1.0 / (1.0 - share))
    return [(random.random(shape, np.float32) >= share) * kept for shape in shapes]
