"""Recipes: what a training does, as data.

Knows no tensorflow, no files and no text; pages and the command line read it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: What it is called everywhere.
        title: One line for people.
        carries_state: True: parallel streams over the text, the state carried from chunk to chunk,
            a loss at every position (truncated backpropagation through time, Williams & Peng 1990).
            False: windows from a zero state, a loss on the next character only.
        optimizer: ``"adam"`` or ``"rmsprop"``, with Keras's own defaults.
        learning_rate: At the start.
        final_share: The learning rate at the end as a share of the first; between them it follows
            half a cosine (Loshchilov & Hutter 2017). 1 keeps it constant.
        clip_norm: The largest global norm of a gradient (Pascanu et al. 2013), or None.
        input_spread: Standard deviation of the first input kernel, or None for Keras's own
            (Glorot uniform).
        reset_share: The share of streams whose state is set to zero before a chunk, so that the
            network learns to read from a zero state too.
        batch: Windows, or streams, per step.
        units: Cells per layer.
        layers: Recurrent layers.
        epochs: Passes over the training text.
        lowercase: Whether the text is lower-cased.
    """

    name: str
    title: str
    carries_state: bool
    optimizer: str
    learning_rate: float
    final_share: float
    clip_norm: float | None
    input_spread: float | None
    reset_share: float
    batch: int
    units: int = 128
    layers: int = 1
    epochs: int = 4
    lowercase: bool = True


RECIPES: dict[str, Recipe] = {
    "tbptt": Recipe(
        name="tbptt",
        title="Streams with carried state: a loss at every character",
        carries_state=True,
        optimizer="adam",
        learning_rate=0.02,
        final_share=0.02,
        clip_norm=1.0,
        input_spread=1.0,
        reset_share=0.1,
        batch=16,
        epochs=10,
    ),
    "book": Recipe(
        name="book",
        title="The notebook's program: windows of 60, a loss on the next character",
        carries_state=False,
        optimizer="rmsprop",
        learning_rate=0.01,
        final_share=1.0,
        clip_norm=None,
        input_spread=None,
        reset_share=1.0,
        batch=128,
        epochs=4,
    ),
}

DEFAULT_RECIPE = "tbptt"

SAMPLE_TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
"""The temperatures that the seed writes at after every epoch."""

SAMPLE_PROMPT = 60
"""Characters of the text that it goes on from."""

SAMPLE_LENGTH = 400
"""Characters that the seed writes at each of them."""
