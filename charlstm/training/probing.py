"""A probe: real steps of learning on random text for about a second.

Knows the learner; writes nothing down.
"""

from __future__ import annotations

import time

import numpy as np

from charlstm.settings.settings import Settings
from charlstm.training.batches import batches_for
from charlstm.training.learner import Learner
from charlstm.training.record import Progress

PROBE_SECONDS = 1.0
_ENOUGH = 10**9


def measured_speed(settings: Settings, symbols: int) -> float:
    """Return the characters that the network reads per second of training on this machine."""
    ids = np.random.default_rng(0).integers(0, symbols, 4 * settings.batch * settings.chunk)
    batches = batches_for(settings, ids.astype(np.int32))
    learner = Learner(settings, symbols, batches)
    learner.warm_up(batches.at(0))
    progress = Progress(epochs=1, steps_per_epoch=_ENOUGH, limit=PROBE_SECONDS)
    while not progress.is_done:
        began = time.perf_counter()
        steps = progress.steps_together
        learner.steps(
            [batches.at(progress.step + ahead) for ahead in range(steps)],
            [settings.learning_rate] * steps,
        )
        progress.add(time.perf_counter() - began, steps)
    return progress.step * batches.characters_per_step / progress.seconds
