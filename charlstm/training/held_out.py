"""The held-out loss of a training: on a sample while it learns, on all windows at its end.

Knows windows and how often to measure; takes a learner; knows no files.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from charlstm.data.corpus import HELD_OUT_WINDOWS, sample_of_windows, windows
from charlstm.settings import schedule

if TYPE_CHECKING:
    from charlstm.training.learner import Learner

_WINDOWS_PER_CALL = 8192


class HeldOut:
    """The part of a text that is not trained on.

    Args:
        ids: Of its symbols, shape (symbols,); none where nothing is held out.
    """

    def __init__(self, ids: NDArray[Any]) -> None:
        self._ids = ids
        self._sample = sample_of_windows(ids, HELD_OUT_WINDOWS)
        self._ended, self._cost = -math.inf, 0.0

    def loss(self, learner: Learner) -> float | None:
        """Return the mean loss on the sample, in nats, or None if nothing is held out."""
        if not len(self._sample[1]):
            return None
        began = time.perf_counter()
        loss = float(learner.window_losses(*self._sample).mean())
        self._ended = time.perf_counter()
        self._cost = self._ended - began
        return loss

    def loss_if_due(self, learner: Learner) -> float | None:
        """Return the same, or None if it was measured only just now for what that costs."""
        since = time.perf_counter() - self._ended
        return self.loss(learner) if schedule.held_out_due(since, self._cost) else None

    def loss_of_all(
        self,
        learner: Learner,
        weights: dict[str, NDArray[Any]],
        most: int,
        go_on: Callable[[], bool],
    ) -> float | None:
        """Return the mean loss of some weights on all windows, in nats.

        Args:
            learner: Has these weights from then on.
            weights: Under their Keras names.
            most: Windows; of a longer text it is so many at most, evenly spread.
            go_on: Asked now and then whether to go on.

        Returns:
            None if nothing is held out, or if it was not to go on.
        """
        all_windows, targets = windows(self._ids)
        every = -(-len(targets) // most) or 1
        all_windows, targets = all_windows[::every], targets[::every]
        if not len(targets):
            return None
        learner.restore(learner.arrays() | weights)
        total = 0.0
        for start in range(0, len(targets), _WINDOWS_PER_CALL):
            part = slice(start, start + _WINDOWS_PER_CALL)
            total += float(learner.window_losses(all_windows[part], targets[part]).sum(dtype=float))
            if not go_on():
                return None
        return total / len(targets)
