"""The network in Keras, where its weights live, and in TensorFlow over a chunk of time.

``build`` makes it of keras.layers.* alone, as model.keras holds it. A stack is the layers below the
output. It takes its weights as a flat list of tensors in the order of Keras's variables, so that a
compiled function serves every learner of its shape. Its states have streams first and are zero
before anything is read. Masks are dropout's factors, one between each layer and the next, shape
(time, streams, units); none where nothing is dropped.
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
from charlstm.settings.fields import Recipe
from charlstm.settings.settings import Settings
from charlstm.training.kernels import Tensor, kernel_rows
from charlstm.training.kernels.conv1d import convolution, first_convolution, last_outputs
from charlstm.training.kernels.recurrent import gru, gru_cell, last_output, lstm, lstm_cell

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


class RecurrentStack:
    """LSTM or GRU layers of one width on our kernels, each with two kernels and a bias.

    An LSTM layer carries h and c, a GRU layer h, each of shape (streams, units).
    """

    def __init__(self, network: str, units: int, layers: int) -> None:
        self._is_lstm = network == LSTM
        self._states_a_layer = 2 if self._is_lstm else 1
        self._units = units
        self._layers = layers

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return the states before anything is read."""
        count = self._states_a_layer * self._layers
        return [tf.zeros((streams, self._units)) for _ in range(count)]

    def _by_layer(self, values: list[Tensor]) -> list[tuple[Tensor, Tensor, Tensor]]:
        """Return kernel, recurrent kernel and bias of each layer."""
        return [(values[i], values[i + 1], values[i + 2]) for i in range(0, 3 * self._layers, 3)]

    def _carried(self, states: Sequence[Tensor], layer: int) -> Sequence[Tensor]:
        count = self._states_a_layer
        return states[count * layer : count * (layer + 1)]

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Read ids of shape (time, streams); return outputs (time, streams, units) and states."""
        new_states: list[Tensor] = []
        hiddens = None
        for layer, (kernel, recurrent_kernel, bias) in enumerate(self._by_layer(values)):
            if hiddens is None:
                inputs = kernel_rows(kernel, ids)
            else:
                inputs = tf.matmul(hiddens * masks[layer - 1] if masks else hiddens, kernel)
            carried = self._carried(states, layer)
            if self._is_lstm:
                hiddens, *after = lstm(inputs + bias, recurrent_kernel, *carried)
            else:
                hiddens, *after = gru(inputs + bias[0], recurrent_kernel, bias[1], *carried)
            new_states += after
        return hiddens, new_states

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last outputs alone, (1, streams, units), from zero states, and states."""
        hiddens, new_states = self.outputs(values, ids, states, masks)
        return hiddens[-1:], new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last output from zero states, (streams, units); it has no gradient."""
        cell = lstm_cell if self._is_lstm else gru_cell
        return last_output(cell, self._states_a_layer, self._by_layer(values), ids)


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


class Conv1DStack:
    """Stacks of convolutions; each convolution carries the inputs that its left tap still needs."""

    def __init__(self, units: int, layers: int, symbols: int) -> None:
        self._units = units
        self._symbols = symbols
        self._dilations = DILATIONS * layers

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return the contexts, of shapes (streams, dilation, width)."""
        widths = [self._symbols] + [self._units] * (len(self._dilations) - 1)
        return [
            tf.zeros((streams, dilation, width))
            for dilation, width in zip(self._dilations, widths, strict=True)
        ]

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        new_states: list[Tensor] = []
        signal = None
        for number, state in enumerate(states):
            kernel, bias = _with_gate(values, number)
            context = tf.transpose(state, (1, 0, 2))
            if signal is None:
                signal, context = first_convolution(ids, kernel, bias, context)
            else:
                if masks and number % len(DILATIONS) == 0:
                    signal *= masks[number // len(DILATIONS) - 1]
                out, context = convolution(signal, kernel, bias, context)
                signal += out
            new_states.append(tf.transpose(context, (1, 0, 2)))
        return signal, new_states

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last output, computed only at the positions that it depends on."""
        below = len(self._dilations) - len(DILATIONS)
        reach = 2 ** len(DILATIONS)
        signal = None
        if below:
            signal, _ = self.outputs(values, ids, states[:below], masks)
            signal = signal * masks[-1] if masks else signal
            signal = signal[-reach:]
        layers = [_with_gate(values, number) for number in range(below, len(self._dilations))]
        return last_outputs(ids[-reach:], signal, layers)[None], list(states)

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        return self.learned_last(values, ids, self.zero_states(ids.shape[1]), ())[0][0]


def _with_gate(values: list[Tensor], number: int) -> tuple[Tensor, Tensor]:
    """Return a convolution's kernel and bias, with those of its gate beside them."""
    kernel, bias, gate, gate_bias = values[4 * number : 4 * number + 4]
    return tf.concat([kernel, gate], 2), tf.concat([bias, gate_bias], 0)


def stack_for(
    network: str, units: int, layers: int, symbols: int, *, compiled: bool = True
) -> RecurrentStack | Conv1DStack:
    """Return the stack of a kind of network; where XLA does not compile it, Keras's own layers."""
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
    """Return a function from weights and a shard to its losses' sum, gradients and last states.

    It takes weights in the order of weight_shapes, ids and targets of shape (time, streams),
    the streams' weights, states, and dropout's masks. What XLA does not compile runs operation by
    operation, with Keras's own recurrent layers. Other numbers of streams get a function of their
    own, so that TensorFlow does not trace one function again and again.
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
