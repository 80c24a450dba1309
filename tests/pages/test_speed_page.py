"""The benchmarks' figures on the page Race, and the address that they had before."""

from __future__ import annotations

import pytest

from charlstm.analysis.curves import speed_curves, speed_table
from charlstm.ui.text import figure
from tests.pages.opened import open_page


def test_every_figure_of_the_benchmarks_stands_in_a_table() -> None:
    app = open_page("race")
    shown = [table.value for table in app.table]
    assert sum(map(len, shown)) == len(speed_table())
    first = speed_table().iloc[0]
    assert shown[0].iloc[0]["median"] == f"{figure(first['median'])} {first['unit']}"


def test_the_curves_are_those_of_one_run_of_each() -> None:
    curves = speed_curves()
    assert list(curves.columns) == ["who", "seconds", "nats"]
    for _, curve in curves.groupby("who"):
        assert curve["seconds"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (151234.0, "151,000"),
        (412.5, "412"),
        (6.05, "6.05"),
        (1.5604, "1.56"),
        (0.00123, "0.00123"),
    ],
)
def test_a_figure_has_three_digits_that_matter(value: float, shown: str) -> None:
    assert figure(value) == shown
