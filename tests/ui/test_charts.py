"""The charts of losses can be read from the first point on, and draw only what was measured."""

from __future__ import annotations

import re
from collections.abc import Callable

import altair as alt
import pandas as pd
import pytest
import vl_convert

from charlstm.ui.charts.loss_charts import by_seconds, race_chart, thought_chart

Drawn = alt.Chart | alt.LayerChart


def curves(seconds: list[float], nats: list[float]) -> pd.DataFrame:
    """Return a curve with all columns that one of the charts takes."""
    return pd.DataFrame(
        {
            "who": "it",
            "text": "it",
            "curve": "training",
            "step": 1,
            "epoch": 0.0,
            "seconds": seconds,
        }
        | {"nats": nats, "bits": nats}
    )


CHARTS: dict[str, Callable[[pd.DataFrame], Drawn]] = {
    "race": lambda table: by_seconds(table, pd.DataFrame(), (1.0, 5.0)),
    "speed": race_chart,
    "speed, logarithmic": lambda table: race_chart(table, log_seconds=True),
    "thought": thought_chart,
}


def ticks_of_seconds(chart: Drawn) -> list[str]:
    """Return what stands at the ticks of the axis of seconds, drawn as a browser draws it."""
    drawn = vl_convert.vegalite_to_svg(chart.to_dict())
    axis = re.search(r'aria-label="X-axis[^"]*".*?role-axis-title', drawn, re.DOTALL)
    assert axis is not None
    return re.findall(r">([^<>]+)</text>", axis.group())


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("seconds", [[0.0422], [0.3512, 4.1], [0.21, 31_234.5]])
def test_ticks_of_seconds_are_short_and_begin_at_nothing(name: str, seconds: list[float]) -> None:
    ticks = ticks_of_seconds(CHARTS[name](curves(seconds, [4.0, 3.0][: len(seconds)])))
    if name != "speed, logarithmic":
        assert ticks[0] == "0"
        assert len(ticks) > 2
    assert all(re.fullmatch(r"[1-9]?\d|0?\.\d{1,3}|\d\.\d{1,2}|[\d,]+", tick) for tick in ticks)


def test_a_line_of_losses_is_straight_between_what_was_measured() -> None:
    drawn = vl_convert.vegalite_to_svg(
        race_chart(curves([0, 1, 2, 3], [4.0, 2.0, 2.1, 2.0])).to_dict()
    )
    lines = re.findall(r'mark-line.*?<path[^>]* d="([^"]+)"', drawn, re.DOTALL)
    assert lines
    assert all(set(re.findall("[A-Za-z]", line)) <= {"M", "L"} for line in lines)


CURVES = pd.DataFrame({"who": ["lstm", "lstm"], "seconds": [1.0, 2.0], "nats": [3.0, 1.5]})
SCALE = (1.0, 4.0)


def labels_of(nats: list[float], height: int = 300) -> pd.DataFrame:
    """Return where the chart puts the labels of n-grams with these losses, in pixels from below."""
    orders = range(1, len(nats) + 1)
    ngrams = pd.DataFrame(
        {"label": [f"n-gram {order}" for order in orders], "order": orders, "size": 1, "nats": nats}
    )
    drawn = by_seconds(CURVES, ngrams, SCALE, height=height).to_dict()
    (rows,) = [rows for rows in drawn["datasets"].values() if "label_at" in rows[0]]
    table = pd.DataFrame(rows)
    pixels = (height - 80) / (SCALE[1] - SCALE[0])
    return table.assign(line=table["nats"] * pixels, label=table["label_at"] * pixels)


@pytest.mark.parametrize(
    "nats",
    [[3.0, 2.4, 1.9, 1.6, 1.4, 1.35], [3.0, 1.42, 1.41, 1.4, 1.4], [2.0, 2.01, 2.02, 2.03], [2.0]],
)
def test_no_label_of_an_ngram_stands_on_another(nats: list[float]) -> None:
    labels = labels_of(nats)
    assert labels["is_lowest"].sum() == 1  # its label is below its line, out of the others' way
    others = labels[~labels["is_lowest"]].sort_values("label")
    assert (others["label"].diff().dropna() >= 14).all()
    assert (labels["label"] >= labels["line"] - 1e-9).all()


def test_labels_that_have_room_stand_at_their_lines() -> None:
    labels = labels_of([3.5, 2.4, 1.9, 1.6])
    assert labels["label"].tolist() == pytest.approx(labels["line"].tolist())
