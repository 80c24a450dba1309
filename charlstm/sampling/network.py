"""A network in NumPy: layers of one kind (lstm, gru or conv1d) below a dense output.

It reads one symbol at a time, in any number of streams. Its weights have their Keras names.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError
from charlstm.sampling.conv1d import DILATIONS, Conv1DLayers
from charlstm.sampling.recurrent import GRULayers, Layer, LSTMLayers

LSTM, GRU, CONV1D = "lstm", "gru", "conv1d"
KINDS = (LSTM, GRU, CONV1D)

Shape = tuple[int, ...]

State = list[Layer]
"""What a network remembers: per layer some arrays, the streams first, all zero before anything is
read. In a network's state the first of each tuple is the layer's output, shape (streams, units)."""


class SequenceModel(Protocol):
    """A model that reads symbols one by one and predicts the next: a network or an n-gram model."""

    @property
    def symbols(self) -> int:
        """Size of the vocabulary."""

    @property
    def receptive_field(self) -> int | None:
        """How many characters a distribution depends on, or None for all."""

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""


_LAYERS: dict[str, type[LSTMLayers | GRULayers | Conv1DLayers]] = {
    LSTM: LSTMLayers,
    GRU: GRULayers,
    CONV1D: Conv1DLayers,
}


class Network:
    """A network of any kind and its output layer.

    The weights under their Keras names are those of the layers (see LSTMLayers.shapes and others),
    ``dense/kernel`` (units, symbols) and ``dense/bias`` (symbols). The dtype is what to compute in:
    float64 for what is shown or compared. A RunError is raised if a weight is missing, misshapen or
    not finite.

    Attributes:
        kind: ``"lstm"``, ``"gru"`` or ``"conv1d"``.
        layers: Recurrent layers, or stacks of convolutions.
        units: Cells, or channels, per layer.
        symbols: Size of the vocabulary.
        receptive_field: How many characters an output depends on, or None for all.
        zero_state, step: Those of its layers; see SequenceModel.

    >>> rng = np.random.default_rng(0)
    >>> shapes = weight_shapes("lstm", symbols=3, units=4, layers=1)
    >>> network = Network({name: rng.normal(size=shape) for name, shape in shapes.items()})
    >>> state = network.step(np.array([2]), network.zero_state())
    >>> network.logits(state).shape
    (1, 3)
    """

    def __init__(self, weights: Mapping[str, NDArray[Any]], dtype: Any = np.float64) -> None:
        _check(weights)
        self.dtype = np.dtype(dtype)
        self.kind = network_of(weights)
        self.layers = _layer_count(weights)
        self.units, self.symbols = weights["dense/kernel"].shape
        self.receptive_field = receptive_field(self.kind, self.layers)
        names = weight_shapes(self.kind, self.symbols, self.units, self.layers)
        taken = {name: np.asarray(weights[name], self.dtype, order="C") for name in names}
        self._weights = taken
        stack = _LAYERS[self.kind](taken, layer_names(taken))
        self.zero_state, self.step = stack.zero_state, stack.step
        self._dense, self._dense_bias = taken["dense/kernel"], taken["dense/bias"]

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return copies of the weights under their Keras names, in the dtype of the network."""
        return {name: weight.copy() for name, weight in self._weights.items()}

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return np.asarray(state[-1][0] @ self._dense + self._dense_bias)


def network_of(weights: Mapping[str, NDArray[Any]]) -> str:
    """Return the kind of network that weights belong to, by their names; by default an LSTM."""
    first = {name.split("/")[0] for name in weights}
    return next((kind for kind in KINDS if kind in first), LSTM)


def layer_names(weights: Mapping[str, NDArray[Any]]) -> list[str]:
    """Return the names of the layers below the output in order: lstm, lstm_1, …"""
    kind = network_of(weights)
    names = [kind]
    while f"{kind}_{len(names)}/kernel" in weights:
        names.append(f"{kind}_{len(names)}")
    return names


def _layer_count(weights: Mapping[str, NDArray[Any]]) -> int:
    count = len(layer_names(weights))
    return math.ceil(count / len(DILATIONS)) if network_of(weights) == CONV1D else count


def receptive_field(network: str, layers: int) -> int | None:
    """Return how many characters an output depends on, or None if there is no limit."""
    return 1 + layers * sum(DILATIONS) if network == CONV1D else None


def weight_shapes(network: str, symbols: int, units: int, layers: int) -> dict[str, Shape]:
    """Return the shape of every weight of a network, one of KINDS, under its Keras name.

    The units are cells, or channels of the convolutions, per layer; the layers are recurrent ones,
    or stacks of convolutions.

    >>> weight_shapes("lstm", symbols=57, units=128, layers=1)["lstm/kernel"]
    (57, 512)
    """
    shapes: dict[str, Shape] = {}
    for index in range(layers * (len(DILATIONS) if network == CONV1D else 1)):
        name, inputs = (f"{network}_{index}", units) if index else (network, symbols)
        shapes |= _LAYERS[network].shapes(name, inputs, units)
    return shapes | {"dense/kernel": (units, symbols), "dense/bias": (symbols,)}


def for_symbols(
    weights: Mapping[str, NDArray[Any]], ids: NDArray[np.integer], random: np.random.Generator
) -> dict[str, NDArray[np.float32]]:
    """Return the weights of a network for another vocabulary.

    ``ids`` has shape (new symbols,): symbol n of the new vocabulary is symbol ``ids[n]`` of the old
    one, or a new one where that is -1. The weights of a new symbol are drawn from a normal
    distribution with the mean and the deviation of the old ones.
    """
    network = Network(weights)
    shapes, wider = (
        weight_shapes(network.kind, network.symbols + more, network.units, network.layers)
        for more in (0, 1)
    )
    found = {}
    for name, shape in shapes.items():
        weight = np.asarray(weights[name], np.float32)
        for axis, (size, more) in enumerate(zip(shape, wider[name], strict=True)):
            if size != more:
                taken = np.moveaxis(np.take(weight, ids, axis), axis, -1)
                drawn = random.normal(weight.mean(), weight.std(), taken.shape)
                weight = np.moveaxis(np.where(ids < 0, drawn, taken), -1, axis)
        found[name] = np.asarray(weight, np.float32)
    return found


def _check(weights: Mapping[str, NDArray[Any]]) -> None:
    """Raise a RunError that names the weight if the weights do not form a complete network."""
    try:
        units, symbols = weights["dense/kernel"].shape
        expected = weight_shapes(network_of(weights), symbols, units, _layer_count(weights))
        shapes = {name: weights[name].shape for name in expected}
    except KeyError as error:
        raise RunError(f"The weights are incomplete: {error} is missing.") from error
    except ValueError as error:
        raise RunError("The weight dense/kernel is not a matrix.") from error
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise RunError(f"The weight {name} has shape {shapes[name]} instead of {shape}.")
        if not np.issubdtype(weights[name].dtype, np.floating):
            raise RunError(f"The weight {name} holds {weights[name].dtype}, not real numbers.")
        if not np.isfinite(weights[name]).all():
            raise RunError(
                f"The weight {name} holds values that are not finite numbers: the training had"
                " diverged; choose an earlier checkpoint."
            )


def use_one_thread() -> None:
    """Make every matrix product of this process run on one core.

    The products of a step are small: sharing them among cores saves a quarter at best. But where a
    training keeps the cores busy, each product waits for its slowest part, and writing becomes many
    times slower.
    """
    import threadpoolctl

    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
