"""What a model has read when it predicts: everything, or exactly its window."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm.sampling.language_model import Cursor, WindowCursor, cursor_after
from charlstm.sampling.network import Network
from tests.made import random_weights

SYMBOLS = 7
WINDOW = 60


def _network(layers: int = 1) -> Network:
    return Network(random_weights(SYMBOLS, units=9, layers=layers))


def _text(length: int, seed: int = 0) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, SYMBOLS, length)


def _reread(network: Network, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the logits after reading ``ids`` from the zero state, one character at a time."""
    state = network.zero_state()
    for symbol in ids:
        state = network.step(np.array([symbol]), state)
    return network.logits(state)[0]


@pytest.mark.parametrize("layers", [1, 2])
def test_a_window_cursor_equals_rereading_the_last_60_at_every_step(layers: int) -> None:
    network, text = _network(layers), _text(150)
    cursor = WindowCursor(network, window=WINDOW)
    for read, symbol in enumerate(text):
        wanted = _reread(network, text[max(0, read - WINDOW) : read])
        np.testing.assert_allclose(cursor.logits()[0], wanted, rtol=0, atol=1e-13)
        cursor.read(np.array([symbol]))


def test_a_carried_cursor_equals_reading_everything_from_the_start() -> None:
    network, text = _network(), _text(150)
    cursor = Cursor(network)
    for symbol in text:
        cursor.read(np.array([symbol]))
    np.testing.assert_allclose(cursor.logits()[0], _reread(network, text), atol=1e-13)


@pytest.mark.parametrize("length", [0, 1, 59, 60, 61, 200])
@pytest.mark.parametrize("window", [None, WINDOW])
def test_a_prompt_of_any_length_is_read_without_padding(length: int, window: int | None) -> None:
    network, prompt = _network(), _text(length)
    seen = prompt if window is None else prompt[max(0, length - window) :]
    logits = cursor_after(network, prompt, window=window).logits()
    np.testing.assert_allclose(logits[0], _reread(network, seen), rtol=0, atol=1e-13)


def test_the_empty_prompt_gives_the_distribution_of_the_zero_state() -> None:
    network = _network()
    for window in (None, WINDOW):
        logits = cursor_after(network, _text(0), window=window).logits()
        np.testing.assert_array_equal(logits, network.logits(network.zero_state()))


@pytest.mark.parametrize("window", [None, 1, 13, WINDOW])
def test_streams_side_by_side_equal_single_streams(window: int | None) -> None:
    network, prompt = _network(2), _text(40)
    together = cursor_after(network, prompt, window=window, streams=3)
    apart = [cursor_after(network, prompt, window=window) for _ in range(3)]
    for symbols in _text(3 * 70, seed=1).reshape(-1, 3):
        together.read(symbols)
        for cursor, symbol in zip(apart, symbols, strict=True):
            cursor.read(np.array([symbol]))
        single = np.concatenate([cursor.logits() for cursor in apart])
        np.testing.assert_allclose(together.logits(), single, rtol=0, atol=1e-13)


def test_the_two_kinds_part_once_the_text_is_longer_than_the_window() -> None:
    network, text = _network(), _text(61)
    at_60 = [cursor_after(network, text[:60], window=w).logits() for w in (None, WINDOW)]
    at_61 = [cursor_after(network, text, window=w).logits() for w in (None, 10)]
    np.testing.assert_allclose(*at_60, atol=1e-13)
    assert np.abs(at_61[0] - at_61[1]).max() > 1e-9
