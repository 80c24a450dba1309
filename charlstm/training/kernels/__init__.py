"""Layers over a chunk of time, forwards and backwards, for the CPU; here is what they share.

Time comes first in every array, (time, streams, width), so that a step is one contiguous block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

Tensor = Any


def flat(sequence: Tensor) -> Tensor:
    """Return a sequence as one matrix, shape (time x streams, width)."""
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


def before(first: Tensor, sequence: Tensor) -> Tensor:
    """Return what each step starts from: the value before the first step, then all but the last."""
    return tf.concat([first[None], sequence[:-1]], 0)


def over_time(
    step: Callable[..., tuple[tuple[Tensor, ...], tuple[Tensor, ...]]],
    like: Tensor,
    states: tuple[Tensor, ...],
    widths: Sequence[int],
    *,
    backwards: bool = False,
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Run a loop over time in which each step passes its states to the next.

    Args:
        step: Takes the time t and the states; returns the new states and what to keep of this step.
        like: A sequence as long as the loop, with as many streams.
        states: Before the first step.
        widths: Of what is kept, each of shape (streams, width).
        backwards: Whether the loop starts at the last step.

    Returns:
        The states after the loop, and what was kept, each of shape (time, streams, width).
    """
    streams = like.shape[1]
    steps = tf.shape(like)[0] if like.shape[0] is None else like.shape[0]
    start, ahead = (steps - 1, -1) if backwards else (0, 1)
    goes_on = (lambda t, *_: t >= 0) if backwards else (lambda t, *_: t < steps)

    def body(t: Tensor, states: Tensor, arrays: Tensor) -> Tensor:
        states, values = step(t, *states)
        written = [array.write(t, value) for array, value in zip(arrays, values, strict=True)]
        return t + ahead, states, tuple(written)

    arrays = tuple(
        tf.TensorArray(tf.float32, steps, element_shape=(streams, width)) for width in widths
    )
    _, states, arrays = tf.while_loop(
        goes_on, body, (start, states, arrays), maximum_iterations=steps
    )
    return states, tuple(array.stack() for array in arrays)


def last_output(
    cell: Callable[..., tuple[Tensor, ...]],
    states_a_layer: int,
    layers: Sequence[tuple[Tensor, Tensor, Tensor]],
    ids: Tensor,
) -> Tensor:
    """Return the last layer's h, (streams, units), after reading ids from a zero state.

    Nothing is kept for a gradient, so memory does not grow with time. A cell takes x W, a layer's
    recurrent kernel, bias and states, each of shape (streams, units), and returns the new states, h
    first. Each layer has a kernel, a recurrent kernel and a bias; ids have shape (time, streams).
    """
    steps, streams = ids.shape
    zero = tf.zeros((streams, layers[0][1].shape[0]))

    def body(t: Tensor, states: Tensor) -> Tensor:
        new: list[tuple[Tensor, ...]] = []
        for state, (kernel, recurrent_kernel, bias) in zip(states, layers, strict=True):
            inputs = tf.matmul(new[-1][0], kernel) if new else tf.gather(kernel, ids[t])
            new.append(cell(inputs, recurrent_kernel, bias, *state))
        return t + 1, tuple(new)

    zeros = ((zero,) * states_a_layer,) * len(layers)
    _, states = tf.while_loop(lambda t, _: t < steps, body, (0, zeros), maximum_iterations=steps)
    return states[-1][0]


@tf.custom_gradient  # type: ignore[untyped-decorator]
def kernel_rows(kernel: Tensor, ids: Tensor) -> Tensor:
    """Return one_hot(ids) @ kernel without forming the one-hot vectors.

    The input of the first layer is one-hot, so its product with the kernel is a row of the kernel,
    and the gradient of a row is the sum of the gradients wherever its symbol occurs.

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
