"""The forward pass of a stacked LSTM in integers, the same on every machine.

Knows the layout of Keras's weights and the tables; knows nothing of files, text or coding.

How everything is exact. Weights, states and gates are integers, kept in float64 because that
is what fast matrix products take. Every sum of such products stays below 2^53 whatever its order;
that is checked when a network is made, so each partial sum is exact, and any BLAS, any number of
threads and any batch give the same bits. Scaling is by powers of two, rounding is to whole numbers,
tanh and exp are tables: all of it exact, or prescribed to the last bit by IEEE 754.

    z = x W + h U + b                      weights with 6 bits of fraction, h with 16
    t = tanh table at z or z / 2           sigmoid(z) = (1 + tanh(z / 2)) / 2
    c' = round(sigmoid(z_f) c + sigmoid(z_i) tanh(z_g))
    h' = round(sigmoid(z_o) tanh(c'))      both with 16 bits of fraction
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import CharlstmError
from charlstm.sampling.network import Network, State, layer_names

STEP_BITS = 11
"""Arguments of both tables come in steps of 2^-11."""

VALUE_BITS = 16
"""Fraction bits of tanh, and so of every state and gate."""

EXP_BITS = 22
"""Fraction bits of exp."""

TANH_RANGE = 8
"""tanh is tabulated from -8 to 8; beyond, 16 bits of fraction cannot tell it from -1 and 1."""

_BITS = 192


@cache
def tanh_table() -> NDArray[np.float64]:
    """Return round(2^16 tanh(x)) for x from -8 to 8 in steps of 2^-11, shape (32769,)."""
    one = 1 << _BITS
    positive = [
        ((one - power) * 2 ** (VALUE_BITS + 1) + one + power) // (2 * (one + power))
        for power in islice(_powers(STEP_BITS - 1), TANH_RANGE * 2**STEP_BITS + 1)
    ]
    table = np.array([-value for value in positive[:0:-1]] + positive, np.float64)
    table.flags.writeable = False
    return table


@cache
def exp_table() -> NDArray[np.float64]:
    """Return 1 + round(2^22 exp(-x)) for x from 0 in steps of 2^-11, until only the 1 is left.

    The 1 is there so that whatever a model thinks of a symbol, it can be coded.
    """
    values = []
    for power in _powers(STEP_BITS):
        values.append(1 + ((power >> (_BITS - EXP_BITS - 1)) + 1 >> 1))
        if values[-1] == 1:
            break
    table = np.array(values, np.float64)
    table.flags.writeable = False
    return table


def _powers(step_bits: int) -> Iterator[int]:
    """Yield exp(-n / 2^step_bits) for n = 0, 1, 2 … in fixed point, each cut to 192 bits."""
    one = 1 << _BITS
    factor, term, count = 0, one, 0
    while term:  # the series of exp(-x) at x = 2^-step_bits
        factor += -term if count % 2 else term
        count += 1
        term = (term >> step_bits) // count
    power = one
    while True:
        yield power
        power = power * factor >> _BITS


WEIGHT_BITS = 6
"""Fraction bits of the weights; what fewer cost is measured in tests/benchmarks."""

CELL_LIMIT = float(2 ** (VALUE_BITS + 12))
"""Cell states stay within 4,096 either way; tanh tells nothing apart from 8 on."""

_EXACT = 2.0**53
_ONE = float(2**VALUE_BITS)
_MIDDLE = TANH_RANGE * 2**STEP_BITS + 0.5
"""The place of tanh(0) in its table, and a half for rounding."""


class IntegerNetwork:
    """An integer LSTM made from the weights of a trained one; it steps as Network does.

    Args:
        weights: Arrays under their Keras names, as Network takes them.
        weight_bits: Fraction bits that the weights are rounded to.

    Raises:
        RunError: If a weight is missing, misshapen or not finite.
        CharlstmError: If the weights are so large that a sum could be inexact.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], weight_bits: int = WEIGHT_BITS) -> None:
        whole = Network(weights)  # refuses what is no network
        self.layers, self.units, self.symbols = whole.layers, whole.units, whole.symbols
        self.weight_bits = weight_bits
        self._rounded = {
            # Exact but for the rounding: the scale is a power of two.
            name: np.rint(np.asarray(weights[name], np.float64) * 2.0**weight_bits)
            for name in sorted(weights)
        }
        layers = layer_names(weights)
        # From a sum of products to a place in tanh's table, at half the argument.
        self._to_position = 2.0 ** (STEP_BITS - 1 - weight_bits - VALUE_BITS)
        twice = np.ones(4 * self.units)
        twice[2 * self.units : 3 * self.units] = 2.0  # the gate that is a tanh and no sigmoid
        self._recurrent = [self._rounded[f"{name}/recurrent_kernel"] * twice for name in layers]
        self._kernels = [self._rounded[f"{name}/kernel"] * twice for name in layers]
        middle = _MIDDLE / self._to_position
        self._biases = [self._rounded[f"{name}/bias"] * twice * _ONE + middle for name in layers]
        self._rows = self._kernels[0] * _ONE + self._biases[0]
        self._dense = self._rounded["dense/kernel"]
        self._dense_bias = self._rounded["dense/bias"] * _ONE
        self._to_exp_position = 2.0 ** (STEP_BITS - weight_bits - VALUE_BITS)
        self._tanh, self._exp = tanh_table(), exp_table()
        if not self.largest_sum() < _EXACT:
            raise CharlstmError(
                "The weights of this model are too large to be computed with exactly; choose an"
                " earlier checkpoint, before the training diverged."
            )

    def largest_sum(self) -> float:
        """Return what no partial sum of any product can exceed, in any order of adding."""
        sums = [_ONE * _columns(self._dense) + abs(self._dense_bias)]
        for layer, (recurrent, bias) in enumerate(zip(self._recurrent, self._biases, strict=True)):
            inputs = (
                _columns(self._kernels[layer]) * _ONE + abs(bias)
                if layer
                else abs(self._rows).max(axis=0)
            )
            sums.append(inputs + _ONE * _columns(recurrent))
        return float(max(each.max() for each in sums))

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""
        shape = (streams, self.units)
        return [(np.zeros(shape), np.zeros(shape)) for _ in self._recurrent]

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream: ids of shape (streams,); returns the new state."""
        new_state: State = []
        gates = self._rows[ids]
        for layer, (hidden, cell) in enumerate(state):
            if layer:
                gates = new_state[-1][0] @ self._kernels[layer] + self._biases[layer]
            gates += hidden @ self._recurrent[layer]
            gates *= self._to_position
            # Whole numbers below 2^53 in size; cutting is the same everywhere, and so is clipping.
            new_state.append(self._cell(self._tanh.take(gates.astype(np.intp), mode="clip"), cell))
        return new_state

    def _cell(self, gates: NDArray[np.float64], cell: NDArray[Any]) -> tuple[Any, Any]:
        """Finish a step from the tables' values of the four gates; they are overwritten."""
        units = self.units
        gates[:, : 2 * units] += _ONE
        gates[:, 3 * units :] += _ONE
        cell = gates[:, units : 2 * units] * cell
        cell += gates[:, :units] * gates[:, 2 * units : 3 * units]
        cell *= 0.5 / _ONE
        np.rint(cell, out=cell)
        np.clip(cell, -CELL_LIMIT, CELL_LIMIT, out=cell)
        position = (cell * (2.0**STEP_BITS / _ONE) + _MIDDLE).astype(np.intp)
        hidden = self._tanh.take(position, mode="clip")
        hidden *= gates[:, 3 * units :]
        hidden *= 0.5 / _ONE
        np.rint(hidden, out=hidden)
        return hidden, cell

    def logits(self, state: State) -> NDArray[np.float64]:
        """Return the logits of the next symbol as integers, shape (streams, symbols)."""
        return np.asarray(state[-1][0] @ self._dense + self._dense_bias)

    def frequencies(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each symbol is expected: whole numbers from 1, shape (streams, symbols).

        They are in proportion to exp(logit); their sum differs from stream to stream.
        """
        below_max = logits.max(axis=-1, keepdims=True) - logits
        position = (below_max * self._to_exp_position + 0.5).astype(np.intp)
        return np.asarray(self._exp.take(position, mode="clip"))

    def rounded_weights(self) -> dict[str, NDArray[np.int64]]:
        """Return the integers that stand for the weights, under their Keras names."""
        return {name: array.astype(np.int64) for name, array in self._rounded.items()}

    def digest(self) -> bytes:
        """Return a SHA-256 of all that decides what this network computes."""
        found = hashlib.sha256(f"{self.weight_bits},{VALUE_BITS},{STEP_BITS},{CELL_LIMIT}".encode())
        arrays = {"tanh": self._tanh, "exp": self._exp} | self._rounded
        for name, array in arrays.items():
            found.update(f"{name}{array.shape}".encode())
            found.update(array.astype("<i8").tobytes())
        return found.digest()


def _columns(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(abs(matrix).sum(axis=0))
