"""Charts of symbols and of compressors, as bars."""

from __future__ import annotations

import altair as alt
import pandas as pd

from charlstm.analysis.distribution import probability_words
from charlstm.compression.baselines import AFTER, ALONE, MODEL
from charlstm.data.symbols import visible
from charlstm.ui.charts import PERCENT, coloured, tooltip
from charlstm.ui.theme import BLUE, GREY, SKY_BLUE, TRAINING, VERMILION

MOST = 60
"""Symbols that have bars of their own."""

_BEFORE, _AFTER = "all cells", "switched off"
_WAYS = {MODEL: VERMILION, AFTER: BLUE, ALONE: SKY_BLUE}
_ROW, _AROUND = 31, 70
"""Pixels of a bar with its gap, and of the axis with its title."""

_ROOM_FOR_FIGURES = {"left": 5, "top": 5, "right": 58, "bottom": 5}
"""Room for the figure beyond the end of a bar, however narrow the window is."""


def symbol_chart(counts: pd.DataFrame, height: int = 130) -> alt.Chart:
    """Return the fraction of a text that each of the MOST frequent symbols makes up."""
    shown = counts.head(MOST)
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
    more than MOST rows, the rest have one pair together.
    """
    shown, rest = table.head(MOST), table.iloc[MOST:]
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
