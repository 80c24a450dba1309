"""Tables of stages against arithmetic on paper: 1/2, 1/4, 1/8 and 1/8 of four symbols."""

from __future__ import annotations

import math

import numpy as np
import pytest

from charlstm.analysis.distribution import MODEL, stage_names, stage_summary, stage_table
from charlstm.sampling.strategies import Strategy

LOGITS = np.log(np.array([1 / 8, 1 / 2, 1 / 8, 1 / 4]))
LIST: list[Strategy] = [("top-k", 3.0), ("top-p", 0.8)]


def test_the_table_holds_every_symbol_after_every_stage() -> None:
    table = stage_table("cadb", LOGITS, 1.0, LIST)
    names = [MODEL, "T = 1", "top-k 3", "top-p 0.8"]
    assert table.columns.tolist() == ["symbol", *names, "cut_by"]
    assert table["symbol"].tolist() == ["a", "b", "c", "d"]
    assert table[MODEL].tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])
    assert table["top-k 3"].tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7, 0])
    assert table["top-p 0.8"].tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert table["cut_by"].tolist() == ["", "", "top-p 0.8", "top-k 3"]


def test_the_temperature_stands_between_the_model_and_the_rest() -> None:
    table = stage_table("cadb", LOGITS, 0.5, [])
    # Squares over the sum of squares: 16, 4, 1 and 1 of 22.
    assert table["T = 0.5"].tolist() == pytest.approx([16 / 22, 4 / 22, 1 / 22, 1 / 22])
    assert table[MODEL].tolist() == pytest.approx([1 / 2, 1 / 4, 1 / 8, 1 / 8])


def test_the_summary_counts_what_is_cut_and_left() -> None:
    summary = stage_summary(LOGITS, 1.0, LIST)
    assert summary["stage"].tolist() == stage_names(1.0, LIST)
    assert summary["left"].tolist() == [4, 4, 3, 2]
    assert summary["cut"].tolist() == [0, 0, 1, 1]
    assert summary["cut_mass"].tolist() == pytest.approx([0, 0, 1 / 8, 1 / 7])
    last = -(2 / 3 * math.log2(2 / 3) + 1 / 3 * math.log2(1 / 3))
    third = sum(-p * math.log2(p) for p in (4 / 7, 2 / 7, 1 / 7))
    assert summary["entropy_after"].tolist() == pytest.approx([1.75, 1.75, third, last])
    assert summary["entropy_before"].tolist() == pytest.approx([1.75, 1.75, 1.75, third])


def test_the_same_stage_twice_has_two_columns() -> None:
    twice: list[Strategy] = [("top-p", 0.8), ("top-p", 0.8), ("top-p", 0.8), ("top-p", 0.8)]
    names = stage_names(1.0, twice)
    assert len(set(names)) == 6
    table = stage_table("cadb", LOGITS, 1.0, twice)
    # Three of four have 7/8; of 4/7, 2/7 and 1/7 two have 6/7; of 2/3 and 1/3 it takes both.
    assert [int((table[name] > 0).sum()) for name in names] == [4, 4, 3, 2, 2, 2]
    assert table["cut_by"].tolist() == ["", "", names[3], names[2]]


def test_at_temperature_zero_one_symbol_is_left_and_nothing_was_cut() -> None:
    summary = stage_summary(LOGITS, 0.0, LIST)
    assert summary["left"].tolist() == [4, 1, 1, 1]
    assert summary["cut"].tolist() == [0, 0, 0, 0]
    assert summary["entropy_after"].tolist() == [pytest.approx(1.75), 0, 0, 0]


def test_what_cannot_be_is_refused() -> None:
    for function in (lambda *a: stage_table("cadb", *a), stage_summary):
        with pytest.raises(ValueError, match="temperature"):
            function(LOGITS, -1.0, [])
        with pytest.raises(ValueError, match="magic"):
            function(LOGITS, 1.0, [("magic", 1.0)])
