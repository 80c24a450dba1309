"""What changes when cells are switched off: the distribution, the writing, the loss.

Knows language models; knows nothing of pages. Both models write with the same uniforms, so that all
that differs is the cells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.states import Cell, without_cells
from charlstm.exploring.compare import Fork, compare, forks
from charlstm.exploring.surprise import surprise
from charlstm.sampling.language_model import LanguageModel

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Effect:
    """A model before and after some of its cells were switched off.

    Attributes:
        symbols: Of the vocabulary.
        before, after: The distributions of the character after the text at T = 1, (symbols,).
        divergence_bits: Kullback-Leibler divergence of after from before: what it costs per draw of
            the whole model to be expected by the other; infinite where that gives a 0.
        written_before, written_after: What each writes after the text with the same uniforms.
        fork: Where the two part, or None.
        bits_before, bits_after: Per character of the text, from its first on.
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
        import pandas as pd

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

    Args:
        model: With all of its cells.
        cells: Each by its layer and its number, counted from 0.
        text: What both read.
        temperature: Of the writing.
        length: Characters to write.
        seed: Of the uniforms.

    Raises:
        SettingsError: If there is no such cell.
        ValueError: If the temperature is negative or not a number.
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
    """Return the Kullback-Leibler divergence of q from p in bits (Kullback & Leibler 1951)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * (np.log2(p) - np.log2(q)), 0.0)
    return max(0.0, float(terms.sum()))
