"""The network as keras.layers.* alone: where the weights live, and what model.keras holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW
from charlstm.sampling.conv1d import DILATIONS
from charlstm.sampling.network import CONV1D, LSTM, network_of
from charlstm.settings.fields import Recipe

Tensor = Any


def build(
    recipe: Recipe,
    symbols: int,
    units: int,
    layers: int,
    seed: int,
    network: str = LSTM,
    dropout: float = 0.0,
) -> keras.Model:
    """Return the network, with first weights: layers of one kind and a softmax over all symbols.

    Args:
        recipe: Determines whether every position has an output, and the spread of the first input
            kernel.
        symbols: Size of the vocabulary.
        units: Cells, or channels of the convolutions, per layer.
        layers: Recurrent layers, or stacks of convolutions.
        seed: Of the first weights.
        network: ``"lstm"`` (the notebook's), ``"gru"`` or ``"conv1d"``.
        dropout: Fraction of each layer's outputs that is set to zero in training.
    """
    length = None if recipe.carries_state else WINDOW
    signal = inputs = keras.Input((length, symbols))
    for index in range(layers):
        is_last = index == layers - 1
        if network == CONV1D:
            signal = _convolutions(signal, recipe, units, index, seed)
            if is_last and not recipe.carries_state:
                signal = keras.layers.Flatten()(keras.layers.Cropping1D((WINDOW - 1, 0))(signal))
        else:
            spread = recipe.input_spread if index == 0 else None
            recurrent = keras.layers.LSTM if network == LSTM else keras.layers.GRU
            signal = recurrent(
                units,
                return_sequences=recipe.carries_state or not is_last,
                kernel_initializer=_input_initializer(spread, seed + 10 * index),
                recurrent_initializer=keras.initializers.Orthogonal(seed=seed + 10 * index + 1),
                name=f"{network}_{index}" if index else network,
            )(signal)
        if dropout:
            signal = keras.layers.Dropout(dropout, seed=seed)(signal)
    output = keras.initializers.GlorotUniform(seed=seed + 2)
    probabilities = keras.layers.Dense(
        symbols, activation="softmax", kernel_initializer=output, name="dense"
    )(signal)
    return keras.Model(inputs, probabilities, name="charlstm")


def _convolutions(signal: Tensor, recipe: Recipe, units: int, index: int, seed: int) -> Tensor:
    """Add a stack of convolutions; all but the network's first have a residual connection."""
    first = index * len(DILATIONS)
    for number, dilation in enumerate(DILATIONS, start=first):
        spread = recipe.input_spread if number == 0 else None
        name = f"conv1d_{number}" if number else "conv1d"
        parts = [
            keras.layers.Conv1D(
                units,
                kernel_size=2,
                dilation_rate=dilation,
                padding="causal",
                activation=activation,
                kernel_initializer=_input_initializer(spread, seed + 10 * number + gate),
                name=f"{name}_gate" if gate else name,
            )(signal)
            for gate, activation in enumerate(("tanh", "sigmoid"))
        ]
        out = keras.layers.Multiply()(parts)
        signal = keras.layers.Add()([signal, out]) if number else out
    return signal


def _input_initializer(spread: float | None, seed: int) -> keras.initializers.Initializer:
    if spread is None:
        return keras.initializers.GlorotUniform(seed=seed)
    return keras.initializers.RandomNormal(stddev=spread, seed=seed)


def weights_of(model: keras.Model) -> dict[str, NDArray[np.float32]]:
    """Return the weights under their Keras names: ``lstm/kernel``, ``dense/bias`` …"""
    return {name: np.asarray(variable) for name, variable in variables_of(model).items()}


def variables_of(model: keras.Model) -> dict[str, Any]:
    """Return the variables under their Keras names, in the order of the layers."""
    return {
        f"{layer.name}/{variable.name}": variable
        for layer in model.layers
        for variable in layer.trainable_variables
    }


def export(
    path: Path,
    recipe: Recipe,
    weights: Mapping[str, NDArray[Any]],
    units: int,
    layers: int,
    dropout: float = 0.0,
) -> None:
    """Write the network with these weights as a .keras file that plain ``load_model`` opens."""
    symbols = weights["dense/bias"].shape[0]
    model = build(recipe, symbols, units, layers, 0, network_of(weights), dropout)
    for name, variable in variables_of(model).items():
        variable.assign(weights[name])
    model.save(path)
