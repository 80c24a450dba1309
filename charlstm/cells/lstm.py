"""The LSTM's own part of this room: its two states, its four gates, one step, cells switched off.

Knows the layout of keras.layers.LSTM's weights; knows nothing of text. Another kind of network
joins by a module that gives the same names: STATES, state_of, step_parts and silenced.

The equations are those of charlstm.sampling.network, written out one by one for a single step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.sampling.network import State

GATES = ("i", "f", "g", "o")
"""In the order of the weights' columns: input, forget, candidate, output."""

STATES = {"c": "memory", "h": "output"}
"""What a cell has at each character: c is what it holds, h what it lets the others see."""

_CANDIDATE = GATES.index("g")


@dataclass(frozen=True)
class CellStep:
    """One step of one layer, every cell of it.

    Arrays by gate have shape (4, units), gates in the order of GATES; the others (units,).

    Attributes:
        from_input: x W: a row of W for a one-hot character, a product for a layer above the first.
        from_state: h_before U.
        bias: b.
        z: The sum of the three.
        i, f, o: sigmoid of their rows of z, from 0 to 1.
        g: tanh of its row of z, from -1 to 1.
        c_before, h_before: The states before the step.
        c: f c_before + i g.
        h: o tanh(c).
    """

    from_input: NDArray[np.float64]
    from_state: NDArray[np.float64]
    bias: NDArray[np.float64]
    z: NDArray[np.float64]
    i: NDArray[np.float64]
    f: NDArray[np.float64]
    g: NDArray[np.float64]
    o: NDArray[np.float64]
    c_before: NDArray[np.float64]
    h_before: NDArray[np.float64]
    c: NDArray[np.float64]
    h: NDArray[np.float64]

    def table(self) -> pd.DataFrame:
        """Return a row for each cell: its states before and after, its gates, and their sums."""
        parts = {"W": self.from_input, "U": self.from_state, "b": self.bias, "z": self.z}
        sums = {
            f"{gate} {name}": part[row]
            for row, gate in enumerate(GATES)
            for name, part in parts.items()
        }
        shown = ("c_before", "h_before", "i", "f", "g", "o", "c", "h")
        gates = {name: getattr(self, name) for name in shown}
        return pd.DataFrame(gates | sums).rename_axis("cell").reset_index()


def state_of(layer: tuple[NDArray[Any], ...], name: str) -> NDArray[Any]:
    """Return a state of one layer by its name, a key of STATES."""
    hidden, cell = layer
    return {"c": cell, "h": hidden}[name]


def step_parts(
    weights: Mapping[str, NDArray[Any]], name: str, symbol: int | None, below: Any, before: State
) -> CellStep:
    """Return all that happens in one layer in one step.

    Args:
        weights: Under their Keras names.
        name: Of the layer, such as ``lstm_1``.
        symbol: The id that is read, for the first layer; None above it.
        below: The output of the layer below in this step, shape (units,), above the first layer.
        before: The state of this layer alone before the step, one stream.
    """
    kernel = np.asarray(weights[f"{name}/kernel"], np.float64)
    recurrent = np.asarray(weights[f"{name}/recurrent_kernel"], np.float64)
    bias = np.asarray(weights[f"{name}/bias"], np.float64)
    ((hidden, cell),) = before
    h_before, c_before = np.asarray(hidden[0], np.float64), np.asarray(cell[0], np.float64)
    row = kernel[symbol] if symbol is not None else np.asarray(below, np.float64) @ kernel
    from_input, from_state = _by_gate(row), _by_gate(h_before @ recurrent)
    z = from_input + from_state + _by_gate(bias)
    i, f, o = (_sigmoid(z[GATES.index(gate)]) for gate in "ifo")
    g = np.tanh(z[_CANDIDATE])
    c = f * c_before + i * g
    h = o * np.tanh(c)
    return CellStep(from_input, from_state, _by_gate(bias), z, i, f, g, o, c_before, h_before, c, h)


def silenced(
    weights: Mapping[str, NDArray[Any]], name: str, cells: Iterable[int]
) -> dict[str, NDArray[Any]]:
    """Return the weights of a layer in which some cells hold 0 and say 0 at every step.

    Their candidate g is made tanh(0) = 0 by weights of 0. From the zero state, c = f 0 + i 0 = 0
    and h = o tanh(0) = 0 for ever. Setting h to 0 alone would do the same to all others: a cell's c
    reaches them through its h only.

    Args:
        weights: Under their Keras names.
        name: Of the layer.
        cells: Counted from 0.
    """
    changed = {}
    for part in ("kernel", "recurrent_kernel", "bias"):
        weight = weights[f"{name}/{part}"].copy()
        units = weight.shape[-1] // len(GATES)
        weight[..., [_CANDIDATE * units + cell for cell in cells]] = 0.0
        changed[f"{name}/{part}"] = weight
    return changed


def _by_gate(row: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(row.reshape(len(GATES), -1))


def _sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    # tanh never overflows, however large z is.
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)))
