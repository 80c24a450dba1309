"""Batches: the characters that the network sees at each step, and the cost of a training.

Pure functions of the ids, the seed and the step, so a resumed training continues with the same
data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW, training_length, window_count, windows
from charlstm.settings import Settings, weight_count


class Batch(NamedTuple):
    """The data of one step, time first.

    Attributes:
        ids: Shape (characters, streams).
        targets: Shape (characters, streams) if every position has a loss, (1, streams) if only
            the last has one.
        weights: Shape (streams,): 0 for a stream that only fills the batch.
        keep: Shape (streams,): 0 if the state is set to zero before this batch.
    """

    ids: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float32]
    keep: NDArray[np.float32]


class WindowBatches:
    """The ``book`` recipe: windows of 60 every 3 characters, in a new random order each epoch.

    The training text has the shape (characters,). Windows of weight 0 fill up an epoch's last step.
    """

    def __init__(self, ids: NDArray[Any], batch: int, seed: int) -> None:
        self._windows, self._targets = windows(ids)
        self.streams = batch
        self._seed = seed
        self._count = window_count(len(ids))
        self.steps_per_epoch = -(-self._count // batch)
        self.characters_per_step = batch * WINDOW
        self._order: tuple[int, NDArray[np.uint32]] = (-1, np.zeros(0, np.uint32))

    def at(self, step: int) -> Batch:
        """Return the batch of a step, counted from 0."""
        epoch, index = divmod(step, self.steps_per_epoch)
        if self._order[0] != epoch:
            order = np.arange(self._count, dtype=np.uint32)
            np.random.default_rng([self._seed, epoch]).shuffle(order)
            self._order = (epoch, order)
        chosen = self._order[1][index * self.streams : (index + 1) * self.streams]
        weights = np.zeros(self.streams, np.float32)
        weights[: len(chosen)] = 1.0
        chosen = np.concatenate([chosen, np.zeros(self.streams - len(chosen), chosen.dtype)])
        return Batch(
            ids=np.ascontiguousarray(self._windows[chosen].T, np.int32),
            targets=self._targets[chosen][None].astype(np.int32),
            weights=weights,
            keep=np.zeros(self.streams, np.float32),
        )


class StreamBatches:
    """The ``tbptt`` recipe: parallel streams over the text, cut into chunks.

    Every epoch starts with zero states and at a new random offset, so that the chunks differ.
    Before each chunk a fraction of the states is set to zero, and gradients do not reach beyond it.
    The text has the shape (characters,); a short one gets fewer streams, down to one.
    """

    def __init__(
        self,
        ids: NDArray[Any],
        batch: int,
        seed: int,
        reset_fraction: float = 0.0,
        chunk: int = WINDOW,
    ) -> None:
        self._ids = ids
        self._seed = seed
        self._reset_fraction = reset_fraction
        self.streams = max(1, min(batch, (len(ids) - 1) // chunk))
        self.steps_per_epoch = max(1, (len(ids) - 1) // (self.streams * chunk))
        self._chunk = min(chunk, len(ids) - 1)
        self.characters_per_step = self.streams * self._chunk

    def at(self, step: int) -> Batch:
        """Return the batch of a step, counted from 0."""
        epoch, index = divmod(step, self.steps_per_epoch)
        length = self.steps_per_epoch * self._chunk
        spare = len(self._ids) - 1 - self.streams * length
        offset = int(np.random.default_rng([self._seed, epoch]).integers(spare + 1))
        starts = offset + np.arange(self.streams) * length + index * self._chunk
        positions = starts[None, :] + np.arange(self._chunk)[:, None]
        keep = np.zeros(self.streams, np.float32)
        if index:
            reset = np.random.default_rng([self._seed, epoch, index]).random(self.streams)
            keep = (reset >= self._reset_fraction).astype(np.float32)
        return Batch(
            ids=self._ids[positions].astype(np.int32),
            targets=self._ids[positions + 1].astype(np.int32),
            weights=np.ones(self.streams, np.float32),
            keep=keep,
        )


Batches = WindowBatches | StreamBatches
"""A training text as a sequence of batches."""


@dataclass(frozen=True)
class Plan:
    """The cost of a training: weights, updates of them, characters (or tokens) read."""

    weights: int
    steps_per_epoch: int
    steps: int
    characters: int

    def seconds(self, characters_per_second: float) -> float:
        """Return the seconds of training at this speed."""
        return self.characters / characters_per_second


def batches_for(settings: Settings, ids: np.ndarray) -> Batches:  # type: ignore[type-arg]
    """Return the recipe's batches of a training text, ids of shape (characters,)."""
    recipe = settings.recipe_data
    if recipe.carries_state:
        return StreamBatches(
            ids, settings.batch, settings.seed, recipe.reset_fraction, settings.chunk
        )
    return WindowBatches(ids, settings.batch, settings.seed)


def plan(settings: Settings, length: int, symbols: int, tokens: int | None = None) -> Plan:
    """Return the cost of a training on a text of so many characters and different symbols.

    For a model of words ``tokens`` is the length of the training part.
    """
    trained = training_length(length, settings.held_out) if tokens is None else tokens
    ids = np.broadcast_to(np.int32(0), trained)
    batches = batches_for(settings, ids)
    steps = settings.epochs * batches.steps_per_epoch
    return Plan(
        weights=weight_count(symbols, settings.units, settings.layers, settings.network),
        steps_per_epoch=batches.steps_per_epoch,
        steps=steps,
        characters=steps * batches.characters_per_step,
    )
