"""Writing in which some symbols are picked by hand and the others drawn with given uniforms.

Knows language models; knows nothing of pages. A trail without picks is what the model writes by
itself. A pick changes one symbol; the uniforms of all others stay as they were, so the same luck
is replayed from there on another path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.analysis.distribution import entropy_bits
from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.generate import uniforms_of
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.reweight import draw, reweight


@dataclass(frozen=True)
class Trail:
    """A text with what each of its symbols cost.

    Attributes:
        symbols: What was written, symbol by symbol: characters, or words and marks.
        probabilities: Of each at the temperature, shape (length,); a picked one can have
            probability 0.
        bits: -log2 of these: what each choice cost, shape (length,).
        expected_bits: The entropy before each choice: what the model expected it to cost.
        picked: Positions that were picked by hand and not drawn.
    """

    symbols: tuple[str, ...]
    probabilities: NDArray[np.float64]
    bits: NDArray[np.float64]
    expected_bits: NDArray[np.float64]
    picked: tuple[int, ...]

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self.symbols)

    @property
    def log2_probability(self) -> float:
        """log2 of the probability of the whole path: minus the sum of its bits."""
        return -float(self.bits.sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row per symbol: position, symbol, probability, bits, expected_bits, picked."""
        return pd.DataFrame(
            {
                "position": range(len(self.symbols)),
                "symbol": list(self.symbols),
                "probability": self.probabilities,
                "bits": self.bits,
                "expected_bits": self.expected_bits,
                "picked": [place in self.picked for place in range(len(self.symbols))],
            }
        )


def follow(
    model: LanguageModel,
    prompt: str,
    *,
    temperature: float = 1.0,
    length: int = 400,
    seed: int = 0,
    picks: Mapping[int, str] | None = None,
) -> Trail:
    """Write ``length`` symbols, taking the picked ones at their positions.

    Args:
        model: Who writes.
        prompt: What has been read.
        temperature: From 0 upwards.
        length: Symbols to write.
        seed: Of the uniforms; position n always draws with the n-th of them.
        picks: Symbols by position, counted from 0; those at ``length`` or later are not used.

    Raises:
        ValueError: If the temperature is negative or not a number, or a picked symbol is not one of
            the model's.
    """
    picks = picks or {}
    for symbol in picks.values():
        if symbol not in model.vocabulary:
            raise ValueError(f"The model does not know the {model.vocabulary.unit} {symbol!r}.")
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    written: list[int] = []
    chosen, expected = np.ones(length), np.zeros(length)
    for place, uniform in enumerate(uniforms_of(seed, length)):
        p = reweight(cursor.logits()[0], temperature)
        index = int(draw(p, uniform))
        if place in picks:
            index = int(model.vocabulary.ids_of([picks[place]])[0])
        written.append(index)
        chosen[place], expected[place] = p[index], entropy_bits(p)
        cursor.read(np.array([index]))
    with np.errstate(divide="ignore"):
        bits = np.abs(-np.log2(chosen))
    symbols = tuple(model.vocabulary.symbols[index] for index in written)
    picked = tuple(sorted(place for place in picks if place < length))
    return Trail(symbols, chosen, bits, expected, picked)
