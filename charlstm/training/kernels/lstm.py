"""The LSTM kernel: a layer over a chunk of time, with a gradient derived by hand.

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

Why a gradient by hand: automatic differentiation of the loop adds to the gradient of U once per
step, which reads and writes the whole matrix each time. Here the forward loop keeps the gates, the
backward loop computes dz_t alone, and

    dU = sum over t of h_{t-1}^T dz_t

is formed at the end as one large product. For the same reason the caller computes a_t = x_t W + b
for all steps as one product.
"""

from __future__ import annotations

import tensorflow as tf

from charlstm.training.kernels import Tensor, before, flat, over_time


@tf.custom_gradient  # type: ignore[untyped-decorator]
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
    given = inputs, recurrent_kernel, hidden, cell
    outputs, kept = _forward(*given)
    return outputs, lambda *upstream: _backward(given, kept, upstream)


def lstm_cell(
    inputs: Tensor, recurrent_kernel: Tensor, bias: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor]:
    """Return h and c after one step; the inputs are x W, shape (streams, 4 units)."""
    i, f, g, o = tf.split(inputs + bias + tf.matmul(h, recurrent_kernel), 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c


def _forward(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    """Return what lstm returns, and what its gradient needs: h, c and the gates of every step."""
    units = inputs.shape[2] // 4
    scale, half = _one_tanh(units)

    def step(t: Tensor, h: Tensor, c: Tensor) -> Tensor:
        gates = tf.tanh((inputs[t] + tf.matmul(h, recurrent_kernel)) * scale) * scale + half
        i, f, g, o = tf.split(gates, 4, axis=1)
        c = f * c + i * g
        h = o * tf.tanh(c)
        return (h, c), (h, c, gates)

    _, kept = over_time(step, inputs, (hidden, cell), (units, units, 4 * units))
    hiddens, cells, _ = kept
    return (hiddens, hiddens[-1], cells[-1]), kept


def _one_tanh(units: int) -> tuple[Tensor, Tensor]:
    """Return s and a, each of shape (4 units,), such that s tanh(s z) + a are the gates.

    sigmoid(z) = tanh(z / 2) / 2 + 1 / 2, so one tanh over the whole row serves all four gates. With
    three calls of sigmoid XLA computes some of them twice, once for c and once for h, and a step
    takes four times as long outside its matrix product.
    """
    sigmoid, tanh = tf.ones(units), tf.zeros(units)
    half = 0.5 * tf.concat([sigmoid, sigmoid, tanh, sigmoid], 0)
    return 1.0 - half, half


def _backward(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of the inputs, U, and the first h and c.

    Everything that does not depend on dh and dc is computed for all steps at once, before the loop.
    """
    _, recurrent_kernel, hidden, cell = given
    hiddens, cells, gates = kept
    d_hiddens, d_last_hidden, d_last_cell = upstream
    transposed = tf.transpose(recurrent_kernel)
    i, f, g, o = tf.split(gates, 4, axis=2)
    tanh_cells = tf.tanh(cells)
    from_hidden = o * (1.0 - tanh_cells * tanh_cells)
    factors = tf.concat(
        [
            g * i * (1.0 - i),
            before(cell, cells) * f * (1.0 - f),
            i * (1.0 - g * g),
            tanh_cells * o * (1.0 - o),
        ],
        2,
    )

    def step(t: Tensor, dh: Tensor, dc: Tensor) -> Tensor:
        dh = dh + d_hiddens[t]
        dc = dc + dh * from_hidden[t]
        dz = tf.concat([dc, dc, dc, dh], 1) * factors[t]
        return (tf.matmul(dz, transposed), dc * f[t]), (dz,)

    last = (d_last_hidden, d_last_cell)
    (d_hidden, d_cell), (dz,) = over_time(step, gates, last, (gates.shape[2],), backwards=True)
    d_recurrent = tf.matmul(flat(before(hidden, hiddens)), flat(dz), transpose_a=True)
    return dz, d_recurrent, d_hidden, d_cell
