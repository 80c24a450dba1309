"""The convolution kernel: causal dilated convolutions of size 2 over a chunk of time.

The arrays have the layout of keras.layers.Conv1D. With x of time first, taps K0 and K1, those of
the gate G0 and G1, and dilation d (see sampling/conv1d.py for the whole network):

    y[t] = tanh(x[t - d] K0 + x[t] K1 + b) sigmoid(x[t - d] G0 + x[t] G1 + c)

A kernel here is both, [K, G], of shape (2, width, 2 units), and a bias is [b, c]. The inputs before
the chunk are passed in as the context, so a chunk sees what came before it as in one long text. No
position waits for another, so a convolution is one product over all of time, and automatic
differentiation is as fast as a gradient by hand.
"""

from __future__ import annotations

import tensorflow as tf

from charlstm.training.kernels import Tensor, kernel_rows


def first_convolution(
    ids: Tensor, kernel: Tensor, bias: Tensor, context: Tensor
) -> tuple[Tensor, Tensor]:
    """Run the first convolution, of dilation 1, over one-hot inputs.

    The ids, int32, have shape (time, streams), the kernel (2, symbols, 2 units), the bias
    (2 units,), and the context, the one-hot input before the chunk or zero, (1, streams, symbols).
    The result is y, shape (time, streams, units), and the context of the next chunk.
    """
    before = [tf.einsum("tsi,iw->tsw", context, kernel[0])]
    if ids.shape[0] > 1:
        before.append(kernel_rows(kernel[0], ids[:-1]))
    out = _gated(tf.concat(before, 0) + kernel_rows(kernel[1], ids) + bias)
    return out, tf.one_hot(ids[-1:], kernel.shape[1])


def convolution(
    inputs: Tensor, kernel: Tensor, bias: Tensor, context: Tensor
) -> tuple[Tensor, Tensor]:
    """Run a convolution over time; its dilation is the length of its context.

    The inputs x have shape (time, streams, width), the kernel (2, width, 2 units), and the context,
    which is x before the chunk, (dilation, streams, width). The result is as above.
    """
    steps = inputs.shape[0]
    extended = tf.concat([context, inputs], 0)
    return _both_taps(extended[:steps], inputs, kernel, bias), extended[steps:]


def last_outputs(ids: Tensor, inputs: Tensor | None, layers: list[tuple[Tensor, Tensor]]) -> Tensor:
    """Return the output of a stack with dilations 1, 2, 4, … at the last position alone.

    After the convolution of dilation d only every 2d-th position matters to what follows, so each
    convolution is computed at half as many positions as the one before. The ids, int32, shape
    (time, streams), are read by the first stack, which has no inputs of shape (time, streams,
    units). The layers are kernel and bias of each of n convolutions; time is 2 ** n. The result has
    the residual connections, shape (streams, units).
    """
    signal = inputs
    for kernel, bias in layers:
        if signal is None:
            rows = kernel_rows(kernel[0], ids[0::2]) + kernel_rows(kernel[1], ids[1::2])
            signal = _gated(rows + bias)
        else:
            before, here = signal[0::2], signal[1::2]
            signal = here + _both_taps(before, here, kernel, bias)
    return tf.squeeze(signal, 0)


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
