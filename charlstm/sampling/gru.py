"""A step of stacked GRU layers in NumPy, for any number of streams.

The weights are those of keras.layers.GRU with ``reset_after``. The equations are Keras's (Cho et
al. 2014, in the form whose reset gate acts after the product, as in cuDNN), gates in the order z,
r, n:

    a = x W + b          u = h U + b_U
    z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
    h' = z h + (1 - z) n

As with the LSTM, x W is a row of W, and one call of tanh serves both sigmoids. The two biases of z
and r are added up once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class GRULayers:
    """Stacked GRU layers; the state of a layer is h, of shape (streams, units).

    Args:
        weights: Under their Keras names, in the type to compute in.
        names: Of the layers: gru, gru_1, …
    """

    @staticmethod
    def shapes(name: str, inputs: int, units: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights of one layer under their Keras names.

        There is a bias for the inputs, b, and one for the state, b_U.
        """
        return {
            f"{name}/kernel": (inputs, 3 * units),
            f"{name}/recurrent_kernel": (units, 3 * units),
            f"{name}/bias": (2, 3 * units),
        }

    def __init__(self, weights: Mapping[str, NDArray[Any]], names: Sequence[str]) -> None:
        self._units = weights["gru/recurrent_kernel"].shape[0]
        self._dtype = weights["gru/kernel"].dtype
        halves = np.full(3 * self._units, 0.5, self._dtype)
        halves[2 * self._units :] = 1.0
        self._recurrent = [weights[f"{name}/recurrent_kernel"] * halves for name in names]
        self._kernels = [weights[f"{name}/kernel"] * halves for name in names]
        self._biases = []
        self._inner_biases = []
        for name in names:
            bias, inner = weights[f"{name}/bias"] * halves
            outer = bias.copy()
            outer[: 2 * self._units] += inner[: 2 * self._units]
            self._biases.append(outer)
            self._inner_biases.append(inner[2 * self._units :])
        self._rows = self._kernels[0] + self._biases[0]

    def zero_state(self, streams: int) -> list[tuple[NDArray[Any], ...]]:
        """Return h of every layer before anything is read."""
        return [(np.zeros((streams, self._units), self._dtype),) for _ in self._recurrent]

    def step(
        self, ids: NDArray[np.integer], state: list[tuple[NDArray[Any], ...]]
    ) -> list[tuple[NDArray[Any], ...]]:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""
        new_state: list[tuple[NDArray[Any], ...]] = []
        gates = self._rows[ids]
        for layer, (hidden,) in enumerate(state):
            if layer:
                gates = new_state[-1][0] @ self._kernels[layer] + self._biases[layer]
            inner = hidden @ self._recurrent[layer]
            new_state.append((self._cell(gates, inner, hidden, self._inner_biases[layer]),))
        return new_state

    def _cell(
        self,
        gates: NDArray[Any],
        inner: NDArray[Any],
        hidden: NDArray[Any],
        inner_bias: NDArray[Any],
    ) -> NDArray[Any]:
        """Return h' from a and u with (halved) gates; ``gates`` and ``inner`` are overwritten."""
        units = self._units
        sigmoid = inner[:, : 2 * units]
        sigmoid += gates[:, : 2 * units]
        np.tanh(sigmoid, out=sigmoid)
        sigmoid += 1.0
        sigmoid *= 0.5
        candidate = inner[:, 2 * units :]
        candidate += inner_bias
        candidate *= sigmoid[:, units:]
        candidate += gates[:, 2 * units :]
        np.tanh(candidate, out=candidate)
        new = hidden - candidate
        new *= sigmoid[:, :units]
        new += candidate
        return np.asarray(new)
