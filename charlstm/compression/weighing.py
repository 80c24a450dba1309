"""What a model itself takes, and what its rounding to integers costs.

Knows packers and networks; knows nothing of files or pages.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass

import numpy as np

from charlstm.compression.packer import Packer, Packing
from charlstm.compression.rivals import MODEL, Row
from charlstm.compression.streams import Progress, float_costs
from charlstm.sampling.network import Network


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
