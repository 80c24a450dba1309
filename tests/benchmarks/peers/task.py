"""What every peer shares: the text, the batches, the clock, the answer.

A peer is a module with ``make(job) -> (step, measure)``. It runs in a process of its own, so that
TensorFlow and PyTorch do not share threads: ``python -m tests.benchmarks.peers.NAME JOB``, both the
job and the answer in JSON.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm import load_corpus
from charlstm.data.corpus import sample_of_windows, training_length
from charlstm.settings.schedule import learning_rate_at
from charlstm.training.batches import Batch, Batches, StreamBatches, WindowBatches

SYMBOLS = 57
Step = Callable[[Batch, float], float]
Measure = Callable[[NDArray[Any], NDArray[Any]], float]


@dataclass(frozen=True)
class Job:
    """What a peer is asked to do: a recipe, and when to end.

    Attributes:
        batch, units, layers: Sizes.
        chunk: Characters of a stream per step.
        rate: At the start; it falls along half a cosine over ``seconds``.
        inputs: ``"one-hot"``, ``"one-hot, N(0, 1)"`` (the first input kernel's spread) or
            ``"embedding"``.
        timed: Seconds to time, for a speed; 0 for a learning curve.
        seconds: Seconds of training for a learning curve.
        target: End at the first measured loss that is not above it; 0 for none.
        choosing: Train on the first 80 %, measure on the next 10 %, as where settings are chosen.
        seed: Of the first weights and the batches.
        windows: False: the tbptt recipe's streams, Adam, clipping. True: the book recipe's windows
            of 60, a loss on the next character only, RMSprop.
    """

    batch: int = 32
    chunk: int = 60
    units: int = 128
    layers: int = 1
    rate: float = 0.01
    inputs: str = "one-hot"
    timed: float = 0.0
    seconds: float = 60.0
    target: float = 0.0
    choosing: bool = False
    seed: int = 0
    windows: bool = False


def answer(make: Callable[[Job], tuple[Step, Measure]]) -> None:
    """Do the job of the command line and print the answer."""
    job = Job(**json.loads(sys.argv[1]))
    step, measure = make(job)
    ids = load_corpus("nietzsche").lowered().ids
    cut = training_length(len(ids), 0.1)
    if job.choosing:
        ids, cut = ids[:cut], len(ids) * 8 // 10
    batches: Batches
    if job.windows:
        batches = WindowBatches(ids[:cut], job.batch, job.seed)
    else:
        batches = StreamBatches(ids[:cut], job.batch, job.seed, 0.1, job.chunk)
    if job.timed:
        print(json.dumps({"characters_per_second": _speed(step, batches, job.timed)}))
        return
    held_out = [part.astype(np.int32) for part in sample_of_windows(ids[cut:], 2048)]
    print(json.dumps({"job": asdict(job), "curve": _curve(job, step, measure, batches, held_out)}))


def _speed(step: Step, batches: Batches, seconds: float) -> float:
    """Return the median speed of half seconds, as a training of ours logs them."""
    for number in range(3):
        step(batches.at(number), 0.01)
    speeds: list[float] = []
    number, began = 0, time.perf_counter()
    first, since = number, began
    while (now := time.perf_counter()) - began < seconds or not speeds:
        if now - since >= 0.5 and number > first:
            speeds.append((number - first) * batches.characters_per_step / (now - since))
            first, since = number, now
        step(batches.at(number), 0.01)
        number += 1
    return statistics.median(speeds)


def _curve(
    job: Job, step: Step, measure: Measure, batches: Batches, held_out: Any
) -> list[tuple[float, float]]:
    """Return (seconds of training, held-out window loss), about twice a second."""
    seconds, measured = 0.0, 0.0
    curve: list[tuple[float, float]] = []
    for number in itertools.count():
        rate = learning_rate_at(seconds / job.seconds, job.rate, 0.02)
        began = time.perf_counter()
        step(batches.at(number), rate)
        seconds += time.perf_counter() - began
        if seconds - measured >= 0.5 or seconds >= job.seconds:
            measured = seconds
            curve.append((seconds, measure(*held_out)))
            if curve[-1][1] <= job.target:
                return curve
        if seconds >= job.seconds:
            return curve
    raise AssertionError("a count has no end")


def one_hot(ids: NDArray[Any]) -> NDArray[np.float32]:
    """Return one-hot vectors, shape (…, symbols)."""
    return np.eye(SYMBOLS, dtype=np.float32)[ids]
