"""Charts in Altair: their one theme, registered here, and what several of them share.

Charts take tables that others made. They compute no figures themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
from altair.utils.schemapi import disable_debug_mode

from charlstm.ui.theme import PALETTE

PERCENT = "format(100 * datum.value, '.2~r') + ' %'"
"""Vega's expression for the label of a probability on an axis: ``40 %``."""

DASHES = [[1, 0], [6, 3], [2, 2], [7, 2, 2, 2], [4, 2], [1, 3]]
SHAPES = {"circle": "●", "square": "■", "triangle-up": "▲", "diamond": "◆"}
"""The shapes of points, and how a legend in HTML shows them."""

ROOM_AROUND = {"left": 5, "top": 5, "right": 14, "bottom": 20}
"""In pixels: the last label of an axis is wider than its tick."""


def _theme() -> alt.theme.ThemeConfig:
    """Return the theme of all charts: text that can be read from the back row, colours."""
    return {
        "config": {
            "axis": {"labelFontSize": 13, "titleFontSize": 14, "titleFontWeight": "normal"},
            "legend": {
                "orient": "top",
                "labelFontSize": 15,
                "labelLimit": 0,
                "symbolSize": 300,
            },
            "range": {"category": list(PALETTE), "symbol": list(SHAPES)},
        }
    }


alt.theme.register("charlstm", enable=True)(_theme)

# Altair checks the whole chart at the end. Checking each of its parts as well takes longer.
disable_debug_mode()


def coloured(
    field: str,
    names: Sequence[str],
    legend: alt.Legend | None = None,
    title: str | None = None,
    **options: Any,
) -> alt.Color:
    """Return the colours of the palette for a column's values, in the order of their names.

    The title is that of the legend; the options are those of the scale.
    """
    scale = alt.Scale(domain=list(names), **options)
    return alt.Color(f"{field}:N", title=title, scale=scale, legend=legend)


def dashed(field: str, names: Sequence[str]) -> alt.StrokeDash:
    """Return a dash pattern for each of a column's values, so that they differ without colour."""
    scale = alt.Scale(domain=list(names), range=DASHES[: len(names)])
    return alt.StrokeDash(f"{field}:N", scale=scale, legend=None)


def tooltip(**formats: str | tuple[str, str]) -> list[alt.Tooltip]:
    """Return the tooltip: columns with the format of their numbers, ``""`` for words.

    A pair is the title and the format; otherwise the title is the column's name.
    """
    shown = []
    for column, each in formats.items():
        title, form = each if isinstance(each, tuple) else (column, each)
        kind = alt.Tooltip(f"{column}:Q", title=title, format=form)
        shown.append(kind if form else alt.Tooltip(f"{column}:N", title=title))
    return shown
