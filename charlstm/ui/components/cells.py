"""The components of the Cells page: what cells know, all of them as a picture, a single step."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.analysis.distribution import probability_words
from charlstm.cells.properties import property_of
from charlstm.cells.scores import CellScores
from charlstm.cells.states import GATES, CellStep
from charlstm.data.symbols import visible
from charlstm.ui.components import component, on_numbers, with_token

MOST_COLUMNS = 300

_mount_properties = component("properties")
_mount_heatmap = component("heatmap")
_mount_cell_step = component("cell_step")


def properties(
    scores: CellScores,
    *,
    chosen: tuple[int, int, str],
    layers: int,
    key: str,
    on_choose: Callable[[int, int, str], None],
) -> None:
    """Show the properties, the best known first, each with its best cells as buttons.

    The buttons of the chosen layer, cell and state are pressed; the function is called with those
    of a button. Where a model has one layer, cells go by their number alone.
    """
    best = scores.best
    first = best[best["rank"] == 1].sort_values("strength", ascending=False, kind="stable")
    groups = [best[best["property"] == name] for name in first["property"]]
    data = {
        "label": "Properties of the text and the cells that predict them best",
        "rows": [_row(group, scores.together, chosen, layers) for group in groups],
    }

    def pressed(row: int, button: int) -> None:
        if button < len(groups[row]):
            cell = groups[row].iloc[button]
            on_choose(int(cell["layer"]), int(cell["cell"]), str(cell["state"]))

    chosen_change = on_numbers(key, "chosen", len(groups), len(best), call=pressed)
    _mount_properties(key=key, data=with_token(data), on_chosen_change=chosen_change)


def cell_name(layer: int, cell: int, layers: int) -> str:
    """Return what a cell is called: its number, and its layer where there are several."""
    return f"{cell}" if layers == 1 else f"{layer}·{cell}"


def score_words(row: dict[Any, Any]) -> str:
    """Return a score with its measure, such as "AUC 0.93"."""
    return f"{_measure(row)} {row['score']:.2f}"


def _measure(row: dict[Any, Any]) -> str:
    return "ρ" if property_of(str(row["property"])).is_position else "AUC"


def _row(
    group: pd.DataFrame, together: pd.DataFrame, chosen: tuple[int, int, str], layers: int
) -> dict[str, Any]:
    rows = group.to_dict("records")
    best = rows[0]
    each = property_of(str(best["property"]))
    low, high = best["low"], best["high"]
    everyone = together[together["property"] == best["property"]].iloc[0]
    known = not (math.isnan(low) or math.isnan(high))
    from_to = [end if each.is_position else 2 * end - 1 for end in (low, high)]
    return {
        "name": each.name,
        "chance": not known or from_to[0] <= 0,
        "label": each.label,
        "rule": each.rule,
        "measure": _measure(best),
        "score": f"{best['score']:.2f}",
        "interval": f"{low:.2f} to {high:.2f}" if known else "",
        "at": best["strength"],
        "all": everyone["strength"],
        "together": f"{everyone['score']:.2f}",
        "from": from_to[0] if known else None,
        "to": from_to[1] if known else None,
        "cells": [_cell(row, chosen, layers) for row in rows],
    }


def _cell(row: dict[Any, Any], chosen: tuple[int, int, str], layers: int) -> dict[str, Any]:
    name = cell_name(row["layer"], row["cell"], layers)
    low = "" if row["sign"] > 0 else ", low where the property is high"
    return {
        "label": f"cell {name}" if row["rank"] == 1 else name,
        "said": f"cell {name}, {row['state']}{low}: {score_words(row)}",
        "chosen": (row["layer"], row["cell"], row["state"]) == chosen,
    }


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

    _mount_heatmap(
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
        on_chosen_change=on_numbers(key, "chosen", cells, count, call=on_choose),
    )


def cell_step_view(step: CellStep, cell: int, symbol: str, layer: int, *, key: str) -> None:
    """Show what one cell of a layer did when one character was read.

    Layers are counted from 0; above the first a layer reads the output of the one below.
    """
    numbers = {
        name: float(getattr(step, name)[cell])
        for name in ("i", "f", "g", "o", "c_before", "h_before", "c", "h")
    }
    parts = (step.from_input, step.from_state, step.bias, step.z)
    sums = [
        {"gate": gate, "parts": [float(part[row, cell]) for part in parts], "value": numbers[gate]}
        for row, gate in enumerate(GATES)
    ]
    words = {
        "reads": f"reads “{visible(symbol)}”" if layer == 0 else f"reads layer {layer - 1}",
        "also": f"and output h before, of all {len(step.c)} cells",
        "input-name": "row of W" if layer == 0 else "h below · W",
        "sentence": (
            f"At “{visible(symbol)}” it kept {probability_words(numbers['f'])} of the"
            f" {_signed(numbers['c_before'])} that it held, added"
            f" {_signed(numbers['i'] * numbers['g'])}, and output"
            f" {probability_words(numbers['o'])} of the tanh of the sum."
        ),
    }
    _mount_cell_step(key=key, data={"numbers": numbers, "sums": sums, "words": words})


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
