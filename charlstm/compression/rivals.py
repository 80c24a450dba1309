"""The same text packed by programs that everyone has: gzip, bz2, xz and zstd.

Knows bytes and sizes; knows nothing of models. Each packs the text alone, and once more after a
text that it may learn from, which is what a trained model has had.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd
import pyarrow

ALONE = "the text alone"
AFTER = "after the training text"

_ZSTD_LEVEL = 22

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip -9": lambda data: gzip.compress(data, 9, mtime=0),
    "bz2 -9": lambda data: bz2.compress(data, 9),
    "xz -9e": lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME),
    "zstd -22": lambda data: bytes(
        pyarrow.Codec("zstd", compression_level=_ZSTD_LEVEL).compress(data, asbytes=True)
    ),
}
"""Each at its strongest setting."""


@dataclass(frozen=True)
class Row:
    """One way to pack a text.

    Attributes:
        who: Who packs.
        way: ALONE, or AFTER where who packs has had the training text.
        bits: What the packed text takes, in bits.
        model_bytes: The size of the model that is needed to unpack it, 0 for a program that
            everyone has.
    """

    who: str
    way: str
    bits: float
    model_bytes: int = 0


def rival_rows(text: str, before: str = "") -> list[Row]:
    """Return what every program makes of a text.

    Args:
        text: What is packed, as UTF-8.
        before: A text that they may learn from; what the two take together, less what that one
            takes, is what the text takes after it. Without one there are no such rows.
    """
    data, known = text.encode(), before.encode()
    rows = []
    for who, compress in COMPRESSORS.items():
        rows.append(Row(who, ALONE, 8.0 * len(compress(data))))
        if known:
            bits = 8.0 * (len(compress(known + data)) - len(compress(known)))
            rows.append(Row(who, AFTER, bits))
    return rows


def comparison(rows: Iterable[Row], characters: int) -> pd.DataFrame:
    """Return rows of any packers as one table, the fewest bits first.

    Args:
        rows: Of rivals, of models, of anyone who packs the same text.
        characters: Of that text.

    Returns:
        Columns who, way, bytes, bits (per character), model_bytes, bits_with_model (per character,
        the size of the model counted).
    """
    table = pd.DataFrame(
        [(row.who, row.way, row.bits / 8, row.model_bytes) for row in rows],
        columns=["who", "way", "bytes", "model_bytes"],
    )
    each = 8 / max(1, characters)
    table["bits"] = table["bytes"] * each
    table["bits_with_model"] = (table["bytes"] + table["model_bytes"]) * each
    order = ["who", "way", "bytes", "bits", "model_bytes", "bits_with_model"]
    return table.sort_values("bits", kind="stable", ignore_index=True)[order]


def pays_from(row: Row, other: Row, characters: int) -> float:
    """Return how long a text must be for one packer to win with its model counted.

    Both are taken to go on packing at the rate that they packed this text at.

    Args:
        row: The packer with the larger model.
        other: Whom it is compared with.
        characters: Of the text that both packed.

    Returns:
        Characters; infinity if it packs no better.
    """
    gain = (other.bits - row.bits) / max(1, characters)
    if gain <= 0:
        return float("inf")
    return 8 * (row.model_bytes - other.model_bytes) / gain
