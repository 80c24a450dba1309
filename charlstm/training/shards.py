"""Shards: a batch in parts that run side by side on the cores.

Imports tensorflow. XLA compiles a loop for the CPU, and runs it on one core. So a batch is cut into
shards, each a compiled call of its own inside a function that is not compiled: there TensorFlow
runs calls that do not depend on each other at the same time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import tensorflow as tf

from charlstm.training.devices import has_gpu
from charlstm.training.kernels.shapes import Tensor, with_gradient

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


def in_shards(
    kernel: ModuleType,
    inputs: Tensor,
    states: list[Tensor],
    weights: list[Tensor],
    wanted: int | None = None,
    keep: bool = True,
) -> list[Tensor]:
    """Run a kernel over time on the shards of a batch.

    Args:
        kernel: kernels.lstm or kernels.gru: of inputs, weights and states its ``forward`` returns
            the outputs over time and the last states; ``backward`` gives the gradient.
        inputs: Shape (time, streams, width).
        states: Each of shape (streams, units).
        weights: What all shards share.
        wanted: Shards; one per core by default. Where the number of streams is not known before
            the call, as many as wanted, of whatever size.
        keep: Whether to keep what a gradient needs; without, a gradient runs forward once more.

    Returns:
        The outputs over time and the last states of all streams.

    Raises:
        NotImplementedError: When the gradient of a gradient is asked for.
    """
    run = _compiled(kernel, keep)
    # Keras hands over variables: its weights, and the states of a stateful layer in a graph.
    states, weights = (
        [tf.convert_to_tensor(value) for value in given] for given in (states, weights)
    )
    streams = inputs.shape[1]
    if streams is None:
        sizes = _sizes_at_run_time(tf.shape(inputs)[1], wanted or cores())
        count = wanted or cores()
    else:
        sizes = shard_sizes(streams, wanted)
        count = len(sizes)
    if count == 1:
        return list(run(inputs, *weights, *states))
    parts = [
        run(part, *weights, *shard)
        for part, *shard in zip(
            tf.split(inputs, sizes, 1, num=count),
            *[tf.split(state, sizes, num=count) for state in states],
            strict=True,
        )
    ]
    outputs, *last_states = zip(*parts, strict=True)
    return [tf.concat(outputs, 1), *[tf.concat(state, 0) for state in last_states]]


def _sizes_at_run_time(streams: Tensor, count: int) -> Tensor:
    places = tf.range(count)
    return streams // count + tf.cast(places < streams % count, tf.int32)


@cache
def _by_xla(function: Callable[..., Any]) -> Any:
    return tf.function(function, jit_compile=True, autograph=False)


@cache
def _compiled(kernel: ModuleType, keep: bool) -> Any:
    """Return a kernel whose forward and backward functions are compiled, each for itself.

    Left to derive a compiled function, TensorFlow adds what the gradient needs to the outputs of
    its graph. A derivation in a graph (fit) and a later one outside, or one for second order, then
    take these for outputs, and derive the loops that made them, which XLA refuses.
    """
    forward, derive = _by_xla(kernel.forward), _by_xla(kernel.backward)
    answer = _by_xla(lambda *given: kernel.forward(*given)[0])

    backward = with_gradient(lambda *known: (derive(*_cut(known)), None), _refuse)

    def read(*given: Tensor) -> Tensor:
        return forward(*_cut(given)) if keep else (answer(*_cut(given)), None)

    def learn(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
        return backward(given, kept if keep else forward(*_cut(given))[1], upstream)

    return with_gradient(read, learn)


def _cut(tensors: Any) -> Any:
    """Return tensors that no gradient follows: the function they enter is not to be derived."""
    return tf.nest.map_structure(tf.stop_gradient, tensors)


def _refuse(*_: Tensor) -> Any:
    raise NotImplementedError(
        "The recurrent layers of charlstm have no gradients of gradients; keras.layers has."
    )
