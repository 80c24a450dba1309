"""What the kernels share: sequences, the rows of a one-hot input, gradients made by hand.

Imports tensorflow. A sequence has time first: (time, streams, width).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Tensor = Any


def length_of(sequence: Tensor) -> Any:
    """Return the number of steps, as a number where it is known before the call."""
    static = sequence.shape[0]
    return tf.shape(sequence)[0] if static is None else static


def flat(sequence: Tensor) -> Tensor:
    """Return a sequence as one matrix, shape (time x streams, width)."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


def with_gradient(forward: Callable[..., Tensor], backward: Callable[..., Tensor]) -> Any:
    """Return a function that is derived by hand.

    Args:
        forward: Of what is given, returns the outputs and what their gradient needs.
        backward: Of what was given, of what forward kept and of the gradients of the outputs, each
            a tuple, returns the gradients of what was given.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def run(*given: Tensor) -> Tensor:
        outputs, kept = forward(*given)
        return outputs, lambda *upstream: backward(given, kept, upstream)

    return run


@tf.custom_gradient  # type: ignore[untyped-decorator]
def kernel_rows(kernel: Tensor, ids: Tensor) -> Tensor:
    """Return one_hot(ids) @ kernel without forming the one-hot vectors.

    The input of the first layer is one-hot, so its product with the kernel is a row of the kernel,
    and the gradient of a row is the sum of dz over the places where its symbol stood.

    Args:
        kernel: Shape (symbols, width).
        ids: int32, shape (time, streams).

    Returns:
        Shape (time, streams, width).
    """

    def gradient(upstream: Tensor) -> Tensor:
        positions = tf.reshape(ids, [-1])
        return tf.math.unsorted_segment_sum(flat(upstream), positions, kernel.shape[0]), None

    return tf.gather(kernel, ids), gradient
