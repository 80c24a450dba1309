"""The charts of a race can be read."""

from __future__ import annotations

import pandas as pd
import pytest

from charlstm.ui.charts.loss_charts import by_seconds

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
