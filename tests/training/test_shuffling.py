"""An order that is computed place by place is an order: every number once, in no pattern."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.training import batches
from charlstm.training.batches import WindowBatches
from charlstm.training.shuffling import Shuffled


@given(st.integers(1, 3000), st.integers(0, 9))
def test_every_number_comes_once(count: int, seed: int) -> None:
    numbers = Shuffled(count, [seed]).at(np.arange(count))
    assert sorted(numbers.tolist()) == list(range(count))


def test_each_seed_has_an_order_of_its_own() -> None:
    one, other = (Shuffled(1000, [seed, 5]).at(np.arange(1000)) for seed in (0, 1))
    assert (one == other).mean() < 0.02


def test_neighbours_are_strangers() -> None:
    count = 30_000
    numbers = Shuffled(count, [3]).at(np.arange(count)).astype(float)
    # The correlation of two independent orders has a standard deviation of 1 / sqrt(count).
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 5 / np.sqrt(count)
    assert abs(np.corrcoef(numbers, np.arange(count))[0, 1]) < 5 / np.sqrt(count)
    buckets = np.bincount((numbers[:3000] * 10 // count).astype(int), minlength=10)
    assert buckets.min() > 200


def test_a_book_epoch_of_a_long_text_shows_every_window_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "MOST_SHUFFLED", 10)
    data = WindowBatches(np.arange(3000, dtype=np.int32), 64, seed=1)
    seen: list[int] = []
    for step in range(data.steps_per_epoch):
        batch = data.at(step)
        seen += batch.ids[0][batch.weights > 0].tolist()
    assert sorted(seen) == list(range(0, 2940, 3))
    assert seen != sorted(seen)
