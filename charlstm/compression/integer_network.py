"""The forward pass of a stacked LSTM in integers, and coding symbols by its predictions.

The result is the same on every machine. Weights, states and gates are integers, kept in float64
because that is what fast matrix products take. Every sum of such products stays below 2^53 whatever
its order; that is checked when a network is made, so each partial sum is exact, and any BLAS, any
number of threads and any batch give the same bits. Scaling is by powers of two, rounding is to
whole numbers, tanh and exp are tables: everything is exact, or defined to the last bit by IEEE 754.

    z = x W + h U + b                      weights with 6 bits of fraction, h with 16
    t = tanh table at z or z / 2           sigmoid(z) = (1 + tanh(z / 2)) / 2
    c' = round(sigmoid(z_f) c + sigmoid(z_i) tanh(z_g))
    h' = round(sigmoid(z_o) tanh(c'))      both with 16 bits of fraction

A text is cut into segments of equal length. Each is read from the zero state, so that one step of
the network serves all of them. The price is the start of each segment, which has little context.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from functools import cache
from itertools import islice, takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import Progress
from charlstm.compression.range_coder import Decoder, Encoder
from charlstm.errors import CharlstmError
from charlstm.sampling.language_model import cursor_after
from charlstm.sampling.network import Network, SequenceModel, State, layer_names
from charlstm.sampling.recurrent import Array, Layer, LSTMLayers

STEP_BITS = 11  # Arguments of both tables come in steps of 2^-11
VALUE_BITS = 16  # Fraction bits of tanh, and so of every state and gate
EXP_BITS = 22  # Fraction bits of exp

TANH_RANGE = 8
"""tanh is tabulated from -8 to 8; beyond, it equals -1 or 1 in 16 bits of fraction."""

WEIGHT_BITS = 6  # Fraction bits of the weights; tests/benchmarks measures the cost of fewer

CELL_LIMIT = float(2 ** (VALUE_BITS + 12))
"""The largest size of a cell state: 4,096, far beyond where tanh reaches 1."""

SEGMENT = 2500  # The fewest characters of a segment, if there is more than one

MOST_STREAMS = 64
MOST_WINDOW_STREAMS = 8
"""Fewer segments for a model that reads a window, as each takes a window's worth of states."""

_DIGITS = 60  # Decimal digits with which the tables are computed

_EXACT = 2.0**53
_ONE = float(2**VALUE_BITS)
_MIDDLE = TANH_RANGE * 2**STEP_BITS + 0.5
"""The position of tanh(0) in its table, and a half for rounding."""

_BLOCK = 256
"""Symbols whose logits are kept at once: frequencies are cheap to compute for many together."""


@cache
def tanh_table() -> NDArray[np.float64]:
    """Return round(2^16 tanh(x)) for x from -8 to 8 in steps of 2^-11, shape (32769,)."""
    count = TANH_RANGE * 2**STEP_BITS + 1
    with localcontext() as exact:
        exact.prec = _DIGITS
        # With p = exp(-2 x), tanh(x) is (1 - p) / (1 + p).
        positive = [
            round(2**VALUE_BITS * (1 - power) / (1 + power))
            for power in islice(_powers(STEP_BITS - 1), count)
        ]
    return _table([-value for value in positive[:0:-1]] + positive)


@cache
def exp_table() -> NDArray[np.float64]:
    """Return 1 + round(2^22 exp(-x)) for x from 0 in steps of 2^-11, until only the 1 is left.

    The 1 ensures that every symbol can be coded, however unlikely it is for the model.
    """
    with localcontext() as exact:
        exact.prec = _DIGITS
        scaled = (round(2**EXP_BITS * power) for power in _powers(STEP_BITS))
        return _table([1 + value for value in takewhile(bool, scaled)] + [1])


def _powers(step_bits: int) -> Iterator[Decimal]:
    """Yield exp(-n / 2^step_bits) for n = 0, 1, 2 …"""
    factor, power = (Decimal(-1) / 2**step_bits).exp(), Decimal(1)
    while True:
        yield power
        power *= factor


def _table(values: list[int]) -> NDArray[np.float64]:
    table = np.array(values, np.float64)
    table.flags.writeable = False
    return table


class IntegerNetwork(LSTMLayers):
    """An integer LSTM made from the weights of a trained one; it steps as Network does.

    The weights, under their Keras names, are rounded to ``weight_bits`` fraction bits. A RunError
    is raised if one is missing, misshapen or not finite, and a CharlstmError if the weights are so
    large that a sum could be inexact.
    """

    receptive_field = None

    def __init__(self, weights: Mapping[str, NDArray[Any]], weight_bits: int = WEIGHT_BITS) -> None:
        whole = Network(weights)  # checks the weights
        self.symbols, self._units, self._dtype = whole.symbols, whole.units, np.dtype(np.float64)
        self.weight_bits = weight_bits
        self._rounded = {
            # Exact except for the rounding: the scale is a power of two.
            name: np.rint(np.asarray(weights[name], np.float64) * 2.0**weight_bits)
            for name in sorted(weights)
        }
        layers = layer_names(weights)
        # From a sum of products to a position in tanh's table, at half the argument.
        self._to_position = 2.0 ** (STEP_BITS - 1 - weight_bits - VALUE_BITS)
        twice = np.ones(4 * self._units)
        twice[2 * self._units : 3 * self._units] = 2.0  # the gate with a tanh, not a sigmoid
        self._recurrent = [self._rounded[f"{name}/recurrent_kernel"] * twice for name in layers]
        self._kernels = [self._rounded[f"{name}/kernel"] * twice for name in layers]
        middle = _MIDDLE / self._to_position
        biases = [self._rounded[f"{name}/bias"] * twice * _ONE + middle for name in layers]
        self._biases = [(bias, None) for bias in biases]
        self._rows = self._kernels[0] * _ONE + biases[0]
        self._dense = self._rounded["dense/kernel"]
        self._dense_bias = self._rounded["dense/bias"] * _ONE
        self._to_exp_position = 2.0 ** (STEP_BITS - weight_bits - VALUE_BITS)
        self._tanh, self._exp = tanh_table(), exp_table()
        if not self.largest_sum() < _EXACT:
            raise CharlstmError(
                "The weights are too large for exact computation; use an earlier checkpoint."
            )

    def largest_sum(self) -> float:
        """Return a bound on every partial sum of any product, in any order of adding."""
        sums = [_ONE * _columns(self._dense) + abs(self._dense_bias)]
        for layer, (recurrent, (bias, _)) in enumerate(
            zip(self._recurrent, self._biases, strict=True)
        ):
            inputs = abs(self._rows).max(axis=0)
            if layer:
                inputs = _columns(self._kernels[layer]) * _ONE + abs(bias)
            sums.append(inputs + _ONE * _columns(recurrent))
        return float(max(each.max() for each in sums))

    def _cell(self, gates: Array, inner: Array, before: Layer) -> Layer:
        gates += inner
        gates *= self._to_position
        # Whole numbers below 2^53 in size: truncating and clipping are the same everywhere.
        gates = self._tanh.take(gates.astype(np.intp), mode="clip")
        units, (_, cell) = self._units, before
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
        """Return the frequency of each symbol: whole numbers from 1, shape (streams, symbols).

        They are in proportion to exp(logit); their sum differs from stream to stream.
        """
        below_max = logits.max(axis=-1, keepdims=True) - logits
        position = (below_max * self._to_exp_position + 0.5).astype(np.intp)
        return np.asarray(self._exp.take(position, mode="clip"))

    def rounded_weights(self) -> dict[str, NDArray[np.int64]]:
        """Return the integer weights under their Keras names."""
        return {name: array.astype(np.int64) for name, array in self._rounded.items()}

    def digest(self) -> bytes:
        """Return a SHA-256 of everything that determines what this network computes."""
        found = hashlib.sha256(f"{self.weight_bits},{VALUE_BITS},{STEP_BITS},{CELL_LIMIT}".encode())
        arrays = {"tanh": self._tanh, "exp": self._exp} | self._rounded
        for name, array in arrays.items():
            found.update(f"{name}{array.shape}".encode())
            found.update(array.astype("<i8").tobytes())
        return found.digest()


def _columns(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(abs(matrix).sum(axis=0))


def most_streams(window: int | None) -> int:
    """Return the most segments that a model reads in parallel."""
    return MOST_STREAMS if window is None else MOST_WINDOW_STREAMS


def streams_for(length: int, window: int | None) -> int:
    """Return the number of segments into which a text of that many symbols is cut."""
    return max(1, min(length // SEGMENT, most_streams(window)))


def starts_of(length: int, streams: int) -> NDArray[np.int64]:
    """Return where each segment starts, and the length: shape (streams + 1,).

    If the length cannot be divided evenly, the first segments are longer by one.
    """
    each, rest = divmod(length, streams)
    positions = np.arange(streams + 1)
    return np.asarray(positions * each + np.minimum(positions, rest))


def _steps(length: int, streams: int, progress: Progress | None) -> Iterator[NDArray[np.int64]]:
    """Yield the positions of the symbols that are coded together, step by step.

    Each has shape (active,): one for each segment that has not ended, which are the first ones.
    """
    starts = starts_of(length, streams)
    lengths = np.diff(starts)
    done = 0
    for step in range(lengths[0]):
        positions = starts[:-1][lengths > step] + step
        yield positions
        done += len(positions)
        if progress:
            progress(done, length)


def logits_in_blocks(
    network: SequenceModel,
    window: int | None,
    ids: NDArray[np.int64],
    streams: int,
    progress: Progress | None = None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Read known symbols in segments; yield blocks of their positions and the logits before them.

    The positions have shape (block,), the logits (block, symbols), in the order in which they are
    coded. ``window`` is how many characters the model reads, or None if its state is carried.
    """
    cursor = cursor_after(network, ids[:0], window=window, streams=streams)
    steps = _steps(len(ids), streams, progress)
    while True:
        block, logits = [], []
        for positions in islice(steps, -(-_BLOCK // streams)):
            block.append(positions)
            logits.append(cursor.logits()[: len(positions)])
            if len(positions) == streams:
                cursor.read(ids[positions])
        if not block:
            return
        yield np.concatenate(block), np.concatenate(logits)


def write_symbols(
    encoder: Encoder,
    network: IntegerNetwork,
    window: int | None,
    ids: NDArray[np.int64],
    streams: int,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Write symbols, read in so many segments; return the bits of each, shape (symbols,)."""
    costs = np.zeros(len(ids))
    for positions, logits in logits_in_blocks(network, window, ids, streams, progress):
        rows, now = np.arange(len(positions)), ids[positions]
        frequencies = network.frequencies(logits)
        ends = np.cumsum(frequencies, axis=1)
        sizes, totals = frequencies[rows, now], ends[:, -1]
        costs[positions] = np.log2(totals / sizes)
        choices = np.stack([ends[rows, now] - sizes, sizes, totals], axis=1).astype(np.int64)
        for start, size, total in choices.tolist():
            encoder.encode(start, size, total)
    return costs


def read_symbols(
    decoder: Decoder,
    network: IntegerNetwork,
    window: int | None,
    length: int,
    streams: int,
    progress: Progress | None = None,
) -> NDArray[np.int64]:
    """Read what write_symbols wrote, ids of shape (length,), or raise a CharlstmError."""
    ids = np.zeros(length, np.int64)
    cursor = cursor_after(network, ids[:0], window=window, streams=streams)
    for positions in _steps(length, streams, progress):
        ends = np.cumsum(network.frequencies(cursor.logits())[: len(positions)], axis=1)
        now = np.zeros(len(positions), np.int64)
        for stream, total in enumerate(ends[:, -1].astype(np.int64).tolist()):
            row = ends[stream]
            symbol = int(row.searchsorted(decoder.target(total), side="right"))
            start = int(row[symbol - 1]) if symbol else 0
            decoder.consume(start, int(row[symbol]) - start, total)
            now[stream] = symbol
        ids[positions] = now
        if len(positions) == streams:
            cursor.read(now)
    return ids
