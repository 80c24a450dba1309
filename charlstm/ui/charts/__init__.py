"""Charts in Altair: their one theme, registered here, what several share, and bar charts.

Charts take tables that others made. They compute no figures themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import disable_debug_mode

from charlstm.analysis.distribution import probability_words
from charlstm.browser.colours import BLUE, GREY, PALETTE, SKY_BLUE, TRAINING, VERMILION
from charlstm.compression.baselines import AFTER, ALONE, MODEL
from charlstm.data.vocabulary import visible

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


MOST_BARS = 60
"""Symbols that have bars of their own."""

_BEFORE, _AFTER = "all cells", "switched off"
_WAYS = {MODEL: VERMILION, AFTER: BLUE, ALONE: SKY_BLUE}
_ROW, _AROUND = 31, 70
"""Pixels of a bar with its gap, and of the axis with its title."""

_ROOM_FOR_FIGURES = {"left": 5, "top": 5, "right": 58, "bottom": 5}
"""Room for the figure beyond the end of a bar, however narrow the window is."""


def symbol_chart(counts: pd.DataFrame, height: int = 130) -> alt.Chart:
    """Return the fraction of a text that each of the MOST_BARS most frequent symbols makes up."""
    shown = counts.head(MOST_BARS)
    shown = shown.assign(
        symbol=shown["symbol"].map(visible), words=shown["fraction"].map(probability_words)
    )
    axis = alt.Axis(labelExpr=PERCENT, tickCount=3)
    return (
        alt.Chart(shown)
        .mark_bar(color=TRAINING)
        .encode(
            x=_symbols(labelFontSize=11, labelOverlap=False),
            y=alt.Y("fraction:Q", title=None, axis=axis),
            tooltip=tooltip(symbol="", count=",", words=("fraction", "")),
        )
        .properties(height=height)
    )


def pair_chart(table: pd.DataFrame, height: int = 300) -> alt.Chart:
    """Return two bars for every symbol, with all cells of a model and with some switched off.

    The table has the columns symbol, before and after; the bars are in its order. If it has
    more than MOST_BARS rows, the rest have one pair together.
    """
    shown, rest = table.head(MOST_BARS), table.iloc[MOST_BARS:]
    shown = shown.assign(symbol=shown["symbol"].map(visible))
    if len(rest):
        others = rest[["before", "after"]].sum().to_frame().T.assign(symbol=f"{len(rest):,} others")
        shown = pd.concat([shown, others], ignore_index=True)
    long = shown.rename(columns={"before": _BEFORE, "after": _AFTER}).melt(
        "symbol", [_BEFORE, _AFTER], "model", "p"
    )
    long["words"] = long["p"].map(probability_words)
    legend = alt.Legend(symbolType="square", symbolSize=100)
    return (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=_symbols(labelFontSize=14, labelOverlap=True).scale(paddingInner=0.18),
            xOffset=alt.XOffset("model:N", sort=[_BEFORE, _AFTER]),
            y=alt.Y("p:Q", title="probability", axis=alt.Axis(tickCount=4, labelExpr=PERCENT)),
            color=coloured("model", [_BEFORE, _AFTER], legend),
            tooltip=tooltip(symbol="", model="", words=("probability", "")),
        )
        .properties(height=height)
    )


def _symbols(**labels: float | bool) -> alt.X:
    axis = alt.Axis(labelAngle=0, ticks=False, **labels)
    return alt.X("symbol:N", title=None, sort=None, axis=axis)


def baselines_chart(table: pd.DataFrame) -> alt.LayerChart:
    """Return a bar for every way to compress a text, as baselines.comparison gives them."""
    ways = [way for way in _WAYS if way in set(table["way"])]
    shown = table.assign(
        label=table["program"].where(table["way"] == MODEL, table["program"] + ", " + table["way"]),
        says=table["bits"].map("{:.3f}".format),
    )
    axis = alt.Axis(labelFontSize=15, labelLimit=420, ticks=False, domain=False)
    scale = alt.Scale(domain=[0, float(table["bits"].max())], nice=False)
    base = alt.Chart(shown).encode(
        y=alt.Y("label:N", title=None, sort=None, axis=axis),
        x=alt.X("bits:Q", title="bits per character", scale=scale),
        tooltip=tooltip(
            program="",
            way="",
            bytes=",.1f",
            bits=("bits per character", ".4f"),
            needed=("further bytes needed", ",.0f"),
            bits_in_all=("including these", ",.3f"),
        ),
    )
    bars = base.mark_bar(height=_ROW * 0.62).encode(
        color=coloured("way", ways, range=[_WAYS[way] for way in ways])
    )
    figures = base.mark_text(align="left", dx=6, fontSize=15, color=GREY).encode(text="says:N")
    return alt.layer(bars, figures).properties(
        height=_ROW * len(shown) + _AROUND, padding=_ROOM_FOR_FIGURES
    )
