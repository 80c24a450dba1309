"""Which cells go with which property of a text: the choice, before any of them is scored.

Knows states and properties; knows nothing of scores, and of the text only the parts it is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.lstm import STATES
from charlstm.cells.properties import PROPERTIES, Property
from charlstm.cells.ranking import Floats, midranks, strength
from charlstm.cells.states import Activations


@dataclass(frozen=True)
class Part:
    """A part of the text.

    Attributes:
        places: Where it lies.
        targets: Of each property, shape (characters,): midranks of a position, or yes as 1.
    """

    places: slice
    targets: dict[str, Floats]

    @classmethod
    def of(cls, places: slice, values: dict[str, Floats]) -> Part:
        """Cut a part out of the properties of the whole text."""
        targets = {}
        for each in PROPERTIES:
            part = values[each.name][places]
            targets[each.name] = midranks(part) if each.is_position else part
        return cls(places, targets)

    def strength(self, ranks: Floats, each: Property) -> float:
        """Return how ranks of a state on this part go with a property."""
        return strength(ranks, self.targets[each.name], is_position=each.is_position)

    def most_correlation(self, each: Property) -> float:
        """Return the rank correlation with a property that a state of strength 1 would have.

        Of a yes/no property with a share p of yeses it is sqrt(3 p (1 - p)): mid-ranks spread by
        1 / sqrt(12) of their number, and the mean ranks of yes and no are half of it apart.
        """
        share = float((self.targets[each.name] > 0).mean())
        return 1.0 if each.is_position else math.sqrt(3.0 * share * (1.0 - share))

    def has(self, each: Property) -> bool:
        """Return whether the property is neither absent nor everywhere."""
        target = self.targets[each.name]
        return bool(len(target)) and bool((target != target[0]).any())


def strengths_held(
    read: Activations, parts: list[Part], present: list[Property], ranking: Any
) -> NDArray[np.float64]:
    """Return signed strengths that held in all parts, shape (states, layers, cells, properties).

    Args:
        read: The states of the cells on the whole text.
        parts: Of the text, each of which has a say.
        present: The properties.
        ranking: Told how many of the states of cells are done.
    """
    layers, _, units = read.c.shape
    found = np.zeros((len(STATES), layers, units, len(present)))
    done = 0
    for number, state in enumerate(STATES):
        for layer in range(layers):
            states = read.of(state, layer)
            for cell in range(units):
                by_part = []
                for part in parts:
                    ranks = midranks(states[part.places, cell])
                    by_part.append([part.strength(ranks, each) for each in present])
                found[number, layer, cell] = _held(np.array(by_part))
                done += 1
                ranking(done)
    return found


def _held(by_part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weakest of signed strengths, shape (parts, properties), or 0 where signs differ.

    A part that does not have the property has no say.
    """
    sizes = np.where(np.isnan(by_part), np.inf, np.abs(by_part)).min(axis=0)
    signs = np.sign(np.nan_to_num(by_part))
    agreed = np.abs(signs.sum(axis=0)) == np.abs(signs).sum(axis=0)
    sizes = np.where(agreed & np.isfinite(sizes), sizes, 0.0)
    return np.asarray(sizes * np.sign(signs.sum(axis=0)))


def strongest(strengths: NDArray[np.float64], top: int) -> list[tuple[int, int, str]]:
    """Return layer, cell and state of the strongest cells; each cell once, by its better state."""
    better = np.abs(strengths)
    state = better.argmax(axis=0)
    order = np.argsort(-better.max(axis=0), axis=None, kind="stable")[:top]
    places = (np.unravel_index(place, state.shape) for place in order)
    return [(int(layer), int(cell), list(STATES)[state[layer, cell]]) for layer, cell in places]


def properties_of_cells(
    strengths: NDArray[np.float64],
) -> list[tuple[tuple[int, int], tuple[str, int]]]:
    """Return for each cell the state and the property of the largest value, if any is not 0."""
    _, layers, units, properties = strengths.shape
    if not properties:
        return []
    sizes = np.abs(strengths).transpose(1, 2, 0, 3).reshape(layers, units, -1)
    at = sizes.argmax(axis=-1)
    return [
        ((layer, cell), (list(STATES)[at[layer, cell] // properties], at[layer, cell] % properties))
        for layer in range(layers)
        for cell in range(units)
        if sizes[layer, cell, at[layer, cell]] > 0
    ]
