"""Recipes: what a training does, as data.

Knows no tensorflow, no files and no text; pages and the command line read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from charlstm.data.corpus import WINDOW


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name: What it is called on the command line, in addresses and files.
        label: What it is called on pages.
        title: One line for people.
        carries_state: True: parallel streams over the text, the state carried from chunk to chunk,
            a loss at every position (truncated backpropagation through time, Williams & Peng 1990).
            False: windows from a zero state, a loss on the next character only.
        optimizer: ``"adam"`` or ``"rmsprop"``, with Keras's own defaults.
        learning_rate: At the start.
        final_share: The learning rate at the end as a share of the first; between them it follows
            half a cosine (Loshchilov & Hutter 2017). 1 keeps it constant.
        warm_up: Steps over which the learning rate of a network larger than the recipe's own rises
            to that (Goyal et al. 2017, section 2.2), or 0: a rate that suits one layer of 128 cells
            spoils wider and deeper ones at their first steps.
        clip_norm: The largest global norm of a gradient (Pascanu et al. 2013), or None.
        input_spread: Standard deviation of the first input kernel, or None for Keras's own
            (Glorot uniform).
        reset_share: The share of streams whose state is set to zero before a chunk, so that the
            network learns to read from a zero state too.
        batch: Windows, or streams, per step.
        chunk: Characters of a stream per step, or of a window; gradients reach no further back.
        units: Cells per layer.
        layers: Recurrent layers.
        epochs: Passes over the training text.
        lowercase: Whether the text is lower-cased.
    """

    name: str
    label: str
    title: str
    carries_state: bool
    optimizer: str
    learning_rate: float
    final_share: float
    warm_up: int
    clip_norm: float | None
    input_spread: float | None
    reset_share: float
    batch: int
    chunk: int
    units: int = 128
    layers: int = 1
    epochs: int = 4
    lowercase: bool = True


RECIPES: dict[str, Recipe] = {
    "tbptt": Recipe(
        name="tbptt",
        label="fast",
        title="Streams with carried state: a loss at every character",
        carries_state=True,
        optimizer="adam",
        learning_rate=0.03,
        final_share=0.02,
        warm_up=60,
        clip_norm=1.0,
        input_spread=1.0,
        reset_share=0.1,
        batch=32,
        chunk=WINDOW,
        epochs=10,
    ),
    "book": Recipe(
        name="book",
        label="as in the book",
        title="The notebook's program: windows of 60, a loss on the next character",
        carries_state=False,
        optimizer="rmsprop",
        learning_rate=0.01,
        final_share=1.0,
        warm_up=0,
        clip_norm=None,
        input_spread=None,
        reset_share=1.0,
        batch=128,
        chunk=WINDOW,
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
