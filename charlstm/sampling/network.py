"""The forward pass of a network in NumPy, one symbol at a time, for any number of streams.

Knows that a network is layers of one kind (see lstm, gru, conv1d) below a dense output; knows
nothing of files, text, windows or temperatures.

How many threads NumPy's matrix products use in a process that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

from charlstm.sampling.conv1d import Conv1DLayers
from charlstm.sampling.gru import GRULayers
from charlstm.sampling.lstm import LSTMLayers
from charlstm.sampling.weights import (
    CONV1D,
    GRU,
    LSTM,
    check_weights,
    layer_count,
    layer_names,
    network_of,
    receptive_field,
    weight_shapes,
)

__all__ = ["Network", "SequenceModel", "State", "layer_names"]

State = list[tuple[NDArray[Any], ...]]
"""What a network remembers: per layer some arrays, the streams first, all zero before anything is
read. In a network's state the first of each tuple is the layer's output, shape (streams, units)."""


class SequenceModel(Protocol):
    """What reads symbols one by one and says what may come next."""

    @property
    def symbols(self) -> int:
        """Size of the vocabulary."""

    @property
    def receptive_field(self) -> int | None:
        """How many characters a distribution depends on, or None if on all."""

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream: ids of shape (streams,); returns the new state."""

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""


class _Layers(Protocol):
    def zero_state(self, streams: int) -> State: ...

    def step(self, ids: NDArray[np.integer], state: State) -> State: ...


_LAYERS: dict[str, Callable[[Mapping[str, NDArray[Any]]], _Layers]] = {
    LSTM: LSTMLayers,
    GRU: GRULayers,
    CONV1D: Conv1DLayers,
}


class Network:
    """A network of any kind that its weights' names tell, and its output layer.

    Args:
        weights: Arrays under their Keras names: those of the layers (see lstm, gru, conv1d),
            ``dense/kernel`` (units, symbols) and ``dense/bias`` (symbols).
        dtype: What to compute in. What is shown or compared wants float64.

    Attributes:
        kind: ``"lstm"``, ``"gru"`` or ``"conv1d"``.
        layers: Recurrent layers, or stacks of convolutions.
        units: Cells, or channels, per layer.
        symbols: Size of the vocabulary.
        receptive_field: How many characters an output depends on, or None if on all.

    Raises:
        RunError: If a weight is missing, misshapen or not finite.
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], dtype: Any = np.float64) -> None:
        check_weights(weights)
        self.dtype = np.dtype(dtype)
        self.kind = network_of(weights)
        self.layers = layer_count(weights)
        self.units, self.symbols = weights["dense/kernel"].shape
        self.receptive_field = receptive_field(self.kind, self.layers)
        names = weight_shapes(self.kind, self.symbols, self.units, self.layers)
        taken = {name: np.asarray(weights[name], self.dtype, order="C") for name in names}
        self._weights = taken
        self._stack = _LAYERS[self.kind](taken)
        self._dense, self._dense_bias = taken["dense/kernel"], taken["dense/bias"]

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return copies of the weights under their Keras names, in the dtype of the network."""
        return {name: weight.copy() for name, weight in self._weights.items()}

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""
        return self._stack.zero_state(streams)

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream: ids of shape (streams,); returns the new state."""
        return self._stack.step(ids, state)

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return np.asarray(state[-1][0] @ self._dense + self._dense_bias)


def use_one_thread() -> None:
    """Let every matrix product run on one core.

    The products of a step are small: shared among cores they gain a quarter at best. But where a
    training keeps the cores busy, each product waits for its slowest share, and writing becomes
    many times slower.
    """
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
