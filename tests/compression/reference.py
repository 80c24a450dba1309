"""Models made by a formula, the same forever, and a forward pass in plain integers.

The reference knows nothing of NumPy, tables or floating point: Python's whole numbers, and tanh and
exp by mpmath to 60 digits.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray

from charlstm.compression.packer import Packer
from charlstm.data.vocabulary import Vocabulary
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network

ALPHABET = "\n !'(),-.?abcdefghijklmnopqrstuvwxyzäé"
Matrix = list[list[int]]


def formula_weights(
    symbols: int, units: int = 12, layers: int = 1
) -> dict[str, NDArray[np.float32]]:
    """Return weights that are multiples of 1/64 between -1 and 1."""

    def made(salt: int, *shape: int) -> NDArray[np.float32]:
        positions = np.arange(int(np.prod(shape)), dtype=np.int64)
        values = (positions * positions * 7 + positions * (31 + 2 * salt) + 11 * salt) % 129 - 64
        return (values.reshape(shape) / 64).astype(np.float32)

    weights = {"dense/kernel": made(1, units, symbols), "dense/bias": made(2, symbols)}
    for layer in range(layers):
        name = f"lstm_{layer}" if layer else "lstm"
        weights[f"{name}/kernel"] = made(3 + layer, units if layer else symbols, 4 * units)
        weights[f"{name}/recurrent_kernel"] = made(5 + layer, units, 4 * units)
        weights[f"{name}/bias"] = made(7 + layer, 4 * units)
    return weights


def formula_packer(
    alphabet: str = ALPHABET, window: int | None = None, units: int = 12, layers: int = 1
) -> Packer:
    """Return a packer with such weights."""
    vocabulary = Vocabulary.of(alphabet)
    weights = formula_weights(len(vocabulary), units, layers)
    return Packer(LanguageModel(vocabulary, Network(weights), window, "made", 7))


def _half_even(value: int, bits: int) -> int:
    """Return value / 2^bits, rounded to the nearest, halves to the even one."""
    whole, rest = value >> bits, value & ((1 << bits) - 1)
    half = 1 << bits - 1
    return whole + (rest > half or (rest == half and whole % 2 == 1))


def _tanh(position: int) -> int:
    """Return round(2^16 tanh(position / 2^11)), with the position held from -8 to 8."""
    position = max(-8 * 2**11, min(8 * 2**11, position))
    with mpmath.workdps(60):
        return int(mpmath.nint(2**16 * mpmath.tanh(mpmath.mpf(position) / 2**11)))


def _rounded(weights: dict[str, Any], weight_bits: int) -> dict[str, Any]:
    scaled = {}
    for name, array in weights.items():
        exact = [round(_fraction(value) * 2**weight_bits) for value in array.ravel().tolist()]
        scaled[name] = np.array(exact, object).reshape(array.shape).tolist()
    return scaled


def _fraction(value: float) -> Any:
    from fractions import Fraction

    return Fraction(value)


def frequencies(weights: dict[str, Any], ids: list[int], weight_bits: int) -> list[list[int]]:
    """Return the frequencies before each symbol of a text, one stream from the zero state."""
    rounded = _rounded(weights, weight_bits)
    layers = ["lstm"] + [f"lstm_{n}" for n in range(1, 9) if f"lstm_{n}/bias" in weights]
    units = len(rounded["lstm/recurrent_kernel"])
    state = [([0] * units, [0] * units) for _ in layers]
    found = []
    for symbol in ids:
        found.append(_expected(rounded, state[-1][0], weight_bits))
        below: list[int] = []
        for index, name in enumerate(layers):
            hidden, cell = state[index]
            sums = []
            for gate in range(4 * units):
                if index == 0:
                    total = rounded[f"{name}/kernel"][symbol][gate] << 16
                else:
                    kernel = rounded[f"{name}/kernel"]
                    total = sum(below[k] * kernel[k][gate] for k in range(units))
                total += rounded[f"{name}/bias"][gate] << 16
                recurrent = rounded[f"{name}/recurrent_kernel"]
                total += sum(hidden[k] * recurrent[k][gate] for k in range(units))
                sums.append(total)
            state[index] = _stepped(sums, cell, units, weight_bits)
            below = state[index][0]
    return found


def _stepped(
    sums: list[int], cell: list[int], units: int, weight_bits: int
) -> tuple[list[int], list[int]]:
    new_hidden, new_cell = [], []
    for unit in range(units):
        values = []
        for gate in range(4):
            total = sums[gate * units + unit] * (2 if gate == 2 else 1)
            # At half the argument, to steps of 2^-11, the nearest, halves upwards.
            shift = weight_bits + 16 + 1 - 11
            values.append(_tanh((total + (1 << shift - 1)) >> shift))
        into, forget, new, out = values
        one = 1 << 16
        kept = _half_even((one + forget) * cell[unit] + (one + into) * new, 17)
        kept = max(-(1 << 28), min(1 << 28, kept))
        new_cell.append(kept)
        new_hidden.append(_half_even((one + out) * _tanh((kept + (1 << 4)) >> 5), 17))
    return new_hidden, new_cell


def _expected(rounded: dict[str, Any], hidden: list[int], weight_bits: int) -> list[int]:
    kernel, bias = rounded["dense/kernel"], rounded["dense/bias"]
    logits = [
        sum(h * row[symbol] for h, row in zip(hidden, kernel, strict=True)) + (bias[symbol] << 16)
        for symbol in range(len(bias))
    ]
    found = []
    shift = weight_bits + 16 - 11
    for logit in logits:
        position = (max(logits) - logit + (1 << shift - 1)) >> shift
        with mpmath.workdps(60):
            found.append(1 + int(mpmath.nint(2**22 * mpmath.exp(-mpmath.mpf(position) / 2**11))))
    return found
