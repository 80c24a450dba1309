"""The network in Keras, which holds the weights, and the compiled functions that learn and measure.

``build`` makes it from keras.layers.* alone, for model.keras.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW
from charlstm.sampling.conv1d import DILATIONS
from charlstm.sampling.network import CONV1D, LSTM
from charlstm.settings import Settings
from charlstm.settings.fields import Recipe
from charlstm.training.conv1d import Conv1DStack
from charlstm.training.recurrent import RecurrentStack, Tensor

_MOST_KEPT = 16


def build(settings: Settings, symbols: int) -> keras.Model:
    """Return the network, with first weights: layers of one kind and a softmax over all symbols.

    The recipe determines whether every position has an output, and the spread of the first input
    kernel.
    """
    recipe, network, units = settings.recipe_data, settings.network, settings.units
    layers, seed = settings.layers, settings.seed
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
        if settings.dropout:
            signal = keras.layers.Dropout(settings.dropout, seed=seed)(signal)
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


def export(path: Path, settings: Settings, weights: Mapping[str, NDArray[Any]]) -> None:
    """Write the network with these weights as a .keras file that plain ``load_model`` opens."""
    model = build(replace(settings, seed=0), len(weights["dense/bias"]))
    for name, variable in variables_of(model).items():
        variable.assign(weights[name])
    model.save(path)


class KerasStack(RecurrentStack):
    """The same layers as Keras runs them.

    They serve a GPU, on which Keras runs cuDNN's loop, and a machine on which XLA cannot compile
    ours.
    """

    def __init__(self, network: str, units: int, layers: int, symbols: int) -> None:
        super().__init__(network, units, layers)
        kind = keras.layers.LSTM if network == LSTM else keras.layers.GRU
        self._symbols = symbols
        self._keras = [kind(units, return_sequences=True, return_state=True) for _ in range(layers)]
        for index, layer in enumerate(self._keras):
            layer.build((None, None, units if index else symbols))

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        signal = tf.one_hot(tf.transpose(ids), self._symbols)
        new_states: list[Tensor] = []
        for index, (layer, weights) in enumerate(
            zip(self._keras, self._by_layer(values), strict=True)
        ):
            if index and masks:
                signal *= tf.transpose(masks[index - 1], (1, 0, 2))
            carried = list(self._carried(states, index))
            (signal, *after), _ = layer.stateless_call(
                list(weights), layer.non_trainable_variables, signal, initial_state=carried
            )
            new_states += after
        return tf.transpose(signal, (1, 0, 2)), new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        return self.outputs(values, ids, self.zero_states(tf.shape(ids)[1]), ())[0][-1]


def stack_for(
    network: str, units: int, layers: int, symbols: int, *, compiled: bool = True
) -> RecurrentStack | Conv1DStack:
    """Return the stack of a kind of network, or Keras's own layers if XLA does not compile it."""
    if network == CONV1D:
        return Conv1DStack(units, layers, symbols)
    if not compiled:
        return KerasStack(network, units, layers, symbols)
    return RecurrentStack(network, units, layers)


@lru_cache(_MOST_KEPT)
def shard_losses(
    network: str,
    units: int,
    layers: int,
    symbols: int,
    *,
    every_position: bool,
    streams: tuple[int, ...],  # noqa: ARG001
    compiled: bool,
) -> Any:
    """Return a function from weights and a shard to its summed loss, gradients and last states.

    It takes weights in the order of weight_shapes, ids and targets of shape (time, streams),
    the streams' weights, states, and dropout's masks. Without XLA it runs operation by operation,
    with Keras's own recurrent layers. Each number of streams gets its own function, so that
    TensorFlow does not retrace one function again and again.
    """
    stack = stack_for(network, units, layers, symbols, compiled=compiled)

    def learn(
        values: list[Tensor],
        ids: Tensor,
        targets: Tensor,
        weights: Tensor,
        states: Sequence[Tensor],
        masks: Sequence[Tensor],
    ) -> Tensor:
        with tf.GradientTape() as tape:
            tape.watch(values)
            read = stack.outputs if every_position else stack.learned_last
            hiddens, new_states = read(values, ids, states, masks[:-1])
            if masks:
                hiddens = hiddens * masks[-1]
            flat = tf.reshape(hiddens, (-1, hiddens.shape[-1]))
            logits = tf.matmul(flat, values[-2]) + values[-1]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
                tf.reshape(targets, [-1]), logits
            )
            loss = tf.reduce_sum(tf.reshape(losses, targets.shape) * weights)
        return loss, tape.gradient(loss, values), new_states

    return tf.function(learn, jit_compile=compiled, autograph=False)


@lru_cache(_MOST_KEPT)
def window_losses(network: str, units: int, layers: int, symbols: int, *, compiled: bool) -> Any:
    """Return a function from weights and windows to the losses of the characters after them.

    It takes weights, ids of shape (time, windows) and targets of shape (windows,); every window is
    read from a zero state.
    """
    stack = stack_for(network, units, layers, symbols, compiled=compiled)

    def measure(values: list[Tensor], ids: Tensor, targets: Tensor) -> Tensor:
        logits = tf.matmul(stack.last(values, ids), values[-2]) + values[-1]
        return tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)

    return tf.function(measure, jit_compile=compiled, autograph=False)
