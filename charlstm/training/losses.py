"""What is computed from weights and a batch: losses, and the gradients that a step needs.

Imports tensorflow. Knows stacks of layers; knows nothing of optimizers, or of who has the weights.
The weights come in as tensors, so that what was compiled once serves every learner of its shape in
this process: of two runs that take turns, or two texts that are tried, only the first waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import tensorflow as tf

from charlstm.training.kernels.shapes import Tensor
from charlstm.training.stacks import stack_for

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
