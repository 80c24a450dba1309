"""The settings of a training that are numbers: their labels, limits and controls.

Knows streamlit and the limits; which recipe, network or preset is chosen, it is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from charlstm.settings.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.settings.settings import LIMITS
from charlstm.ui import address

MAX_UNITS = 512
"""Cells that a page offers; the command line goes further."""

NUMBERS = {
    "units": "Cells",
    "layers": "Layers",
    "learning_rate": "Learning rate",
    "batch": "Batch",
    "epochs": "Epochs",
    "seed": "Seed",
    "clip_norm": "Clip gradients to a norm of",
    "final_share": "Final share of the rate",
    "dropout": "Dropout",
    "weight_decay": "Weight decay",
    "chunk": "Chunk, in characters",
    "seconds": "Seconds at most",
}
"""The settings that are numbers, under their names in the address, with their labels."""

_FRACTIONS = {"learning_rate": (0.001, "%.5g"), "clip_norm": (0.1, "%.4g")} | {
    "final_share": (0.05, "%.4g"),
    "dropout": (0.1, "%.4g"),
    "weight_decay": (0.01, "%.4g"),
}
"""Those that need not be whole, with the step of their buttons and how they are shown."""

_HELP = {
    "dropout": "Share of each layer's outputs that are silent at a step, while it learns",
    "weight_decay": "What weights lose at each step, as a share of themselves, at a rate of 1",
    "chunk": "Of each stream; gradients reach no further back. A window of book has 60",
    "clip_norm": "A gradient that is longer than this is scaled down to it; 0 clips nothing",
    "final_share": "The learning rate at the end, as a share of the first; 1 keeps it constant",
    "seconds": "Of training; it ends then, however many epochs are done. 0 for no such limit",
}


def limits_of(name: str, recipe: str = DEFAULT_RECIPE) -> tuple[float, float]:
    """Return the least and the most that a page offers where a recipe is chosen."""
    if name == "chunk" and not RECIPES[recipe].carries_state:
        return RECIPES[recipe].chunk, RECIPES[recipe].chunk
    low = 0.0 if name in ("clip_norm", "seconds") else LIMITS[name].low
    return low, MAX_UNITS if name == "units" else LIMITS[name].high


def note_on(name: str, default: float, recipe: str) -> str:
    """Return a note if the address asks for what a number cannot be, or ``""``."""
    low, high = limits_of(name, recipe)
    if name in _FRACTIONS:
        return address.number(name, default, low, high)[1]
    return address.whole_number(name, int(default), int(low), int(high))[1]


def setting_input(
    place: st.delta_generator.DeltaGenerator, name: str, of: str, default: float, recipe: str
) -> float:
    """Show one number and return it.

    Args:
        place: Where it stands.
        name: One of NUMBERS.
        of: Whose default it is: a recipe's, for a network at a level, or a preset's. Each has a
            control of its own.
        default: What it is before anyone changes it.
        recipe: The one that is chosen.
    """
    label, (low, high), widget = NUMBERS[name], limits_of(name, recipe), f"{name}-{of}"
    words = _HELP.get(name, f"{low:,g} to {high:,.10g}")
    if name in _FRACTIONS:
        step, shown = _FRACTIONS[name]
        limits = float(default), float(low), float(high)
        return address.number_input(
            place, label, name, *limits, widget=widget, step=step, format=shown, help=words
        )
    return address.whole_number_input(
        place, label, name, int(default), int(low), int(high), widget=widget, help=words
    )


def default_of(
    name: str, defaults: Mapping[str, float | None], given: Mapping[str, float]
) -> float:
    """Return what a number is before anyone changes it: the preset's, or the recipe's."""
    if name == "epochs" and "seconds" in given:
        return given.get(name, LIMITS["epochs"].high)
    return given.get(name, defaults.get(name) or 0)
