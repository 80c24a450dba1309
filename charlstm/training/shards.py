"""Shards: a batch in parts that run side by side on the cores.

XLA compiles a loop for the CPU, and runs it on one core. So a batch is cut into
shards, each a compiled call of its own inside a function that is not compiled: there TensorFlow
runs calls that do not depend on each other at the same time.
"""

from __future__ import annotations

import os

import numpy as np

from charlstm.training.devices import has_gpu

SMALLEST_SHARD = 8
"""Streams; the time of a step hardly falls below that many."""

WIDE_UNITS = 1024


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shards_for(units: int) -> int:
    """Return how many shards a layer is best cut into: one per core; one if wide, or on a GPU.

    A wide layer's product is large enough for TensorFlow to spread it over the cores by itself, and
    two shards would each read the whole matrix: 1,024 cells learn an eighth faster in one.
    """
    return 1 if units >= WIDE_UNITS or has_gpu() else cores()


def shard_sizes(streams: int, wanted: int | None = None) -> list[int]:
    """Return how many streams each shard has: as equal as can be, none smaller than is worth it.

    Args:
        streams: Of the batch.
        wanted: Shards; one per core by default.
    """
    count = min(wanted or cores(), max(1, streams // SMALLEST_SHARD))
    return [len(part) for part in np.array_split(np.arange(streams), count)]
