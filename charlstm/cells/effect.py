"""Switching cells off, and what it changes: the distribution, the writing, the loss.

With and without the cells, the model writes with the same random numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.cells.states import GATES, Cell, check_cells
from charlstm.exploring.compare import Fork, compare, forks
from charlstm.exploring.trails import surprise
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network, layer_names


def without_cells(model: LanguageModel, cells: Iterable[Cell]) -> LanguageModel:
    """Return the model with some cells switched off: at every step their c and h are 0.

    The weights of their candidate g become 0, so that g = tanh(0) = 0. From the zero state,
    c = f 0 + i 0 = 0 and h = o tanh(0) = 0 at every step.

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
    names = layer_names(weights)
    first = GATES.index("g") * network.units
    for layer, cell in cells:
        for part in ("kernel", "recurrent_kernel", "bias"):
            weights[f"{names[layer]}/{part}"][..., first + cell] = 0.0
    return replace(model, network=Network(weights, network.dtype))


@dataclass(frozen=True)
class Effect:
    """A model before and after some of its cells were switched off.

    Attributes:
        symbols: Of the vocabulary.
        before, after: The distributions of the character after the text at T = 1, (symbols,).
        divergence_bits: The Kullback-Leibler divergence of after from before.
        written_before, written_after: What each writes after the text with the same random numbers.
        fork: The first position where the two differ, or None.
        bits_before, bits_after: Surprise per character of the text.
    """

    symbols: tuple[str, ...]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
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
    """Return what switching off cells changes after a text.

    The temperature, the length and the random seed are those of the writing. A SettingsError names
    a cell that is not there.
    """
    other = without_cells(model, cells)
    before, after = model.next(text), other.next(text)
    columns = [
        compare(each, text, [temperature], length=length, seed=seed) for each in (model, other)
    ]
    texts = [column.texts[0] for column in columns]
    parted = forks(texts, columns[0].uniforms)
    return Effect(
        model.vocabulary.symbols,
        before,
        after,
        divergence_bits(before, after),
        texts[0],
        texts[1],
        parted[0] if parted else None,
        surprise(model, text).bits_per_character,
        surprise(other, text).bits_per_character,
    )


def divergence_bits(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Return the Kullback-Leibler divergence of q from p in bits (Kullback & Leibler 1951).

    It is the mean cost of a draw from p for a model that expects q; infinite where q is 0 and p is
    not.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log2(p) - np.log2(q)), 0.0)
    return max(0.0, float(terms.sum()))
