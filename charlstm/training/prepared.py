"""Learners before their run is known: one compiled ahead of its training, one that probes speed."""

from __future__ import annotations

import time

import numpy as np

from charlstm.data.corpus import WINDOW, training_length
from charlstm.settings.settings import Settings
from charlstm.training.batches import Batches, batches_for
from charlstm.training.learner import WINDOWS_AT_ONCE, Learner
from charlstm.training.record import Progress

PROBE_SECONDS = 1.0
_ENDLESS = 10**9


class Prepared:
    """Makes learners like the class Learner, but at once where the shape was prepared."""

    def __init__(self) -> None:
        self._shape: tuple[object, ...] = ()
        self._learner: Learner | None = None

    def prepare(self, settings: Settings, symbols: int, length: int) -> None:
        """Compile what a training of this shape runs; length is that of the text in characters."""
        ids = np.broadcast_to(np.uint8(0), training_length(length, settings.held_out))
        batches = batches_for(settings, ids)
        shape = _shape(settings, symbols, batches)
        if shape != self._shape:
            self._shape, self._learner = (), None
            learner = Learner(settings, symbols, batches)
            learner.warm_up(batches.at(0))
            nothing = np.zeros((WINDOWS_AT_ONCE, WINDOW), np.int32)
            learner.window_losses(nothing, nothing[:, 0])
            self._shape, self._learner = shape, learner

    def __call__(self, settings: Settings, symbols: int, batches: Batches) -> Learner:
        """Return a learner with the first weights of its seed: the prepared one if it fits."""
        fresh = Learner(settings, symbols, batches)
        if self._learner is None or _shape(settings, symbols, batches) != self._shape:
            return fresh
        learner, self._learner = self._learner, None
        learner.restore(fresh.arrays())
        return learner


def _shape(settings: Settings, symbols: int, batches: Batches) -> tuple[object, ...]:
    """Return everything that a compiled step depends on."""
    sizes = (settings.recipe, settings.units, settings.layers, settings.clip_norm, symbols)
    network = (settings.network, settings.dropout, settings.dropout and settings.seed)
    return (*sizes, *network, batches.streams, batches.characters_per_step)


def measured_speed(settings: Settings, symbols: int) -> float:
    """Return the characters read per second of training here, from a second of random text."""
    ids = np.random.default_rng(0).integers(0, symbols, 4 * settings.batch * settings.chunk)
    batches = batches_for(settings, ids.astype(np.int32))
    learner = Learner(settings, symbols, batches)
    learner.warm_up(batches.at(0))
    progress = Progress(epochs=1, steps_per_epoch=_ENDLESS, limit=PROBE_SECONDS)
    while not progress.is_done:
        began = time.perf_counter()
        steps = progress.steps_together
        learner.steps(
            [batches.at(progress.step + ahead) for ahead in range(steps)],
            [settings.learning_rate] * steps,
        )
        progress.add(time.perf_counter() - began, steps)
    return progress.step * batches.characters_per_step / progress.seconds
