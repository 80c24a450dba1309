"""The table of what the cells know: each property, its best cells, and the score they held.

Knows how to mount the component and how scores are worded; scores nothing itself.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.cells.properties import property_of
from charlstm.cells.scores import CellScores
from charlstm.ui.components.mount import component
from charlstm.ui.views.cell_words import cell_name, measure, score_words

_mount = component("properties")


def claims(
    scores: CellScores,
    *,
    chosen: tuple[int, int, str],
    layers: int,
    key: str,
    on_choose: Callable[[int, int, str], None],
) -> None:
    """Show the properties, the best known first, each with its best cells as buttons.

    Args:
        scores: What is shown.
        chosen: The layer, cell and state that the page shows; its buttons are pressed.
        layers: Of the model; where there is one, cells go by their number alone.
        key: Names the table's place on the page.
        on_choose: Called with the layer, cell and state of a button.
    """
    best = scores.best
    first = best[best["rank"] == 1].sort_values("strength", ascending=False, kind="stable")
    groups = [best[best["property"] == name] for name in first["property"]]
    data = {
        "label": "Properties of the text and the cells that predict them best",
        "rows": [_row(group, scores.together, chosen, layers) for group in groups],
    }
    token = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]

    def pressed() -> None:
        pair = getattr(st.session_state.get(key), "chosen", None)
        if not isinstance(pair, list) or not all(isinstance(n, int | float) for n in pair):
            return
        row, position = (int(number) for number in pair)
        if 0 <= row < len(groups) and 0 <= position < len(groups[row]):
            cell = groups[row].iloc[position]
            on_choose(int(cell["layer"]), int(cell["cell"]), str(cell["state"]))

    _mount(key=key, data=data | {"token": token}, on_chosen_change=pressed)


def _row(
    group: pd.DataFrame, together: pd.DataFrame, chosen: tuple[int, int, str], layers: int
) -> dict[str, Any]:
    rows = group.to_dict("records")
    best = rows[0]
    each = property_of(str(best["property"]))
    ends = [best["low"], best["high"]]
    everyone = together[together["property"] == best["property"]].iloc[0]
    known = not any(map(math.isnan, ends))
    from_to = [end if each.is_position else 2 * end - 1 for end in ends]
    return {
        "name": each.name,
        "chance": not known or from_to[0] <= 0,
        "label": each.label,
        "rule": each.rule,
        "measure": measure(best),
        "score": f"{best['score']:.2f}",
        "interval": f"{ends[0]:.2f} to {ends[1]:.2f}" if known else "",
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
