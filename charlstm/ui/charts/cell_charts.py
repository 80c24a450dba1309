"""The chart of two distributions: one model with all of its cells, and without some.

Takes a table that charlstm.cells made; computes no figure itself but the sum of what is left out.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from charlstm.analysis.distribution import probability_words
from charlstm.ui.charts.common import PERCENT
from charlstm.ui.text import visible

_BEFORE, _AFTER = "all cells", "switched off"
_COLOURS = ["#0072b2", "#d55e00"]
MOST = 60


def pair_chart(table: pd.DataFrame, height: int = 300) -> alt.Chart:
    """Return two bars for every symbol; where there are more than 60, the rest share one pair.

    Args:
        table: Columns symbol, before, after; the bars stand in its order.
        height: In pixels.
    """
    shown = table.head(MOST).assign(symbol=[visible(symbol) for symbol in table["symbol"][:MOST]])
    rest = table.iloc[MOST:]
    if len(rest):
        others = pd.DataFrame(
            {
                "symbol": [f"{len(rest):,} others"],
                "before": [rest["before"].sum()],
                "after": [rest["after"].sum()],
            }
        )
        shown = pd.concat([shown, others], ignore_index=True)
    long = shown.rename(columns={"before": _BEFORE, "after": _AFTER}).melt(
        "symbol", [_BEFORE, _AFTER], "model", "p"
    )
    long["said"] = long["p"].map(probability_words)
    chart = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=alt.X(
                "symbol:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelAngle=0, labelFontSize=14, labelOverlap=True, ticks=False),
                scale=alt.Scale(paddingInner=0.18),
            ),
            xOffset=alt.XOffset("model:N", sort=[_BEFORE, _AFTER]),
            y=alt.Y("p:Q", title="probability", axis=alt.Axis(tickCount=4, labelExpr=PERCENT)),
            color=alt.Color(
                "model:N",
                title=None,
                scale=alt.Scale(domain=[_BEFORE, _AFTER], range=_COLOURS),
                legend=alt.Legend(orient="top", labelFontSize=15, symbolType="square"),
            ),
            tooltip=["symbol:N", "model:N", alt.Tooltip("said:N", title="probability")],
        )
        .properties(height=height)
    )
    return chart.configure_axis(labelFontSize=13, titleFontSize=14, titleFontWeight="normal")
