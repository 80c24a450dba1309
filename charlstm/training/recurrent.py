"""The recurrent kernel: an LSTM layer over a chunk of time, with its own gradient.

Imports tensorflow. Knows the layout of keras.layers.LSTM's weights; knows nothing of text,
optimizers or files.

The equations are those of keras.layers.LSTM, gates in the order i, f, g, o:

    z_t = a_t + h_{t-1} U          a_t = x_t W + b
    c_t = sigmoid(z_f) c_{t-1} + sigmoid(z_i) tanh(z_g)
    h_t = sigmoid(z_o) tanh(c_t)

Automatic differentiation of this loop adds the gradient of U once per time step: a read and a write
of the whole matrix each time. Here the forward loop keeps the gates, the backward loop (Hochreiter
& Schmidhuber 1997, appendix A, over the whole chunk) computes dz_t alone, and

    dU = sum over t of h_{t-1}^T dz_t

is formed at the end as one large product. Time comes first in every array, so that a time step is
one contiguous block.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

Tensor = Any


def lstm(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    """Run an LSTM layer over time.

    Args:
        inputs: x_t W + b for every step, shape (time, streams, 4 units).
        recurrent_kernel: U, shape (units, 4 units).
        hidden: h before the first step, shape (streams, units).
        cell: c before the first step, shape (streams, units).

    Returns:
        h of every step, shape (time, streams, units), and the last h and c.
    """
    hiddens, last_hidden, last_cell = _lstm(inputs, recurrent_kernel, hidden, cell)
    return hiddens, last_hidden, last_cell


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _lstm(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    hiddens, cells, gates = _forward(inputs, recurrent_kernel, hidden, cell)

    def gradient(d_hiddens: Tensor, d_last_hidden: Tensor, d_last_cell: Tensor) -> Tensor:
        cells_before = tf.concat([cell[None], cells[:-1]], 0)
        dz, d_hidden, d_cell = _backward(
            d_hiddens, d_last_hidden, d_last_cell, recurrent_kernel, gates, cells, cells_before
        )
        hiddens_before = tf.concat([hidden[None], hiddens[:-1]], 0)
        d_recurrent = tf.matmul(_flat(hiddens_before), _flat(dz), transpose_a=True)
        return dz, d_recurrent, d_hidden, d_cell

    return (hiddens, hiddens[-1], cells[-1]), gradient


def _flat(sequence: Tensor) -> Tensor:
    return tf.reshape(sequence, (-1, sequence.shape[-1]))


def _forward(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    steps, streams, width = inputs.shape

    def body(t: Tensor, h: Tensor, c: Tensor, hs: Tensor, cs: Tensor, gs: Tensor) -> Tensor:
        i, f, g, o = tf.split(inputs[t] + tf.matmul(h, recurrent_kernel), 4, axis=1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        c = f * c + i * g
        h = o * tf.tanh(c)
        gates = tf.concat([i, f, g, o], 1)
        return t + 1, h, c, hs.write(t, h), cs.write(t, c), gs.write(t, gates)

    hs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width // 4))
    cs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width // 4))
    gs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width))
    *_, hs, cs, gs = tf.while_loop(
        lambda t, *_: t < steps, body, (0, hidden, cell, hs, cs, gs), maximum_iterations=steps
    )
    return hs.stack(), cs.stack(), gs.stack()


def _backward(
    d_hiddens: Tensor,
    d_hidden: Tensor,
    d_cell: Tensor,
    recurrent_kernel: Tensor,
    gates: Tensor,
    cells: Tensor,
    cells_before: Tensor,
) -> Tensor:
    steps, streams, width = gates.shape
    transposed = tf.transpose(recurrent_kernel)

    def body(t: Tensor, dh: Tensor, dc: Tensor, dzs: Tensor) -> Tensor:
        i, f, g, o = tf.split(gates[t], 4, axis=1)
        dh = dh + d_hiddens[t]
        tanh_cell = tf.tanh(cells[t])
        dc = dc + dh * o * (1.0 - tanh_cell * tanh_cell)
        dz = tf.concat(
            [
                dc * g * i * (1.0 - i),
                dc * cells_before[t] * f * (1.0 - f),
                dc * i * (1.0 - g * g),
                dh * tanh_cell * o * (1.0 - o),
            ],
            1,
        )
        return t - 1, tf.matmul(dz, transposed), dc * f, dzs.write(t, dz)

    dzs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width))
    _, d_hidden, d_cell, dzs = tf.while_loop(
        lambda t, *_: t >= 0, body, (steps - 1, d_hidden, d_cell, dzs), maximum_iterations=steps
    )
    return dzs.stack(), d_hidden, d_cell


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
        places = tf.reshape(ids, [-1])
        return tf.math.unsorted_segment_sum(_flat(upstream), places, kernel.shape[0]), None

    return tf.gather(kernel, ids), gradient


def last_hidden(layers: list[tuple[Tensor, Tensor, Tensor]], ids: Tensor) -> Tensor:
    """Return the last layer's h after reading ``ids`` from a zero state; nothing is kept for a
    gradient, so memory does not grow with time.

    Args:
        layers: Per layer kernel, recurrent kernel and bias.
        ids: int32, shape (time, streams).

    Returns:
        Shape (streams, units).
    """
    steps, streams = ids.shape
    zero = tf.zeros((streams, layers[0][1].shape[0]))

    def body(t: Tensor, *states: Tensor) -> Tensor:
        out: list[Tensor] = []
        for layer, (kernel, recurrent_kernel, bias) in enumerate(layers):
            inputs = tf.matmul(out[-2], kernel) if layer else tf.gather(kernel, ids[t])
            h, c = states[2 * layer], states[2 * layer + 1]
            i, f, g, o = tf.split(inputs + bias + tf.matmul(h, recurrent_kernel), 4, axis=1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            out += [tf.sigmoid(o) * tf.tanh(c), c]
        return (t + 1, *out)

    _, *states = tf.while_loop(
        lambda t, *_: t < steps, body, (0, *[zero] * (2 * len(layers))), maximum_iterations=steps
    )
    return states[-2]
