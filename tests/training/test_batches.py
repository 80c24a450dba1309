"""What the network sees: the seed's windows to the letter, and streams that go on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from charlstm.data.corpus import Corpus, sample_of_windows, window_count, windows
from charlstm.training.batches import Batch, StreamBatches, WindowBatches
from tests.made import prose

LENGTHS = st.integers(61, 1200)


def _ids(length: int) -> NDArray[np.int32]:
    """Return ids that are all different, so that a value determines its position."""
    return np.arange(length, dtype=np.int32)


def _seeds_arrays(text: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return x and y as the seed's program makes them, loop by loop."""
    maxlen = 60
    step = 3
    sentences = []
    next_chars = []
    for i in range(0, len(text) - maxlen, step):
        sentences.append(text[i : i + maxlen])
        next_chars.append(text[i + maxlen])
    chars = sorted(set(text))
    char_indices = {char: chars.index(char) for char in chars}
    x = np.zeros((len(sentences), maxlen, len(chars)), dtype=bool)
    y = np.zeros((len(sentences), len(chars)), dtype=bool)
    for i, sentence in enumerate(sentences):
        for t, char in enumerate(sentence):
            x[i, t, char_indices[char]] = 1
        y[i, char_indices[next_chars[i]]] = 1
    return x, y


@pytest.mark.parametrize("length", [60, 61, 62, 63, 64, 500])
def test_windows_and_targets_are_those_of_the_seeds_loops(length: int) -> None:
    corpus = Corpus("mine", prose(length))
    x, y = _seeds_arrays(corpus.text)
    one_hot = np.eye(len(corpus.vocabulary), dtype=bool)
    found, targets = windows(corpus.ids)
    np.testing.assert_array_equal(one_hot[found].reshape(x.shape), x)
    np.testing.assert_array_equal(one_hot[targets].reshape(y.shape), y)


@given(LENGTHS, st.integers(1, 140), st.integers(0, 5))
def test_a_book_epoch_shows_every_window_once(length: int, batch: int, seed: int) -> None:
    batches = WindowBatches(_ids(length), batch, seed)
    assert batches.steps_per_epoch == -(-window_count(length) // batch)
    seen = []
    for step in range(batches.steps_per_epoch):
        one = batches.at(step)
        assert one.ids.shape == (60, batch)
        real = one.weights == 1
        np.testing.assert_array_equal(one.ids[0, real] + 60, one.targets[0, real])
        np.testing.assert_array_equal(np.diff(one.ids[:, real], axis=0), 1)
        assert real.all() or step == batches.steps_per_epoch - 1
        assert not one.keep.any()
        seen += one.ids[0, real].tolist()
    assert sorted(seen) == list(range(0, length - 60, 3))


def test_book_windows_come_in_a_new_random_order_each_epoch() -> None:
    batches = WindowBatches(_ids(1000), 32, seed=0)
    first, again = batches.at(0).ids[0], batches.at(batches.steps_per_epoch).ids[0]
    assert first.tolist() != sorted(first.tolist())
    assert first.tolist() != again.tolist()
    assert first.tolist() != WindowBatches(_ids(1000), 32, seed=1).at(0).ids[0].tolist()


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5))
def test_every_target_of_a_stream_is_the_character_after_its_input(
    length: int, batch: int, seed: int
) -> None:
    batches = StreamBatches(_ids(length), batch, seed)
    for step in range(2 * batches.steps_per_epoch):
        one = batches.at(step)
        assert one.ids.shape == one.targets.shape == (60, batches.streams)
        np.testing.assert_array_equal(one.ids + 1, one.targets)
        assert (one.weights == 1).all()


@given(LENGTHS, st.integers(1, 40), st.integers(0, 5))
def test_the_chunks_of_an_epoch_continue_each_other_and_overlap_nowhere(
    length: int, batch: int, seed: int
) -> None:
    batches = StreamBatches(_ids(length), batch, seed)
    chunks = [batches.at(step).ids for step in range(batches.steps_per_epoch)]
    streams = np.concatenate(chunks)
    np.testing.assert_array_equal(np.diff(streams, axis=0), 1)
    assert len(np.unique(streams)) == streams.size
    # Less than one more chunk per stream is left out.
    assert length - 1 - streams.size < 60 * batches.streams


def test_every_epoch_cuts_the_text_at_new_positions() -> None:
    batches = StreamBatches(_ids(1000), 3, seed=0)
    starts = {int(batches.at(epoch * batches.steps_per_epoch).ids[0, 0]) for epoch in range(9)}
    assert len(starts) > 3


def test_states_are_kept_within_an_epoch_and_start_at_zero() -> None:
    batches = StreamBatches(_ids(2000), 4, seed=0)
    keep = [batches.at(step).keep for step in range(2 * batches.steps_per_epoch)]
    for step, kept in enumerate(keep):
        assert (kept == (step % batches.steps_per_epoch > 0)).all()


def test_a_share_of_the_states_is_reset_before_a_chunk() -> None:
    batches = StreamBatches(_ids(200_000), 16, seed=0, reset_fraction=0.1)
    kept = np.concatenate([batches.at(step).keep for step in range(1, batches.steps_per_epoch)])
    assert set(kept.tolist()) == {0.0, 1.0}
    assert 0.86 < kept.mean() < 0.94


def test_a_short_text_gets_fewer_streams_down_to_one() -> None:
    assert StreamBatches(_ids(61), 16, seed=0).streams == 1
    assert StreamBatches(_ids(121), 16, seed=0).streams == 2
    assert StreamBatches(_ids(5000), 16, seed=0).streams == 16


@pytest.mark.parametrize("kind", [StreamBatches, WindowBatches])
def test_a_batch_depends_on_the_step_and_not_on_those_before(
    kind: type[StreamBatches] | type[WindowBatches],
) -> None:
    ids = _ids(1500)
    in_order = kind(ids, 5, 3)
    batches = [in_order.at(step) for step in range(2 * in_order.steps_per_epoch)]
    for step in (in_order.steps_per_epoch + 1, 2, 0, in_order.steps_per_epoch - 1):
        assert _same(kind(ids, 5, 3).at(step), batches[step])


def _same(one: Batch, other: Batch) -> bool:
    return all(map(np.array_equal, one, other))


@given(st.integers(0, 800), st.integers(1, 300))
def test_a_sample_of_windows_is_spread_over_the_whole_text(length: int, count: int) -> None:
    found, targets = sample_of_windows(_ids(length), count)
    every = list(range(0, length - 60, 3))
    assert len(found) == min(count, len(every))
    assert set(found[:, 0].tolist()) <= set(every)
    np.testing.assert_array_equal(found[:, 0] + 60, targets)
    if count > 1 and every:
        assert found[0, 0] == every[0]
        assert found[-1, 0] == every[-1]


def test_batches_of_small_ids_are_those_of_large_ones() -> None:
    ids = Corpus("mine", prose(700)).ids
    for make in (WindowBatches, StreamBatches):
        small, large = make(ids, 4, 0), make(ids.astype(np.int32), 4, 0)
        for step in range(small.steps_per_epoch + 1):
            assert small.at(step).ids.dtype == small.at(step).targets.dtype == np.int32
            np.testing.assert_array_equal(small.at(step).ids, large.at(step).ids)
            np.testing.assert_array_equal(small.at(step).targets, large.at(step).targets)
