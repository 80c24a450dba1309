"""Charts of an atlas: four panels over the temperature, to be read under each other and clicked.

Takes the table that charlstm.exploring.atlas made; computes no figure itself. A click anywhere on a
panel selects the nearest of the 41 temperatures under the name POINT.
"""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from charlstm.ui.charts.common import PERCENT
from charlstm.ui.theme import temperature_colour

POINT = "point"

_BLUE, _ORANGE, _GREEN = "#0072b2", "#d55e00", "#009e73"
_COLOURS = [_BLUE, _ORANGE, _GREEN]
_DASHES = [[1, 0], [6, 3], [2, 2]]
_HALF_STEP = 0.025
_AXIS_HEIGHT = 56
_TOOLTIPS = {
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
    """One chart.

    Attributes:
        title: What stands above it.
        lines: Columns of the table with their names.
        format: Of the axis.
        most: Where the axis ends, or None for wherever the data do.
    """

    title: str
    lines: dict[str, str]
    format: str
    most: float | None = None


PANELS = (
    Panel(
        "Words",
        {
            "corpus_fraction": "in corpus",
            "invented_fraction": "invented",
            "english_fraction": "English",
        },
        "%",
        1.0,
    ),
    Panel("Longest copy from the corpus", {"copy_length": "characters"}, "d"),
    Panel(
        "Repetition",
        {"repeated_fraction": "20-grams seen before; ring: it loops"},
        "%",
        1.0,
    ),
    Panel(
        "Bits per character",
        {
            "entropy_bits": "entropy",
            "gzip_bits": "gzip",
            "bits_at_1": "at T = 1",
        },
        ".1f",
    ),
)


def panel_chart(
    table: pd.DataFrame, panel: Panel, temperature: float, *, is_last: bool, height: int = 112
) -> alt.LayerChart:
    """Return one panel, with a rule at the selected temperature.

    Args:
        table: As atlas_of gives it.
        panel: What it shows.
        temperature: The selected one.
        is_last: Whether the axis of temperatures has its title here.
        height: Of it all but the axis of temperatures, in pixels.
    """
    figures = table[list(_TOOLTIPS)]
    long = figures.melt("temperature", list(panel.lines), "line", "value").dropna()
    long["line"] = long["line"].map(panel.lines)
    names = list(panel.lines.values())
    x = _over_temperature("temperature", is_last=is_last)
    scale = alt.Scale(zero=True) if panel.most is None else alt.Scale(domain=[0, panel.most])
    labels: dict[str, object] = (
        {"labelExpr": PERCENT} if panel.format == "%" else {"format": panel.format}
    )
    if panel.format == "d":
        labels["tickMinStep"] = 1
    y = alt.Y(
        "value:Q",
        title=None,
        scale=scale,
        axis=alt.Axis(tickCount=3, minExtent=52, maxExtent=52, **labels),
    )
    legend = alt.Legend(
        orient="top",
        direction="horizontal",
        title=panel.title,
        titleOrient="left",
        titleFontSize=14,
        titleFontWeight="normal",
        titleLimit=0,
        titlePadding=8,
        symbolType="stroke",
        symbolSize=140,
        labelFontSize=12.5,
        labelLimit=0,
        columnPadding=7,
        offset=4,
    )
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.2, point=alt.OverlayMarkDef(size=16))
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "line:N",
                scale=alt.Scale(domain=names, range=_COLOURS[: len(names)]),
                legend=legend,
            ),
            strokeDash=alt.StrokeDash(
                "line:N", scale=alt.Scale(domain=names, range=_DASHES[: len(names)]), legend=None
            ),
        )
    )
    chosen = alt.Chart(pd.DataFrame({"temperature": [temperature]}))
    rule = chosen.mark_rule(strokeWidth=3, color=temperature_colour(temperature)).encode(x=x)
    return (
        alt.layer(rule, lines, *_loops(table, panel, x, y), _surface(figures, is_last))
        .properties(
            height=height + (_AXIS_HEIGHT if is_last else 0),
            padding={"left": 0, "right": 8, "top": 0, "bottom": 0},
        )
        .configure_axis(labelFontSize=13, titleFontSize=14, titleFontWeight="normal")
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


def _loops(table: pd.DataFrame, panel: Panel, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return rings where a text fell into a loop, in the panel of repetition."""
    if "repeated_fraction" not in panel.lines or not (table["loop_period"] > 0).any():
        return []
    looped = table.loc[table["loop_period"] > 0, ["temperature", "repeated_fraction"]]
    rings = alt.Chart(looped.rename(columns={"repeated_fraction": "value"}))
    return [rings.mark_point(size=130, color=_ORANGE, strokeWidth=2).encode(x=x, y=y)]


def _surface(figures: pd.DataFrame, is_last: bool) -> alt.Chart:
    """Return what is clicked and pointed at: an unseen strip over the whole height for each T."""
    strips = figures.assign(
        left=figures["temperature"] - _HALF_STEP, right=figures["temperature"] + _HALF_STEP
    )
    clicked = alt.selection_point(name=POINT, fields=["temperature"], on="click", clear=False)
    return (
        alt.Chart(strips)
        .mark_rect(opacity=0)
        .encode(
            x=_over_temperature("left", is_last=is_last),
            x2="right:Q",
            tooltip=[
                alt.Tooltip(f"{column}:Q", title=title, format=form)
                for column, (title, form) in _TOOLTIPS.items()
            ],
        )
        .add_params(clicked)
    )
