"""The two charts of a race: loss against seconds, and against how much was learned.

They are linked by colour, by one scale of losses, and by who is brought forward. Takes DataFrames
that charlstm.analysis made; computes no figure itself.
"""

from __future__ import annotations

import html

import altair as alt
import pandas as pd

from charlstm.ui.charts.common import MANY_COLOURS, MANY_DASHES, over_seconds, readable

_SHAPES = {"circle": "●", "square": "■", "triangle-up": "▲", "diamond": "◆"}
_GREY = "#8a8f98"
_FAINT = 0.2
_SMALL, _LARGE = 24, 190
_LINE, _AXIS = 15, 80
"""The heights of a label and of the axis of seconds, in pixels."""


def by_seconds(
    curves: pd.DataFrame,
    ngrams: pd.DataFrame,
    nats: tuple[float, float],
    forward: str | None = None,
    height: int = 330,
) -> alt.Chart | alt.LayerChart:
    """Return a line of loss against seconds for each who races, and one for each n-gram.

    Args:
        curves: Columns who, seconds, nats; the order of first appearance is that of the colours.
        ngrams: Columns label, order, size, nats: what counting achieves; may be empty.
        nats: The scale of losses.
        forward: Who is brought forward, or None for all.
        height: In pixels.
    """
    names = list(dict.fromkeys(curves["who"]))
    lines = (
        alt.Chart(curves)
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=_SMALL))
        .encode(
            x=over_seconds(),
            y=_nats(nats),
            color=_colour(names),
            strokeDash=alt.StrokeDash(
                "who:N", scale=alt.Scale(domain=names, range=MANY_DASHES[: len(names)]), legend=None
            ),
            opacity=_opacity(forward),
            tooltip=_tooltip("seconds:Q", ".1f"),
        )
    )
    if not len(ngrams):
        return readable(lines.properties(height=height))
    base = alt.Chart(_labelled(ngrams, _LINE * (nats[1] - nats[0]) / (height - _AXIS)))
    rules = base.mark_rule(color=_GREY, strokeDash=[2, 3], aria=False).encode(
        y="nats:Q", tooltip=_ngram_tooltip()
    )
    at_the_end = base.encode(x=alt.value("width"), y="label_at:Q", text="label:N")
    mark = {"align": "right", "dx": -3, "color": _GREY, "fontSize": 12}
    above = at_the_end.transform_filter(~alt.datum.is_lowest).mark_text(dy=-7, **mark)
    below = at_the_end.transform_filter(alt.datum.is_lowest).mark_text(dy=9, **mark)
    return readable(alt.layer(rules, above, below, lines).properties(height=height))


def by_size(
    sizes: pd.DataFrame,
    ngrams: pd.DataFrame,
    nats: tuple[float, float],
    names: list[str],
    forward: str | None = None,
    height: int = 330,
) -> alt.Chart | alt.LayerChart:
    """Return a point of lowest loss against weights for each who races, and n-grams beside them.

    Args:
        sizes: Columns who, weights, nats.
        ngrams: As for by_seconds.
        nats: The scale of losses, the same as there.
        names: Of all who race, in the order of the colours.
        forward: Who is brought forward, or None for all.
        height: In pixels.
    """
    sized = alt.X(
        "weights:Q",
        title="weights, or different n-grams",
        scale=alt.Scale(type="log", nice=True),
        axis=alt.Axis(tickCount=4, format="~s"),
    )
    shapes = alt.Scale(domain=names, range=list(_SHAPES)[: len(names)])
    points = (
        alt.Chart(sizes)
        .mark_point(filled=True, size=_LARGE)
        .encode(
            x=sized,
            y=_nats(nats),
            color=_colour(names),
            shape=alt.Shape("who:N", scale=shapes, legend=None),
            opacity=_opacity(forward),
            tooltip=_tooltip("weights:Q", ",.0f"),
        )
    )
    if not len(ngrams):
        return readable(points.properties(height=height))
    counted = ngrams.rename(columns={"size": "weights"})
    base = alt.Chart(counted).encode(x=sized, y="nats:Q", tooltip=_ngram_tooltip("weights"))
    line = base.mark_line(color=_GREY, strokeDash=[2, 3], aria=False)
    crosses = base.mark_point(color=_GREY, shape="cross", size=60, filled=True, aria=False)
    orders = base.mark_text(dx=10, dy=-9, color=_GREY, fontSize=12).encode(text="order:N")
    return readable(alt.layer(line, crosses, orders, points).properties(height=height))


def legend(names: list[str]) -> str:
    """Return the HTML of one legend for both charts."""
    parts = zip(names, MANY_COLOURS, _SHAPES.values(), strict=False)
    shown = [
        f'<span style="margin-right:1.6rem;white-space:nowrap"><span style="color:{colour}">'
        f"{shape}</span> {html.escape(name)}</span>"
        for name, colour, shape in parts
    ]
    return f'<div style="font-size:1.05rem">{" ".join(shown)}</div>'


def scale_of_losses(*tables: pd.DataFrame) -> tuple[float, float]:
    """Return a scale on which all losses of some tables have room."""
    losses = pd.concat([table["nats"] for table in tables])
    low, high = float(losses.min()), float(losses.max())
    margin = 0.05 * max(high - low, 0.1)
    return low - margin, high + margin


def _labelled(ngrams: pd.DataFrame, apart: float) -> pd.DataFrame:
    """Return the n-grams with a place for each label, so that none stands on another.

    The lowest label stands below its line and all others above theirs, or higher where that place
    is taken.

    Args:
        ngrams: As for by_seconds.
        apart: How far apart labels have to be, in nats.

    Returns:
        The columns label_at, in nats, and is_lowest beside those of the n-grams.
    """
    table = ngrams.sort_values("nats", ignore_index=True)
    positions: list[float] = []
    for rank, nats in enumerate(table["nats"]):
        positions.append(nats if rank < 2 else max(nats, positions[-1] + apart))
    return table.assign(label_at=positions, is_lowest=table.index == 0)


def _nats(scale: tuple[float, float]) -> alt.Y:
    domain = alt.Scale(domain=list(scale), zero=False, nice=False)
    return alt.Y("nats:Q", title="held-out window loss, nats per character", scale=domain)


def _colour(names: list[str]) -> alt.Color:
    scale = alt.Scale(domain=names, range=MANY_COLOURS[: len(names)])
    return alt.Color("who:N", scale=scale, legend=None)


def _opacity(forward: str | None) -> object:
    if forward is None:
        return alt.value(1.0)
    return alt.condition(alt.datum.who == forward, alt.value(1.0), alt.value(_FAINT))


def _tooltip(measure: str, form: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("who:N"),
        alt.Tooltip(measure, format=form),
        alt.Tooltip("nats:Q", format=".4f"),
    ]


def _ngram_tooltip(size: str = "size") -> list[alt.Tooltip]:
    return [
        alt.Tooltip("label:N", title="counted"),
        alt.Tooltip(f"{size}:Q", title="n-grams", format=",.0f"),
        alt.Tooltip("nats:Q", format=".4f"),
    ]
