"""A step of stacked LSTM or GRU layers in NumPy, for any number of streams.

The weights and the equations are those of keras.layers.LSTM (Hochreiter & Schmidhuber 1997 with the
forget gate of Gers et al. 2000), gates in the order i, f, g, o:

    z = x W + h U + b
    c' = sigmoid(z_f) c + sigmoid(z_i) tanh(z_g)
    h' = sigmoid(z_o) tanh(c')

and of keras.layers.GRU with ``reset_after`` (Cho et al. 2014, in the form whose reset gate acts
after the product, as in cuDNN), gates in the order z, r, n:

    a = x W + b          u = h U + b_U
    z = sigmoid(a_z + u_z)         r = sigmoid(a_r + u_r)         n = tanh(a_n + r u_n)
    h' = z h + (1 - z) n

Two rewritings make a step cheap. The input is one-hot, so x W is a row of W, and the bias is added
to all rows once. And sigmoid(z) = (1 + tanh(z / 2)) / 2, so with the columns of the sigmoid gates
halved beforehand one call of tanh serves all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Layer = tuple[Array, ...]
"""The state of a layer: h and what else it carries, each of shape (streams, units)."""


class RecurrentLayers:
    """Stacked layers of one kind; their third gate has a tanh, the others a sigmoid.

    The weights have the type to compute in, under the names of the layers: lstm, lstm_1, …
    """

    gates: ClassVar[int]
    biases: ClassVar[tuple[int, ...]] = ()
    states: ClassVar[int] = 1

    @classmethod
    def shapes(cls, name: str, inputs: int, units: int) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the weights of one layer under their Keras names."""
        width = cls.gates * units
        return {
            f"{name}/kernel": (inputs, width),
            f"{name}/recurrent_kernel": (units, width),
            f"{name}/bias": (*cls.biases, width),
        }

    def __init__(self, weights: Mapping[str, Array], names: Sequence[str]) -> None:
        first = weights[f"{names[0]}/recurrent_kernel"]
        self._units, self._dtype = len(first), first.dtype
        halves = np.full(first.shape[1], 0.5, self._dtype)
        halves[2 * self._units : 3 * self._units] = 1.0
        self._kernels, self._recurrent, biases = (
            [weights[f"{name}/{part}"] * halves for name in names]
            for part in ("kernel", "recurrent_kernel", "bias")
        )
        self._biases = [self._added(bias) for bias in biases]
        self._rows = self._kernels[0] + self._biases[0][0]

    def _added(self, bias: Array) -> tuple[Array, Array | None]:
        """Return the bias that is added to x W, and the one for the third gate of h U, if any."""
        return bias, None

    def zero_state(self, streams: int = 1) -> list[Layer]:
        """Return the state of every layer before anything is read."""
        shape = (self.states, streams, self._units)
        return [tuple(np.zeros(shape, self._dtype)) for _ in self._recurrent]

    def step(self, ids: NDArray[np.integer], state: list[Layer]) -> list[Layer]:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""
        new_state: list[Layer] = []
        gates = self._rows[ids]
        for layer, before in enumerate(state):
            outer, inner = self._biases[layer]
            if layer:
                gates = new_state[-1][0] @ self._kernels[layer] + outer
            product = before[0] @ self._recurrent[layer]
            if inner is not None:
                product[:, 2 * self._units :] += inner
            new_state.append(self._cell(gates, product, before))
        return new_state

    def _cell(self, gates: Array, inner: Array, before: Layer) -> Layer:
        """Return the state after x W + b and h U + b_U, which are both overwritten."""
        raise NotImplementedError


class LSTMLayers(RecurrentLayers):
    """Stacked LSTM layers; the state of a layer is h and c."""

    gates = 4
    states = 2

    def _cell(self, gates: Array, inner: Array, before: Layer) -> Layer:
        units, (_, cell) = self._units, before
        gates += inner
        np.tanh(gates, out=gates)
        sigmoid = gates[:, : 2 * units]
        sigmoid += 1.0
        sigmoid *= 0.5
        cell = gates[:, units : 2 * units] * cell
        cell += gates[:, :units] * gates[:, 2 * units : 3 * units]
        out = gates[:, 3 * units :]
        out += 1.0
        out *= 0.5
        return out * np.tanh(cell), cell


class GRULayers(RecurrentLayers):
    """Stacked GRU layers; the state of a layer is h. A bias has two rows, b and b_U."""

    gates = 3
    biases = (2,)

    def _added(self, bias: Array) -> tuple[Array, Array | None]:
        outer, inner = bias
        outer[: 2 * self._units] += inner[: 2 * self._units]  # those of z and r, once for all steps
        return outer, inner[2 * self._units :]

    def _cell(self, gates: Array, inner: Array, before: Layer) -> Layer:
        units, (hidden,) = self._units, before
        sigmoid = inner[:, : 2 * units]
        sigmoid += gates[:, : 2 * units]
        np.tanh(sigmoid, out=sigmoid)
        sigmoid += 1.0
        sigmoid *= 0.5
        candidate = inner[:, 2 * units :]
        candidate *= sigmoid[:, units:]
        candidate += gates[:, 2 * units :]
        np.tanh(candidate, out=candidate)
        new = hidden - candidate
        new *= sigmoid[:, :units]
        new += candidate
        return (np.asarray(new),)
