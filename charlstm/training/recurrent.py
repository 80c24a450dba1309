"""Stacks of LSTM or GRU layers over a chunk of time, with gradients derived by hand, for the CPU.

A stack, of any kind, is the layers below the output. It takes its weights as a flat list of tensors
in the order of Keras's variables, so that a compiled function serves every learner of its shape.
Time comes first in every array, (time, streams, width), so that a step is one contiguous block.
States have streams first and are zero before anything is read. Masks are dropout's factors, one
between each layer and the next, shape (time, streams, units); none without dropout.

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

And those of keras.layers.GRU with ``reset_after`` (Cho et al. 2014, in the form whose reset gate
acts after the product, as in cuDNN), gates in the order z, r, n:

    u_t = h_{t-1} U + b_U          a_t = x_t W + b
    z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
    h_t = z h_{t-1} + (1 - z) n

    da_z = dh_t (h_{t-1} - n) z (1 - z)        da_n = dh_t (1 - z) (1 - n^2)
    da_r = da_n u_n r (1 - r)                  du = (da_z, da_r, da_n r)
    dh_{t-1} = dh_t z + du U^T

Why a gradient by hand: automatic differentiation of the loop adds to the gradient of U once per
step, which reads and writes the whole matrix each time. Here the forward loop keeps the gates, the
backward loop computes only what one step needs of the next, such as dz_t, and

    dU = sum over t of h_{t-1}^T dz_t

is formed at the end as one large product. For the same reason the caller computes a_t = x_t W + b
for all steps as one product, and what does not depend on dh and dc is computed for all steps at
once, before or after the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from charlstm.sampling.network import LSTM

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


def _before(first: Tensor, sequence: Tensor) -> Tensor:
    """Return the value before each step: that before the first, then all but the last."""
    return tf.concat([first[None], sequence[:-1]], 0)


def _over_time(
    step: Callable[..., tuple[tuple[Tensor, ...], tuple[Tensor, ...]]],
    like: Tensor,
    states: tuple[Tensor, ...],
    widths: Sequence[int],
    *,
    backwards: bool = False,
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Run a loop over time in which each step passes its states to the next.

    A step takes the time t and the states, and returns the new states and arrays to keep, of these
    widths, shape (streams, width). ``like`` is a sequence as long as the loop, with as many
    streams. The result is the states after the loop, and the kept arrays, each of shape (time,
    streams, width).
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


@tf.custom_gradient  # type: ignore[untyped-decorator]
def lstm(inputs: Tensor, recurrent_kernel: Tensor, hidden: Tensor, cell: Tensor) -> Tensor:
    """Run an LSTM layer over time; return h of every step, and the last h and c.

    The inputs are x_t W + b, shape (time, streams, 4 units), the kernel is U, (units, 4 units), and
    h and c before the first step have shape (streams, units).
    """
    units = inputs.shape[2] // 4
    scale, half = _one_tanh(units)

    def step(t: Tensor, h: Tensor, c: Tensor) -> Tensor:
        gates = tf.tanh((inputs[t] + tf.matmul(h, recurrent_kernel)) * scale) * scale + half
        i, f, g, o = tf.split(gates, 4, axis=1)
        c = f * c + i * g
        h = o * tf.tanh(c)
        return (h, c), (h, c, gates)

    _, kept = _over_time(step, inputs, (hidden, cell), (units, units, 4 * units))
    hiddens, cells, _ = kept
    given = recurrent_kernel, hidden, cell
    outputs = hiddens, hiddens[-1], cells[-1]
    return outputs, lambda *upstream: _lstm_gradient(given, kept, upstream)


def lstm_cell(
    inputs: Tensor, recurrent_kernel: Tensor, bias: Tensor, h: Tensor, c: Tensor
) -> tuple[Tensor, Tensor]:
    """Return h and c after one step; the inputs are x W, shape (streams, 4 units)."""
    i, f, g, o = tf.split(inputs + bias + tf.matmul(h, recurrent_kernel), 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c


def _one_tanh(units: int) -> tuple[Tensor, Tensor]:
    """Return s and a, each of shape (4 units,), such that s tanh(s z) + a are the gates.

    sigmoid(z) = tanh(z / 2) / 2 + 1 / 2, so one tanh over the whole row serves all four gates. With
    three calls of sigmoid XLA computes some of them twice, once for c and once for h, and a step
    takes four times as long outside its matrix product.
    """
    sigmoid, tanh = tf.ones(units), tf.zeros(units)
    half = 0.5 * tf.concat([sigmoid, sigmoid, tanh, sigmoid], 0)
    return 1.0 - half, half


def _lstm_gradient(given: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of the inputs, U, and the first h and c."""
    recurrent_kernel, hidden, cell = given
    hiddens, cells, gates = kept
    d_hiddens, d_last_hidden, d_last_cell = upstream
    transposed = tf.transpose(recurrent_kernel)
    i, f, g, o = tf.split(gates, 4, axis=2)
    tanh_cells = tf.tanh(cells)
    from_hidden = o * (1.0 - tanh_cells * tanh_cells)
    factors = tf.concat(
        [
            g * i * (1.0 - i),
            _before(cell, cells) * f * (1.0 - f),
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
    (d_hidden, d_cell), (dz,) = _over_time(step, gates, last, (gates.shape[2],), backwards=True)
    d_recurrent = tf.matmul(flat(_before(hidden, hiddens)), flat(dz), transpose_a=True)
    return dz, d_recurrent, d_hidden, d_cell


@tf.custom_gradient  # type: ignore[untyped-decorator]
def gru(inputs: Tensor, recurrent_kernel: Tensor, recurrent_bias: Tensor, hidden: Tensor) -> Tensor:
    """Run a GRU layer over time; return h of every step, and the last h.

    The inputs are x_t W + b, shape (time, streams, 3 units), the kernel is U, (units, 3 units), the
    bias b_U, (3 units,), and h before the first step has shape (streams, units).
    """

    def step(t: Tensor, h: Tensor) -> Tensor:
        product = tf.matmul(h, recurrent_kernel) + recurrent_bias
        h, gates, inner = _gru_step(inputs[t], product, h)
        return (h,), (h, gates, inner)

    units = inputs.shape[2] // 3
    _, kept = _over_time(step, inputs, (hidden,), (units, 3 * units, units))
    outputs = kept[0], kept[0][-1]
    return outputs, lambda *upstream: _gru_gradient(recurrent_kernel, hidden, kept, upstream)


def gru_cell(inputs: Tensor, recurrent_kernel: Tensor, bias: Tensor, h: Tensor) -> tuple[Tensor]:
    """Return h after one step; the inputs are x W, and the two rows of the bias are b and b_U."""
    a, u = inputs + bias[0], tf.matmul(h, recurrent_kernel) + bias[1]
    h, *_ = _gru_step(a, u, h)
    return (h,)


def _gru_step(a: Tensor, u: Tensor, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return h after one step, the gates (z, r, n) and u_n."""
    units = h.shape[1]
    # sigmoid(x) = tanh(x / 2) / 2 + 1 / 2, which XLA computes faster.
    zr = tf.tanh(0.5 * (a[:, : 2 * units] + u[:, : 2 * units])) * 0.5 + 0.5
    z, r = tf.split(zr, 2, axis=1)
    inner = u[:, 2 * units :]
    n = tf.tanh(a[:, 2 * units :] + r * inner)
    return z * h + (1.0 - z) * n, tf.concat([zr, n], 1), inner


def _gru_gradient(kernel: Tensor, hidden: Tensor, kept: Tensor, upstream: Tensor) -> Tensor:
    """Return the gradients of the inputs, U, b_U and the first h."""
    hiddens, gates, inner = kept
    d_hiddens, d_last_hidden = upstream
    hiddens_before = _before(hidden, hiddens)
    units = hidden.shape[1]
    transposed = tf.transpose(kernel)
    z, r, n = tf.split(gates, 3, axis=2)
    from_n = (1.0 - z) * (1.0 - n * n)
    of_z, of_r = (hiddens_before - n) * z * (1.0 - z), from_n * inner * r * (1.0 - r)
    factors = tf.concat([of_z, of_r, from_n * r], 2)

    def step(t: Tensor, dh: Tensor) -> Tensor:
        dh = dh + d_hiddens[t]
        du = tf.concat([dh, dh, dh], 1) * factors[t]
        return (dh * z[t] + tf.matmul(du, transposed),), (dh,)

    (d_hidden,), (dh,) = _over_time(step, gates, (d_last_hidden,), (units,), backwards=True)
    du = tf.concat([dh, dh, dh], 2) * factors
    d_inputs = tf.concat([du[:, :, : 2 * units], dh * from_n], 2)
    d_recurrent = tf.matmul(flat(hiddens_before), flat(du), transpose_a=True)
    return d_inputs, d_recurrent, tf.reduce_sum(flat(du), 0), d_hidden


class RecurrentStack:
    """LSTM or GRU layers of one width on our kernels, each with two kernels and a bias.

    An LSTM layer carries h and c, a GRU layer h, each of shape (streams, units).
    """

    def __init__(self, network: str, units: int, layers: int) -> None:
        self._is_lstm = network == LSTM
        self._states_a_layer = 2 if self._is_lstm else 1
        self._units = units
        self._layers = layers

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return the states before anything is read."""
        count = self._states_a_layer * self._layers
        return [tf.zeros((streams, self._units)) for _ in range(count)]

    def _by_layer(self, values: list[Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
        return [(values[i], values[i + 1], values[i + 2]) for i in range(0, 3 * self._layers, 3)]

    def _carried(self, states: Sequence[Tensor], layer: int) -> Sequence[Tensor]:
        count = self._states_a_layer
        return states[count * layer : count * (layer + 1)]

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Read ids of shape (time, streams); return outputs (time, streams, units) and states."""
        new_states: list[Tensor] = []
        hiddens = None
        for layer, (kernel, recurrent_kernel, bias) in enumerate(self._by_layer(values)):
            if hiddens is None:
                inputs = kernel_rows(kernel, ids)
            else:
                inputs = tf.matmul(hiddens * masks[layer - 1] if masks else hiddens, kernel)
            carried = self._carried(states, layer)
            if self._is_lstm:
                hiddens, *after = lstm(inputs + bias, recurrent_kernel, *carried)
            else:
                hiddens, *after = gru(inputs + bias[0], recurrent_kernel, bias[1], *carried)
            new_states += after
        return hiddens, new_states

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last outputs alone, (1, streams, units), from zero states, and states."""
        hiddens, new_states = self.outputs(values, ids, states, masks)
        return hiddens[-1:], new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last output from zero states, (streams, units).

        Nothing is kept for a gradient, so memory does not grow with time.
        """
        cell = lstm_cell if self._is_lstm else gru_cell
        layers = self._by_layer(values)
        steps, streams = ids.shape

        def body(t: Tensor, states: Tensor) -> Tensor:
            new: list[tuple[Tensor, ...]] = []
            for state, (kernel, recurrent_kernel, bias) in zip(states, layers, strict=True):
                inputs = tf.matmul(new[-1][0], kernel) if new else tf.gather(kernel, ids[t])
                new.append(cell(inputs, recurrent_kernel, bias, *state))
            return t + 1, tuple(new)

        zero = tf.zeros((streams, self._units))
        start = 0, ((zero,) * self._states_a_layer,) * self._layers
        _, states = tf.while_loop(lambda t, _: t < steps, body, start, maximum_iterations=steps)
        return states[-1][0]
