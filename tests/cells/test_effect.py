"""What switching off changes: both sides are what the models themselves give."""

from __future__ import annotations

import math

import numpy as np
import pytest

from charlstm.cells.states import divergence_bits, effect_without, without_cells
from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.trails import surprise
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network
from tests.made import random_weights

SYMBOLS = tuple("abcd")
TEXT = "abcadbca"


@pytest.fixture(params=[None, 5])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    network = Network(random_weights(len(SYMBOLS), 6, seed=8))
    return LanguageModel(Vocabulary(SYMBOLS), network, request.param)


def test_before_and_after_are_what_both_models_give(model: LanguageModel) -> None:
    off = [(0, 1), (0, 4)]
    other = without_cells(model, off)
    effect = effect_without(model, off, TEXT, temperature=0.7, length=40, seed=3)
    np.testing.assert_array_equal(effect.before, model.next(TEXT))
    np.testing.assert_array_equal(effect.after, other.next(TEXT))
    assert effect.written_before == model.write(TEXT, temperature=0.7, length=40, seed=3)
    assert effect.written_after == other.write(TEXT, temperature=0.7, length=40, seed=3)
    assert effect.bits_before == surprise(model, TEXT).bits_per_character
    assert effect.bits_after == surprise(other, TEXT).bits_per_character
    assert effect.fork is not None
    position = effect.fork.position
    assert effect.written_before[:position] == effect.written_after[:position]
    assert effect.fork.symbols == (effect.written_before[position], effect.written_after[position])
    table = effect.table()
    assert set(table["symbol"]) == set(SYMBOLS)
    assert table["before"].is_monotonic_decreasing
    assert table["after"].sum() == pytest.approx(1)


def test_nothing_off_changes_nothing(model: LanguageModel) -> None:
    effect = effect_without(model, [], TEXT, length=20)
    assert effect.fork is None
    assert effect.divergence_bits == 0
    assert effect.written_before == effect.written_after
    assert effect.bits_before == effect.bits_after


def test_divergence_of_a_case_worked_by_hand() -> None:
    # 1/2 log2(2) + 1/2 log2(2/3), by hand.
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.75, 0.0])
    assert divergence_bits(p, q) == pytest.approx(0.5 + 0.5 * math.log2(2 / 3))
    assert divergence_bits(p, p) == 0
    assert divergence_bits(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == math.inf
