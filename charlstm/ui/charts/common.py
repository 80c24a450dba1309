"""Charts in Altair: loss curves, races and symbol frequencies.

Takes DataFrames that charlstm.analysis and charlstm.data made; computes no figure itself.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.analysis.distribution import nats_to_bits, probability_words
from charlstm.ui.text import visible

PERCENT = "format(100 * datum.value, '.2~r') + ' %'"
"""Vega's expression for the label of a probability on an axis: ``40 %``."""

_FEW_POINTS = 120
_ROOM_AROUND = {
    "left": 5,
    "top": 5,
    "right": 14,
    "bottom": 20,
}  # the last label is wider than its tick
_ROOM_FOR_A_LETTER = 0.012
_ROW_OF_A_LEGEND = 18
# Blue and orange of Okabe & Ito's palette (2008), told apart by people with any colour vision.
_TRAINING_COLOUR, _HELD_OUT_COLOUR = "#56a0d3", "#d55e00"
MANY_COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
MANY_DASHES = [[1, 0], [7, 3], [2, 2], [7, 2, 2, 2], [4, 2], [1, 3]]


def loss_chart(curves: pd.DataFrame, height: int = 300, unit: str = "character") -> alt.LayerChart:
    """Return both loss curves over seconds of training; nats on the left, bits on the right.

    Args:
        curves: As loss_curves gives them.
        height: In pixels.
        unit: What a loss is for each of.
    """
    low, high = float(curves["nats"].min()), float(curves["nats"].max())
    margin = 0.05 * max(high - low, 0.1)
    nats = alt.Scale(domain=[low - margin, high + margin], zero=False, nice=False)
    base = alt.Chart(curves).encode(
        x=over_seconds(),
        y=alt.Y("nats:Q", title=f"loss, nats per {unit}", scale=nats),
        color=alt.Color(
            "curve:N",
            title=None,
            scale=alt.Scale(
                domain=[TRAINING, HELD_OUT], range=[_TRAINING_COLOUR, _HELD_OUT_COLOUR]
            ),
            legend=alt.Legend(orient="top", symbolType="stroke", symbolSize=300, labelFontSize=15),
        ),
        strokeDash=alt.StrokeDash(
            "curve:N",
            scale=alt.Scale(domain=[TRAINING, HELD_OUT], range=[[1, 0], [6, 3]]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("curve:N"),
            alt.Tooltip("step:Q", format=",.0f"),
            alt.Tooltip("epoch:Q", format=".2f"),
            alt.Tooltip("seconds:Q", format=".1f"),
            alt.Tooltip("nats:Q", format=".4f"),
            alt.Tooltip("bits:Q", format=".4f"),
        ],
    )
    factor = nats_to_bits(1.0)
    bits = (
        alt.Chart(curves)
        .mark_point(opacity=0)
        .encode(
            x="seconds:Q",
            y=alt.Y(
                "bits:Q",
                title=f"bits per {unit}",
                scale=alt.Scale(
                    domain=[(low - margin) * factor, (high + margin) * factor],
                    zero=False,
                    nice=False,
                ),
                axis=alt.Axis(orient="right", grid=False),
            ),
        )
    )
    lines = base.mark_line(strokeWidth=2.5)
    size = 28 if len(curves) < _FEW_POINTS else 0
    points = base.mark_point(size=size, filled=True).transform_filter(alt.datum.curve == HELD_OUT)
    chart = alt.layer(lines + points, bits).resolve_scale(y="independent")
    return readable(chart.properties(height=height))


LOG_FROM = 0.2
"""Seconds at which a logarithmic axis begins."""


def race_chart(
    curves: pd.DataFrame, *, log_seconds: bool = False, height: int = 400
) -> alt.Chart | alt.LayerChart:
    """Return one line of loss against seconds for each who learns.

    Args:
        curves: Columns who, seconds, nats; the order of first appearance is that of the colours.
        log_seconds: Whether ten times the seconds take the same room everywhere; what was measured
            within the first LOG_FROM of them would take half of it, and is left out.
        height: In pixels, without the rows of a legend above it.
    """
    names = list(dict.fromkeys(curves["who"]))
    if log_seconds:
        curves = curves[curves["seconds"] >= LOG_FROM]
    colours = alt.Scale(domain=names, range=MANY_COLOURS[: len(names)])
    dashes = alt.Scale(domain=names, range=MANY_DASHES[: len(names)])
    legend = alt.Legend(
        orient="top-right" if log_seconds else "top",  # where logarithmic curves never are
        columns=1,
        symbolType="stroke",
        symbolSize=300,
        labelFontSize=14,
        labelLimit=0,
    )
    chart = (
        alt.Chart(curves)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=18))
        .encode(
            x=over_seconds(log=log_seconds),
            y=alt.Y(
                "nats:Q",
                title="held-out window loss, nats",
                scale=alt.Scale(zero=False, nice=True),
            ),
            color=alt.Color("who:N", title=None, scale=colours, legend=legend),
            strokeDash=alt.StrokeDash("who:N", scale=dashes, legend=None),
            tooltip=[
                alt.Tooltip("who:N"),
                alt.Tooltip("seconds:Q", format=".1f"),
                alt.Tooltip("nats:Q", format=".4f"),
            ],
        )
    )
    tall = height + (0 if log_seconds else _ROW_OF_A_LEGEND * len(names))
    return readable(chart.properties(height=tall, padding=_ROOM_AROUND))


def over_seconds(*, log: bool = False) -> alt.X:
    """Return the axis of seconds of training, which a chart of a single point has too.

    Args:
        log: Whether ten times the seconds take the same room everywhere; otherwise it begins at 0.
    """
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=True, nice=False)
    axis = alt.Axis(tickCount=8, format=",~r", grid=log)
    return alt.X("seconds:Q", title="seconds of training", scale=scale, axis=axis)


def symbol_chart(counts: pd.DataFrame, most: int = 60, height: int = 130) -> alt.Chart:
    """Return the fraction of the text of each of the ``most`` frequent symbols."""
    shown = counts.head(most).assign(
        symbol=[visible(symbol) for symbol in counts["symbol"].head(most)],
        said=[probability_words(fraction) for fraction in counts["fraction"].head(most)],
    )
    chart = (
        alt.Chart(shown)
        .mark_bar(color=_TRAINING_COLOUR)
        .encode(
            x=alt.X(
                "symbol:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelAngle=0, labelFontSize=11, labelOverlap=False, ticks=False),
            ),
            y=alt.Y("fraction:Q", title=None, axis=alt.Axis(labelExpr=PERCENT, tickCount=3)),
            tooltip=[
                "symbol",
                alt.Tooltip("count", format=","),
                alt.Tooltip("said:N", title="fraction"),
            ],
        )
    )
    return readable(chart.properties(height=height))


def fork_chart(
    table: pd.DataFrame, uniform: float, height: int = 190
) -> alt.Chart | alt.LayerChart:
    """Return two lines from 0 to 1, cut into the symbols' fractions, and the uniform across both.

    Args:
        table: As fork_table gives it.
        uniform: Where both lines are hit.
        height: In pixels.
    """
    strategies = set(table["strategy"])
    written = _written_at(table, {each: each for each in strategies if len(strategies) > 1})
    # The names of many strategies would leave no room for the line itself.
    short = dict.fromkeys(strategies, "cut") if len(strategies) == 2 and "" in strategies else {}
    shown = table.assign(
        symbol=[visible(symbol) for symbol in table["symbol"]],
        written=written,
        line=_written_at(table, short | {"": ""}) if short else written,
        label=[
            label if fraction > _ROOM_FOR_A_LETTER * len(label := visible(symbol)) else ""
            for symbol, fraction in zip(table["symbol"], table["probability"], strict=True)
        ],
        middle=(table["from"] + table["to"]) / 2,
        said=table["probability"].map(probability_words),
    )
    axis = alt.Axis(labelFontSize=16, ticks=False, labelLimit=0)
    lines = alt.Y("line:N", title=None, sort=None, axis=axis)
    base = alt.Chart(shown)
    pieces = base.mark_rect(stroke="white", strokeWidth=0.7).encode(
        x=alt.X(
            "from:Q",
            title="cumulative probability",
            scale=alt.Scale(domain=[0, 1], nice=False),
            axis=alt.Axis(tickCount=10, grid=False),
        ),
        x2="to:Q",
        y=lines,
        color=alt.condition("datum.hit", alt.value(_HELD_OUT_COLOUR), alt.value(_TRAINING_COLOUR)),
        tooltip=[
            alt.Tooltip("written:N", title="written at"),
            "symbol:N",
            alt.Tooltip("said:N", title="probability"),
            alt.Tooltip("from:Q", format=".6f"),
            alt.Tooltip("to:Q", format=".6f"),
        ],
    )
    letters = base.mark_text(fontSize=17, fontWeight="bold", color="#10141a").encode(
        x="middle:Q", y=lines, text="label:N"
    )
    rule = (
        alt.Chart(pd.DataFrame({"uniform": [uniform], "says": [f"random number {uniform:.6f}"]}))
        .mark_rule(strokeWidth=2.5, strokeDash=[5, 3], color="#000000")
        .encode(x="uniform:Q", tooltip=["says:N"])
    )
    chart = alt.layer(pieces, letters, rule)
    return readable(chart.properties(height=height, padding=_ROOM_AROUND))


def _written_at(table: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Return the temperature of every row, and what came after it where that has a name."""
    return [
        ", ".join([f"T = {temperature:g}", *filter(None, [names.get(strategy, "")])])
        for temperature, strategy in zip(table["temperature"], table["strategy"], strict=True)
    ]


def readable(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Return a chart with letters for the back row."""
    return chart.configure_axis(labelFontSize=13, titleFontSize=14, titleFontWeight="normal")
