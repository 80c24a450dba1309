"""charlstm's own learner on the same batches, without a run folder."""

from __future__ import annotations

from typing import Any

import numpy as np

from charlstm.settings import settings_for
from charlstm.training.batches import batches_for
from charlstm.training.learner import Learner
from tests.benchmarks.peers.task import SYMBOLS, Job, Measure, Step, answer


def make(job: Job) -> tuple[Step, Measure]:
    """Return a step of learning, compiled already, and a measurement of the window loss."""
    settings = settings_for(
        "book" if job.windows else "tbptt",
        units=job.units,
        layers=job.layers,
        batch=job.batch,
        chunk=None if job.windows else job.chunk,
        learning_rate=job.rate,
        seed=job.seed,
    )
    shaped_alike = batches_for(settings, np.zeros(2 * job.batch * job.chunk, np.int32))
    learner = Learner(settings, SYMBOLS, shaped_alike)
    learner.warm_up(shaped_alike.at(0))

    def measure(windows: Any, targets: Any) -> float:
        return float(learner.window_losses(windows, targets).mean())

    return learner.step, measure


if __name__ == "__main__":
    answer(make)
