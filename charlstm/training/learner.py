"""The learner: a network, its optimizer, and training steps; also learners prepared in advance.

On the CPU, XLA compiles a step. It compiles a loop for one core, so a batch is cut into shards:
each is a compiled call inside a function that is not compiled, and TensorFlow runs independent
calls at the same time. Their gradients are added. On a GPU Keras's own layers learn, with the batch
in one piece. One call of TensorFlow takes several steps: between two calls Python works for a
fraction of a millisecond, in which the cores fall asleep, and waking them takes as long again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW, training_length
from charlstm.sampling.network import weight_shapes
from charlstm.settings import Settings
from charlstm.training.batches import Batch, Batches, batches_for
from charlstm.training.network import (
    build,
    shard_losses,
    stack_for,
    variables_of,
    weights_of,
    window_losses,
)
from charlstm.training.record import Progress
from charlstm.training.recurrent import Tensor

WINDOWS_AT_ONCE = 512
SMALLEST_SHARD = 8
"""Streams; a smaller shard takes hardly less time."""

WIDE_UNITS = 1024

PROBE_SECONDS = 1.0
_ENDLESS = 10**9


def has_gpu() -> bool:
    """Return whether TensorFlow sees a GPU that it may use."""
    return bool(tf.config.list_logical_devices("GPU"))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _shard_sizes(streams: int, units: int, wanted: int | None) -> list[int]:
    """Return the streams of each shard, as equal as possible: by default one shard per core.

    TensorFlow spreads a wide layer's product over the cores by itself, and each of two shards would
    read the whole matrix: 1,024 cells learn an eighth faster in one shard.
    """
    if wanted is None:
        wanted = 1 if units >= WIDE_UNITS or has_gpu() else cores()
    count = min(wanted, max(1, streams // SMALLEST_SHARD))
    return [len(part) for part in np.array_split(np.arange(streams), count)]


def dropout_masks(
    seed: int, step: int, fraction: float, shapes: Sequence[tuple[int, ...]]
) -> list[NDArray[np.float32]]:
    """Return factors for outputs: 0 for those that are dropped, 1 / (1 - fraction) for the others.

    On average an output keeps its size, so nothing has to change after training (Srivastava et al.
    2014, section 10, "inverted"). The factors depend only on seed and step, so a resumed training
    drops the same outputs.
    """
    random = np.random.default_rng([seed, step, 0, 1])  # four words; those of batches have fewer
    kept = np.float32(1.0 / (1.0 - fraction))
    return [(random.random(shape, np.float32) >= fraction) * kept for shape in shapes]


class Learner:
    """A network in training, for batches of the shapes of these.

    By default a batch is cut into the fastest number of shards, which run in parallel.
    """

    def __init__(
        self, settings: Settings, symbols: int, batches: Batches, shards: int | None = None
    ) -> None:
        recipe = settings.recipe_data
        network, units, layers = settings.network, settings.units, settings.layers
        self.model = build(settings, symbols)
        self._shape = (network, units, layers, symbols)
        # The order is that of the shapes; Keras's own depends on how a model is put together.
        by_name = variables_of(self.model)
        self._variables = [by_name[name] for name in weight_shapes(network, symbols, units, layers)]
        self._optimizer = _optimizer(
            recipe.optimizer, settings.learning_rate, settings.weight_decay
        )
        self._optimizer.build(self._variables)
        self._settings = settings
        self._every_position = recipe.carries_state
        self._clip_norm = settings.clip_norm
        streams = batches.streams
        self._characters = batches.characters_per_step // streams
        self._sizes = _shard_sizes(streams, units, shards)
        self._states = stack_for(*self._shape).zero_states(streams)
        self.compiled = not has_gpu()
        self._trace()

    def _trace(self) -> None:
        self._learn = tf.function(
            self._learn_all, input_signature=self._signature(), autograph=False
        )
        self._apply = tf.function(self._update, jit_compile=self.compiled, autograph=False)
        self._shard = shard_losses(
            *self._shape,
            every_position=self._every_position,
            streams=tuple(self._sizes),
            compiled=self.compiled,
        )
        self._window = window_losses(*self._shape, compiled=self.compiled)
        self._windows = tf.function(self._all_windows, autograph=False)

    def warm_up(self, batch: Batch) -> None:
        """Compile the step, then restore everything; compile without XLA if XLA fails."""
        before = self.arrays()
        try:
            self.step(batch, 0.0)
        except (tf.errors.OpError, NotImplementedError):
            self.compiled = False
            self._trace()
            self.step(batch, 0.0)
        self.restore(before)

    def step(self, batch: Batch, learning_rate: float) -> float:
        """Learn from a batch; return its mean loss in nats per predicted character."""
        return self.steps([batch], [learning_rate])[0]

    def steps(self, batches: Sequence[Batch], learning_rates: Sequence[float]) -> list[float]:
        """Learn from batches in turn, each at its own learning rate; return their mean losses."""
        batch = Batch._make(map(np.stack, zip(*batches, strict=True)))
        rates = np.asarray(learning_rates, np.float32)
        masks = self._masks(len(batches))
        losses, self._states = self._learn(batch, rates, self._states, masks)
        return [float(loss) for loss in np.asarray(losses)]

    def _mask_shapes(self) -> list[tuple[int, int, int]]:
        """Return the shapes of a step's dropout factors, one for each layer's outputs."""
        settings = self._settings
        if not settings.dropout:
            return []
        streams, units = sum(self._sizes), settings.units
        shapes = [(self._characters, streams, units)] * settings.layers
        return shapes if self._every_position else [*shapes[1:], (1, streams, units)]

    def _masks(self, steps: int) -> list[NDArray[np.float32]]:
        """Return dropout's factors for the steps to come, each of shape (steps, ...)."""
        shapes = self._mask_shapes()
        if not shapes:
            return []
        settings, first = self._settings, int(np.asarray(self._optimizer.iterations))
        masks = [
            dropout_masks(settings.seed, step, settings.dropout, shapes)
            for step in range(first, first + steps)
        ]
        return [np.stack(each) for each in zip(*masks, strict=True)]

    def _signature(self) -> list[Any]:
        """Return a call's argument shapes for any number of steps, so that it is traced once."""
        streams = sum(self._sizes)
        wanted = self._characters if self._every_position else 1
        return [
            Batch(
                tf.TensorSpec((None, self._characters, streams), tf.int32),
                tf.TensorSpec((None, wanted, streams), tf.int32),
                tf.TensorSpec((None, streams), tf.float32),
                tf.TensorSpec((None, streams), tf.float32),
            ),
            tf.TensorSpec((None,), tf.float32),
            [tf.TensorSpec(state.shape, tf.float32) for state in self._states],
            [tf.TensorSpec((None, *shape), tf.float32) for shape in self._mask_shapes()],
        ]

    def _learn_all(self, batch: Batch, rates: Tensor, states: Tensor, masks: Tensor) -> Tensor:
        """Take several steps; return their losses and the last states."""
        steps = tf.shape(rates)[0]

        def body(step: Tensor, losses: Tensor, *carried: Tensor) -> Tensor:
            self._optimizer.learning_rate.assign(rates[step])
            dropped = [mask[step] for mask in masks]
            now = Batch._make(array[step] for array in batch)
            loss, carried = self._learn_one(now, carried, dropped)
            return (step + 1, losses.write(step, loss), *carried)

        losses = tf.TensorArray(tf.float32, steps, element_shape=())
        _, losses, *carried = tf.while_loop(
            lambda step, *_: step < steps, body, (0, losses, *states), parallel_iterations=1
        )
        return losses.stack(), carried

    def _learn_one(self, batch: Batch, states: Sequence[Tensor], masks: Sequence[Tensor]) -> Tensor:
        """Take a step; return its loss and the new states."""
        ids, targets, weights, keep = batch
        states = [state * tf.reshape(keep, (-1, *[1] * (len(state.shape) - 1))) for state in states]
        values = self._values()
        split_masks = [tf.split(mask, self._sizes, 1) for mask in masks]
        parts = [
            self._shard(values, *part)
            for part in zip(
                tf.split(ids, self._sizes, 1),
                tf.split(targets, self._sizes, 1),
                tf.split(weights, self._sizes),
                list(zip(*[tf.split(state, self._sizes) for state in states], strict=True)),
                list(zip(*split_masks, strict=True)) or [()] * len(self._sizes),
                strict=True,
            )
        ]
        losses, gradients, new_states = zip(*parts, strict=True)
        count = tf.reduce_sum(weights) * targets.shape[0]
        self._apply(gradients, count)
        carried = [tf.concat(shards, 0) for shards in zip(*new_states, strict=True)]
        return tf.add_n(losses) / count, carried

    def _update(self, gradients: Tensor, count: Tensor) -> None:
        """Update the weights by the mean gradient, from the shards' sums."""
        means = [tf.add_n(shards) / count for shards in zip(*gradients, strict=True)]
        if self._clip_norm is not None:
            means, _ = tf.clip_by_global_norm(means, self._clip_norm)
        self._optimizer.apply(means, self._variables)

    def _values(self) -> list[Tensor]:
        return [tf.convert_to_tensor(variable) for variable in self._variables]

    def window_losses(
        self, windows: NDArray[np.integer], targets: NDArray[np.integer]
    ) -> NDArray[np.float32]:
        """Return the loss of each window's next character in nats, from a zero state.

        The ids have shapes (windows, characters) and (windows,).
        """
        count = len(targets)
        full = -count % WINDOWS_AT_ONCE
        ids = np.concatenate([windows, np.zeros((full, windows.shape[1]), np.int32)])
        wanted = np.concatenate([targets, np.zeros(full, np.int32)])
        parts = self._windows(
            tf.constant(ids.reshape(-1, WINDOWS_AT_ONCE, windows.shape[1])),
            tf.constant(wanted.reshape(-1, WINDOWS_AT_ONCE)),
        )
        return np.asarray(parts).reshape(-1)[:count]

    def _all_windows(self, ids: Tensor, targets: Tensor) -> Tensor:
        values = self._values()
        return tf.map_fn(
            lambda part: self._window(values, tf.transpose(part[0]), part[1]),
            (ids, targets),
            fn_output_signature=tf.float32,
            parallel_iterations=cores(),
        )

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights under their Keras names."""
        return weights_of(self.model)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what a resume needs: weights, optimizer arrays, carried states."""
        arrays: dict[str, NDArray[Any]] = dict(self.weights())
        for index, variable in enumerate(self._optimizer.variables):
            arrays[f"optimizer/{index}"] = np.asarray(variable)
        for index, state in enumerate(self._states):
            arrays[f"state/{index}"] = np.asarray(state)
        return arrays

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore arrays that arrays() returned."""
        for name, variable in variables_of(self.model).items():
            variable.assign(arrays[name])
        for index, variable in enumerate(self._optimizer.variables):
            variable.assign(arrays[f"optimizer/{index}"])
        self._states = [tf.constant(arrays[f"state/{index}"]) for index in range(len(self._states))]


def _optimizer(name: str, learning_rate: float, weight_decay: float) -> keras.optimizers.Optimizer:
    kinds = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    optimizer = kinds[name](learning_rate=learning_rate, weight_decay=weight_decay or None)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


class Prepared:
    """Makes learners like the class Learner, but at once if the shape was prepared."""

    def __init__(self) -> None:
        self._shape: tuple[object, ...] = ()
        self._learner: Learner | None = None

    def prepare(self, settings: Settings, symbols: int, length: int) -> None:
        """Compile the functions for training this shape; length is the text's, in characters."""
        ids = np.broadcast_to(np.uint8(0), training_length(length, settings.held_out))
        batches = batches_for(settings, ids)
        shape = _shape(settings, symbols, batches)
        if shape != self._shape:
            self._shape, self._learner = (), None
            learner = Learner(settings, symbols, batches)
            learner.warm_up(batches.at(0))
            nothing = np.zeros((WINDOWS_AT_ONCE, WINDOW), np.int32)
            learner.window_losses(nothing, nothing[:, 0])
            self._shape, self._learner = shape, learner

    def __call__(self, settings: Settings, symbols: int, batches: Batches) -> Learner:
        """Return a learner with the first weights of its seed: the prepared one if it fits."""
        fresh = Learner(settings, symbols, batches)
        if self._learner is None or _shape(settings, symbols, batches) != self._shape:
            return fresh
        learner, self._learner = self._learner, None
        learner.restore(fresh.arrays())
        return learner


def _shape(settings: Settings, symbols: int, batches: Batches) -> tuple[object, ...]:
    """Return everything that a compiled step depends on: all settings but those of no effect on it.

    A new setting is among them until it is named here.
    """
    values = settings.as_dict()
    for name in ("epochs", "seconds", "learning_rate", "final_fraction", "held_out", "start_from"):
        del values[name]
    if not settings.dropout:
        del values["seed"]
    return (*values.values(), symbols, batches.streams, batches.characters_per_step)


def measured_speed(settings: Settings, symbols: int) -> float:
    """Return the characters read per second of training here, from a second of random text."""
    ids = np.random.default_rng(0).integers(0, symbols, 4 * settings.batch * settings.chunk)
    batches = batches_for(settings, ids.astype(np.int32))
    learner = Learner(settings, symbols, batches)
    learner.warm_up(batches.at(0))
    progress = Progress(epochs=1, steps_per_epoch=_ENDLESS, limit=PROBE_SECONDS)
    while not progress.is_done:
        began = time.perf_counter()
        steps = progress.steps_together
        taken = [batches.at(progress.step + ahead) for ahead in range(steps)]
        learner.steps(taken, [settings.learning_rate] * steps)
        progress.add(time.perf_counter() - began, steps)
    return progress.step * batches.characters_per_step / progress.seconds
