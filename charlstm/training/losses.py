"""What is computed from weights and a batch: losses, and the gradients that a step needs.

Imports tensorflow. Knows stacks of layers; knows nothing of optimizers, or of who has the weights.
The weights come in as tensors, so that what was compiled once serves every learner of its shape in
this process: of two runs that take turns, or two texts that are tried, only the first waits.

Which device learns: a GPU where TensorFlow has one, else the processor.

On the processor our kernels run, compiled by XLA; a GPU gets Keras's own layers, whose loops run on
cuDNN.

Shards: a batch in parts that run side by side on the cores.

XLA compiles a loop for the CPU, and runs it on one core. So a batch is cut into shards, each a
compiled call of its own inside a function that is not compiled: there TensorFlow runs calls that do
not depend on each other at the same time.

Dropout: which outputs are silent at which step.

A pure function of the seed and the step, so a resumed training drops what it would have dropped.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from charlstm.training.kernels.shapes import Tensor
from charlstm.training.stacks import stack_for


def has_gpu() -> bool:
    """Return whether TensorFlow sees a GPU that it may use."""
    return bool(tf.config.list_logical_devices("GPU"))


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


def dropout_masks(
    seed: int, step: int, fraction: float, shapes: Sequence[tuple[int, ...]]
) -> list[NDArray[np.float32]]:
    """Return factors for outputs: 0 for those that are dropped, 1 / (1 - fraction) for the others.

    On average an output keeps its size, so nothing changes when nothing is dropped any more
    (Srivastava et al. 2014, section 10, "inverted").

    Args:
        seed: Of the training.
        step: Counted from 0.
        fraction: Of the outputs that are dropped, from 0 to below 1.
        shapes: Of the arrays of factors.
    """
    random = np.random.default_rng([seed, step, 0, 1])  # four words; those of batches have fewer
    kept = np.float32(1.0 / (1.0 - fraction))
    return [(random.random(shape, np.float32) >= fraction) * kept for shape in shapes]


_MOST_KEPT = 16


@lru_cache(_MOST_KEPT)
def shard_losses(
    network: str,
    units: int,
    layers: int,
    symbols: int,
    *,
    every_position: bool,
    streams: tuple[int, ...],  # noqa: ARG001
    compiled: bool,
) -> Any:
    """Return a function from weights and a shard to its losses' sum, gradients and last states.

    Args:
        network: Kind of the layers below the output.
        units: Of a layer.
        layers: Below the output.
        symbols: Size of the vocabulary.
        every_position: Whether every position has a loss, or the last alone.
        streams: Of each shard to come: other shards have a function of their own, so that
            TensorFlow does not see one function traced over and over.
        compiled: By XLA; else run operation by operation, with Keras's own recurrent layers.

    Returns:
        Takes weights in the order of sampling/weights.py, ids and targets of shape (time, streams),
        the streams' weights, states, and dropout's masks, none where nothing is dropped.
    """
    stack = stack_for(network, units, layers, symbols, compiled=compiled)

    def learn(
        values: list[Tensor],
        ids: Tensor,
        targets: Tensor,
        weights: Tensor,
        states: Sequence[Tensor],
        masks: Sequence[Tensor],
    ) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(values)
            read = stack.outputs if every_position else stack.learned_last
            hiddens, new_states = read(values, ids, states, masks[:-1])
            if masks:
                hiddens = hiddens * masks[-1]
            flat = tf.reshape(hiddens, (-1, hiddens.shape[-1]))
            logits = tf.matmul(flat, values[-2]) + values[-1]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
                tf.reshape(targets, [-1]), logits
            )
            loss = tf.reduce_sum(tf.reshape(losses, targets.shape) * weights)
        return loss, tape.gradient(loss, values), new_states

    return tf.function(learn, jit_compile=compiled, autograph=False)


@lru_cache(_MOST_KEPT)
def window_losses(network: str, units: int, layers: int, symbols: int, *, compiled: bool) -> Any:
    """Return a function from weights and windows to the losses of the characters after them.

    Args:
        network: Kind of the layers below the output.
        units: Of a layer.
        layers: Below the output.
        symbols: Size of the vocabulary.
        compiled: By XLA; else run operation by operation, with Keras's own recurrent layers.

    Returns:
        Takes weights, ids of shape (time, windows) and targets of shape (windows,); every window is
        read from a zero state.
    """
    stack = stack_for(network, units, layers, symbols, compiled=compiled)

    def measure(values: list[Tensor], ids: Tensor, targets: Tensor) -> Tensor:
        logits = tf.matmul(stack.last(values, ids), values[-2]) + values[-1]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)

    return tf.function(measure, jit_compile=compiled, autograph=False)
