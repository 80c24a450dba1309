"""Every cell's state on a text, character by character, and one step taken apart.

Knows language models; knows nothing of what a state may mean, or of pages.

The LSTM's own part of this room: its two states, its four gates, one step, cells switched off.

Knows the layout of keras.layers.LSTM's weights; knows nothing of text. Another kind of network
joins by a module that gives the same names: STATES, state_of, step_parts and silenced.

The equations are those of charlstm.sampling.network, written out one by one for a single step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import Reading
from charlstm.errors import SettingsError
from charlstm.sampling.language_model import LanguageModel, cursor_after
from charlstm.sampling.network import Network, State, layer_names

if TYPE_CHECKING:
    import pandas as pd

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
        import pandas as pd

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


Cell = tuple[int, int]
"""A cell by its layer and its number there, both counted from 0."""

Progress = Callable[[int, int], None]

_CHARACTERS_PER_REPORT = 500


@dataclass(frozen=True)
class Activations:
    """The states of all cells after each character of a text.

    Attributes:
        reading: The text as the model read it, with what was folded and dropped.
        c: What each cell holds, shape (layers, characters, units); no bound.
        h: What each cell lets the others see, the same shape, from -1 to 1.
    """

    reading: Reading
    c: NDArray[Any]
    h: NDArray[Any]

    def of(self, state: str, layer: int = 0) -> NDArray[Any]:
        """Return one state, ``"c"`` or ``"h"``, of one layer, shape (characters, units)."""
        return np.asarray({"c": self.c, "h": self.h}[state][layer])

    def table(self, state: str, layer: int = 0) -> pd.DataFrame:
        """Return one state of one layer, a row for each character: symbol, cell 0, cell 1 …"""
        import pandas as pd

        states = self.of(state, layer)
        cells = pd.DataFrame(states, columns=[f"cell {cell}" for cell in range(states.shape[1])])
        cells.insert(0, "symbol", list(self.reading.text))
        return cells


def activations(model: LanguageModel, text: str, progress: Progress | None = None) -> Activations:
    """Return every cell's states after each character of a text.

    They are those that the next character's distribution is read from: of a model that carries its
    state after all characters so far, of a ``book`` model after the last 60 from a zero state.

    Args:
        model: Who reads; its network's dtype is that of the states.
        text: Any text; characters that the model does not know are dropped and reported.
        progress: Told how many of how many characters are read.
    """
    reading = model.read(text)
    network = model.lstm
    shape = (network.layers, len(reading.ids), network.units)
    found = {name: np.empty(shape, network.dtype) for name in STATES}
    cursor = cursor_after(network, reading.ids[:0], window=model.window)
    for position, symbol in enumerate(reading.ids):
        cursor.read(np.array([symbol]))
        for layer, parts in enumerate(cursor.state()):
            for name, states in found.items():
                states[layer, position] = state_of(parts, name)[0]
        if progress and (position + 1) % _CHARACTERS_PER_REPORT == 0:
            progress(position + 1, len(reading.ids))
    return Activations(reading, **found)


def cell_step(model: LanguageModel, text: str, position: int, layer: int = 0) -> CellStep:
    """Return what happened in one layer when the character at ``place`` was read.

    Args:
        model: Who reads.
        text: Any text, as for :func:`activations`.
        place: Of the character in the text as the model read it, counted from 0.
        layer: Counted from 0.

    Raises:
        SettingsError: If there is no such character or layer.
    """
    ids = model.read(text).ids
    network = model.lstm
    if not 0 <= position < len(ids):
        raise SettingsError(f"There is no character {position} in a text of {len(ids)}.")
    check_cells(network, [(layer, 0)])
    # A book model's step began from the characters before it in its window, not from all.
    first = 0 if model.window is None else max(0, position + 1 - model.window)
    before = network.zero_state()
    for symbol in ids[first:position]:
        before = network.step(np.array([symbol]), before)
    after = network.step(ids[position : position + 1], before)
    weights = network.weights()
    name = layer_names(weights)[layer]
    below = after[layer - 1][0][0] if layer else None
    symbol = None if layer else int(ids[position])
    return step_parts(weights, name, symbol, below, before[layer : layer + 1])


def without_cells(model: LanguageModel, cells: Iterable[Cell]) -> LanguageModel:
    """Return the model with some cells switched off: at every step their c and h are 0.

    Args:
        model: It stays as it is.
        cells: Each by its layer and its number, counted from 0.

    Raises:
        SettingsError: If there is no such cell.
    """
    cells = list(cells)
    network = model.lstm
    check_cells(network, cells)
    weights = network.weights()
    for layer, name in enumerate(layer_names(weights)):
        off = sorted({cell for of, cell in cells if of == layer})
        weights |= silenced(weights, name, off) if off else {}
    return replace(model, network=Network(weights, network.dtype))


def check_cells(network: Network, cells: Iterable[Cell]) -> None:
    """Refuse cells that a network does not have.

    Raises:
        SettingsError: That names the first of them.
    """
    for layer, cell in cells:
        if not (0 <= layer < network.layers and 0 <= cell < network.units):
            raise SettingsError(
                f"There is no cell {cell} in layer {layer}: this model has {network.layers} with"
                f" {network.units} cells each, both counted from 0."
            )
