"""Recipes: the ways in which a network is trained, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: On the command line, in addresses and in files.
        label: On pages.
        title: One line for people.
        carries_state: True: parallel streams over the text, the state carried from chunk to chunk,
            a loss at every position (truncated backpropagation through time, Williams & Peng 1990).
            False: windows from a zero state, a loss on the next character only.
        optimizer: ``"adam"`` or ``"rmsprop"``, with Keras's own defaults.
        warm_up: Steps over which the learning rate rises to its first value (Goyal et al. 2017,
            section 2.2) if the network is larger than the recipe's own, or 0. A rate that suits one
            layer of 128 cells spoils wider and deeper networks in their first steps.
        input_spread: Standard deviation of the first input kernel, or None for Keras's own
            (Glorot uniform).
        reset_fraction: The fraction of streams whose state is set to zero before a chunk, so that
            the network learns to read from a zero state too.
        given: The settings that differ from the defaults in the table of settings.
        given_other_networks: Those for a gru and a conv1d, which start more slowly at an lstm's
            rate.
        given_words: Those for a model of words. It has a hundred times as many weights and a fifth
            of the positions to learn them from: it needs dropout, and diverges at the rate that
            suits characters.
    """

    name: str
    label: str
    title: str
    carries_state: bool
    optimizer: str
    warm_up: int = 0
    input_spread: float | None = None
    reset_fraction: float = 1.0
    given: Mapping[str, Any] = field(default_factory=dict)
    given_other_networks: Mapping[str, Any] = field(default_factory=dict)
    given_words: Mapping[str, Any] = field(default_factory=dict)


RECIPES: dict[str, Recipe] = {
    "tbptt": Recipe(
        name="tbptt",
        label="fast",
        title="Streams with carried state: a loss at every character",
        carries_state=True,
        optimizer="adam",
        warm_up=60,
        input_spread=1.0,
        reset_fraction=0.1,
        given_other_networks={"learning_rate": 0.02, "batch": 16},
        given_words={"dropout": 0.5, "learning_rate": 0.01, "batch": 16},
    ),
    "book": Recipe(
        name="book",
        label="as in the book",
        title="The notebook's program: windows of 60, a loss on the next character",
        carries_state=False,
        optimizer="rmsprop",
        given={
            "learning_rate": 0.01,
            "batch": 128,
            "epochs": 4,
            "clip_norm": None,
            "final_fraction": 1.0,
        },
    ),
}

DEFAULT_RECIPE = "tbptt"

SAMPLE_TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
"""The temperatures at which the notebook writes after every epoch."""

SAMPLE_PROMPT = 60
"""Characters of the text that a sample continues."""

SAMPLE_LENGTH = 400
"""Characters that are written at each temperature."""
