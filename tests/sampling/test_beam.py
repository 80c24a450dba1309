"""Beam search on four symbols against arithmetic on paper, and on random networks against search.

The model on paper has weights of zero but for the output bias, so whatever it has read, the next
symbol is a, b, c or d with 1/2, 1/4, 1/8 and 1/8: a text costs 1, 2, 3 or 3 bits a character.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.trails import surprise
from charlstm.sampling.beam import Beam, beam_search, scored, shared_start
from charlstm.sampling.language_model import LanguageModel, cursor_after
from charlstm.sampling.network import Network
from tests.made import random_weights

WINDOWS = st.sampled_from([None, 3, 60])


@pytest.fixture(params=[None, 60], ids=["carried", "window"])
def paper(request: pytest.FixtureRequest) -> LanguageModel:
    weights = {name: np.zeros_like(w) for name, w in random_weights(4).items()}
    weights["dense/bias"] = np.log(np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]))
    return LanguageModel(Vocabulary(tuple("abcd")), Network(weights), window=request.param)


def _random(seed: int, window: int | None, layers: int = 1) -> LanguageModel:
    weights = {n: 3 * w for n, w in random_weights(4, units=6, layers=layers, seed=seed).items()}
    return LanguageModel(Vocabulary(tuple("abcd")), Network(weights), window)


def _exhaustive(model: LanguageModel, prompt: str, length: int) -> list[tuple[float, str]]:
    """Return every text of a length with its log2 probability, the likeliest first."""
    texts = ("".join(each) for each in itertools.product("abcd", repeat=length))
    scores = [(-surprise(model, text, prompt).total_bits, text) for text in texts]
    return sorted(scores, key=lambda each: -each[0])


def test_the_beams_are_those_on_paper(paper: LanguageModel) -> None:
    beams = beam_search(paper, "ab", width=4, length=2)
    # aa costs 2 bits, ab and ba 3, then ac, ad, ca, da with 4, and bb too. Of equals the better
    # beginning comes first, then vocabulary order: ac.
    assert [beam.text for beam in beams] == ["aa", "ab", "ba", "ac"]
    assert [beam.log2_probability for beam in beams] == pytest.approx([-2, -3, -3, -4])
    assert [beam.bits_per_character for beam in beams] == pytest.approx([1, 1.5, 1.5, 2])


def test_a_beam_as_wide_as_all_texts_holds_all_of_them(paper: LanguageModel) -> None:
    beams = beam_search(paper, "", width=99, length=2)
    assert len({beam.text for beam in beams}) == 16
    assert sum(2**beam.log2_probability for beam in beams) == pytest.approx(1)
    scores = [beam.log2_probability for beam in beams]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=25)
@given(st.integers(0, 10_000), WINDOWS, st.text("abcd", max_size=6))
def test_two_steps_with_all_symbols_are_an_exhaustive_search(
    seed: int, window: int | None, prompt: str
) -> None:
    model = _random(seed, window)
    beams = beam_search(model, prompt, width=4, length=2)
    best = _exhaustive(model, prompt, 2)[:4]
    assert [beam.log2_probability for beam in beams] == pytest.approx([score for score, _ in best])
    assert [beam.text for beam in beams] == [text for _, text in best]


@settings(max_examples=25)
@given(st.integers(0, 10_000), WINDOWS, st.integers(1, 2))
def test_width_one_is_greedy(seed: int, window: int | None, layers: int) -> None:
    model = _random(seed, window, layers)
    (beam,) = beam_search(model, "ab", width=1, length=30)
    assert beam.text == model.write("ab", temperature=0, length=30)


@settings(max_examples=25)
@given(st.integers(0, 10_000), WINDOWS, st.integers(1, 2), st.integers(1, 6))
def test_the_score_of_every_beam_is_the_probability_of_its_text(
    seed: int, window: int | None, layers: int, width: int
) -> None:
    model = _random(seed, window, layers)
    beams = beam_search(model, "bad", width=width, length=12)
    assert len({beam.text for beam in beams}) == width
    for beam in beams:
        bits = surprise(model, beam.text, "bad").total_bits
        assert beam.log2_probability == pytest.approx(-bits)
        assert scored(model, "bad", beam.text).log2_probability == pytest.approx(-bits)


def test_a_wider_beam_can_find_a_likelier_text_than_greedy() -> None:
    found = 0
    for seed in range(20):
        model = _random(seed, None)
        (greedy,) = beam_search(model, "a", width=1, length=12)
        best = beam_search(model, "a", width=8, length=12)[0]
        found += best.log2_probability > greedy.log2_probability + 0.01
    assert found > 3


def test_progress_is_reported_and_nothing_is_a_beam_too(paper: LanguageModel) -> None:
    reports: list[tuple[int, int]] = []
    beam_search(paper, "a", width=2, length=3, report=lambda done, of: reports.append((done, of)))
    assert reports == [(1, 3), (2, 3), (3, 3)]
    assert beam_search(paper, "a", length=0) == [Beam("", 0.0)]
    assert scored(paper, "a", "") == Beam("", 0.0)
    assert Beam("", 0.0).bits_per_character == 0


def test_improbable_texts_keep_an_exact_score() -> None:
    weights = {name: np.zeros_like(w) for name, w in random_weights(4).items()}
    weights["dense/bias"] = np.array([0.0, -800.0, -800.0, -800.0], np.float32)
    model = LanguageModel(Vocabulary(tuple("abcd")), Network(weights), None)
    # exp(-800) is zero in float64; its logarithm is not minus infinity.
    assert scored(model, "", "bb").log2_probability == pytest.approx(-1600 / math.log(2))


@pytest.mark.parametrize(("width", "length"), [(0, 5), (-1, 5), (3, -1)])
def test_what_cannot_be_is_refused(paper: LanguageModel, width: int, length: int) -> None:
    with pytest.raises(ValueError, match="beam"):
        beam_search(paper, "", width=width, length=length)


def test_beams_say_how_far_they_are_alike() -> None:
    assert shared_start([Beam("abca", -1), Beam("abda", -2), Beam("abc", -3)]) == 2
    assert shared_start([Beam("ab", -1)]) == 2
    assert shared_start([Beam("a", -1), Beam("b", -1)]) == 0


@pytest.mark.parametrize("window", [None, 1, 5, 60])
@pytest.mark.parametrize("layers", [1, 2])
def test_selected_streams_go_on_as_if_they_had_always_been_alone(
    window: int | None, layers: int
) -> None:
    network = _random(1, window, layers).network
    texts = np.random.default_rng(0).integers(0, 4, (3, 20))
    cursor = cursor_after(network, np.zeros(0, np.int64), window=window, streams=3)
    for column in texts[:, :12].T:
        cursor.read(column)
    rows = np.array([2, 0, 2, 1])
    cursor.select(rows)
    for column in texts[rows, 12:].T:
        cursor.read(column)
    for position, row in enumerate(rows):
        alone = cursor_after(network, np.zeros(0, np.int64), window=window)
        for symbol in texts[row]:
            alone.read(np.array([symbol]))
        np.testing.assert_allclose(cursor.logits()[position], alone.logits()[0], rtol=0, atol=1e-13)
