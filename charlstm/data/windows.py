"""The notebook's windows of a text: 60 characters, and the character after them.

Pure functions of ids; knows nothing of networks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW, WINDOW_STEP, window_count

HELD_OUT_WINDOWS = 2048
"""Held-out windows that the live loss of a training is measured on."""


def windows(
    ids: NDArray[Any], window: int = WINDOW, step: int = WINDOW_STEP
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the seed's windows and the character after each.

    Args:
        ids: A text, shape (characters,).
        window: Characters per window.
        step: Characters from the start of one window to the start of the next.

    Returns:
        Views of shapes (windows, window) and (windows,); nothing is copied.
    """
    if len(ids) <= window:
        return np.zeros((0, window), ids.dtype), np.zeros(0, ids.dtype)
    return np.lib.stride_tricks.sliding_window_view(ids[:-1], window)[::step], ids[window::step]


def sample_of_windows(ids: NDArray[Any], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return at most ``count`` of a text's windows, evenly spread, and their next characters.

    Shapes (windows, 60) and (windows,); the same for every recipe and every run on the text.
    """
    all_windows, targets = windows(ids)
    chosen = _spread(len(targets), count)
    return np.ascontiguousarray(all_windows[chosen]), targets[chosen]


def sample_of_places(length: int, count: int | None = None) -> NDArray[np.intp]:
    """Return the places in a text of the characters that ``sample_of_windows`` predicts.

    Args:
        length: Of the text.
        count: At most so many; all by default.
    """
    windows_in_all = window_count(length)
    chosen = _spread(windows_in_all, windows_in_all if count is None else count)
    return WINDOW + WINDOW_STEP * chosen


def _spread(count: int, most: int) -> NDArray[np.intp]:
    """Return at most ``most`` of so many numbers from 0, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.intp))
