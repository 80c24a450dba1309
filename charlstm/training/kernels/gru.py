"""The GRU kernel: a layer over a chunk of time, with a gradient derived by hand.

The equations are those of keras.layers.GRU with ``reset_after`` (Cho et al. 2014, in the form whose
reset gate acts after the product, as in cuDNN), gates in the order z, r, n:

    u_t = h_{t-1} U + b_U          a_t = x_t W + b
    z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
    h_t = z h_{t-1} + (1 - z) n

Backwards, with dh_t the gradient of the loss in h_t:

    da_z = dh_t (h_{t-1} - n) z (1 - z)        da_n = dh_t (1 - z) (1 - n^2)
    da_r = da_n u_n r (1 - r)                  du = (da_z, da_r, da_n r)
    dh_{t-1} = dh_t z + du U^T

As in the LSTM kernel, the backward loop computes only what one step needs of the next, and the sum
of h_{t-1}^T du_t over all steps is formed at the end as one large product.
"""

from __future__ import annotations

import tensorflow as tf

from charlstm.training.kernels import Tensor, before, flat, over_time


@tf.custom_gradient  # type: ignore[untyped-decorator]
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
    given = inputs, recurrent_kernel, recurrent_bias, hidden
    outputs, kept = _forward(*given)
    return outputs, lambda *upstream: _backward(given, kept, upstream)


def gru_cell(inputs: Tensor, recurrent_kernel: Tensor, bias: Tensor, h: Tensor) -> tuple[Tensor]:
    """Return h after one step; the inputs are x W, and the two rows of the bias are b and b_U."""
    a, u = inputs + bias[0], tf.matmul(h, recurrent_kernel) + bias[1]
    h, *_ = _step(a, u, h)
    return (h,)


def _step(a: Tensor, u: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return h after one step, the gates (z, r, n) and u_n."""
    units = h.shape[1]
    # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, which XLA computes faster.
    zr = tf.tanh(0.5 * (a[:, : 2 * units] + u[:, : 2 * units])) * 0.5 + 0.5
    z, r = tf.split(zr, 2, axis=1)
    inner = u[:, 2 * units :]
    n = tf.tanh(a[:, 2 * units :] + r * inner)
    return z * h + (1.0 - z) * n, tf.concat([zr, n], 1), inner


def _forward(inputs: Tensor, kernel: Tensor, bias: Tensor, hidden: Tensor) -> Tensor:
    """Return what gru returns, and what its gradient needs: h, the gates and u_n of every step."""

    def step(t: Tensor, h: Tensor) -> Tensor:
        h, gates, inner = _step(inputs[t], tf.matmul(h, kernel) + bias, h)
        return (h,), (h, gates, inner)

    units = inputs.shape[2] // 3
    _, kept = over_time(step, inputs, (hidden,), (units, 3 * units, units))
    hiddens, _, _ = kept
    return (hiddens, hiddens[-1]), kept


def _backward(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of the inputs, U, b_U and the first h.

    Everything that does not depend on dh is computed for all steps at once, before or after the
    loop.
    """
    _, kernel, _, hidden = given
    hiddens, gates, inner = kept
    d_hiddens, d_last_hidden = upstream
    hiddens_before = before(hidden, hiddens)
    units = hidden.shape[1]
    transposed = tf.transpose(kernel)
    z, r, n = tf.split(gates, 3, axis=2)
    from_n = (1.0 - z) * (1.0 - n * n)
    factors = tf.concat(
        [
            (hiddens_before - n) * z * (1.0 - z),
            from_n * inner * r * (1.0 - r),
            from_n * r,
        ],
        2,
    )

    def step(t: Tensor, dh: Tensor) -> Tensor:
        dh = dh + d_hiddens[t]
        du = tf.concat([dh, dh, dh], 1) * factors[t]
        return (dh * z[t] + tf.matmul(du, transposed),), (dh,)

    (d_hidden,), (dh,) = over_time(step, gates, (d_last_hidden,), (units,), backwards=True)
    du = tf.concat([dh, dh, dh], 2) * factors
    d_inputs = tf.concat([du[:, :, : 2 * units], dh * from_n], 2)
    d_recurrent = tf.matmul(flat(hiddens_before), flat(du), transpose_a=True)
    return d_inputs, d_recurrent, tf.reduce_sum(flat(du), 0), d_hidden
