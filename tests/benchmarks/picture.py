"""The picture of the README: held-out window loss against seconds of training."""

from __future__ import annotations

from pathlib import Path

from charlstm.analysis.curves import speed_curves
from charlstm.ui.charts.loss_charts import race_chart


def draw(picture: Path) -> None:
    """Draw the curves that the Speed page shows into a PNG."""
    chart = race_chart(speed_curves(), log_seconds=True)
    chart.properties(width=760, height=360, background="white").save(picture, scale_factor=1.5)
