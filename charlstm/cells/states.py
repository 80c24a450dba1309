"""The cells' states on a text, one step of an LSTM in its parts, and the model without some cells.

The equations are those of charlstm.sampling.recurrent, written out one by one for a single step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.cells.properties import Floats
from charlstm.data.vocabulary import Reading
from charlstm.errors import SettingsError
from charlstm.exploring.compare import Fork, forks
from charlstm.exploring.trails import surprise
from charlstm.sampling.language_model import LanguageModel, cursor_after, uniforms_of
from charlstm.sampling.network import Network, layer_names

GATES = ("i", "f", "g", "o")
"""In the order of the weights' columns: input, forget, candidate, output."""

STATES = {"c": "memory", "h": "output"}
"""The two states of a cell: c is what it holds, h what the other cells see."""

Cell = tuple[int, int]  # A cell by its layer and its number there, both counted from 0

_CHARACTERS_PER_REPORT = 500
_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class Activations:
    """The states of all cells after each character of a text.

    Attributes:
        reading: The text as the model read it, with what was folded and dropped.
        c: The memory of each cell, shape (layers, characters, units), unbounded.
        h: Its output, which the other cells see, the same shape, from -1 to 1.
    """

    reading: Reading
    c: NDArray[Any]
    h: NDArray[Any]

    def of(self, state: str, layer: int = 0) -> NDArray[Any]:
        """Return one state, ``"c"`` or ``"h"``, of one layer, shape (characters, units)."""
        return np.asarray(getattr(self, state)[layer])

    def table(self, state: str, layer: int = 0) -> pd.DataFrame:
        """Return one state of one layer, a row for each character: symbol, cell 0, cell 1 …"""
        states = self.of(state, layer)
        cells = pd.DataFrame(states, columns=[f"cell {cell}" for cell in range(states.shape[1])])
        cells.insert(0, "symbol", list(self.reading.text))
        return cells


def activations(model: LanguageModel, text: str, progress: Progress | None = None) -> Activations:
    """Return every cell's states after each character of a text.

    The next character's distribution is computed from these states: in a model that carries its
    state after all characters so far, in a ``book`` model after the last 60 from a zero state. The
    states have the network's dtype; characters that the model does not know are dropped and
    reported. Progress counts characters. A RunError is raised if the model has no cells.
    """
    reading = model.read(text)
    network = model.lstm
    c, h = np.empty((2, network.layers, len(reading.ids), network.units), network.dtype)
    cursor = cursor_after(network, reading.ids[:0], window=model.window)
    for position, symbol in enumerate(reading.ids):
        cursor.read(np.array([symbol]))
        for layer, (hidden, cell) in enumerate(cursor.state()):
            c[layer, position], h[layer, position] = cell[0], hidden[0]
        if progress and (position + 1) % _CHARACTERS_PER_REPORT == 0:
            progress(position + 1, len(reading.ids))
    return Activations(reading, c, h)


@dataclass(frozen=True)
class CellStep:
    """One step of one layer, for each of its cells.

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

    from_input: Floats
    from_state: Floats
    bias: Floats
    z: Floats
    i: Floats
    f: Floats
    g: Floats
    o: Floats
    c_before: Floats
    h_before: Floats
    c: Floats
    h: Floats

    def table(self) -> pd.DataFrame:
        """Return a row for each cell: its states before and after, its gates, and their sums."""
        parts = {"W": self.from_input, "U": self.from_state, "b": self.bias, "z": self.z}
        names = product(enumerate(GATES), parts)
        sums = {f"{gate} {name}": parts[name][row] for (row, gate), name in names}
        shown = ("c_before", "h_before", "i", "f", "g", "o", "c", "h")
        gates = {name: getattr(self, name) for name in shown}
        return pd.DataFrame(gates | sums).rename_axis("cell").reset_index()


def cell_step(model: LanguageModel, text: str, position: int, layer: int = 0) -> CellStep:
    """Return the step of one layer that read a character of a text.

    The position is that of the character in the text as the model read it; it and the layer are
    counted from 0. A SettingsError is raised if there is no such character or layer.
    """
    ids = model.read(text).ids
    network = model.lstm
    if not 0 <= position < len(ids):
        raise SettingsError(f"There is no character {position} in a text of {len(ids)}.")
    _check_cells(network, [(layer, 0)])
    # The window of a book model starts a few characters before this one, not with the text.
    first = 0 if model.window is None else max(0, position + 1 - model.window)
    before = network.zero_state()
    for symbol in ids[first:position]:
        before = network.step(np.array([symbol]), before)
    after = network.step(ids[position : position + 1], before)
    weights = network.weights()
    kernel, recurrent, bias = (
        np.asarray(weights[f"{layer_names(weights)[layer]}/{part}"], np.float64)
        for part in ("kernel", "recurrent_kernel", "bias")
    )
    h_before, c_before = (np.asarray(part[0], np.float64) for part in before[layer])
    below = after[layer - 1][0][0].astype(np.float64) if layer else None
    from_input = _by_gate(kernel[ids[position]] if below is None else below @ kernel)
    from_state = _by_gate(h_before @ recurrent)
    z = from_input + from_state + _by_gate(bias)
    # The sigmoid by tanh, which never overflows, however large z is.
    i, f, o = (0.5 * (1.0 + np.tanh(0.5 * z[GATES.index(gate)])) for gate in "ifo")
    g = np.tanh(z[GATES.index("g")])
    c = f * c_before + i * g
    h = o * np.tanh(c)
    return CellStep(from_input, from_state, _by_gate(bias), z, i, f, g, o, c_before, h_before, c, h)


def _by_gate(row: NDArray[Any]) -> Floats:
    return np.asarray(row.reshape(len(GATES), -1))


def mean_and_scale(states: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return the mean and the standard deviation of each cell, from states (characters, cells).

    If a cell never moves, its standard deviation is infinite, so that scaling by it gives 0.
    """
    spread = states.std(axis=0, dtype=np.float64)
    return states.mean(axis=0, dtype=np.float64), np.where(spread > _NO_SPREAD, spread, np.inf)


def _check_cells(network: Network, cells: Iterable[Cell]) -> None:
    """Raise a SettingsError that names the first cell that is not in the network, if any."""
    for layer, cell in cells:
        if not (0 <= layer < network.layers and 0 <= cell < network.units):
            raise SettingsError(
                f"There is no cell {cell} in layer {layer}: this model has {network.layers} with"
                f" {network.units} cells each, both counted from 0."
            )


def without_cells(model: LanguageModel, cells: Iterable[Cell]) -> LanguageModel:
    """Return the model with some cells switched off: at every step their c and h are 0.

    The weights of their candidate g become 0, so that g = tanh(0) = 0. From the zero state,
    c = f 0 + i 0 = 0 and h = o tanh(0) = 0 at every step. The given model is not changed. Each cell
    is given by its layer and its number, counted from 0; a missing one raises a SettingsError.
    """
    cells = list(cells)
    network = model.lstm
    _check_cells(network, cells)
    weights = network.weights()
    names = layer_names(weights)
    first = GATES.index("g") * network.units
    for layer, cell in cells:
        for part in ("kernel", "recurrent_kernel", "bias"):
            weights[f"{names[layer]}/{part}"][..., first + cell] = 0.0
    return replace(model, network=Network(weights, network.dtype))


@dataclass(frozen=True)
class Effect:
    """A model before and after some of its cells were switched off.

    ``before`` and ``after`` are the distributions of the character after the text at T = 1, shape
    (symbols,), followed by the divergence of after from before. Both models continue the text; the
    fork is where the continuations first differ, if they do. The other bits are the surprise per
    character of the text.
    """

    symbols: tuple[str, ...]
    before: Floats
    after: Floats
    divergence_bits: float
    written_before: str
    written_after: str
    fork: Fork | None
    bits_before: float
    bits_after: float

    def table(self) -> pd.DataFrame:
        """Return both distributions: symbol, before, after; the likeliest before comes first."""
        table = pd.DataFrame({"symbol": self.symbols, "before": self.before, "after": self.after})
        return table.sort_values("before", ascending=False, kind="stable", ignore_index=True)


def effect_without(
    model: LanguageModel,
    cells: Iterable[Cell],
    text: str,
    *,
    temperature: float = 0.5,
    length: int = 200,
    seed: int = 0,
) -> Effect:
    """Return the effect of switching off cells after a text.

    With and without the cells, the model writes so many characters at the temperature with the same
    random numbers. A SettingsError names a cell that does not exist.
    """
    other = without_cells(model, cells)
    models = model, other
    before, after = (each.next(text) for each in models)
    texts = [each.write(text, temperature=temperature, length=length, seed=seed) for each in models]
    fork = next(iter(forks(texts, uniforms_of(seed, length))), None)
    bits = [surprise(each, text).bits_per_character for each in models]
    divergence = divergence_bits(before, after)
    symbols = model.vocabulary.symbols
    return Effect(symbols, before, after, divergence, texts[0], texts[1], fork, bits[0], bits[1])


def divergence_bits(p: Floats, q: Floats) -> float:
    """Return the Kullback-Leibler divergence of q from p in bits (Kullback & Leibler 1951).

    It is the mean cost of a draw from p for a model that expects q; infinite where q is 0 and p is
    not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log2(p) - np.log2(q)), 0.0)
    return max(0.0, float(terms.sum()))
