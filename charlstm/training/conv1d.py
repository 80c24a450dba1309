"""Stacks of convolutions: causal dilated convolutions of size 2 over a chunk of time.

The inputs and outputs of a stack are described in recurrent.py. The arrays have the layout of
keras.layers.Conv1D. With x of time first, taps K0 and K1, those of the gate G0 and G1, and dilation
d (see sampling/conv1d.py for the whole network):

    y[t] = tanh(x[t - d] K0 + x[t] K1 + b) sigmoid(x[t - d] G0 + x[t] G1 + c)

A kernel here is [K, G], of shape (2, width, 2 units), and a bias is [b, c]. The inputs before the
chunk are passed in as the context, so a chunk sees the text before it as in one long text. No
position waits for another, so a convolution is one product over all of time, and automatic
differentiation is as fast as a gradient by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from charlstm.sampling.conv1d import DILATIONS
from charlstm.training.recurrent import Tensor, kernel_rows


class Conv1DStack:
    """Stacks of convolutions; each convolution carries the inputs that its left tap still needs."""

    def __init__(self, units: int, layers: int, symbols: int) -> None:
        self._units = units
        self._symbols = symbols
        self._dilations = DILATIONS * layers

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return the contexts, of shapes (streams, dilation, width)."""
        widths = [self._symbols] + [self._units] * (len(self._dilations) - 1)
        return [
            tf.zeros((streams, dilation, width))
            for dilation, width in zip(self._dilations, widths, strict=True)
        ]

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Read ids of shape (time, streams); return outputs (time, streams, units) and states."""
        new_states: list[Tensor] = []
        signal = None
        for number, state in enumerate(states):
            kernel, bias = _with_gate(values, number)
            context = tf.transpose(state, (1, 0, 2))
            if signal is None:  # the input is one-hot: a product with it is a row of the kernel
                before = [tf.einsum("tsi,iw->tsw", context, kernel[0])]
                if ids.shape[0] > 1:
                    before.append(kernel_rows(kernel[0], ids[:-1]))
                signal = _gated(tf.concat(before, 0) + kernel_rows(kernel[1], ids) + bias)
                context = tf.one_hot(ids[-1:], kernel.shape[1])
            else:
                if masks and number % len(DILATIONS) == 0:
                    signal *= masks[number // len(DILATIONS) - 1]
                steps = signal.shape[0]
                extended = tf.concat([context, signal], 0)
                context = extended[steps:]
                signal += _both_taps(extended[:steps], signal, kernel, bias)
            new_states.append(tf.transpose(context, (1, 0, 2)))
        return signal, new_states

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last output, computed only at the positions that it depends on.

        After the convolution of dilation d only every 2d-th position affects the result, so each
        convolution is computed at half as many positions as the one before.
        """
        below = len(self._dilations) - len(DILATIONS)
        reach = 2 ** len(DILATIONS)
        signal = None
        if below:
            signal, _ = self.outputs(values, ids, states[:below], masks)
            signal = signal * masks[-1] if masks else signal
            signal = signal[-reach:]
        ids = ids[-reach:]
        for number in range(below, len(self._dilations)):
            kernel, bias = _with_gate(values, number)
            if signal is None:
                rows = kernel_rows(kernel[0], ids[0::2]) + kernel_rows(kernel[1], ids[1::2])
                signal = _gated(rows + bias)
            else:
                before, here = signal[0::2], signal[1::2]
                signal = here + _both_taps(before, here, kernel, bias)
        return signal, list(states)

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        return self.learned_last(values, ids, self.zero_states(ids.shape[1]), ())[0][0]


def _with_gate(values: list[Tensor], number: int) -> tuple[Tensor, Tensor]:
    """Return a convolution's kernel and bias, joined with those of its gate."""
    kernel, bias, gate, gate_bias = values[4 * number : 4 * number + 4]
    return tf.concat([kernel, gate], 2), tf.concat([bias, gate_bias], 0)


def _both_taps(before: Tensor, here: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Return a convolution's output at some positions, by one product."""
    inputs, width = kernel.shape[1:]
    both = tf.reshape(tf.concat([before, here], 2), (-1, 2 * inputs))
    product = tf.matmul(both, tf.reshape(kernel, (2 * inputs, width)))
    return _gated(tf.reshape(product, (*here.shape[:2], width)) + bias)


def _gated(both: Tensor) -> Tensor:
    """Return tanh(f) sigmoid(g) of [f, g]; sigmoid(g) = tanh(g / 2) / 2 + 1 / 2."""
    f, g = tf.split(both, 2, axis=2)
    return tf.tanh(f) * (tf.tanh(0.5 * g) * 0.5 + 0.5)
