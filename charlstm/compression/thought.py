"""The thought experiment: a compressed text, for a model to learn in the place of language.

Knows corpora and compressors; trains nothing. A compressor takes out of a text what could be
foreseen. What is left says as much as before, and looks like chance: eight bits a byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from charlstm.analysis.curves import HELD_OUT, loss_curves
from charlstm.compression.baselines import COMPRESSORS
from charlstm.data.corpus import Corpus
from charlstm.errors import CorpusError

if TYPE_CHECKING:
    import pandas as pd

BITS_OF_A_BYTE = 8.0

_FIRST = 0x2800
"""The first of Unicode's 256 Braille patterns: eight dots, one for each bit of a byte."""


def as_symbols(data: bytes) -> str:
    """Return bytes as text: one of Unicode's 256 Braille patterns for each.

    They have neither upper nor lower case, and none of them is white space or a control.
    """
    return (np.frombuffer(data, np.uint8).astype("<u4") + _FIRST).tobytes().decode("utf-32-le")


def as_bytes(symbols: str) -> bytes:
    """Return the bytes that as_symbols made a text of.

    Raises:
        CorpusError: If another character is among them.
    """
    points = np.frombuffer(symbols.encode("utf-32-le"), "<u4").astype(np.int64) - _FIRST
    if ((points < 0) | (points > 255)).any():
        raise CorpusError("This text does not stand for bytes.")
    return points.astype(np.uint8).tobytes()


def compressed(corpus: Corpus, compressor: str) -> Corpus:
    """Return the same corpus, compressed, as a text to learn from.

    Args:
        corpus: The text, in lower case already if the other run learns it so.
        compressor: A key of COMPRESSORS.
    """
    data = COMPRESSORS[compressor](corpus.text.encode())
    name = f"{corpus.name}-{compressor.split()[0]}"
    return replace(corpus, name=name, text=as_symbols(data))


def thought_curves(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> pd.DataFrame:
    """Return the loss curves of several runs in bits per symbol.

    Args:
        histories: Lines of each run's history, under the name of what it learns.

    Returns:
        Columns who, curve (training or held out), seconds, bits.
    """
    import pandas as pd

    parts = [
        loss_curves([dict(line) for line in history]).assign(who=who)
        for who, history in histories.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[["who", "curve", "seconds", "bits"]]


def lowest_bits(curves: pd.DataFrame, who: str, curve: str = HELD_OUT) -> float | None:
    """Return the lowest loss of a curve, as of a run's best checkpoint, or None without a point.

    A network that cannot predict a text memorizes it sooner or later, and its held-out loss rises
    again: where a curve ends depends on how fast the machine is.
    """
    chosen = curves[(curves["who"] == who) & (curves["curve"] == curve)]
    return float(chosen["bits"].min()) if len(chosen) else None
