"""Charts of the Compression page: who packs best, and the loss of a text that is packed already.

Takes tables that charlstm.compression made; computes no figure itself.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.compression.baselines import AFTER, ALONE, BITS_OF_A_BYTE, MODEL
from charlstm.ui.charts.common import over_seconds, readable

# Of Okabe & Ito's palette (2008), told apart by people with any colour vision.
_WAYS = {MODEL: "#d55e00", AFTER: "#0072b2", ALONE: "#56b4e9"}
# Between black and white, to be read on either.
_INK = "#808080"
_WHO = ["#d55e00", "#0072b2", "#009e73", "#cc79a7"]
_ROW, _AROUND = 31, 70
"""Pixels of a bar with its gap, and of the axis with its title."""

_ROOM_FOR_FIGURES = {"left": 5, "top": 5, "right": 58, "bottom": 5}
"""A figure stands beyond the end of its bar, however narrow the window is."""


def baselines_chart(table: pd.DataFrame) -> alt.LayerChart:
    """Return a bar for every way to pack a text, the shortest at the top.

    Args:
        table: As charlstm.compression.baselines.comparison gives it.
    """
    shown = table.assign(
        label=[
            str(row.who) if row.way == MODEL else f"{row.who}, {row.way}"
            for row in table.itertuples()
        ],
        says=[f"{bits:.3f}" for bits in table["bits"]],
    )
    ways = [way for way in _WAYS if way in set(table["way"])]
    base = alt.Chart(shown).encode(
        y=alt.Y(
            "label:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelFontSize=15, labelLimit=420, ticks=False, domain=False),
        ),
        x=alt.X(
            "bits:Q",
            title="bits per character",
            scale=alt.Scale(domain=[0, float(table["bits"].max())], nice=False),
            axis=alt.Axis(labelFontSize=13, titleFontSize=14, titleFontWeight="normal"),
        ),
        tooltip=[
            alt.Tooltip("who:N"),
            alt.Tooltip("way:N"),
            alt.Tooltip("bytes:Q", format=",.1f"),
            alt.Tooltip("bits:Q", title="bits per character", format=".4f"),
            alt.Tooltip("needed:Q", title="bytes needed besides", format=",.0f"),
            alt.Tooltip("bits_in_all:Q", title="with these counted", format=",.3f"),
        ],
    )
    bars = base.mark_bar(height=_ROW * 0.62).encode(
        color=alt.Color(
            "way:N",
            title=None,
            scale=alt.Scale(domain=ways, range=[_WAYS[way] for way in ways]),
            legend=None,
        )
    )
    figures = base.mark_text(align="left", dx=6, fontSize=15, color=_INK).encode(text="says:N")
    return alt.layer(bars, figures).properties(
        height=_ROW * len(shown) + _AROUND, padding=_ROOM_FOR_FIGURES
    )


def thought_chart(curves: pd.DataFrame, height: int = 400) -> alt.Chart | alt.LayerChart:
    """Return the losses of who learns what, in bits per symbol, and the line of eight bits.

    Args:
        curves: Columns who, curve, seconds, bits.
        height: In pixels.
    """
    names = list(dict.fromkeys(curves["who"]))
    most = max(BITS_OF_A_BYTE, float(curves["bits"].max()))
    legend = alt.Legend(
        orient="top",
        columns=1,
        symbolType="stroke",
        symbolSize=300,
        symbolStrokeWidth=2.5,
        labelFontSize=15,
        labelLimit=0,
    )
    lines = (
        alt.Chart(curves)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=20))
        .encode(
            x=over_seconds(),
            y=alt.Y(
                "bits:Q",
                title="bits per symbol: held out, and dashed: training",
                scale=alt.Scale(domain=[0, most * 1.08], nice=False),
                axis=alt.Axis(tickCount=8),
            ),
            color=alt.Color(
                "who:N",
                title=None,
                scale=alt.Scale(domain=names, range=_WHO[: len(names)]),
                legend=legend,
            ),
            strokeDash=alt.StrokeDash(
                "curve:N",
                scale=alt.Scale(domain=[HELD_OUT, TRAINING], range=[[1, 0], [5, 4]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("who:N"),
                alt.Tooltip("curve:N"),
                alt.Tooltip("seconds:Q", format=".1f"),
                alt.Tooltip("bits:Q", format=".3f"),
            ],
        )
    )
    eight = pd.DataFrame({"bits": [BITS_OF_A_BYTE], "says": ["8 bits: nothing to be learned"]})
    rule = alt.Chart(eight).mark_rule(strokeDash=[2, 3], strokeWidth=2, color=_INK)
    label = alt.Chart(eight).mark_text(
        align="left", baseline="bottom", dx=8, dy=-4, fontSize=14, color=_INK
    )
    label = label.encode(x=alt.value(0), y="bits:Q", text="says:N")
    chart = alt.layer(lines, rule.encode(y="bits:Q"), label)
    return readable(chart.properties(height=height))
