"""LSTM and GRU as Keras layers on the kernels of this project.

Imports keras and tensorflow. Weights, names, arguments and results are those of keras.layers.LSTM
and keras.layers.GRU; only the loop over time differs. A saved model of these layers opens where
this module was imported. A file that plain Keras is to open should hold Keras's own layers with the
weights copied in (see network.export).

Only a call with ``training=True``, as fit makes it, keeps what a gradient needs; any other takes as
long again if a gradient is asked for, and gives the same.

Where the kernels do not apply (a GPU, which has cuDNN; a mask; dropout; other activations or number
formats) the layer hands over to Keras's own loop.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from charlstm.training.devices import has_gpu
from charlstm.training.kernels import gru, lstm
from charlstm.training.kernels.shapes import Tensor
from charlstm.training.shards import in_shards, shards_for


class _InShards:
    """What both layers share: in how many shards they run is part of what is saved of them."""

    shards: int | None = None
    """Parts of a batch that run side by side; see shards_for for what is taken by default."""

    def get_config(self) -> dict[str, Any]:
        """Return Keras's arguments, and the shards where they were set."""
        config: dict[str, Any] = super().get_config()  # type: ignore[misc]
        return config if self.shards is None else config | {"shards": self.shards}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Return a layer of what get_config returned."""
        arguments = {name: value for name, value in config.items() if name != "shards"}
        layer = super().from_config(arguments)  # type: ignore[misc]
        layer.shards = config.get("shards")
        return layer


@keras.saving.register_keras_serializable("charlstm")  # type: ignore[untyped-decorator]
class LSTM(_InShards, keras.layers.LSTM):  # type: ignore[misc]
    """keras.layers.LSTM with a faster loop on the CPU; arguments and weights are the same.

    Raises:
        NotImplementedError: When the gradient of a gradient is asked for on the faster loop.
    """

    def inner_loop(
        self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False
    ) -> Any:
        """Run over time: sequences of shape (streams, time, inputs), states (streams, units)."""
        if not _applies(self, sequences, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        inputs = _over_time(self, sequences, self.cell.bias)
        hiddens, hidden, cell = in_shards(
            lstm,
            inputs,
            list(initial_state),
            [self.cell.recurrent_kernel],
            _shards(self),
            bool(training),
        )
        return hidden, _as_keras_returns(self, hiddens, hidden), [hidden, cell]


@keras.saving.register_keras_serializable("charlstm")  # type: ignore[untyped-decorator]
class GRU(_InShards, keras.layers.GRU):  # type: ignore[misc]
    """keras.layers.GRU with a faster loop on the CPU; arguments and weights are the same.

    Raises:
        NotImplementedError: When the gradient of a gradient is asked for on the faster loop.
    """

    def inner_loop(
        self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False
    ) -> Any:
        """Run over time: sequences of shape (streams, time, inputs), states (streams, units)."""
        if not self.cell.reset_after or not _applies(self, sequences, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        width = 3 * self.cell.units
        bias = self.cell.bias if self.cell.use_bias else tf.zeros((2, width))
        inputs = _over_time(self, sequences, bias[0])
        hiddens, hidden = in_shards(
            gru,
            inputs,
            list(initial_state),
            [self.cell.recurrent_kernel, bias[1]],
            _shards(self),
            bool(training),
        )
        return hidden, _as_keras_returns(self, hiddens, hidden), [hidden]


def _shards(layer: Any) -> int:
    return layer.shards or shards_for(layer.units)


def _applies(layer: Any, sequences: Tensor, mask: Any, training: bool) -> bool:
    """Return whether the kernels compute what the layer was asked for."""
    cell = layer.cell
    drops = training and (cell.dropout or cell.recurrent_dropout)
    return (
        keras.backend.backend() == "tensorflow"
        and not has_gpu()
        and layer.use_cudnn is not True
        and mask is None
        and not drops
        and not layer.unroll
        and layer.compute_dtype == "float32"
        and cell.activation is keras.activations.tanh
        and cell.recurrent_activation is keras.activations.sigmoid
        and sequences.shape[-1] is not None
        and sequences.shape[1] != 0
    )


def _over_time(layer: Any, sequences: Tensor, bias: Tensor | None) -> Tensor:
    """Return x W + b with time first, shape (time, streams, gates)."""
    sequences = tf.transpose(sequences, (1, 0, 2))
    if layer.go_backwards:
        sequences = tf.reverse(sequences, [0])
    sequences = tf.cast(sequences, layer.compute_dtype)
    inputs = tf.einsum("tsi,iw->tsw", sequences, tf.convert_to_tensor(layer.cell.kernel))
    return inputs if bias is None else inputs + bias


def _as_keras_returns(layer: Any, hiddens: Tensor, hidden: Tensor) -> Tensor:
    if layer.return_sequences:
        return tf.transpose(hiddens, (1, 0, 2))
    return hidden[:, None]
