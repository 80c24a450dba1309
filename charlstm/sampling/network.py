"""The forward pass of a stacked LSTM with a dense output, in NumPy, for any number of streams.

Knows the layout of Keras's weights; knows nothing of files, text, windows or temperatures.

The equations are Keras's (Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000),
gates in the order i, f, g, o:

    z = x W + h U + b
    c' = sigmoid(z_f) c + sigmoid(z_i) tanh(z_g)
    h' = sigmoid(z_o) tanh(c')

Two rewritings make a step cheap. The input is one-hot, so x W is a row of W, and the bias is added
to all rows once. And sigmoid(z) = (1 + tanh(z / 2)) / 2, so with the columns of the three sigmoid
gates halved beforehand one call of tanh serves all four gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError

State = list[tuple[NDArray[Any], NDArray[Any]]]
"""Per layer the hidden state h and the cell state c, each of shape (streams, units)."""


class Network:
    """A stacked LSTM and its output layer.

    Args:
        weights: Arrays under their Keras names: ``lstm/kernel`` (symbols, 4 units),
            ``lstm/recurrent_kernel`` (units, 4 units), ``lstm/bias`` (4 units), the same for
            ``lstm_1`` and so on, ``dense/kernel`` (units, symbols), ``dense/bias`` (symbols).
        dtype: What to compute in. What is shown or compared wants float64.

    Raises:
        RunError: If a weight is missing, misshapen or not finite.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], dtype: Any = np.float64) -> None:
        _check(weights)
        self.dtype = np.dtype(dtype)
        layers = layer_names(weights)
        self._names = layers
        self.layers = len(layers)
        self.units = weights["lstm/recurrent_kernel"].shape[0]
        self.symbols = weights["dense/bias"].shape[0]
        self._halves = halves = np.full(4 * self.units, 0.5, self.dtype)
        halves[2 * self.units : 3 * self.units] = 1.0
        self._recurrent = [self._take(weights[f"{n}/recurrent_kernel"]) * halves for n in layers]
        self._kernels = [self._take(weights[f"{n}/kernel"]) * halves for n in layers]
        self._biases = [self._take(weights[f"{n}/bias"]) * halves for n in layers]
        self._rows = self._kernels[0] + self._biases[0]
        self._dense = self._take(weights["dense/kernel"])
        self._dense_bias = self._take(weights["dense/bias"])

    def _take(self, weight: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(weight, self.dtype, order="C")

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return copies of the weights under their Keras names, in the dtype of the network.

        A half and its double are exact in binary, so these are the numbers that were given.
        """
        found = {"dense/kernel": self._dense.copy(), "dense/bias": self._dense_bias.copy()}
        parts = zip(self._names, self._kernels, self._recurrent, self._biases, strict=True)
        for name, kernel, recurrent, bias in parts:
            found[f"{name}/kernel"] = kernel / self._halves
            found[f"{name}/recurrent_kernel"] = recurrent / self._halves
            found[f"{name}/bias"] = bias / self._halves
        return found

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""
        shape = (streams, self.units)
        return [(np.zeros(shape, self.dtype), np.zeros(shape, self.dtype)) for _ in self._recurrent]

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream: ids of shape (streams,); returns the new state."""
        new_state: State = []
        gates = self._rows[ids]
        for layer, (hidden, cell) in enumerate(state):
            if layer:
                gates = new_state[-1][0] @ self._kernels[layer] + self._biases[layer]
            gates += hidden @ self._recurrent[layer]
            np.tanh(gates, out=gates)
            new_state.append(_cell(gates, cell, self.units))
        return new_state

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return np.asarray(state[-1][0] @ self._dense + self._dense_bias)


def _cell(gates: NDArray[Any], cell: NDArray[Any], units: int) -> tuple[Any, Any]:
    """Finish a step from tanh of the (halved) gates; ``gates`` is overwritten."""
    sigmoid = gates[:, : 2 * units]
    sigmoid += 1.0
    sigmoid *= 0.5
    cell = gates[:, units : 2 * units] * cell
    cell += gates[:, :units] * gates[:, 2 * units : 3 * units]
    out = gates[:, 3 * units :]
    out += 1.0
    out *= 0.5
    return out * np.tanh(cell), cell


def layer_names(weights: Mapping[str, NDArray[Any]]) -> list[str]:
    """Return the names of the recurrent layers in order: lstm, lstm_1, …"""
    names = ["lstm"]
    while f"lstm_{len(names)}/kernel" in weights:
        names.append(f"lstm_{len(names)}")
    return names


def _check(weights: Mapping[str, NDArray[Any]]) -> None:
    try:
        units = weights["lstm/recurrent_kernel"].shape[0]
        symbols = weights["dense/bias"].shape[0]
        expected = {"dense/kernel": (units, symbols), "dense/bias": (symbols,)}
        for index, name in enumerate(layer_names(weights)):
            expected[f"{name}/kernel"] = (units if index else symbols, 4 * units)
            expected[f"{name}/recurrent_kernel"] = (units, 4 * units)
            expected[f"{name}/bias"] = (4 * units,)
        shapes = {name: weights[name].shape for name in expected}
    except (KeyError, IndexError) as error:
        raise RunError(f"The weights are incomplete: {error} is missing.") from error
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise RunError(f"The weight {name} has shape {shapes[name]} where {shape} is right.")
        if not np.issubdtype(weights[name].dtype, np.floating):
            raise RunError(f"The weight {name} holds {weights[name].dtype}, not real numbers.")
        if not np.isfinite(weights[name]).all():
            raise RunError(
                f"The weight {name} holds values that are not finite numbers: the training had"
                " diverged by then; choose an earlier checkpoint."
            )
