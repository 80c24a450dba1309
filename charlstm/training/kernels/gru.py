"""The GRU kernel: a layer over a chunk of time, with a gradient of its own.

Imports tensorflow. Knows arrays of the layout of keras.layers.GRU with ``reset_after``; knows
nothing of Keras's layer classes, text, optimizers or files.

The equations are those of keras.layers.GRU (Cho et al. 2014, in the form whose reset gate acts
after the product, as in cuDNN), gates in the order z, r, n:

    u_t = h_{t-1} U + b_U          a_t = x_t W + b
    z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
    h_t = z h_{t-1} + (1 - z) n

Backwards, with dh_t the gradient of the loss in h_t:

    da_z = dh_t (h_{t-1} - n) z (1 - z)        da_n = dh_t (1 - z) (1 - n^2)
    da_r = da_n u_n r (1 - r)                  du = (da_z, da_r, da_n r)
    dh_{t-1} = dh_t z + du U^T

The trick is the one of the LSTM kernel: the backward loop computes da_t and du_t alone, and the sum
of h_{t-1}^T du_t over all steps is formed at the end as one large product.
"""

from __future__ import annotations

import tensorflow as tf

from charlstm.training.kernels.shapes import Tensor, flat, length_of, with_gradient


def gru(inputs: Tensor, recurrent_kernel: Tensor, recurrent_bias: Tensor, hidden: Tensor) -> Tensor:
    """Run a GRU layer over time.

    Args:
        inputs: x_t W + b for every step, shape (time, streams, 3 units).
        recurrent_kernel: U, shape (units, 3 units).
        recurrent_bias: b_U, shape (3 units,).
        hidden: h before the first step, shape (streams, units).

    Returns:
        h of every step, shape (time, streams, units), and the last h.
    """
    hiddens, last_hidden = _gru(inputs, recurrent_kernel, recurrent_bias, hidden)
    return hiddens, last_hidden


def forward(inputs: Tensor, kernel: Tensor, bias: Tensor, hidden: Tensor) -> Tensor:
    """Return what gru returns, and what its gradient needs: h, (z, r, n) and u_n of every step."""
    steps, (streams, width) = length_of(inputs), inputs.shape[1:]
    units = width // 3

    def body(t: Tensor, h: Tensor, hs: Tensor, gs: Tensor, us: Tensor) -> Tensor:
        a, u = inputs[t], tf.matmul(h, kernel) + bias
        # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, which XLA computes faster.
        zr = tf.tanh(0.5 * (a[:, : 2 * units] + u[:, : 2 * units])) * 0.5 + 0.5
        z, r = tf.split(zr, 2, axis=1)
        inner = u[:, 2 * units :]
        n = tf.tanh(a[:, 2 * units :] + r * inner)
        h = z * h + (1.0 - z) * n
        return t + 1, h, hs.write(t, h), gs.write(t, tf.concat([zr, n], 1)), us.write(t, inner)

    hs = tf.TensorArray(tf.float32, steps, element_shape=(streams, units))
    gs = tf.TensorArray(tf.float32, steps, element_shape=(streams, width))
    us = tf.TensorArray(tf.float32, steps, element_shape=(streams, units))
    *_, hs, gs, us = tf.while_loop(
        lambda t, *_: t < steps, body, (0, hidden, hs, gs, us), maximum_iterations=steps
    )
    hiddens, gates, candidates = hs.stack(), gs.stack(), us.stack()
    return (hiddens, hiddens[-1]), (hiddens, gates, candidates)


def backward(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of what was given to gru; see with_gradient."""
    _, kernel, _, hidden = given
    hiddens, gates, candidates = kept
    hiddens_before = tf.concat([hidden[None], hiddens[:-1]], 0)
    d_hiddens, d_last_hidden = upstream
    d_inputs, d_inner, d_hidden = _backward(
        d_hiddens, d_last_hidden, kernel, gates, candidates, hiddens_before
    )
    d_recurrent = tf.matmul(flat(hiddens_before), flat(d_inner), transpose_a=True)
    return d_inputs, d_recurrent, tf.reduce_sum(flat(d_inner), 0), d_hidden


_gru = with_gradient(forward, backward)


def _backward(
    d_hiddens: Tensor,
    d_hidden: Tensor,
    kernel: Tensor,
    gates: Tensor,
    candidates: Tensor,
    hiddens_before: Tensor,
) -> Tensor:
    """Return da and du of every step, and dh before the first.

    All that does not depend on dh is computed for all steps at once, before the loop or after it.
    """
    steps, (streams, width) = length_of(gates), gates.shape[1:]
    units = width // 3
    transposed = tf.transpose(kernel)
    z, r, n = tf.split(gates, 3, axis=2)
    from_n = (1.0 - z) * (1.0 - n * n)
    factors = tf.concat(
        [
            (hiddens_before - n) * z * (1.0 - z),
            from_n * candidates * r * (1.0 - r),
            from_n * r,
        ],
        2,
    )

    def body(t: Tensor, dh: Tensor, dhs: Tensor) -> Tensor:
        dh = dh + d_hiddens[t]
        du = tf.concat([dh, dh, dh], 1) * factors[t]
        return t - 1, dh * z[t] + tf.matmul(du, transposed), dhs.write(t, dh)

    dhs = tf.TensorArray(tf.float32, steps, element_shape=(streams, units))
    _, d_hidden, dhs = tf.while_loop(
        lambda t, *_: t >= 0, body, (steps - 1, d_hidden, dhs), maximum_iterations=steps
    )
    dh = dhs.stack()
    d_inner = tf.concat([dh, dh, dh], 2) * factors
    d_inputs = tf.concat([d_inner[:, :, : 2 * units], dh * from_n], 2)
    return d_inputs, d_inner, d_hidden


def last_hidden(layers: list[tuple[Tensor, Tensor, Tensor]], ids: Tensor) -> Tensor:
    """Return the last layer's h after reading ``ids`` from a zero state; nothing is kept for a
    gradient, so memory does not grow with time.

    Args:
        layers: Per layer kernel, recurrent kernel and the two rows of biases.
        ids: int32, shape (time, streams).

    Returns:
        Shape (streams, units).
    """
    steps, streams = ids.shape
    units = layers[0][1].shape[0]

    def body(t: Tensor, *states: Tensor) -> Tensor:
        out: list[Tensor] = []
        for h, (kernel, recurrent_kernel, bias) in zip(states, layers, strict=True):
            inputs = tf.matmul(out[-1], kernel) if out else tf.gather(kernel, ids[t])
            a, u = inputs + bias[0], tf.matmul(h, recurrent_kernel) + bias[1]
            zr = tf.tanh(0.5 * (a[:, : 2 * units] + u[:, : 2 * units])) * 0.5 + 0.5
            z, r = tf.split(zr, 2, axis=1)
            n = tf.tanh(a[:, 2 * units :] + r * u[:, 2 * units :])
            out.append(z * h + (1.0 - z) * n)
        return (t + 1, *out)

    zeros = [tf.zeros((streams, units))] * len(layers)
    _, *states = tf.while_loop(lambda t, *_: t < steps, body, (0, *zeros), maximum_iterations=steps)
    return states[-1]
