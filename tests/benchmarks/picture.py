"""The picture of the README: held-out window loss against seconds of training."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from charlstm.ui.charts import race_chart


def draw(curves_file: Path, picture: Path) -> None:
    """Draw the first repeat of every curve into a PNG."""
    curves = pd.read_csv(curves_file)
    chart = race_chart(curves[curves["repeat"] == 0], log_seconds=True)
    chart.properties(width=760, height=360, background="white").save(picture, scale_factor=1.5)
