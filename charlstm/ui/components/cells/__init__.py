"""The page Cells in the browser: a text coloured by any cell, all cells at once, a single step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from charlstm.cells.properties import property_of
from charlstm.cells.scores import CellScores
from charlstm.cells.spans import usual_span
from charlstm.cells.states import STATES
from charlstm.runs.store import find
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.parameters import same, span_read
from charlstm.web.addresses import model_address

FIRST_PROPERTY = "word"  # it is easy to follow on any text
MEASURE_MEANING = (
    "AUC is the probability that a cell tells a character that has the property from one that has"
    " not: 0.5 is chance, 1 is perfect. ρ is the rank correlation of a cell with a position: 0 is"
    " chance, 1 is perfect."
)

Scored = tuple[CellScores, str] | None
"""The scores of a checkpoint and what text they are from, or None if there are none."""

_mount = component("cells", "shared/below.css", "shared/writing.css")


@dataclass(frozen=True)
class Shown:
    """The person's choices; position and span count from 0, the span's stop is excluded."""

    look: str
    layer: int
    cell: int
    state: str
    position: int
    span: tuple[int, int] | None


def cells(
    model: LanguageModel, text: str, scored: Scored, *, views: Sequence[str], key: str
) -> Shown:
    """Show a text coloured by a cell, and the rest of the view; all is computed in the browser.

    ``text`` is not empty, and in the form that the model reads; the views are the options of
    ``look``. If there are scores, the properties that the cells predict are shown.
    """
    network, count = model.lstm, len(text)
    layer, cell, state = _first(scored)
    layers = {str(number): number for number in range(network.layers)}
    wanted = (
        address.parameter("look", options=same(views)),
        address.parameter("layer", default=layer, options=layers),
        address.parameter("cell", default=cell, high=network.units - 1),
        address.parameter("state", default=state, options=same(STATES)),
        address.parameter("position", high=count - 1),
        address.parameter(
            "span", default=usual_span(text), parse=lambda word: span_read(word, count)
        ),
    )
    words, revision = address.exchange(key, wanted)
    data = {
        "words": words,
        "revision": revision,
        "model": model_address(find(model.run), model.step),
        "text": text,
        "layers": network.layers,
        "units": network.units,
        "about": _about(scored, network.layers),
        "rows": _rows(scored[0], network.layers) if scored else [],
        "measures": _measures(*scored) if scored else "",
    }
    _mount(key=key, data=data)
    return Shown(*map(address.read, wanted))


def _first(scored: Scored) -> tuple[int, int, str]:
    """Return the layer, cell and state that are shown first."""
    if scored is None or scored[0].best.empty:
        return 0, 0, "c"
    best = scored[0].best.sort_values("strength", ascending=False, kind="stable")
    row = best.iloc[int((best["property"] == FIRST_PROPERTY).argmax())]
    return int(row["layer"]), int(row["cell"]), str(row["state"])


def _about(scored: Scored, layers: int) -> list[dict[int, str]]:
    """Return the property that each cell follows best, by layer and cell."""
    table = scored[0].cells.to_dict("records") if scored else []
    found: list[dict[int, str]] = [{} for _ in range(layers)]
    for row in table:
        found[row["layer"]][row["cell"]] = _about_words(row)
    return found


def about_words(scored: Scored, layer: int, cell: int) -> str:
    """Return the property that a cell predicts best with its score, or "" if that is unknown."""
    if scored is None:
        return ""
    table = scored[0].cells
    rows = table[(table["layer"] == layer) & (table["cell"] == cell)].to_dict("records")
    return _about_words(rows[0]) if rows else ""


def _about_words(row: dict[Any, Any]) -> str:
    return f"{property_of(str(row['property'])).label}, {_score_words(row)}"


def _measures(scores: CellScores, what: str) -> str:
    return (
        f"Chosen on {scores.chosen_on:,} characters, scored on the {scores.scored_on:,} after them:"
        f" {what}. {MEASURE_MEANING} The bar is a 95 % interval, grey where chance lies in it. The"
        " ring is a linear fit on all cells together."
    )


def _rows(scores: CellScores, layers: int) -> list[dict[str, Any]]:
    """Return the properties, the best predicted first, each with its best cells."""
    best = scores.best
    first = best[best["rank"] == 1].sort_values("strength", ascending=False, kind="stable")
    groups = [best[best["property"] == name] for name in first["property"]]
    return [_row(group, scores.together, layers) for group in groups]


def cell_name(layer: int, cell: int, layers: int) -> str:
    """Return the name of a cell: its number, and its layer if there are several."""
    return f"{cell}" if layers == 1 else f"{layer}·{cell}"


def _score_words(row: dict[Any, Any]) -> str:
    """Return a score with its measure, such as "AUC 0.93"."""
    return f"{_measure(row)} {row['score']:.2f}"


def _measure(row: dict[Any, Any]) -> str:
    return "ρ" if property_of(str(row["property"])).is_position else "AUC"


def _row(group: pd.DataFrame, together: pd.DataFrame, layers: int) -> dict[str, Any]:
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
        "cells": [_cell(row, layers) for row in rows],
    }


def _cell(row: dict[Any, Any], layers: int) -> dict[str, Any]:
    name = cell_name(row["layer"], row["cell"], layers)
    low = "" if row["sign"] > 0 else ", low where the property is high"
    return {
        "label": f"cell {name}" if row["rank"] == 1 else name,
        "said": f"cell {name}, {row['state']}{low}: {_score_words(row)}",
        "layer": row["layer"],
        "cell": row["cell"],
        "state": row["state"],
    }
