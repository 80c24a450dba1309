"""What a model is compared with where it packs a text, and what it takes itself.

gzip, bz2, xz and zstd pack the text alone, and once more after a text that they may learn from,
which is what a trained model has had; n-grams predict the same symbols from counts alone. Knows
bytes, bits and sizes; knows nothing of files or pages.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import count_ngrams
from charlstm.compression.packer import Packer, Packing
from charlstm.compression.streams import Progress, float_costs
from charlstm.sampling.network import Network
from charlstm.sampling.ngram import NGram

if TYPE_CHECKING:
    import pandas as pd

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


def baseline_rows(text: str, before: str = "") -> list[Row]:
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
    import pandas as pd

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


def counts_of(packer: Packer, before: str) -> NGram | None:
    """Return the n-grams of a training text, or None where it is too short to count any.

    Args:
        packer: Whose symbols are counted.
        before: The training text, as the network saw it.
    """
    ids = packer.speller.spell(before).ids
    return count_ngrams(ids, len(ids), len(packer.speller.vocabulary)) if len(ids) else None


def ngram_rows(packer: Packer, packing: Packing, counts: NGram, needed: int) -> list[Row]:
    """Return the rows of n-grams in a comparison, one for each order.

    The first symbol, before which there is nothing, costs what any of them would. Capitals and what
    the model does not know cost what they cost it.

    Args:
        packer: Who packed the text.
        packing: The packed text.
        counts: The n-grams of the training text.
        needed: Bytes of the training text, packed: the counts follow from it, and take more.
    """
    ids = packer.speller.spell(packing.text).ids
    beside = float(packing.bits.sum()) - packing.symbol_bits
    first = math.log2(counts.symbols) if len(ids) else 0.0
    rows = []
    for order in range(1, counts.order + 1):
        bits = beside + first + float(nats_to_bits(counts.of_order(order).losses(ids).sum()))
        rows.append(Row(f"n-gram, order {order}", MODEL, bits, needed))
    return rows


def model_bytes(packer: Packer) -> int:
    """Return the bytes of all that unpacking takes besides this program: weights and alphabet.

    The integers that stand for the weights, their low bytes first and then their high ones, and the
    alphabet in UTF-8, all packed by xz.
    """
    weights = packer.network.rounded_weights()
    flat = np.concatenate([weights[name].ravel() for name in sorted(weights)])
    width = next(w for w in (1, 2, 4, 8) if abs(flat).max(initial=0) < 2 ** (8 * w - 1))
    planes = flat.astype(f"<i{width}").view(np.uint8).reshape(-1, width).T.tobytes()
    alphabet = packer.speller.alphabet().encode("utf-8", "surrogatepass")
    return len(lzma.compress(planes + alphabet, preset=9 | lzma.PRESET_EXTREME))


@dataclass(frozen=True)
class Rounding:
    """The same characters, in the same stretches, with the weights as learned and as integers.

    Attributes:
        float_bits: What all of them would cost by the float64 model, whose arithmetic differs from
            machine to machine.
        integer_bits: What they cost by the integers.
        characters: How many they are.
    """

    float_bits: float
    integer_bits: float
    characters: int

    @property
    def cost(self) -> float:
        """What rounding costs, in bits per character; negative where it happens to help."""
        return (self.integer_bits - self.float_bits) / max(1, self.characters)


def rounding(
    packer: Packer, network: Network, packing: Packing, progress: Progress | None = None
) -> Rounding:
    """Return what rounding the model to integers cost a packed text.

    Args:
        packer: Who packed it.
        network: The same weights in float64.
        packing: The packed text.
        progress: Told how far it is; it may raise to stop.
    """
    ids = packer.speller.spell(packing.text).ids
    costs = float_costs(network, packer.window, ids, packing.streams, progress)
    return Rounding(float(costs.sum()), packing.symbol_bits, len(ids))


def model_rows(packer: Packer, packing: Packing, rounding: Rounding) -> list[Row]:
    """Return the rows of a model in a comparison: without rounding, in integers, and as a file.

    The first two leave out the head of the file. All need the model.
    """
    size = model_bytes(packer)
    whole = float(packing.bits.sum())
    unrounded = whole - rounding.integer_bits + rounding.float_bits
    return [
        Row("the model, not rounded", MODEL, unrounded, size),
        Row("the model in integers", MODEL, whole, size),
        Row("the model, as a file", MODEL, 8.0 * len(packing.data), size),
    ]
