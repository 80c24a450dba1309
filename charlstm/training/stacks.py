"""The layers below the output, of each kind of network, over a chunk of time.

Imports tensorflow. Knows which kernel each layer runs on and what is carried from chunk to chunk;
knows nothing of losses, optimizers or files.

What a stack of layers is, and what recurrent ones share, whoever runs the loop over time.

A stack takes its weights as a flat list of tensors in the order of Keras's variables. What it
carries are tensors with streams first, zero before anything is read. Masks are dropout's, one
between each layer and the next, shape (time, streams, units); none where nothing is dropped.

Recurrent layers of Keras as a stack, for where Keras's own loop is the better one.

That is a GPU, on which Keras runs cuDNN's loop, and a machine on which XLA cannot compile ours. It
knows the same of weights, states and masks as other stacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import keras
import tensorflow as tf

from charlstm.sampling.conv1d import DILATIONS
from charlstm.sampling.network import CONV1D, LSTM
from charlstm.training.kernels import gru as gru_kernel
from charlstm.training.kernels import lstm as lstm_kernel
from charlstm.training.kernels.conv1d import convolution, first_convolution, last_outputs
from charlstm.training.kernels.shapes import Tensor, kernel_rows

_WEIGHTS_A_LAYER = 3


class Stack(Protocol):
    """Layers of one kind."""

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return what is carried before anything is read."""

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Read ids of shape (time, streams); return outputs (time, streams, units) and states."""

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last outputs alone, (1, streams, units), from zero states, and states."""

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last output from zero states, (streams, units), where none has a gradient."""


class RecurrentStack(Stack):
    """Recurrent layers of one width, each with a kernel, a recurrent kernel and a bias."""

    states_a_layer: int
    """Tensors that a layer carries, each of shape (streams, units)."""

    def __init__(self, units: int, layers: int) -> None:
        self._units = units
        self._layers = layers

    def by_layer(self, values: list[Tensor]) -> list[tuple[Tensor, ...]]:
        """Return kernel, recurrent kernel and bias of each layer."""
        starts = range(0, _WEIGHTS_A_LAYER * self._layers, _WEIGHTS_A_LAYER)
        return [tuple(values[start : start + _WEIGHTS_A_LAYER]) for start in starts]

    def zero_states(self, streams: int) -> list[Tensor]:
        """Return what is carried before anything is read, layer by layer."""
        count = self.states_a_layer * self._layers
        return [tf.zeros((streams, self._units)) for _ in range(count)]

    def learned_last(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last outputs alone; the loop goes over all of time anyway."""
        hiddens, new_states = self.outputs(values, ids, states, masks)
        return hiddens[-1:], new_states


class KerasStack(RecurrentStack):
    """LSTM or GRU layers; each carries what Keras's layer returns as its states."""

    def __init__(self, network: str, units: int, layers: int, symbols: int) -> None:
        super().__init__(units, layers)
        kind = keras.layers.LSTM if network == LSTM else keras.layers.GRU
        self.states_a_layer = 2 if network == LSTM else 1
        self._symbols = symbols
        self._keras = [kind(units, return_sequences=True, return_state=True) for _ in range(layers)]
        for index, layer in enumerate(self._keras):
            layer.build((None, None, units if index else symbols))

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last layer's outputs (time, streams, units), and the states after the last."""
        signal = tf.one_hot(tf.transpose(ids), self._symbols)
        new_states: list[Tensor] = []
        count = self.states_a_layer
        for index, (layer, weights) in enumerate(
            zip(self._keras, self.by_layer(values), strict=True)
        ):
            if index and masks:
                signal *= tf.transpose(masks[index - 1], (1, 0, 2))
            carried = list(states[count * index : count * (index + 1)])
            (signal, *after), _ = layer.stateless_call(
                list(weights), layer.non_trainable_variables, signal, initial_state=carried
            )
            new_states += after
        return tf.transpose(signal, (1, 0, 2)), new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last output from zero states."""
        return self.outputs(values, ids, self.zero_states(tf.shape(ids)[1]), ())[0][-1]


class LSTMStack(RecurrentStack):
    """LSTM layers; each carries h and c."""

    states_a_layer = 2

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last layer's h of every step, and the states after the last."""
        new_states: list[Tensor] = []
        hiddens = None
        for layer, (kernel, recurrent_kernel, bias) in enumerate(self.by_layer(values)):
            inputs = _inputs(kernel, ids, hiddens, masks, layer)
            hiddens, hidden, cell = lstm_kernel.lstm(
                inputs + bias, recurrent_kernel, states[2 * layer], states[2 * layer + 1]
            )
            new_states += [hidden, cell]
        return hiddens, new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last h, keeping nothing for a gradient."""
        return lstm_kernel.last_hidden(self.by_layer(values), ids)


class GRUStack(RecurrentStack):
    """GRU layers; each carries h."""

    states_a_layer = 1

    def outputs(
        self, values: list[Tensor], ids: Tensor, states: Sequence[Tensor], masks: Sequence[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the last layer's h of every step, and the states after the last."""
        new_states: list[Tensor] = []
        hiddens = None
        for layer, (kernel, recurrent_kernel, bias) in enumerate(self.by_layer(values)):
            inputs = _inputs(kernel, ids, hiddens, masks, layer)
            hiddens, hidden = gru_kernel.gru(
                inputs + bias[0], recurrent_kernel, bias[1], states[layer]
            )
            new_states.append(hidden)
        return hiddens, new_states

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last h, keeping nothing for a gradient."""
        return gru_kernel.last_hidden(self.by_layer(values), ids)


class Conv1DStack(Stack):
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
        """Return the last convolution's output at every position, and the new contexts."""
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
        """Return the last output, computed at the positions that it depends on alone."""
        below = len(self._dilations) - len(DILATIONS)
        signal = None
        if below:
            signal, _ = self.outputs(values, ids, states[:below], masks)
            signal = signal * masks[-1] if masks else signal
            signal = _last(signal)
        layers = [_with_gate(values, number) for number in range(below, len(self._dilations))]
        return last_outputs(_last(ids), signal, layers)[None], list(states)

    def last(self, values: list[Tensor], ids: Tensor) -> Tensor:
        """Return the last output from zero contexts."""
        return self.learned_last(values, ids, self.zero_states(ids.shape[1]), ())[0][0]


def _with_gate(values: list[Tensor], number: int) -> tuple[Tensor, Tensor]:
    """Return a convolution's kernel and bias, with those of its gate beside them."""
    kernel, bias, gate, gate_bias = values[4 * number : 4 * number + 4]
    return tf.concat([kernel, gate], 2), tf.concat([bias, gate_bias], 0)


def _last(sequence: Tensor) -> Tensor:
    """Return the positions that the last output of one stack depends on."""
    return sequence[-(2 ** len(DILATIONS)) :]


def _inputs(
    kernel: Tensor, ids: Tensor, hiddens: Tensor | None, masks: Sequence[Tensor], layer: int
) -> Tensor:
    """Return x W of every step: rows of W for the first layer, else what the one below says."""
    if hiddens is None:
        return kernel_rows(kernel, ids)
    return tf.matmul(hiddens * masks[layer - 1] if masks else hiddens, kernel)


def stack_for(
    network: str, units: int, layers: int, symbols: int, *, compiled: bool = True
) -> Stack:
    """Return the stack of a kind of network.

    Args:
        network: Kind of the layers.
        units: Of a layer.
        layers: Below the output.
        symbols: Size of the vocabulary.
        compiled: Whether XLA will compile it; else recurrent layers are Keras's own.
    """
    if network == CONV1D:
        return Conv1DStack(units, layers, symbols)
    if not compiled:
        return KerasStack(network, units, layers, symbols)
    return LSTMStack(units, layers) if network == LSTM else GRUStack(units, layers)
