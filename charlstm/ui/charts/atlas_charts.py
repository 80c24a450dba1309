"""Charts of an atlas: four panels against temperature, one above the other, that can be clicked.

A click anywhere on a panel selects the nearest of the 41 temperatures under the name POINT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from charlstm.browser.colours import VERMILION, temperature_colour
from charlstm.ui.charts import PERCENT, coloured, dashed, tooltip

POINT = "point"

_HALF_STEP = 0.025
_AXIS_HEIGHT = 56
_TOOLTIPS: dict[str, str | tuple[str, str]] = {
    "temperature": ("T", ".2f"),
    "corpus_fraction": ("words in the corpus", ".1%"),
    "english_fraction": ("English words", ".1%"),
    "invented_fraction": ("invented words", ".1%"),
    "copy_length": ("longest copy", ".0f"),
    "repeated_fraction": ("repeated 20-grams", ".1%"),
    "loop_period": ("loop of", ".0f"),
    "entropy_bits": ("entropy, bits", ".3f"),
    "gzip_bits": ("gzip, bits", ".3f"),
    "bits_at_1": ("cost at T = 1, bits", ".3f"),
}


@dataclass(frozen=True)
class Panel:
    """One chart: its title, columns of the table with their names, and its axis."""

    title: str
    lines: dict[str, str]
    labels: dict[str, Any]
    scale: dict[str, Any]


_FRACTION: dict[str, Any] = {"labels": {"labelExpr": PERCENT}, "scale": {"domain": [0, 1.0]}}
PANELS = (
    Panel(
        "Words",
        {
            "corpus_fraction": "in corpus",
            "invented_fraction": "invented",
            "english_fraction": "English",
        },
        **_FRACTION,
    ),
    Panel(
        "Longest copy from the corpus",
        {"copy_length": "characters"},
        labels={"format": "d", "tickMinStep": 1},
        scale={"zero": True},
    ),
    Panel("Repetition", {"repeated_fraction": "20-grams seen before; ring: a loop"}, **_FRACTION),
    Panel(
        "Bits per character",
        {"entropy_bits": "entropy", "gzip_bits": "gzip", "bits_at_1": "at T = 1"},
        labels={"format": ".1f"},
        scale={"zero": True},
    ),
)


def panel_chart(
    table: pd.DataFrame, panel: Panel, temperature: float, *, is_last: bool, height: int = 112
) -> alt.LayerChart:
    """Return one panel of an atlas's table, with a rule at the selected temperature.

    The last panel has the labels and the title of the temperature axis, which add to the height
    (in pixels).
    """
    figures = table[list(_TOOLTIPS)]
    long = figures.melt("temperature", list(panel.lines), "line", "value").dropna()
    long["line"] = long["line"].map(panel.lines)
    names = list(panel.lines.values())
    x = _over_temperature("temperature", is_last=is_last)
    axis = alt.Axis(tickCount=3, minExtent=52, maxExtent=52, **panel.labels)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(**panel.scale), axis=axis)
    legend = alt.Legend(
        direction="horizontal",
        titleOrient="left",
        titleFontSize=14,
        titleFontWeight="normal",
        titleLimit=0,
        titlePadding=8,
        symbolType="stroke",
        symbolSize=140,
        labelFontSize=12.5,
        columnPadding=7,
        offset=4,
    )
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.2, point=alt.OverlayMarkDef(size=16))
        .encode(
            x=x,
            y=y,
            color=coloured("line", names, legend, panel.title),
            strokeDash=dashed("line", names),
        )
    )
    chosen = alt.Chart(pd.DataFrame({"temperature": [temperature]}))
    rule = chosen.mark_rule(strokeWidth=3, color=temperature_colour(temperature)).encode(x=x)
    rings = []
    if "repeated_fraction" in panel.lines and (table["loop_period"] > 0).any():
        looped = table.loc[table["loop_period"] > 0, ["temperature", "repeated_fraction"]]
        marks = alt.Chart(looped.rename(columns={"repeated_fraction": "value"}))
        rings = [marks.mark_point(size=130, color=VERMILION, strokeWidth=2).encode(x=x, y=y)]
    return alt.layer(rule, lines, *rings, _surface(figures, is_last)).properties(
        height=height + (_AXIS_HEIGHT if is_last else 0),
        padding={"left": 0, "right": 8, "top": 0, "bottom": 0},
    )


def _over_temperature(column: str, *, is_last: bool) -> alt.X:
    return alt.X(
        f"{column}:Q",
        title="temperature" if is_last else None,
        scale=alt.Scale(domain=[-_HALF_STEP, 2 + _HALF_STEP], nice=False),
        axis=alt.Axis(
            values=[0, 0.2, 0.5, 1, 1.2, 1.5, 2],
            format="~g",
            grid=True,
            labels=is_last,
            ticks=is_last,
        ),
    )


def _surface(figures: pd.DataFrame, is_last: bool) -> alt.Chart:
    """Return the targets of clicks and tooltips: an invisible full-height bar for each T."""
    bars = figures.assign(
        left=figures["temperature"] - _HALF_STEP, right=figures["temperature"] + _HALF_STEP
    )
    clicked = alt.selection_point(name=POINT, fields=["temperature"], on="click", clear=False)
    return (
        alt.Chart(bars)
        .mark_rect(opacity=0)
        .encode(
            x=_over_temperature("left", is_last=is_last), x2="right:Q", tooltip=tooltip(**_TOOLTIPS)
        )
        .add_params(clicked)
    )
