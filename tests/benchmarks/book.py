"""The book recipe: the time of a step of 128 windows, and its losses beside Keras's own.

Keras against itself, its first weights moved by 1e-7, says how far two runs of the same program
drift apart by rounding alone.
"""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm import load_corpus
from charlstm.settings import settings_for
from charlstm.training.batches import WindowBatches
from charlstm.training.learner import Learner
from tests.benchmarks.peers import seed_program
from tests.benchmarks.peers.task import one_hot
from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH, peer
from tests.benchmarks.throughput import RECURRENT, ceiling

_STEP, _LOSSES = "book recipe, a step of 128 windows", "book recipe, losses beside Keras's"
STEPS = 200


def _per_step(step: Any, batches: WindowBatches, steps: int = 25) -> float:
    for number in range(3):
        step(batches.at(number))
    began = time.perf_counter()
    for number in range(steps):
        step(batches.at(number))
    return 1000 * (time.perf_counter() - began) / steps


def _keras_losses(weights: list[NDArray[Any]], batches: WindowBatches, moved: float) -> Any:
    model = seed_program.build(weights[-1].shape[0])
    noise = np.random.default_rng(0)
    model.set_weights([w + moved * noise.standard_normal(w.shape) for w in weights])
    losses = []
    for number in range(STEPS):
        batch = batches.at(number)
        before = model.metrics[0]
        before.reset_state()
        x, y = one_hot(batch.ids.T), one_hot(batch.targets[0])
        losses.append(float(model.train_on_batch(x, y)))
    return np.array(losses)


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    ids = load_corpus("nietzsche").lowered().ids
    settings = settings_for("book")
    batches = WindowBatches(ids, 128, 0)
    learner = Learner(settings, 57, batches)
    first = list(learner.weights().values())
    learner.warm_up(batches.at(0))
    model = seed_program.build(57)
    mine, seed, torch, top = [], [], [], []
    for _ in range(repeats):
        top.append(1000 * 128 * 60 / ceiling(RECURRENT))
        mine.append(_per_step(lambda batch: learner.step(batch, 0.01), batches))
        seed.append(
            _per_step(
                lambda batch: model.train_on_batch(one_hot(batch.ids.T), one_hot(batch.targets[0])),
                batches,
            )
        )
        if HAS_TORCH:
            speed = peer("torch_lstm", timed=4, windows=True, batch=128)["characters_per_second"]
            torch.append(1000 * 128 * 60 / speed)
    report.row(_STEP, "charlstm", mine, "ms")
    report.row(_STEP, "ceiling (matrix products alone)", top, "ms")
    report.row(_STEP, "the notebook's program", seed, "ms")
    report.ratio(_STEP, "the notebook's program over charlstm", seed, mine)
    if torch:
        report.row(_STEP, "torch.nn.LSTM, one-hot", torch, "ms")
        report.ratio(_STEP, "torch over charlstm", torch, mine)
    fresh = Learner(settings, 57, batches)
    ours = np.array([fresh.step(batches.at(number), 0.01) for number in range(STEPS)])
    keras, again = (_keras_losses(first, batches, moved) for moved in (0.0, 1e-7))
    for name, other in (("charlstm", ours), ("Keras moved by 1e-7", again)):
        apart = np.abs(other - keras)
        report.row(_LOSSES, f"{name}: largest of the first 20", [float(apart[:20].max())], "nats")
        report.row(_LOSSES, f"{name}: median of the last 50", [median(apart[-50:])], "nats")
