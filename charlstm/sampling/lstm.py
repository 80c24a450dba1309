"""A step of stacked LSTM layers in NumPy, for any number of streams.

The weights are those of keras.layers.LSTM. The equations are Keras's (Hochreiter & Schmidhuber 1997
with the forget gate of Gers et al. 2000), gates in the order i, f, g, o:

    z = x W + h U + b
    c' = sigmoid(z_f) c + sigmoid(z_i) tanh(z_g)
    h' = sigmoid(z_o) tanh(c')

Two rewritings make a step cheap. The input is one-hot, so x W is a row of W, and the bias is added
to all rows once. And sigmoid(z) = (1 + tanh(z / 2)) / 2, so with the columns of the three sigmoid
gates halved beforehand one call of tanh serves all four gates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class LSTMLayers:
    """Stacked LSTM layers; the state of a layer is h and c, each of shape (streams, units).

    Args:
        weights: Under their Keras names, in the type to compute in.
        names: Of the layers: lstm, lstm_1, …
    """

    @staticmethod
    def shapes(name: str, inputs: int, units: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights of one layer under their Keras names."""
        return {
            f"{name}/kernel": (inputs, 4 * units),
            f"{name}/recurrent_kernel": (units, 4 * units),
            f"{name}/bias": (4 * units,),
        }

    def __init__(self, weights: Mapping[str, NDArray[Any]], names: Sequence[str]) -> None:
        self._units = weights["lstm/recurrent_kernel"].shape[0]
        self._dtype = weights["lstm/kernel"].dtype
        halves = np.full(4 * self._units, 0.5, self._dtype)
        halves[2 * self._units : 3 * self._units] = 1.0
        self._recurrent = [weights[f"{name}/recurrent_kernel"] * halves for name in names]
        self._kernels = [weights[f"{name}/kernel"] * halves for name in names]
        self._biases = [weights[f"{name}/bias"] * halves for name in names]
        self._rows = self._kernels[0] + self._biases[0]

    def zero_state(self, streams: int) -> list[tuple[NDArray[Any], ...]]:
        """Return h and c of every layer before anything is read."""
        shape = (streams, self._units)
        return [
            (np.zeros(shape, self._dtype), np.zeros(shape, self._dtype)) for _ in self._recurrent
        ]

    def step(
        self, ids: NDArray[np.integer], state: list[tuple[NDArray[Any], ...]]
    ) -> list[tuple[NDArray[Any], ...]]:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""
        new_state: list[tuple[NDArray[Any], ...]] = []
        gates = self._rows[ids]
        for layer, (hidden, cell) in enumerate(state):
            if layer:
                gates = new_state[-1][0] @ self._kernels[layer] + self._biases[layer]
            gates += hidden @ self._recurrent[layer]
            np.tanh(gates, out=gates)
            new_state.append(_cell(gates, cell, self._units))
        return new_state


def _cell(gates: NDArray[Any], cell: NDArray[Any], units: int) -> tuple[Any, Any]:
    """Return h' and c' from tanh of the (halved) gates; ``gates`` is overwritten."""
    sigmoid = gates[:, : 2 * units]
    sigmoid += 1.0
    sigmoid *= 0.5
    cell = gates[:, units : 2 * units] * cell
    cell += gates[:, :units] * gates[:, 2 * units : 3 * units]
    out = gates[:, 3 * units :]
    out += 1.0
    out *= 0.5
    return out * np.tanh(cell), cell
