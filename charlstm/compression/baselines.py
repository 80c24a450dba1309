"""Baselines for a packed text, and learning a compressed text.

gzip, bz2, xz and zstd pack the text alone, and again after a text from which they may learn, as a
trained model did; n-grams predict the same symbols from counts alone.

The thought experiment: a compressor removes from a text what could be predicted. The rest has as
much information as before and looks random: eight bits per byte, which no model can predict.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow

from charlstm.analysis.curves import HELD_OUT, loss_curves
from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import Progress, count_ngrams, cross_entropy
from charlstm.compression.integer_network import logits_in_blocks
from charlstm.compression.packer import Packer, Packing
from charlstm.data import named
from charlstm.data.corpus import Corpus
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import corpus_of
from charlstm.sampling.network import Network
from charlstm.sampling.ngram import NGram

ALONE = "the text alone"
AFTER = "after the training text"
MODEL = "by a model of the training text"

BITS_OF_A_BYTE = 8.0

_ZSTD_LEVEL = 22
_FIRST_BRAILLE = 0x2800
"""The first of Unicode's 256 Braille patterns: eight dots, one for each bit of a byte."""

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip -9": lambda data: gzip.compress(data, 9, mtime=0),
    "bz2 -9": lambda data: bz2.compress(data, 9),
    "xz -9e": lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME),
    "zstd -22": lambda data: bytes(
        pyarrow.Codec("zstd", compression_level=_ZSTD_LEVEL).compress(data, asbytes=True)
    ),
}
"""Each at its strongest setting."""


class Row(NamedTuple):
    """One way to pack a text: the program or model that packs, and the bits that it takes.

    The way is ALONE, AFTER or MODEL. Apart from a program that everyone has, unpacking takes
    ``needed`` bytes: the model, or the training text, packed.
    """

    program: str
    way: str
    bits: float
    needed: int = 0


def baseline_rows(text: str, before: str = "") -> list[Row]:
    """Return the rows of all compressors for a text alone and, if given, after another text.

    The latter are the bits of both together minus those of the other text, which is then needed.
    """
    data, known = text.encode(), before.encode()
    rows = []
    for program, compress in COMPRESSORS.items():
        rows.append(Row(program, ALONE, 8.0 * len(compress(data))))
        if known:
            needed = len(compress(known))
            bits = 8.0 * (len(compress(known + data)) - needed)
            rows.append(Row(program, AFTER, bits, needed))
    return rows


def comparison(rows: Iterable[Row], characters: int) -> pd.DataFrame:
    """Return rows for one text as a table, the fewest bits first.

    The columns are program, way, bytes, bits (per character), needed (bytes), bits_in_all (per
    character, including the needed bytes).
    """
    table = pd.DataFrame(list(rows), columns=list(Row._fields))
    table.insert(2, "bytes", table["bits"] / 8)
    table["bits"] /= max(1, characters)
    table["bits_in_all"] = table["bits"] + 8 * table["needed"] / max(1, characters)
    return table.sort_values("bits", kind="stable", ignore_index=True)


def pays_from(row: Row, other: Row, characters: int) -> float:
    """Return from which length on a row beats another, including the bytes that it needs.

    It is infinity unless the row has fewer bits per character than the other.
    """
    gain = (other.bits - row.bits) / max(1, characters)
    if gain <= 0:
        return float("inf")
    return max(0.0, 8 * (row.needed - other.needed) / gain)


def texts_of(run: RunFolder) -> tuple[str, str] | None:
    """Return a run's training text and held-out text, or None if its text is not available.

    Raises a RunError if the text is no longer the one that it learned.
    """
    config = run.config()
    if not config.keeps_text and not (
        config.corpus in named.names() and named.is_at_hand(config.corpus)
    ):
        return None
    text = corpus_of(run).text
    return text[: config.training_length], text[config.training_length :]


def counts_of(packer: Packer, before: str) -> NGram | None:
    """Return the n-grams of a training text in a packer's symbols, or None if it is too short."""
    ids = packer.splitter.split(before).ids
    return count_ngrams(ids, len(ids), len(packer.splitter.vocabulary)) if len(ids) else None


def ngram_rows(packer: Packer, packing: Packing, counts: NGram, needed: int) -> list[Row]:
    """Return a row for each order of n-grams that were counted on a training text of those bytes.

    The first symbol costs as if all were equally likely; capitals and unknown characters cost the
    same as for the model.
    """
    ids = packer.splitter.split(packing.text).ids
    beside = float(packing.bits.sum()) - packing.symbol_bits
    first = math.log2(counts.symbols) if len(ids) else 0.0
    rows = []
    for order in range(1, counts.order + 1):
        bits = nats_to_bits(counts.of_order(order).losses(ids).sum())
        rows.append(Row(f"n-gram, order {order}", MODEL, beside + first + float(bits), needed))
    return rows


def model_bytes(packer: Packer) -> int:
    """Return the bytes that unpacking takes apart from this program: weights and alphabet, by xz.

    The low bytes of all integer weights come first, then their high bytes.
    """
    weights = packer.network.rounded_weights()
    flat = np.concatenate([weights[name].ravel() for name in sorted(weights)])
    width = next(w for w in (1, 2, 4, 8) if abs(flat).max(initial=0) < 2 ** (8 * w - 1))
    planes = flat.astype(f"<i{width}").view(np.uint8).reshape(-1, width).T.tobytes()
    alphabet = packer.splitter.alphabet().encode("utf-8", "surrogatepass")
    return len(lzma.compress(planes + alphabet, preset=9 | lzma.PRESET_EXTREME))


class Rounding(NamedTuple):
    """The bits of the same characters, in the same segments, before and after rounding the weights.

    ``float_bits`` are those of the float64 model, whose arithmetic differs from machine to machine.
    """

    float_bits: float
    integer_bits: float
    characters: int

    @property
    def cost(self) -> float:
        """The cost of rounding in bits per character; negative if it happens to help."""
        return (self.integer_bits - self.float_bits) / max(1, self.characters)


def rounding(
    packer: Packer, network: Network, packing: Packing, progress: Progress | None = None
) -> Rounding:
    """Return the cost of rounding for a packed text, given the network in float64."""
    ids = packer.splitter.split(packing.text).ids
    blocks = logits_in_blocks(network, packer.window, ids, packing.streams, progress)
    nats = sum(float(cross_entropy(logits, ids[block]).sum()) for block, logits in blocks)
    return Rounding(nats_to_bits(nats), packing.symbol_bits, len(ids))


def model_rows(packer: Packer, packing: Packing, rounding: Rounding) -> list[Row]:
    """Return the rows of a model: before and after rounding, without the header, and as a file."""
    size = model_bytes(packer)
    whole = float(packing.bits.sum())
    unrounded = whole - rounding.integer_bits + rounding.float_bits
    return [
        Row("the model, not rounded", MODEL, unrounded, size),
        Row("the model in integers", MODEL, whole, size),
        Row("the model, as a file", MODEL, 8.0 * len(packing.data), size),
    ]


def as_symbols(data: bytes) -> str:
    """Return a Braille pattern for each byte; none has a case, is white space or a control."""
    points = np.frombuffer(data, np.uint8).astype("<u4") + _FIRST_BRAILLE
    return points.tobytes().decode("utf-32-le")


def compressed(corpus: Corpus, compressor: str) -> Corpus:
    """Return the same corpus, compressed by one of COMPRESSORS, as a text to learn."""
    data = COMPRESSORS[compressor](corpus.text.encode())
    name = f"{corpus.name}-{compressor.split()[0]}"
    return replace(corpus, name=name, text=as_symbols(data))


def thought_curves(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> pd.DataFrame:
    """Return the loss curves of runs, from the lines of their histories by the name of their text.

    The columns are text, curve ("training" or "held out"), seconds, bits (per symbol).
    """
    parts = [
        loss_curves([dict(line) for line in history]).assign(text=text)
        for text, history in histories.items()
    ]
    return pd.concat(parts, ignore_index=True)[["text", "curve", "seconds", "bits"]]


def lowest_bits(curves: pd.DataFrame, text: str, curve: str = HELD_OUT) -> float | None:
    """Return the lowest loss of a curve, or None without a point.

    The last loss depends on the machine: a network that cannot predict a text memorizes it sooner
    or later, and its held-out loss rises again.
    """
    chosen = curves[(curves["text"] == text) & (curves["curve"] == curve)]
    return float(chosen["bits"].min()) if len(chosen) else None
