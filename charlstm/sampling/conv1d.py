"""A step of causal dilated convolutions in NumPy, for any number of streams.

The weights are those of keras.layers.Conv1D with causal padding. Convolution i has kernel size 2
with taps K0 and K1, dilation d_i, and a gate, a second such convolution G (van den Oord et al.
2016, equation 2); all but the first have a residual connection:

    f = x_i[t - d_i] K0 + x_i[t] K1 + b          g = x_i[t - d_i] G0 + x_i[t] G1 + c
    y_i[t] = tanh(f) sigmoid(g)
    x_{i+1}[t] = x_i[t] + y_i[t]          x_1[t] = y_0[t], x_0 the one-hot input

Before the text all x are zero, as with causal padding. A step needs x[t - d] [K0, G0] from the
past, which can be computed as soon as x[t - d] is known. So a step is one product per convolution,
x [K0, G0, K1, G1], and the state is a queue of the left halves of the last d products. As with the
LSTM, the columns of the sigmoid are halved beforehand, so that one tanh serves both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.recurrent import Array, Layer

DILATIONS = (1, 2, 4, 8, 16)
"""The dilations of a stack of five convolutions, each of kernel size 2, which counts as one layer
(as in WaveNet, van den Oord et al. 2016). Its output sees 31 characters before the last."""


class Conv1DLayers:
    """Stacks of convolutions; the state of each is its last output, then its queue.

    The output has shape (streams, units), and each of the ``dilation`` waiting products, the oldest
    first, has shape (streams, 2 units). The weights have the type to compute in, under the names of
    the convolutions: conv1d, conv1d_1, …; the name of a gate ends in ``_gate``.
    """

    @staticmethod
    def shapes(name: str, inputs: int, units: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights of one convolution and its gate."""
        return {
            f"{name}/kernel": (2, inputs, units),
            f"{name}/bias": (units,),
            f"{name}_gate/kernel": (2, inputs, units),
            f"{name}_gate/bias": (units,),
        }

    def __init__(self, weights: Mapping[str, Array], names: Sequence[str]) -> None:
        self._units = weights["conv1d/bias"].shape[0]
        self._dtype = weights["conv1d/bias"].dtype
        self._products = []
        self._biases = []
        for name in names:
            kernel, gate = weights[f"{name}/kernel"], weights[f"{name}_gate/kernel"] * 0.5
            parts = [kernel[0], gate[0], kernel[1], gate[1]]
            self._products.append(np.concatenate(parts, 1, dtype=self._dtype))
            biases = [weights[f"{name}/bias"], weights[f"{name}_gate/bias"] * 0.5]
            self._biases.append(np.concatenate(biases, dtype=self._dtype))
        self._dilations = [d for d, _ in zip(cycle(DILATIONS), names, strict=False)]

    def zero_state(self, streams: int = 1) -> list[Layer]:
        """Return outputs and queues before anything is read."""
        shapes = [
            [(streams, self._units), *[(streams, 2 * self._units)] * dilation]
            for dilation in self._dilations
        ]
        return [tuple(np.zeros(shape, self._dtype) for shape in layer) for layer in shapes]

    def step(self, ids: NDArray[np.integer], state: list[Layer]) -> list[Layer]:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""
        new_state: list[Layer] = []
        units = self._units
        signal: Array | None = None
        parts = zip(self._products, self._biases, state, strict=True)
        for product, bias, (_, due, *waiting) in parts:
            taps = product[ids] if signal is None else signal @ product
            both = taps[:, 2 * units :] + bias
            both += due
            np.tanh(both, out=both)
            gate = both[:, units:]
            gate += 1.0
            gate *= 0.5
            out = both[:, :units] * gate
            if signal is not None:
                out += signal
            new_state.append((out, *waiting, taps[:, : 2 * units].copy()))
            signal = out
        return new_state
