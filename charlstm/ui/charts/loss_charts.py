"""Charts of losses: of one training, of a race, of other programs, of a compressed text."""

from __future__ import annotations

import html
from typing import Any

import altair as alt
import pandas as pd

from charlstm.analysis import curves as named_curves
from charlstm.browser.colours import BLUE, GREY, PALETTE, VERMILION
from charlstm.compression.baselines import BITS_OF_A_BYTE
from charlstm.ui.charts import ROOM_AROUND, SHAPES, coloured, dashed, tooltip

LOG_FROM = 0.2
"""Seconds at which a logarithmic axis begins."""

_ROW_OF_A_LEGEND = 18
_SMALL, _LARGE = 24, 190
_FAINT = 0.2
_LINE, _AXIS = 15, 80
"""The heights of a label and of the axis of seconds, in pixels."""

_TEXTS = [VERMILION, BLUE, *PALETTE[2:]]
_CURVES = [named_curves.TRAINING, named_curves.HELD_OUT]


def race_chart(
    curves: pd.DataFrame, *, log_seconds: bool = False, height: int = 400
) -> alt.Chart | alt.LayerChart:
    """Return a line of loss against seconds for each program, with the columns of race_curves.

    On a logarithmic axis the first LOG_FROM seconds would take half of the width: they are left
    out. The height is without the rows of a legend above the chart.
    """
    names = list(dict.fromkeys(curves["who"]))
    if log_seconds:
        curves = curves[curves["seconds"] >= LOG_FROM]
    legend = alt.Legend(
        orient="top-right" if log_seconds else "top",  # logarithmic curves never get there
        columns=1,
        symbolType="stroke",
        labelFontSize=14,
    )
    title, scale = "held-out window loss, nats", alt.Scale(zero=False, nice=True)
    y = alt.Y("nats:Q", title=title, scale=scale)
    chart = _lines(curves, names, 18, y, legend, log=log_seconds)
    rows = 0 if log_seconds else len(names)
    return chart.properties(height=height + _ROW_OF_A_LEGEND * rows, padding=ROOM_AROUND)


def thought_chart(curves: pd.DataFrame, height: int = 400) -> alt.Chart | alt.LayerChart:
    """Return the losses on a text and on the same text compressed, and the line of eight bits.

    The curves have the columns text, curve, seconds and bits (per symbol).
    """
    names = list(dict.fromkeys(curves["text"]))
    most = max(BITS_OF_A_BYTE, float(curves["bits"].max()))
    scale = alt.Scale(domain=[0, most * 1.08], nice=False)
    dashes = alt.Scale(domain=_CURVES[::-1], range=[[1, 0], [5, 4]])
    legend = alt.Legend(columns=1, symbolType="stroke", symbolStrokeWidth=2.5)
    title = "bits per symbol: held out, and dashed: training"
    y = alt.Y("bits:Q", title=title, scale=scale, axis=alt.Axis(tickCount=8))
    lines = _lines(curves, names, 20, y).encode(
        color=coloured("text", names, legend, range=_TEXTS[: len(names)]),
        strokeDash=alt.StrokeDash("curve:N", scale=dashes, legend=None),
        tooltip=tooltip(text="", curve="", seconds=".1f", bits=".3f"),
    )
    table = pd.DataFrame({"bits": [BITS_OF_A_BYTE], "says": ["8 bits: nothing to learn"]})
    eight = alt.Chart(table).encode(y="bits:Q")
    rule = eight.mark_rule(strokeDash=[2, 3], strokeWidth=2, color=GREY)
    label = eight.mark_text(align="left", baseline="bottom", dx=8, dy=-4, fontSize=14, color=GREY)
    chart = alt.layer(lines, rule, label.encode(x=alt.value(0), text="says:N"))
    return chart.properties(height=height)


def by_seconds(
    curves: pd.DataFrame,
    ngrams: pd.DataFrame,
    nats: tuple[float, float],
    forward: str | None = None,
    height: int = 330,
) -> alt.Chart | alt.LayerChart:
    """Return a line of loss against seconds for each run, and one for each n-gram.

    The curves have the columns who, seconds and nats, the n-grams label, order, size and nats, if
    there are any. ``nats`` is the scale of losses, ``forward`` the name of a run to highlight.
    """
    names = list(dict.fromkeys(curves["who"]))
    lines = _lines(curves, names, _SMALL, _nats(nats)).encode(opacity=_opacity(forward))
    if not len(ngrams):
        return lines.properties(height=height)
    base = alt.Chart(_labelled(ngrams, _LINE * (nats[1] - nats[0]) / (height - _AXIS)))
    rules = base.mark_rule(color=GREY, strokeDash=[2, 3], aria=False).encode(
        y="nats:Q", tooltip=_ngram_tooltip("size")
    )
    at_the_end = base.encode(x=alt.value("width"), y="label_at:Q", text="label:N")
    mark = {"align": "right", "dx": -3, "color": GREY, "fontSize": 12}
    above = at_the_end.transform_filter(~alt.datum.is_lowest).mark_text(dy=-7, **mark)
    below = at_the_end.transform_filter(alt.datum.is_lowest).mark_text(dy=9, **mark)
    return alt.layer(rules, above, below, lines).properties(height=height)


def by_size(
    sizes: pd.DataFrame,
    ngrams: pd.DataFrame,
    nats: tuple[float, float],
    names: list[str],
    forward: str | None = None,
    height: int = 330,
) -> alt.Chart | alt.LayerChart:
    """Return a point of lowest loss against weights for each run, with n-grams to compare.

    The sizes have the columns who, weights and nats; the names are those of all runs, in the order
    of the colours. Everything else is as in by_seconds.
    """
    sized = alt.X(
        "weights:Q",
        title="weights, or different n-grams",
        scale=alt.Scale(type="log", nice=True),
        axis=alt.Axis(tickCount=4, format="~s"),
    )
    points = (
        alt.Chart(sizes)
        .mark_point(filled=True, size=_LARGE)
        .encode(
            x=sized,
            y=_nats(nats),
            color=coloured("who", names),
            shape=alt.Shape("who:N", scale=alt.Scale(domain=names), legend=None),
            opacity=_opacity(forward),
            tooltip=tooltip(who="", weights=",.0f", nats=".4f"),
        )
    )
    if not len(ngrams):
        return points.properties(height=height)
    counted = ngrams.rename(columns={"size": "weights"})
    base = alt.Chart(counted).encode(x=sized, y="nats:Q", tooltip=_ngram_tooltip("weights"))
    line = base.mark_line(color=GREY, strokeDash=[2, 3], aria=False)
    crosses = base.mark_point(color=GREY, shape="cross", size=60, filled=True, aria=False)
    orders = base.mark_text(dx=10, dy=-9, color=GREY, fontSize=12).encode(text="order:N")
    return alt.layer(line, crosses, orders, points).properties(height=height)


def legend(names: list[str]) -> str:
    """Return the HTML of one legend for by_seconds and by_size."""
    parts = zip(names, PALETTE, SHAPES.values(), strict=False)
    shown = [
        f'<span style="margin-right:1.6rem;white-space:nowrap"><span style="color:{colour}">'
        f"{shape}</span> {html.escape(name)}</span>"
        for name, colour, shape in parts
    ]
    return f'<div style="font-size:1.05rem">{" ".join(shown)}</div>'


def scale_of_losses(*tables: pd.DataFrame) -> tuple[float, float]:
    """Return a scale that fits all losses of some tables."""
    losses = pd.concat([table["nats"] for table in tables])
    low, high = float(losses.min()), float(losses.max())
    margin = 0.05 * max(high - low, 0.1)
    return low - margin, high + margin


def _labelled(ngrams: pd.DataFrame, apart: float) -> pd.DataFrame:
    """Return the n-grams with columns label_at, in nats, and is_lowest: no label covers another.

    The lowest label is below its line. All others are above theirs, at least so far apart.
    """
    table = ngrams.sort_values("nats", ignore_index=True)
    positions: list[float] = []
    for rank, nats in enumerate(table["nats"]):
        positions.append(nats if rank < 2 else max(nats, positions[-1] + apart))
    return table.assign(label_at=positions, is_lowest=table.index == 0)


def _lines(
    curves: pd.DataFrame,
    names: list[str],
    size: int,
    y: alt.Y,
    legend: alt.Legend | None = None,
    *,
    log: bool = False,
) -> alt.Chart:
    """Return a line with points of a size for each name in the column who."""
    line = alt.Chart(curves).mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=size))
    return line.encode(
        x=_over_seconds(log=log),
        y=y,
        color=coloured("who", names, legend),
        strokeDash=dashed("who", names),
        tooltip=tooltip(who="", seconds=".1f", nats=".4f"),
    )


def _over_seconds(*, log: bool = False) -> alt.X:
    """Return the axis of seconds of training, also for a chart of a single point."""
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=True, nice=False)
    axis = alt.Axis(tickCount=8, format=",~r", grid=log)
    return alt.X("seconds:Q", title="seconds of training", scale=scale, axis=axis)


def _from_to(low: float, high: float) -> alt.Scale:
    return alt.Scale(domain=[low, high], zero=False, nice=False)


def _nats(scale: tuple[float, float]) -> alt.Y:
    title = "held-out window loss, nats per character"
    return alt.Y("nats:Q", title=title, scale=_from_to(*scale))


def _opacity(forward: str | None) -> Any:
    if forward is None:
        return alt.value(1.0)
    return alt.condition(alt.datum.who == forward, alt.value(1.0), alt.value(_FAINT))


def _ngram_tooltip(size: str) -> list[alt.Tooltip]:
    return tooltip(label=("counted", ""), **{size: ("n-grams", ",.0f")}, nats=".4f")
