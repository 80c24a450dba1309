"""The weights of a network: their names, their shapes, and whether an array can be one of them.

Knows the layout of keras.layers.LSTM, GRU, Conv1D and Dense; knows nothing of files, text, or of
what is computed with weights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError

LSTM, GRU, CONV1D = "lstm", "gru", "conv1d"
KINDS = (LSTM, GRU, CONV1D)

DILATIONS = (1, 2, 4, 8, 16)
"""Of the convolutions of one layer of a conv1d network, each of kernel size 2: such a layer is a
stack of five (as in WaveNet, van den Oord et al. 2016), and its output sees 31 characters before
the last."""

Shape = tuple[int, ...]


def network_of(weights: Mapping[str, NDArray[Any]]) -> str:
    """Return which kind of network weights are of, by their names; ``"lstm"`` where none says."""
    first = {name.split("/")[0] for name in weights}
    return next((kind for kind in KINDS if kind in first), LSTM)


def layer_names(weights: Mapping[str, NDArray[Any]]) -> list[str]:
    """Return the names of the layers below the output in order: lstm, lstm_1, …"""
    kind = network_of(weights)
    names = [kind]
    while f"{kind}_{len(names)}/kernel" in weights:
        names.append(f"{kind}_{len(names)}")
    return names


def layer_count(weights: Mapping[str, NDArray[Any]]) -> int:
    """Return the layers of a network; the convolutions of one stack are one."""
    count = len(layer_names(weights))
    return math.ceil(count / len(DILATIONS)) if network_of(weights) == CONV1D else count


def receptive_field(network: str, layers: int) -> int | None:
    """Return how many characters an output depends on, or None where there is no such limit."""
    return 1 + layers * sum(DILATIONS) if network == CONV1D else None


def weight_shapes(network: str, symbols: int, units: int, layers: int) -> dict[str, Shape]:
    """Return the shape of every weight of a network under its Keras name.

    Args:
        network: One of KINDS.
        symbols: Size of the vocabulary.
        units: Cells, or channels of the convolutions, per layer.
        layers: Recurrent layers, or stacks of convolutions.
    """
    shapes: dict[str, Shape] = {}
    for index in range(layers * (len(DILATIONS) if network == CONV1D else 1)):
        name, inputs = f"{network}_{index}" if index else network, units if index else symbols
        if network == CONV1D:
            for part in (name, f"{name}_gate"):
                shapes |= {f"{part}/kernel": (2, inputs, units), f"{part}/bias": (units,)}
            continue
        width = (4 if network == LSTM else 3) * units
        shapes[f"{name}/kernel"] = (inputs, width)
        shapes[f"{name}/recurrent_kernel"] = (units, width)
        # Keras's GRU with reset_after has a bias for the inputs and one for the state.
        shapes[f"{name}/bias"] = (width,) if network == LSTM else (2, width)
    return shapes | {"dense/kernel": (units, symbols), "dense/bias": (symbols,)}


def check_weights(weights: Mapping[str, NDArray[Any]]) -> None:
    """Refuse weights that are not those of a whole network.

    Raises:
        RunError: If one is missing, misshapen or not finite; the sentence names it.
    """
    try:
        units, symbols = weights["dense/kernel"].shape
        expected = weight_shapes(network_of(weights), symbols, units, layer_count(weights))
        shapes = {name: weights[name].shape for name in expected}
    except KeyError as error:
        raise RunError(f"The weights are incomplete: {error} is missing.") from error
    except ValueError as error:
        raise RunError("The weight dense/kernel is not a matrix.") from error
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise RunError(f"The weight {name} has shape {shapes[name]} where {shape} is right.")
        if not np.issubdtype(weights[name].dtype, np.floating):
            raise RunError(f"The weight {name} holds {weights[name].dtype}, not real numbers.")
        if not np.isfinite(weights[name]).all():
            raise RunError(
                f"The weight {name} holds values that are not finite numbers: the training had"
                " diverged by then; choose an earlier checkpoint."
            )
