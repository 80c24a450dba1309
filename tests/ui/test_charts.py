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
