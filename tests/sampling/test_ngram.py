"""The n-gram model: worked by hand on three symbols, exact, and a baseline on a real text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from charlstm.analysis.loss import cross_entropy, stream_loss, window_loss
from charlstm.data.corpus import Corpus
from charlstm.data.named import load
from charlstm.sampling import ngram as module
from charlstm.sampling.language_model import (
    Cursor,
    WindowCursor,
    cursor_after,
    steps,
    uniforms_of,
)
from charlstm.sampling.ngram import NGram, highest_order
from tests.made import unigram_entropy

A, B, C = 0, 1, 2
#         a b a b a c a b
TEXT = np.array([A, B, A, B, A, C, A, B])


def test_order_1_is_worked_by_hand() -> None:
    # a 4 times, b 3, c 1; three kinds, each discounted by 1/2: 3/2 of 8 go to 1/3 for each.
    model = NGram(TEXT, 3, order=1)
    back = 1.5 / 8 / 3
    expected = [3.5 / 8 + back, 2.5 / 8 + back, 0.5 / 8 + back]
    np.testing.assert_allclose(model.probabilities(TEXT), expected)


def test_order_2_is_worked_by_hand() -> None:
    # The bigrams: ab 3 times, ba 2, ac 1, ca 1. Different symbols before a: b and c, before b: a,
    # before c: a, so the order below counts a 2, b 1, c 1, in all 4, and 3/8 go to 1/3 for each.
    lower = np.array([1.5, 0.5, 0.5]) / 4 + 1.5 / 4 / 3
    model = NGram(TEXT, 3, order=2)
    after_a = np.array([0.0, 2.5, 0.5]) / 4 + 1.0 / 4 * lower
    after_b = np.array([1.5, 0.0, 0.0]) / 2 + 0.5 / 2 * lower
    after_c = np.array([0.5, 0.0, 0.0]) / 1 + 0.5 / 1 * lower
    np.testing.assert_allclose(model.probabilities(np.array([B, A])), after_a)
    np.testing.assert_allclose(model.probabilities(np.array([B])), after_b)
    np.testing.assert_allclose(model.probabilities(np.array([A, C])), after_c)
    np.testing.assert_allclose(model.probabilities(np.zeros(0, int)), lower)
    assert model.size == 3 + 4
    losses = model.losses(np.array([A, B, A, C]))
    np.testing.assert_allclose(np.exp(-losses), [after_a[B], after_b[A], after_a[C]])


def test_a_context_that_was_never_seen_falls_back_on_the_shorter_one() -> None:
    model = NGram(TEXT, 3, order=3)
    unseen, shorter = np.array([C, C]), np.array([C])
    np.testing.assert_array_equal(model.probabilities(unseen), model.probabilities(shorter))


def test_the_discounts_are_those_of_chen_and_goodman() -> None:
    # 4 n-grams seen once, 3 twice, 2 three times, 1 four times: Y = 4 / (4 + 2 * 3).
    counts = np.array([1] * 4 + [2] * 3 + [3] * 2 + [4])
    found = module._Counts(np.arange(10), counts, symbols=10, order=1).discounts
    y = 0.4
    np.testing.assert_allclose(found, [0, 1 - 2 * y * 3 / 4, 2 - 3 * y * 2 / 3, 3 - 4 * y * 1 / 2])


TEXTS = st.integers(2, 5).flatmap(
    lambda symbols: st.tuples(
        st.just(symbols), st.lists(st.integers(0, symbols - 1), min_size=7, max_size=80)
    )
)


@given(TEXTS, st.integers(1, 6), st.lists(st.integers(0, 1), max_size=8))
@settings(max_examples=60)
def test_every_distribution_adds_up_to_1_and_none_holds_a_zero(
    text: tuple[int, list[int]], order: int, context: list[int]
) -> None:
    symbols, ids = text
    model = NGram(np.array(ids), symbols, order)
    for end in range(len(context) + 1):
        p = model.probabilities(np.array(context[:end], int))
        assert p.sum() == pytest.approx(1.0, abs=1e-12)
        assert (p > 0).all()


@given(TEXTS, st.integers(1, 6))
@settings(max_examples=40)
def test_losses_of_a_whole_text_are_those_of_reading_it_symbol_by_symbol(
    text: tuple[int, list[int]], order: int
) -> None:
    symbols, ids = text
    model = NGram(np.array(ids), symbols, order)
    read = np.random.default_rng(len(ids)).integers(0, symbols, 30)
    state, wanted = model.zero_state(), []
    for symbol, target in itertools.pairwise(read):
        state = model.step(np.array([symbol]), state)
        wanted.append(cross_entropy(model.logits(state), np.array([target]))[0])
    np.testing.assert_allclose(model.losses(read), wanted, rtol=0, atol=1e-12)


def test_a_lower_order_of_a_model_is_the_model_of_that_order() -> None:
    model = NGram(TEXT, 3, order=4)
    for order in (1, 2, 3):
        lower, alone = model.of_order(order), NGram(TEXT, 3, order)
        assert (lower.size, lower.receptive_field) == (alone.size, order - 1)
        for context in (TEXT[:0], TEXT[:3], TEXT[:6]):
            np.testing.assert_array_equal(
                lower.probabilities(context), alone.probabilities(context)
            )
    assert model.order == 4


def test_counting_by_pieces_counts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.random.default_rng(0).integers(0, 4, 300)
    whole = NGram(ids, 4)
    monkeypatch.setattr(module, "_PIECE", 7)
    pieces = NGram(ids, 4)
    for one, other in zip(whole._raw, pieces._raw, strict=True):
        np.testing.assert_array_equal(one.keys, other.keys)
        np.testing.assert_array_equal(one.counts, other.counts)
    assert int(whole._raw[5].counts.sum()) == 295


def test_of_a_very_long_text_the_beginning_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.random.default_rng(0).integers(0, 4, 300)
    first = NGram(ids[:50], 4, 2)
    monkeypatch.setattr(module, "MOST_COUNTED", 50)
    np.testing.assert_array_equal(first.losses(ids), NGram(ids, 4, 2).losses(ids))


def test_an_order_with_too_many_different_n_grams_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = np.random.default_rng(0).integers(0, 4, 300)
    third = NGram(ids, 4, 3)
    monkeypatch.setattr(module, "MOST_NGRAMS", 100)
    model = NGram(ids, 4, 6)
    assert (model.order, model.size) == (3, third.size)
    np.testing.assert_array_equal(model.losses(ids), third.losses(ids))


@pytest.mark.parametrize(("symbols", "highest"), [(2, 6), (57, 6), (1290, 6), (1291, 5), (4096, 5)])
def test_the_highest_order_is_what_its_keys_have_room_for(symbols: int, highest: int) -> None:
    assert highest_order(symbols) == highest
    ids = np.array([0, symbols - 1] * 8)
    assert NGram(ids, symbols, highest).probabilities(ids).sum() == pytest.approx(1.0)
    with pytest.raises(ValueError, match="order"):
        NGram(ids, symbols, highest + 1)


def test_it_writes_with_a_cursor_like_a_network() -> None:
    model = NGram(TEXT, 3, order=3)
    prompt = np.array([A, B])
    cursors = [
        Cursor(model, 2),
        WindowCursor(model, 2, window=5),
        cursor_after(model, prompt[:0], window=60, streams=2),
    ]
    written = []
    for cursor in cursors:
        for symbol in prompt:
            cursor.read(np.full(2, symbol))
        drawn = steps(cursor, np.array([0.3, 1.0]), uniforms_of(4, 40))
        written.append(np.stack([step.symbols for step in drawn]))
    np.testing.assert_array_equal(written[0], written[1])
    np.testing.assert_array_equal(written[0], written[2])
    assert set(np.unique(written[0])) <= {A, B, C}


def _python_text() -> tuple[NDArray[np.integer], NDArray[np.integer], Corpus]:
    corpus = load("python").lowered()
    cut = len(corpus) * 9 // 10
    return corpus.ids[:cut], corpus.ids[cut:], corpus


def test_on_a_real_text_each_order_predicts_better_than_the_one_below() -> None:
    training, held_out, corpus = _python_text()
    model = NGram(training, len(corpus.vocabulary))
    losses = [float(model.of_order(order).losses(held_out).mean()) for order in range(1, 7)]
    assert losses == sorted(losses, reverse=True)
    entropy = unigram_entropy(corpus.text[len(training) :])
    assert entropy < losses[0] < entropy + 0.2  # no guess beats the entropy (Gibbs)
    assert losses[2] < 0.7 * entropy


def test_its_losses_are_those_that_are_measured_on_networks() -> None:
    training, held_out, corpus = _python_text()
    model, read = NGram(training, len(corpus.vocabulary)), held_out[:400]
    losses = model.losses(read)
    assert stream_loss(model, read).nats == pytest.approx(losses.mean(), abs=1e-9)
    assert window_loss(model, read).nats == pytest.approx(losses[59::3].mean(), abs=1e-9)
