"""Strategies on a four-symbol distribution, checked against sets and quotients on paper."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.sampling.reweight import draw, reweight
from charlstm.sampling.strategies import (
    KINDS,
    acting,
    greedy,
    min_p,
    stages,
    top_k,
    top_p,
    typical,
)

P = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
LOGITS = st.lists(st.floats(-20, 20), min_size=1, max_size=30)
FRACTIONS = st.floats(0.01, 1.0)


def _number(name: str, fraction: float) -> float:
    return 1 + round(9 * fraction) if name == "top-k" else fraction


def test_greedy_keeps_the_first_of_the_likeliest() -> None:
    assert greedy(P).tolist() == [1, 0, 0, 0]
    assert greedy(np.array([0.2, 0.4, 0.4])).tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("k", "left"),
    [(1, [1, 0, 0, 0]), (2, [2 / 3, 1 / 3, 0, 0]), (3, [4 / 7, 2 / 7, 1 / 7, 0]), (9, P.tolist())],
)
def test_top_k(k: int, left: list[float]) -> None:
    assert top_k(P, k).tolist() == pytest.approx(left)


@pytest.mark.parametrize(
    ("mass", "kept"), [(0.3, 1), (0.5, 1), (0.51, 2), (0.75, 2), (0.8, 3), (0.875, 3), (1.0, 4)]
)
def test_top_p_keeps_the_smallest_set_with_the_mass(mass: float, kept: int) -> None:
    assert np.count_nonzero(top_p(P, mass)) == kept
    assert top_p(P, mass).tolist() == pytest.approx(top_k(P, kept).tolist())


@pytest.mark.parametrize(("fraction", "kept"), [(0.2, 4), (0.25, 4), (0.26, 2), (0.5, 2), (0.6, 1)])
def test_min_p_keeps_a_fraction_of_the_likeliest(fraction: float, kept: int) -> None:
    assert np.count_nonzero(min_p(P, fraction)) == kept


def test_typical_keeps_what_is_as_surprising_as_expected() -> None:
    # The entropy is 1.75 bits, the surprises 1, 2, 3 and 3: b is closest, then a, then c and d.
    assert typical(P, 0.2).tolist() == [0, 1, 0, 0]
    assert typical(P, 0.5).tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert typical(P, 0.8).tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7, 0])


def test_stages_act_in_order_and_say_what_they_cut() -> None:
    found = stages(np.log(P), 1.0, [("top-k", 3), ("top-p", 0.8)])
    assert [stage.name for stage in found] == ["temperature", "top-k", "top-p"]
    assert found[1].cut.tolist() == [False, False, False, True]
    assert found[1].cut_mass == pytest.approx(1 / 8)
    # Of 4/7, 2/7 and 1/7 the first two have 6/7, which is more than 0.8.
    assert found[2].probabilities.tolist() == pytest.approx([2 / 3, 1 / 3, 0, 0])
    assert found[2].cut_mass == pytest.approx(1 / 7)
    other = stages(np.log(P), 1.0, [("top-p", 0.8), ("top-k", 3)])
    assert np.count_nonzero(other[-1].probabilities) == 3


@given(LOGITS, st.floats(0, 3), st.sampled_from(list(KINDS)), FRACTIONS)
def test_what_is_left_is_a_distribution_in_the_old_proportions(
    logits: list[float], temperature: float, name: str, fraction: float
) -> None:
    before, after = stages(logits, temperature, [(name, _number(name, fraction))])
    assert before.probabilities.tolist() == reweight(logits, temperature).tolist()
    left = after.probabilities
    assert left.sum() == pytest.approx(1)
    kept = left > 0
    assert kept.any()
    assert left[kept] == pytest.approx(
        before.probabilities[kept] / before.probabilities[kept].sum()
    )
    assert before.probabilities.argmax() in np.flatnonzero(kept) or name == "typical"


def test_of_equals_the_first_in_vocabulary_order_is_kept() -> None:
    tied = np.array([0.1, 0.3, 0.3, 0.3])
    assert top_k(tied, 2).tolist() == [0, 0.5, 0.5, 0]
    assert top_p(tied, 0.5).tolist() == [0, 0.5, 0.5, 0]
    assert typical(np.full(4, 1 / 4), 0.6).tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    # Equals of the likeliest have all of its probability: min-p keeps them all.
    assert min_p(tied, 1.0).tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])


def test_a_sum_that_misses_the_mass_by_rounding_alone_is_enough() -> None:
    assert 0.4 + 0.3 + 0.2 < 0.9
    assert np.count_nonzero(top_p(np.array([0.4, 0.3, 0.2, 0.1]), 0.9)) == 3


@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("fraction", [0.0001, 0.5, 1.0])
def test_a_certain_symbol_is_left_as_it_is(name: str, fraction: float) -> None:
    certain = np.array([0.0, 0.0, 1.0, 0.0])
    assert KINDS[name].apply(certain, _number(name, fraction)).tolist() == certain.tolist()
    (_, stage) = stages([0.0, 1.0, 5.0, 2.0], 0.0, [(name, _number(name, fraction))])
    assert stage.probabilities.tolist() == certain.tolist()
    assert stage.cut_mass == 0
    assert not stage.cut.any()


KEEP_ALL = [("top-k", 30.0), ("top-p", 1.0), ("min-p", math.ulp(0.0)), ("typical", 1.0)]


@given(LOGITS, st.floats(0, 3), st.permutations(KEEP_ALL))
def test_what_keeps_all_changes_nothing_to_the_last_bit(
    logits: list[float], temperature: float, strategies: list[tuple[str, float]]
) -> None:
    expected = reweight(logits, temperature).tolist()
    for stage in stages(logits, temperature, strategies):
        assert stage.probabilities.tolist() == expected
        assert not stage.cut.any()


ROWS = st.lists(st.lists(st.floats(-9, 9), min_size=6, max_size=6), min_size=1, max_size=5)


@given(ROWS, st.sampled_from(list(KINDS)), FRACTIONS)
def test_every_row_is_cut_as_if_it_were_alone(
    rows: list[list[float]], name: str, fraction: float
) -> None:
    p = reweight(rows, 1.0)
    (act,) = acting([(name, _number(name, fraction))])
    # Rows are summed in another order than one row alone, so the last bit may differ.
    np.testing.assert_allclose(act(p), np.stack([act(row) for row in p]), rtol=1e-14, atol=0)


@given(LOGITS, st.sampled_from(list(KINDS)), FRACTIONS, st.floats(0, 1, exclude_max=True))
def test_what_was_cut_is_never_drawn(
    logits: list[float], name: str, fraction: float, uniform: float
) -> None:
    stage = stages(logits, 1.0, [(name, _number(name, fraction))])[-1]
    assert not stage.cut[int(draw(stage.probabilities, uniform))]


@pytest.mark.parametrize(
    "call",
    [
        lambda: top_k(P, 0),
        lambda: top_k(P, 2.5),
        lambda: top_k(P, float("inf")),
        lambda: top_k(P, float("nan")),
        lambda: top_p(P, 0.0),
        lambda: top_p(P, 1.1),
        lambda: min_p(P, float("nan")),
        lambda: typical(P, -1.0),
        lambda: stages(np.log(P), 1.0, [("magic", 1.0)]),
        lambda: acting([("top-k", 3), ("top-p", 2.0)]),
        lambda: stages(np.log(P), -1.0, []),
    ],
)
def test_what_cannot_be_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()
