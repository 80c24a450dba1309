"""Coding symbols by a network's predictions, several stretches of the text side by side.

Knows integer networks and the range coder; knows nothing of texts or files. A text is cut into
stretches of equal length, each read from a state that knows nothing, so that a step of the network
serves all of them at once. What that costs is the start of each stretch, where little is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import cast

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import cross_entropy
from charlstm.compression.integer_network import IntegerNetwork
from charlstm.compression.range_coder import Decoder, Encoder
from charlstm.sampling.language_model import Cursor, WindowCursor
from charlstm.sampling.network import Network

STRETCH = 2500
"""Characters that a stretch has at least, where there is more than one."""

MOST_STREAMS = 64
MOST_WINDOW_STREAMS = 8
"""A model that reads a window computes a window's worth of states for each stretch."""

_BLOCK = 256
"""Symbols whose logits are kept at once: what comes after the logits is cheap for many together."""

Progress = Callable[[int, int], None]
"""Told how many of how many characters are done; it may raise to stop."""


def streams_for(length: int, window: int | None) -> int:
    """Return how many stretches a text of that many symbols is cut into."""
    return max(1, min(length // STRETCH, most_streams(window)))


def most_streams(window: int | None) -> int:
    """Return the most stretches that a model reads side by side."""
    return MOST_STREAMS if window is None else MOST_WINDOW_STREAMS


def cursor_of(network: Network | IntegerNetwork, window: int | None, streams: int) -> Cursor:
    """Return a cursor that has read nothing, over a network of either kind."""
    # A cursor takes no more than the steps and the logits, and both kinds of network have them.
    steps = cast(Network, network)
    if window is None:
        return Cursor(steps, streams)
    return WindowCursor(steps, streams, window)


def starts_of(length: int, streams: int) -> NDArray[np.int64]:
    """Return where each stretch starts; the first ones are longer by one where it does not divide.

    Returns:
        Shape (streams + 1,): the last is the length.
    """
    each, rest = divmod(length, streams)
    positions = np.arange(streams + 1)
    return np.asarray(positions * each + np.minimum(positions, rest))


def _steps(length: int, streams: int, progress: Progress | None) -> Iterator[NDArray[np.int64]]:
    """Yield the places of the symbols that are coded together, step by step.

    Each is of shape (active,): the stretches that are not at their end, which are the first ones.
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


def _logits_in_blocks(
    cursor: Cursor, ids: NDArray[np.int64], streams: int, progress: Progress | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Read symbols that are all known; yield the places of some and what was expected there.

    Each is of shapes (places,) and (places, symbols), in the order in which they are coded.
    """
    steps = _steps(len(ids), streams, progress)
    while True:
        positions, logits = [], []
        for step in islice(steps, -(-_BLOCK // streams)):
            positions.append(step)
            logits.append(cursor.logits()[: len(step)])
            if len(step) == streams:
                cursor.read(ids[step])
        if not positions:
            return
        yield np.concatenate(positions), np.concatenate(logits)


def write_symbols(
    encoder: Encoder,
    network: IntegerNetwork,
    window: int | None,
    ids: NDArray[np.int64],
    streams: int,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Write symbols; return the bits that each of them cost, shape (symbols,).

    Args:
        encoder: Where it stands.
        network: Whose predictions are the frequencies.
        window: How many characters it reads, or None if its state is carried.
        ids: Shape (symbols,).
        streams: How many stretches to read side by side.
        progress: Told how far it is.
    """
    cursor = cursor_of(network, window, streams)
    costs = np.zeros(len(ids))
    for positions, logits in _logits_in_blocks(cursor, ids, streams, progress):
        rows, now = np.arange(len(positions)), ids[positions]
        frequencies = network.frequencies(logits)
        ends = np.cumsum(frequencies, axis=1)
        sizes, totals = frequencies[rows, now], ends[:, -1]
        costs[positions] = np.log2(totals / sizes)
        shares = np.stack([ends[rows, now] - sizes, sizes, totals], axis=1).astype(np.int64)
        for start, size, total in shares.tolist():
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
    """Read what write_symbols wrote: ids of shape (length,).

    Raises:
        CharlstmError: If this cannot be what was written.
    """
    cursor = cursor_of(network, window, streams)
    ids = np.zeros(length, np.int64)
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


def float_costs(
    network: Network,
    window: int | None,
    ids: NDArray[np.int64],
    streams: int,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Return the bits that each symbol would cost without rounding, read in the same stretches.

    Args:
        network: The weights as they were learned, in float64.
        window: How many characters it reads, or None if its state is carried.
        ids: Shape (symbols,).
        streams: How many stretches to read side by side.
        progress: Told how far it is.
    """
    cursor = cursor_of(network, window, streams)
    costs = np.zeros(len(ids))
    for positions, logits in _logits_in_blocks(cursor, ids, streams, progress):
        costs[positions] = cross_entropy(logits, ids[positions])
    return np.asarray(nats_to_bits(costs))
