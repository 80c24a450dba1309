"""Writing with strategies: none change nothing, greedy is T = 0, and what is cut is never drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.compare import compare, compare_strategies, fork_table
from charlstm.sampling.language_model import LanguageModel, cursor_after, steps, uniforms_of
from charlstm.sampling.network import Network
from charlstm.sampling.strategies import KINDS, Strategy, stages
from tests.made import random_weights

ALPHABET = "\n abcdefghij"
PROMPT = "a bad cab "
SOME = [("top-k", 5.0), ("top-p", 0.8)]


def _model(window: int | None, seed: int = 0) -> LanguageModel:
    network = Network(random_weights(len(ALPHABET), units=8, seed=seed))
    return LanguageModel(Vocabulary.of(ALPHABET), network, window)


@pytest.fixture(params=[None, 7], ids=["carried", "window"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return _model(request.param)


def test_no_strategies_and_such_that_keep_all_leave_the_text_alone(model: LanguageModel) -> None:
    alone = model.write(PROMPT, temperature=0.9, length=120, seed=3)
    keep_all = [("top-k", float(len(ALPHABET))), ("top-p", 1.0), ("min-p", 1e-9), ("typical", 1.0)]
    for strategies in ([], keep_all):
        text = model.write(PROMPT, temperature=0.9, length=120, seed=3, strategies=strategies)
        assert text == alone


@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.7])
def test_greedy_writes_what_temperature_zero_writes(
    model: LanguageModel, temperature: float
) -> None:
    likeliest = model.write(PROMPT, temperature=0, length=60)
    for strategies in ([("greedy", 1.0)], [("top-k", 1.0)], [("min-p", 1.0)]):
        text = model.write(
            PROMPT, temperature=temperature, length=60, seed=8, strategies=strategies
        )
        assert text == likeliest


STRATEGY = st.one_of(
    st.tuples(st.just("top-k"), st.integers(1, 15).map(float)),
    st.tuples(st.sampled_from(["top-p", "min-p", "typical"]), st.floats(0.01, 1.0)),
)


@settings(max_examples=25)
@given(
    st.lists(STRATEGY, max_size=3),
    st.floats(0, 2),
    st.integers(0, 999),
    st.sampled_from([None, 7]),
)
def test_every_character_is_one_that_its_own_step_had_left(
    strategies: list[Strategy], temperature: float, seed: int, window: int | None
) -> None:
    model = _model(window, seed % 5)
    text = model.write(PROMPT, temperature=temperature, length=25, seed=seed, strategies=strategies)
    assert len(text) == 25
    for position, symbol in enumerate(text):
        left = model.next(PROMPT + text[:position], temperature, strategies)
        assert left[model.vocabulary.symbols.index(symbol)] > 0


@pytest.mark.parametrize("name", list(KINDS))
def test_streams_at_several_temperatures_are_each_cut_by_themselves(
    model: LanguageModel, name: str
) -> None:
    strategies = [(name, 4.0 if name == "top-k" else 0.6)]
    temperatures = [0.0, 0.5, 1.0, 1.5]
    cursor = cursor_after(
        model.network, model.read(PROMPT).ids, window=model.window, streams=len(temperatures)
    )
    drawn = steps(cursor, temperatures, uniforms_of(2, 80), strategies)
    columns = np.stack([step.symbols for step in drawn], axis=1)
    for temperature, column in zip(temperatures, columns, strict=True):
        alone = model.write(
            PROMPT, temperature=temperature, length=80, seed=2, strategies=strategies
        )
        assert model.vocabulary.decode(column) == alone


def test_next_is_what_the_last_stage_leaves(model: LanguageModel) -> None:
    found = stages(model.logits(PROMPT), 0.7, SOME)
    assert model.next(PROMPT, 0.7, SOME).tolist() == found[-1].probabilities.tolist()
    assert model.next(PROMPT, 0.7).tolist() == found[0].probabilities.tolist()


def test_what_cannot_be_is_refused_before_a_character_is_written(model: LanguageModel) -> None:
    with pytest.raises(ValueError, match="no strategy"):
        model.write(PROMPT, length=1, strategies=[("magic", 1.0)])
    with pytest.raises(ValueError, match="top-p"):
        next(model.stream(PROMPT, length=1, strategies=[("top-p", 0.0)]))


def test_columns_of_a_comparison_are_what_the_model_writes_with_the_strategies(
    model: LanguageModel,
) -> None:
    result = compare(model, PROMPT, [0.5, 1.5], length=60, seed=4, strategies=SOME)
    for temperature, text in zip(result.temperatures, result.texts, strict=True):
        assert text == model.write(
            PROMPT, temperature=temperature, length=60, seed=4, strategies=SOME
        )
    assert result.strategies[1] == tuple(SOME)


def test_lists_of_strategies_are_compared_at_one_temperature(model: LanguageModel) -> None:
    reports: list[tuple[int, int]] = []
    result = compare_strategies(
        model,
        PROMPT,
        [(), SOME],
        temperature=1.4,
        length=60,
        seed=4,
        report=lambda done, of: reports.append((done, of)),
    )
    assert result.texts == (
        model.write(PROMPT, temperature=1.4, length=60, seed=4),
        model.write(PROMPT, temperature=1.4, length=60, seed=4, strategies=SOME),
    )
    assert reports == [(done, 120) for done in range(1, 121)]
    (fork,) = result.forks
    table = fork_table(model, result, fork)
    half = len(ALPHABET)
    assert table["strategy"].tolist() == [""] * half + ["top-k 5, top-p 0.8"] * half
    assert table["temperature"].tolist() == [1.4] * 2 * half
    prompt = PROMPT + result.texts[0][: fork.position]
    assert table["probability"].tolist() == [
        *model.next(prompt, 1.4),
        *model.next(prompt, 1.4, SOME),
    ]
    hit = table[table["hit"]]
    assert tuple(hit["symbol"]) == fork.symbols
    assert ((hit["from"] <= fork.uniform) & (fork.uniform < hit["to"])).all()
