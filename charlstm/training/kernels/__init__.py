"""Layers over a chunk of time, forwards and backwards, for the CPU; this module has shared code.

Time comes first in every array, (time, streams, width), so that a step is one contiguous block.

A stack is the layers below the output. It takes its weights as a flat list of tensors in the order
of Keras's variables, so that a compiled function serves every learner of its shape. Its states have
streams first and are zero before anything is read. Masks are dropout's factors, one between each
layer and the next, shape (time, streams, units); none without dropout.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

Tensor = Any


def flat(sequence: Tensor) -> Tensor:
    """Return a sequence as one matrix, shape (time x streams, width)."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


@tf.custom_gradient  # type: ignore[untyped-decorator]
def kernel_rows(kernel: Tensor, ids: Tensor) -> Tensor:
    """Return one_hot(ids) @ kernel without forming the one-hot vectors.

    The input of the first layer is one-hot, so its product with the kernel is a row of the kernel,
    and the gradient of a row is the sum of the gradients wherever its symbol occurs.

    The kernel has shape (symbols, width), the ids, int32, have (time, streams), and the result has
    (time, streams, width).
    """

    def gradient(upstream: Tensor) -> Tensor:
        positions = tf.reshape(ids, [-1])
        return tf.math.unsorted_segment_sum(flat(upstream), positions, kernel.shape[0]), None

    return tf.gather(kernel, ids), gradient
