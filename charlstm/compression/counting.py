"""What counting alone makes of a text that a model packed: n-grams of every order, in its place.

Knows ids and bits; knows nothing of files or pages. An n-gram model predicts the same symbols as
the model did, from counts of the same training text, and any arithmetic coder takes its bits.
"""

from __future__ import annotations

import math

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.yardsticks import count_ngrams
from charlstm.compression.packer import Packer, Packing
from charlstm.compression.rivals import MODEL, Row
from charlstm.sampling.ngram import NGram


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
