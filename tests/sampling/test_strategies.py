"""Strategies on a four-symbol distribution, checked against sets and quotients on paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.sampling.reweight import reweight
from charlstm.sampling.strategies import (
    STRATEGIES,
    greedy,
    min_p,
    stages,
    top_k,
    top_p,
    typical,
)

P = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
LOGITS = st.lists(st.floats(-20, 20), min_size=1, max_size=30)
SHARES = st.floats(0.01, 1.0)


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


@pytest.mark.parametrize(("share", "kept"), [(0.2, 4), (0.25, 4), (0.26, 2), (0.5, 2), (0.6, 1)])
def test_min_p_keeps_a_share_of_the_likeliest(share: float, kept: int) -> None:
    assert np.count_nonzero(min_p(P, share)) == kept


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


@given(LOGITS, st.floats(0, 3), st.sampled_from(list(STRATEGIES)), SHARES)
def test_what_is_left_is_a_distribution_in_the_old_proportions(
    logits: list[float], temperature: float, name: str, share: float
) -> None:
    before, after = stages(
        logits, temperature, [(name, 1 + 9 * share if name == "top-k" else share)]
    )
    assert before.probabilities.tolist() == reweight(logits, temperature).tolist()
    left = after.probabilities
    assert left.sum() == pytest.approx(1)
    kept = left > 0
    assert kept.any()
    assert left[kept] == pytest.approx(
        before.probabilities[kept] / before.probabilities[kept].sum()
    )
    assert before.probabilities.argmax() in np.flatnonzero(kept) or name == "typical"


@pytest.mark.parametrize(
    "call",
    [
        lambda: top_k(P, 0),
        lambda: top_p(P, 0.0),
        lambda: top_p(P, 1.1),
        lambda: min_p(P, float("nan")),
        lambda: typical(P, -1.0),
        lambda: stages(np.log(P), 1.0, [("magic", 1.0)]),
        lambda: stages(np.log(P), -1.0, []),
    ],
)
def test_what_cannot_be_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()
