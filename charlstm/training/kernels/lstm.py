"""The LSTM kernel: a layer over a chunk of time, with a gradient of its own.

Imports tensorflow. Knows arrays of the layout of keras.layers.LSTM; knows nothing of Keras's layer
classes, text, optimizers or files.

The equations are those of keras.layers.LSTM (Hochreiter & Schmidhuber 1997, with the forget gate of
Gers et al. 2000), gates in the order i, f, g, o:

    z_t = a_t + h_{t-1} U          a_t = x_t W + b
    i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)          g = tanh(z_g)
    c_t = f c_{t-1} + i g
    h_t = o tanh(c_t)

Backwards, with dh_t the gradient of the loss in h_t (from above and from step t + 1), and dc_t too:

    dc_t += dh_t o (1 - tanh(c_t)^2)
    dz_i = dc_t g i (1 - i)            dz_f = dc_t c_{t-1} f (1 - f)
    dz_g = dc_t i (1 - g^2)            dz_o = dh_t tanh(c_t) o (1 - o)
    dh_{t-1} = dz_t U^T                dc_{t-1} = dc_t f

Why a gradient by hand: automatic differentiation of the loop adds the gradient of U once per step,
which is a read and a write of the whole matrix each time. Here the forward loop keeps the gates,
the backward loop computes dz_t alone, and

    dU = sum over t of h_{t-1}^T dz_t

is formed at the end as one large product. For the same reason a_t = x_t W + b comes in as one
product over all steps, made by the caller. Time comes first in every array, so that a step is one
contiguous block.
"""

from __future__ import annotations

import tensorflow as tf

from charlstm.training.kernels.shapes import Tensor, flat, length_of, with_gradient


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


def forward(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    """Return what lstm returns, and what its gradient needs: h, c and the gates of every step."""
    steps, (streams, width) = length_of(inputs), inputs.shape[1:]
    scale, half = _one_tanh(width // 4)

    def body(t: Tensor, h: Tensor, c: Tensor, hs: Tensor, cs: Tensor, gs: Tensor) -> Tensor:
        gates = tf.tanh((inputs[t] + tf.matmul(h, recurrent_kernel)) * scale) * scale + half
        i, f, g, o = tf.split(gates, 4, axis=1)
        c = f * c + i * g
        h = o * tf.tanh(c)
        return t + 1, h, c, hs.write(t, h), cs.write(t, c), gs.write(t, gates)

    hs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width // 4))
    cs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width // 4))
    gs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width))
    *_, hs, cs, gs = tf.while_loop(
        lambda t, *_: t < steps, body, (0, hidden, cell, hs, cs, gs), maximum_iterations=steps
    )
    hiddens, cells, gates = hs.stack(), cs.stack(), gs.stack()
    return (hiddens, hiddens[-1], cells[-1]), (hiddens, cells, gates)


def backward(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of what was given to lstm; see with_gradient."""
    _, recurrent_kernel, hidden, cell = given
    hiddens, cells, gates = kept
    cells_before = tf.concat([cell[None], cells[:-1]], 0)
    d_hiddens, d_last_hidden, d_last_cell = upstream
    dz, d_hidden, d_cell = _backward(
        d_hiddens, d_last_hidden, d_last_cell, recurrent_kernel, gates, cells, cells_before
    )
    hiddens_before = tf.concat([hidden[None], hiddens[:-1]], 0)
    d_recurrent = tf.matmul(flat(hiddens_before), flat(dz), transpose_a=True)
    return dz, d_recurrent, d_hidden, d_cell


_lstm = with_gradient(forward, backward)


def _one_tanh(units: int) -> tuple[Tensor, Tensor]:
    """Return s and a, each of shape (4 units,), such that s tanh(s z) + a are the gates.

    sigmoid(z) = tanh(z / 2) / 2 + 1 / 2, so one tanh over the whole row serves all four gates. With
    three calls of sigmoid XLA computes some of them twice, once for c and once for h, and a step
    takes four times as long outside its matrix product.
    """
    sigmoid, tanh = tf.ones(units), tf.zeros(units)
    half = 0.5 * tf.concat([sigmoid, sigmoid, tanh, sigmoid], 0)
    return 1.0 - half, half


def _backward(
    d_hiddens: Tensor,
    d_hidden: Tensor,
    d_cell: Tensor,
    recurrent_kernel: Tensor,
    gates: Tensor,
    cells: Tensor,
    cells_before: Tensor,
) -> Tensor:
    """Return dz of every step, and dh and dc before the first.

    All that does not depend on dh and dc is computed for all steps at once before the loop.
    """
    steps, (streams, width) = length_of(gates), gates.shape[1:]
    transposed = tf.transpose(recurrent_kernel)
    i, f, g, o = tf.split(gates, 4, axis=2)
    tanh_cells = tf.tanh(cells)
    from_hidden = o * (1.0 - tanh_cells * tanh_cells)
    factors = tf.concat(
        [
            g * i * (1.0 - i),
            cells_before * f * (1.0 - f),
            i * (1.0 - g * g),
            tanh_cells * o * (1.0 - o),
        ],
        2,
    )

    def body(t: Tensor, dh: Tensor, dc: Tensor, dzs: Tensor) -> Tensor:
        dh = dh + d_hiddens[t]
        dc = dc + dh * from_hidden[t]
        dz = tf.concat([dc, dc, dc, dh], 1) * factors[t]
        return t - 1, tf.matmul(dz, transposed), dc * f[t], dzs.write(t, dz)

    dzs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width))
    _, d_hidden, d_cell, dzs = tf.while_loop(
        lambda t, *_: t >= 0, body, (steps - 1, d_hidden, d_cell, dzs), maximum_iterations=steps
    )
    return dzs.stack(), d_hidden, d_cell


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
