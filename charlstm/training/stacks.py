"""The layers below the output, of each kind of network, over a chunk of time.

Imports tensorflow. Knows which kernel each layer runs on and what is carried from chunk to chunk;
knows nothing of losses, optimizers or files.
"""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from charlstm.sampling.weights import CONV1D, DILATIONS, LSTM
from charlstm.training.keras_stack import KerasStack
from charlstm.training.kernels import gru as gru_kernel
from charlstm.training.kernels import lstm as lstm_kernel
from charlstm.training.kernels.conv1d import convolution, first_convolution, last_outputs
from charlstm.training.kernels.shapes import Tensor, kernel_rows
from charlstm.training.recurrent_stack import RecurrentStack, Stack


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
