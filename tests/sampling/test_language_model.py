"""The language model: the same question gets the same answer, and nothing is guessed silently."""

from __future__ import annotations

import math

import numpy as np
import pytest

from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import WordVocabulary
from charlstm.sampling.language_model import LanguageModel, cursor_after, steps, uniforms_of
from charlstm.sampling.network import Network
from tests.made import random_weights

ALPHABET = "\n abcdefghij"
PROMPT = "a bad cab "


@pytest.fixture(params=[None, 60], ids=["carried", "window"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    """Return a model with a short alphabet whose weights were drawn at random."""
    network = Network(random_weights(len(ALPHABET), units=16))
    return LanguageModel(Vocabulary.of(ALPHABET), network, request.param)


def test_the_same_seed_gives_the_same_text(model: LanguageModel) -> None:
    assert model.write(PROMPT, length=80, seed=5) == model.write(PROMPT, length=80, seed=5)
    assert model.write(PROMPT, length=80, seed=5) != model.write(PROMPT, length=80, seed=6)


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0, math.inf])
def test_a_longer_text_begins_with_the_shorter_one(
    model: LanguageModel, temperature: float
) -> None:
    long = model.write(PROMPT, temperature=temperature, length=150, seed=1)
    assert len(long) == 150
    for length in (0, 1, 70):
        short = model.write(PROMPT, temperature=temperature, length=length, seed=1)
        assert short == long[:length]


def test_writing_goes_on_from_what_was_written() -> None:
    network = Network(random_weights(len(ALPHABET), units=16))
    model = LanguageModel(Vocabulary.of(ALPHABET), network, None)
    whole = model.write(PROMPT, temperature=0, length=40)
    assert model.write(PROMPT + whole[:25], temperature=0, length=15) == whole[25:]


def test_a_turn_of_the_temperature_acts_from_its_position_on(model: LanguageModel) -> None:
    cold = model.write(PROMPT, temperature=0.2, length=80, seed=3)
    turned = model.write(PROMPT, temperature=0.2, length=80, seed=3, turns=[(30, 1.5), (60, 0)])
    assert turned[:30] == cold[:30]
    assert turned[30:60] != cold[30:60]
    assert turned[60:] == model.write(PROMPT + turned[:60], temperature=0, length=20)
    assert turned == model.write(PROMPT, length=80, seed=3, turns=[(0, 0.2), (30, 1.5), (60, 0)])


def test_temperature_zero_writes_the_likeliest_symbol_every_time(model: LanguageModel) -> None:
    text = PROMPT
    for symbol in model.stream(PROMPT, temperature=0, length=30):
        assert symbol == model.vocabulary.symbols[int(model.next(text).argmax())]
        text += symbol


def test_the_next_distribution_is_in_float64_and_covers_the_vocabulary(
    model: LanguageModel,
) -> None:
    probabilities = model.next(PROMPT, 0.7)
    assert probabilities.dtype == np.float64
    assert probabilities.shape == (len(ALPHABET),)
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("prompt", ["", "a", "A bad Cab?", "é", "a" * 200])
def test_every_prompt_is_answered(model: LanguageModel, prompt: str) -> None:
    assert len(model.write(prompt, length=5)) == 5


def test_a_prompt_is_folded_and_what_is_unknown_has_no_say(model: LanguageModel) -> None:
    np.testing.assert_array_equal(model.logits("A? BAD cab "), model.logits("a bad cab "))


@pytest.mark.parametrize("temperature", [-0.5, math.nan])
def test_an_impossible_temperature_is_refused(model: LanguageModel, temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        model.write(PROMPT, temperature=temperature, length=3)
    with pytest.raises(ValueError, match="temperature"):
        model.next(PROMPT, temperature)


@pytest.mark.parametrize("window", [None, 60])
def test_temperatures_side_by_side_share_their_uniforms(window: int | None) -> None:
    network = Network(random_weights(len(ALPHABET), units=16))
    vocabulary = Vocabulary.of(ALPHABET)
    prompt = vocabulary.encode(PROMPT)
    temperatures = [0.0, 0.2, 1.0, math.inf]
    cursor = cursor_after(network, prompt, window=window, streams=4)
    written = [step.symbols for step in steps(cursor, temperatures, uniforms_of(9, 90))]
    columns = np.stack(written, axis=1)
    model = LanguageModel(vocabulary, network, window)
    for temperature, column in zip(temperatures, columns, strict=True):
        alone = model.write(PROMPT, temperature=temperature, length=90, seed=9)
        assert vocabulary.decode(column) == alone


def test_uniforms_per_stream_are_used_by_their_stream() -> None:
    network = Network(random_weights(len(ALPHABET), units=16))
    uniforms = np.stack([uniforms_of(1, 50), uniforms_of(2, 50)], axis=1)
    prompt = np.zeros(0, np.int32)
    both = steps(cursor_after(network, prompt, window=None, streams=2), 1.0, uniforms)
    second = steps(cursor_after(network, prompt, window=None), 1.0, uniforms_of(2, 50))
    assert [int(step.symbols[1]) for step in both] == [int(step.symbols[0]) for step in second]


def test_a_longer_call_for_uniforms_begins_with_the_shorter_one() -> None:
    np.testing.assert_array_equal(uniforms_of(4, 100)[:30], uniforms_of(4, 30))


def test_what_the_unknown_tokens_had_is_divided_in_proportion() -> None:
    vocabulary = WordVocabulary((" <unk>", " a", " b", "<unk>"))
    model = LanguageModel(vocabulary, Network(random_weights(4)), None)
    known = model.without_unknown()
    before, after = model.next("a b", 0.7), known.next("a b", 0.7)
    np.testing.assert_array_equal(after[[0, 3]], 0)
    np.testing.assert_allclose(after[[1, 2]], before[[1, 2]] / before[[1, 2]].sum())
    assert model.key != known.key
    assert set(known.stream("", temperature=2.0, length=40)) == {" a", " b"}
    letters = LanguageModel(Vocabulary.of("ab"), Network(random_weights(2)), None)
    assert letters.without_unknown() is letters


def test_written_tokens_are_read_as_they_are() -> None:
    vocabulary = WordVocabulary((" <unk>", "<unk>", "me", "so"))
    model = LanguageModel(vocabulary, Network(random_weights(4)), None)
    assert len(vocabulary.encode("some")) == 1
    two = model.logits("", ["so", "me"])
    np.testing.assert_allclose(two, model.logits("so", ["me"]))
    assert not np.allclose(two, model.logits("some"))
