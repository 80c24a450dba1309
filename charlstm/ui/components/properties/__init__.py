"""The table of what the cells know: each property of a text, its best cells, and their scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from charlstm.cells.properties import property_of
from charlstm.cells.scores import CellScores
from charlstm.ui.components.mount import component, sent_numbers, with_token

_mount = component("properties")


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

    def pressed() -> None:
        at = sent_numbers(key, "chosen", len(groups), len(best))
        if at and at[1] < len(groups[at[0]]):
            cell = groups[at[0]].iloc[at[1]]
            on_choose(int(cell["layer"]), int(cell["cell"]), str(cell["state"]))

    _mount(key=key, data=with_token(data), on_chosen_change=pressed)


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
