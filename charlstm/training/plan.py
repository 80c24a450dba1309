"""What a choice of settings means: weights, steps, time.

Pure arithmetic on settings and a text's length; knows no tensorflow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from charlstm.data.corpus import training_length
from charlstm.settings.settings import Settings, weight_count
from charlstm.training.batches import Batches, StreamBatches, WindowBatches


@dataclass(frozen=True)
class Plan:
    """What a training will take.

    Attributes:
        weights: Numbers to learn.
        steps_per_epoch, steps: Updates of all weights.
        characters: Characters, or tokens, that the network reads in all.
    """

    weights: int
    steps_per_epoch: int
    steps: int
    characters: int

    def seconds(self, characters_per_second: float) -> float:
        """Return the seconds of training at a speed."""
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
    """Return what a training takes.

    Args:
        settings: Of the training.
        length: Characters of the text.
        symbols: Size of the vocabulary.
        tokens: Of the part that is trained on, at the level of words.
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
