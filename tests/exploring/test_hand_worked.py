"""Forks, trails and surprise of a four-symbol model, checked against arithmetic on paper.

The model's weights are zero but for the output bias, so whatever it has read, the next symbol is
a, b, c or d with 1/2, 1/4, 1/8 and 1/8. At T = 1/2 these become their squares over the sum of
squares: 32, 8, 2 and 2 of 44.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWNS, WordVocabulary
from charlstm.exploring.compare import compare, fork_table, forks
from charlstm.exploring.trails import follow, surprise
from charlstm.sampling.language_model import LanguageModel, uniforms_of
from charlstm.sampling.network import Network
from tests.made import random_weights

P = (1 / 2, 1 / 4, 1 / 8, 1 / 8)


@pytest.fixture(params=[None, 60], ids=["carried", "window"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    weights = {name: np.zeros_like(w) for name, w in random_weights(4).items()}
    weights["dense/bias"] = np.log(np.array(P))
    return LanguageModel(Vocabulary(tuple("abcd")), Network(weights), window=request.param)


def _by_hand(uniform: float, thresholds: tuple[float, float, float]) -> str:
    return "abcd"[sum(uniform >= threshold for threshold in thresholds)]


AT_1 = (1 / 2, 3 / 4, 7 / 8)
AT_HALF = (32 / 44, 40 / 44, 42 / 44)


def test_each_column_is_drawn_as_on_paper(model: LanguageModel) -> None:
    result = compare(model, "ab", [0.5, 1.0], length=50, seed=3)
    uniforms = uniforms_of(3, 50)
    assert result.texts == (
        "".join(_by_hand(u, AT_HALF) for u in uniforms),
        "".join(_by_hand(u, AT_1) for u in uniforms),
    )
    assert result.prompt == "ab"


def test_columns_part_at_the_first_uniform_between_the_thresholds(model: LanguageModel) -> None:
    result = compare(model, "", [0.5, 1.0], length=50, seed=3)
    uniforms = uniforms_of(3, 50)
    first = next(n for n, u in enumerate(uniforms) if _by_hand(u, AT_HALF) != _by_hand(u, AT_1))
    (fork,) = result.forks
    assert (fork.left, fork.right, fork.position) == (0, 1, first)
    assert fork.uniform == uniforms[first]
    assert fork.symbols == (_by_hand(fork.uniform, AT_HALF), _by_hand(fork.uniform, AT_1))


def test_the_table_of_a_fork_holds_both_cumulative_distributions(model: LanguageModel) -> None:
    result = compare(model, "a", [0.5, 1.0], length=50, seed=3)
    (fork,) = result.forks
    table = fork_table(model, result, fork)
    assert table["temperature"].tolist() == [0.5] * 4 + [1.0] * 4
    assert table["to"].tolist() == pytest.approx([*AT_HALF, 1, *AT_1, 1])
    assert table["from"].tolist() == pytest.approx([0, *AT_HALF, 0, *AT_1])
    assert table["probability"].tolist() == pytest.approx([32 / 44, 8 / 44, 2 / 44, 2 / 44, *P])
    hit = table[table["hit"]]
    assert tuple(hit["symbol"]) == fork.symbols
    assert ((hit["from"] <= fork.uniform) & (fork.uniform < hit["to"])).all()


def test_texts_that_never_part_have_no_fork(model: LanguageModel) -> None:
    assert compare(model, "", [1.0, 1.0], length=30).forks == []
    assert forks(["abc"], np.zeros(3)) == []
    found = forks(["abc", "abd", "abd", "xbd"], np.array([0.1, 0.2, 0.3]))
    assert [(f.left, f.right, f.position, f.uniform, f.symbols) for f in found] == [
        (0, 1, 2, 0.3, ("c", "d")),
        (2, 3, 0, 0.1, ("a", "x")),
    ]


def test_a_comparison_of_nothing_is_refused(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match="at least one"):
        compare(model, "", [])
    with pytest.raises(ValueError, match="temperature"):
        compare(model, "", [0.5, -1.0])


def test_a_trail_without_picks_is_what_the_model_writes(model: LanguageModel) -> None:
    trail = follow(model, "ab", temperature=0.5, length=40, seed=7)
    assert trail.text == model.write("ab", temperature=0.5, length=40, seed=7)
    assert trail.picked == ()


def test_picks_stay_where_they_were_put_and_all_other_draws_stay(
    model: LanguageModel,
) -> None:
    alone = follow(model, "", length=20, seed=1)
    trail = follow(model, "", length=20, seed=1, picks={4: "d", 9: "c", 30: "a"})
    assert trail.picked == (4, 9)
    expected = list(alone.text)
    expected[4], expected[9] = "d", "c"
    assert trail.text == "".join(expected)


def test_the_probability_of_a_path_is_the_product_on_paper(model: LanguageModel) -> None:
    trail = follow(model, "", length=4, picks=dict(enumerate("abcd")))
    assert trail.probabilities.tolist() == pytest.approx(list(P))
    assert trail.bits.tolist() == pytest.approx([1, 2, 3, 3])
    assert 2**trail.log2_probability == pytest.approx(math.prod(P))
    # Entropy: 1/2 of 1 bit, 1/4 of 2, and twice 1/8 of 3.
    assert trail.expected_bits.tolist() == pytest.approx([1.75] * 4)
    halved = follow(model, "", temperature=0.5, length=2, picks={0: "a", 1: "b"})
    assert halved.probabilities.tolist() == pytest.approx([32 / 44, 8 / 44])


def test_a_pick_that_was_impossible_costs_infinitely_many_bits(model: LanguageModel) -> None:
    trail = follow(model, "", temperature=0.0, length=3, picks={1: "d"})
    assert trail.text == "ada"
    assert trail.bits.tolist() == [0, math.inf, 0]
    assert trail.log2_probability == -math.inf
    assert trail.expected_bits.tolist() == [0, 0, 0]


def test_a_pick_that_the_model_does_not_know_is_refused(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match="'z'"):
        follow(model, "", length=3, picks={0: "z"})


def test_the_surprise_of_a_text_is_as_on_paper(model: LanguageModel) -> None:
    result = surprise(model, "abcdAx")
    assert result.table["symbol"].tolist() == list("abcda")
    assert result.table["probability"].tolist() == pytest.approx([*P, 1 / 2])
    assert result.table["rank"].tolist() == [1, 2, 3, 3, 1]
    assert result.table["bits"].tolist() == pytest.approx([1, 2, 3, 3, 1])
    assert result.total_bits == pytest.approx(10)
    assert result.bits_per_character == pytest.approx(2)
    assert (result.reading.folded, result.reading.dropped) == (("A",), ("x",))


def test_a_mean_covers_known_words_alone() -> None:
    vocabulary = WordVocabulary(tuple(sorted([*UNKNOWNS, "a", " b"])))
    weights = {name: np.zeros_like(w) for name, w in random_weights(4).items()}
    model = LanguageModel(vocabulary, Network(weights), window=None)
    result = surprise(model, "a unseen b")
    assert result.table["known"].tolist() == [True, False, True]
    assert (result.total_bits, result.bits_per_character) == pytest.approx((6, 4 / 3))
    assert result.counted.startswith("3 of 10 characters; those in words unknown to this model")
    assert math.isnan(surprise(model, "unseen").bits_per_character)


def test_an_empty_text_surprises_nobody(model: LanguageModel) -> None:
    result = surprise(model, "")
    assert (result.total_bits, len(result.table)) == (0, 0)
    assert math.isnan(result.bits_per_character)
