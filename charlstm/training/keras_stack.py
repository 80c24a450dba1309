"""Recurrent layers of Keras as a stack, for where Keras's own loop is the better one.

Imports keras and tensorflow. That is a GPU, on which Keras runs cuDNN's loop, and a machine on
which XLA cannot compile ours. It knows the same of weights, states and masks as other stacks.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import tensorflow as tf

from charlstm.sampling.weights import LSTM
from charlstm.training.kernels.shapes import Tensor
from charlstm.training.recurrent_stack import RecurrentStack


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
