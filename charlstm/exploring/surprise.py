"""How surprising each character of a text is to a model.

Takes a model and a text, gives a table; knows nothing of pages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from charlstm.data.vocabulary import Reading
from charlstm.sampling.language_model import LanguageModel, cursor_after
from charlstm.sampling.reweight import reweight

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Surprise:
    """A text with the surprise of each of its characters.

    Attributes:
        reading: The text as the model read it, with what was folded and dropped.
        table: One row per character, or per token of a model of words: symbol, probability (at
            T = 1, given all before it), rank (1 is the likeliest symbol), bits (-log2 of the
            probability).
    """

    reading: Reading
    table: pd.DataFrame

    @property
    def total_bits(self) -> float:
        """The bits of all symbols together; the letters of unknown words are not among them."""
        return float(self.table["bits"].sum())

    @property
    def bits_per_character(self) -> float:
        """The mean of the bits (Shannon 1948: the cross-entropy of this text), NaN if none is left
        of it."""
        return self.total_bits / len(self.reading.text) if self.reading.text else math.nan


def surprise(model: LanguageModel, text: str, prompt: str = "") -> Surprise:
    """Return how surprising each character of a text is, from its first on.

    Args:
        model: Who reads.
        text: Any text; characters that the model does not know are dropped and reported, words
            are read as its unknown token and reported.
        prompt: What was read before it; nothing by default.
    """
    import pandas as pd

    reading = model.read(text)
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    probabilities = np.ones(len(reading.ids))
    ranks = np.ones(len(reading.ids), np.int64)
    for position, symbol in enumerate(reading.ids):
        p = reweight(cursor.logits()[0], 1.0)
        probabilities[position] = p[symbol]
        ranks[position] = 1 + int((p > p[symbol]).sum())
        cursor.read(np.array([symbol]))
    with np.errstate(divide="ignore"):
        bits = np.abs(-np.log2(probabilities))
    table = pd.DataFrame(
        {
            "symbol": model.vocabulary.pieces(reading.text),
            "probability": probabilities,
            "rank": ranks,
            "bits": bits,
        }
    )
    return Surprise(reading, table)
