"""The network as keras.layers.* alone: where the weights live, and what model.keras holds.

Imports keras. Knows nothing of text, optimizers or run folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW
from charlstm.training.recipes import Recipe


def build(
    recipe: Recipe,
    symbols: int,
    units: int,
    layers: int,
    seed: int,
    recurrent: type[keras.layers.LSTM] = keras.layers.LSTM,
) -> keras.Sequential:
    """Return the seed's network: LSTM layers and a softmax over all symbols, with first weights.

    Args:
        recipe: Says whether every position has an output, and how wide the first input kernel is.
        symbols: Size of the vocabulary.
        units: Cells per layer.
        layers: LSTM layers.
        seed: Of the first weights.
        recurrent: The class of the LSTM layers.
    """
    length = None if recipe.carries_state else WINDOW
    model = keras.Sequential([keras.Input((length, symbols))], name="charlstm")
    for index in range(layers):
        spread = recipe.input_spread if index == 0 else None
        model.add(
            recurrent(
                units,
                return_sequences=recipe.carries_state or index < layers - 1,
                kernel_initializer=_input_initializer(spread, seed + 10 * index),
                recurrent_initializer=keras.initializers.Orthogonal(seed=seed + 10 * index + 1),
                name="lstm" if index == 0 else f"lstm_{index}",
            )
        )
    output = keras.initializers.GlorotUniform(seed=seed + 2)
    model.add(
        keras.layers.Dense(symbols, activation="softmax", kernel_initializer=output, name="dense")
    )
    return model


def _input_initializer(spread: float | None, seed: int) -> keras.initializers.Initializer:
    if spread is None:
        return keras.initializers.GlorotUniform(seed=seed)
    return keras.initializers.RandomNormal(stddev=spread, seed=seed)


def weights_of(model: keras.Sequential) -> dict[str, NDArray[np.float32]]:
    """Return the weights under their Keras names: ``lstm/kernel``, ``dense/bias`` …"""
    return {name: np.asarray(variable) for name, variable in variables_of(model).items()}


def variables_of(model: keras.Sequential) -> dict[str, Any]:
    """Return the variables under their Keras names, in the order of the layers."""
    return {
        f"{layer.name}/{variable.name}": variable
        for layer in model.layers
        for variable in layer.trainable_variables
    }


def export(
    path: Path, recipe: Recipe, weights: Mapping[str, NDArray[Any]], units: int, layers: int
) -> None:
    """Write the network with these weights as a .keras file that plain ``load_model`` opens."""
    symbols = weights["dense/bias"].shape[0]
    model = build(recipe, symbols, units, layers, seed=0)
    for name, variable in variables_of(model).items():
        variable.assign(weights[name])
    model.save(path)
