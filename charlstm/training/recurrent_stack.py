"""What a stack of layers is, and what recurrent ones share, whoever runs the loop over time.

Imports tensorflow. Knows the order of weights and states; a stack of one kind says how it reads.

A stack takes its weights as a flat list of tensors in the order of Keras's variables. What it
carries are tensors with streams first, zero before anything is read. Masks are dropout's, one
between each layer and the next, shape (time, streams, units); none where nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import tensorflow as tf

from charlstm.training.kernels.shapes import Tensor

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
