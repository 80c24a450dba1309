"""All cells at all characters as one picture, from which a cell and a character can be chosen.

Knows how to mount the component; knows nothing of models or of what a cell may mean.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from charlstm.ui.components.mount import component
from charlstm.ui.text import visible

MOST_COLUMNS = 300


_mount = component(
    "heatmap",
    scripts=(
        "shared/picture.js",
        "heatmap/heatmap_picture.js",
    ),
)


def strip(
    fractions: NDArray[np.floating],
    symbols: Sequence[str],
    *,
    cell: int,
    position: int,
    key: str,
    label: str,
    hint: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Show a picture of at most 300 characters around a place.

    Args:
        fractions: How strongly each is coloured, from -1 to 1, shape (characters, cells).
        symbols: The characters.
        cell: The chosen cell; its row is framed.
        place: The chosen character; its column is framed.
        key: Names the picture's place on the page.
        label: What it is, for screen readers.
        hint: What stands under it while nothing is pointed at.
        on_choose: Called with the cell and the place that are clicked.
    """
    count, cells = fractions.shape
    first = min(max(0, position - MOST_COLUMNS // 2), max(0, count - MOST_COLUMNS))
    shown = fractions[first : first + MOST_COLUMNS].T
    values = np.round(np.clip(shown, -1.0, 1.0) * 127).astype(np.int8)

    def chosen() -> None:
        pair = getattr(st.session_state.get(key), "chosen", None)
        if not isinstance(pair, list) or len(pair) != 2:
            return
        if all(isinstance(number, int | float) for number in pair):
            at_cell, at_position = (int(number) for number in pair)
            if 0 <= at_cell < cells and 0 <= at_position < count:
                on_choose(at_cell, at_position)

    _mount(
        key=key,
        data={
            "cells": cells,
            "first": first,
            "symbols": [
                symbol if symbol.isprintable() else visible(symbol)
                for symbol in symbols[first : first + MOST_COLUMNS]
            ],
            "values": base64.b64encode(values.tobytes()).decode(),
            "cell": cell,
            "position": position,
            "label": label,
            "hint": hint,
        },
        on_chosen_change=chosen,
    )
