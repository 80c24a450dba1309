"""Every cell's state on a text, character by character, and one step taken apart.

Knows language models; knows nothing of what a state may mean, or of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.cells.lstm import STATES, CellStep, silenced, state_of, step_parts
from charlstm.data.vocabulary import Reading
from charlstm.errors import SettingsError
from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network, layer_names

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
    for place, symbol in enumerate(reading.ids):
        cursor.read(np.array([symbol]))
        for layer, parts in enumerate(cursor.state()):
            for name, states in found.items():
                states[layer, place] = state_of(parts, name)[0]
        if progress and (place + 1) % _CHARACTERS_PER_REPORT == 0:
            progress(place + 1, len(reading.ids))
    return Activations(reading, **found)


def cell_step(model: LanguageModel, text: str, place: int, layer: int = 0) -> CellStep:
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
    if not 0 <= place < len(ids):
        raise SettingsError(f"There is no character {place} in a text of {len(ids)}.")
    check_cells(network, [(layer, 0)])
    # A book model's step began from the characters before it in its window, not from all.
    first = 0 if model.window is None else max(0, place + 1 - model.window)
    before = network.zero_state()
    for symbol in ids[first:place]:
        before = network.step(np.array([symbol]), before)
    after = network.step(ids[place : place + 1], before)
    weights = network.weights()
    name = layer_names(weights)[layer]
    below = after[layer - 1][0][0] if layer else None
    symbol = None if layer else int(ids[place])
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
