"""All cells at all characters as one picture, from which a cell and a character can be chosen."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from charlstm.ui.components.mount import component, sent_numbers
from charlstm.ui.text import visible

MOST_COLUMNS = 300

_mount = component("heatmap", "shared/picture.js")


def heatmap(
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
    """Show a picture of at most MOST_COLUMNS characters around a position.

    The fractions, shape (characters, cells) and from -1 to 1, are how strongly each is coloured.
    Row and column of the chosen cell and position are framed; the function is called with the pair
    that is clicked. The hint is under the picture while nothing is pointed at.
    """
    count, cells = fractions.shape
    first = min(max(0, position - MOST_COLUMNS // 2), max(0, count - MOST_COLUMNS))
    columns = slice(first, first + MOST_COLUMNS)
    values = np.round(np.clip(fractions[columns].T, -1.0, 1.0) * 127).astype(np.int8)

    def chosen() -> None:
        if at := sent_numbers(key, "chosen", cells, count):
            on_choose(*at)

    _mount(
        key=key,
        data={
            "cells": cells,
            "first": first,
            "symbols": [c if c.isprintable() else visible(c) for c in symbols[columns]],
            "values": base64.b64encode(values.tobytes()).decode(),
            "cell": cell,
            "position": position,
            "label": label,
            "hint": hint,
        },
        on_chosen_change=chosen,
    )
