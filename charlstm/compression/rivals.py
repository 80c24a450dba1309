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
MODEL = "by a model of the training text"

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
        way: ALONE, AFTER or MODEL.
        bits: What the packed text takes, in bits.
        needed: Bytes that must be at hand to unpack it, besides a program that everyone has: the
            model, or the training text, packed.
    """

    who: str
    way: str
    bits: float
    needed: int = 0


def rival_rows(text: str, before: str = "") -> list[Row]:
    """Return what every program makes of a text.

    Args:
        text: What is packed, as UTF-8.
        before: A text that they may learn from; what the two take together, less what that one
            takes, is what the text takes after it, and what that one takes is needed. Without one
            there are no such rows.
    """
    data, known = text.encode(), before.encode()
    rows = []
    for who, compress in COMPRESSORS.items():
        rows.append(Row(who, ALONE, 8.0 * len(compress(data))))
        if known:
            needed = len(compress(known))
            bits = 8.0 * (len(compress(known + data)) - needed)
            rows.append(Row(who, AFTER, bits, needed))
    return rows


def comparison(rows: Iterable[Row], characters: int) -> pd.DataFrame:
    """Return rows of any packers as one table, the fewest bits first.

    Args:
        rows: Of rivals, of models, of anyone who packs the same text.
        characters: Of that text.

    Returns:
        Columns who, way, bytes, bits (per character), needed (bytes), bits_in_all (per character,
        with what is needed counted).
    """
    table = pd.DataFrame(
        [(row.who, row.way, row.bits / 8, row.needed) for row in rows],
        columns=["who", "way", "bytes", "needed"],
    )
    each = 8 / max(1, characters)
    table["bits"] = table["bytes"] * each
    table["bits_in_all"] = (table["bytes"] + table["needed"]) * each
    order = ["who", "way", "bytes", "bits", "needed", "bits_in_all"]
    return table.sort_values("bits", kind="stable", ignore_index=True)[order]


def pays_from(row: Row, other: Row, characters: int) -> float:
    """Return how long a text must be for one packer to win with what it needs counted.

    Both are taken to go on packing at the rate that they packed this text at.

    Args:
        row: The packer that needs more.
        other: Whom it is compared with.
        characters: Of the text that both packed.

    Returns:
        Characters; infinity if it packs no better.
    """
    gain = (other.bits - row.bits) / max(1, characters)
    if gain <= 0:
        return float("inf")
    return max(0.0, 8 * (row.needed - other.needed) / gain)
