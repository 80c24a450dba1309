"""The network in NumPy: Keras's layers to the fifth decimal, and no weights that make no sense."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charlstm.errors import RunError
from charlstm.sampling.conv1d import DILATIONS
from charlstm.sampling.language_model import Cursor, WindowCursor, cursor_after
from charlstm.sampling.network import KINDS, Network, layer_names, receptive_field, weight_shapes
from charlstm.sampling.reweight import reweight
from charlstm.settings import settings_for
from tests.made import random_weights

SYMBOLS = 11
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def _keras_layer(kind: str, units: int, position: int) -> Any:
    import keras

    if kind == "lstm":
        return keras.layers.LSTM(units, return_sequences=True, return_state=True)
    if kind == "gru":
        return keras.layers.GRU(units, return_sequences=True, return_state=True)
    dilation = DILATIONS[position % len(DILATIONS)]
    return keras.layers.Conv1D(units, 2, padding="causal", dilation_rate=dilation)


@EVERY_KIND
@given(
    layers=st.integers(1, 3),
    units=st.integers(2, 12),
    streams=st.integers(1, 4),
    length=st.integers(1, 40),
)
@settings(max_examples=6)
def test_a_step_equals_that_of_keras(
    kind: str, layers: int, units: int, streams: int, length: int
) -> None:
    import keras

    weights = random_weights(SYMBOLS, units, layers, network=kind)
    network = Network(weights)
    ids = np.random.default_rng(length).integers(0, SYMBOLS, (streams, length))
    signal = keras.ops.one_hot(ids, SYMBOLS)
    state = network.zero_state(streams)
    for position in range(length):
        state = network.step(ids[:, position], state)
    for position, (name, parts) in enumerate(zip(layer_names(weights), state, strict=True)):
        layer = _keras_layer(kind, units, position)
        layer.build(signal.shape)
        layer.set_weights([weights[f"{name}/{weight.name}"] for weight in layer.weights])
        found = layer(signal)
        if kind == "conv1d":
            gate = [weights[f"{name}_gate/{weight.name}"] for weight in layer.weights]
            layer.set_weights(gate)
            found = keras.ops.tanh(found) * keras.ops.sigmoid(layer(signal))
            signal = signal + found if position else found
            np.testing.assert_allclose(parts[0], signal[:, -1], rtol=1e-5, atol=1e-5)
            continue
        signal, *keras_state = found
        for part, wanted in zip(parts, keras_state, strict=True):
            np.testing.assert_allclose(part, wanted, rtol=0, atol=1e-5)


@EVERY_KIND
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("recipe", "window"), [("book", 60), ("tbptt", None)])
def test_the_distribution_equals_that_of_the_recipes_keras_model(
    recipe: str, window: int | None, layers: int, kind: str
) -> None:
    """In float64, and in the float32 that a window is written in where speed counts."""
    from charlstm.training.network import build, weights_of

    sizes = {"units": 16, "layers": layers, "network": kind}
    model = build(settings_for(recipe, seed=3, dropout=0.3, **sizes), SYMBOLS)
    text = np.random.default_rng(2).integers(0, SYMBOLS, 100 if window is None else 60)
    wanted = np.asarray(model(np.eye(SYMBOLS, dtype=np.float32)[text][None]))[0]
    wanted = wanted if window else wanted[-1]
    for dtype in (np.float64, np.float32):
        network = Network(weights_of(model), dtype)
        logits = cursor_after(network, text, window=window).logits()[0]
        np.testing.assert_allclose(reweight(logits, 1.0), wanted, rtol=0, atol=1e-5)


@EVERY_KIND
def test_everything_is_computed_in_float64_unless_asked_otherwise(kind: str) -> None:
    weights = random_weights(SYMBOLS, network=kind)
    for network, dtype in ((Network(weights), np.float64), (Network(weights, np.float32), "f4")):
        state = network.step(np.array([1]), network.zero_state())
        assert network.logits(state).dtype == dtype
        assert {part.dtype for layer in state for part in layer} == {np.dtype(dtype)}


@EVERY_KIND
def test_a_step_leaves_the_state_that_it_starts_from_as_it_is(kind: str) -> None:
    network = Network(random_weights(SYMBOLS, layers=2, network=kind))
    state = network.step(np.array([3]), network.zero_state())
    before = [part.copy() for layer in state for part in layer]
    network.step(np.array([4]), state)
    for part, copy in zip((part for layer in state for part in layer), before, strict=True):
        np.testing.assert_array_equal(part, copy)


@EVERY_KIND
def test_streams_side_by_side_equal_single_streams(kind: str) -> None:
    network = Network(random_weights(SYMBOLS, layers=2, network=kind))
    text = np.random.default_rng(1).integers(0, SYMBOLS, (70, 3))
    together = Cursor(network, 3)
    apart = [Cursor(network) for _ in range(3)]
    for symbols in text:
        together.read(symbols)
        for cursor, symbol in zip(apart, symbols, strict=True):
            cursor.read(np.array([symbol]))
    single = np.concatenate([cursor.logits() for cursor in apart])
    np.testing.assert_allclose(together.logits(), single, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", ["gru", "conv1d"])
@pytest.mark.parametrize("layers", [1, 2])
def test_a_window_cursor_equals_rereading_the_last_60(kind: str, layers: int) -> None:
    network = Network(random_weights(SYMBOLS, units=5, layers=layers, network=kind))
    text = np.random.default_rng(5).integers(0, SYMBOLS, 140)
    cursor = cursor_after(network, text[:20], window=60)
    # A network that sees no further than the window is read with its state carried.
    sees_less = kind == "conv1d" and layers == 1
    assert type(cursor) is (Cursor if sees_less else WindowCursor)
    always_fresh = WindowCursor(network, window=60)
    for symbol in text[:20]:
        always_fresh.read(np.array([symbol]))
    for end in range(20, 140):
        again = Cursor(network)
        for symbol in text[max(0, end - 60) : end]:
            again.read(np.array([symbol]))
        for other in (cursor, always_fresh):
            np.testing.assert_allclose(other.logits(), again.logits(), rtol=0, atol=1e-12)
            other.read(text[end : end + 1])


@pytest.mark.parametrize("layers", [1, 2])
def test_a_convolution_sees_its_receptive_field_and_not_one_character_more(layers: int) -> None:
    field = receptive_field("conv1d", layers)
    assert field == 1 + 31 * layers
    network = Network(random_weights(SYMBOLS, units=9, layers=layers, network="conv1d"))
    assert network.receptive_field == field
    text = np.random.default_rng(3).integers(0, SYMBOLS, 120)

    def after(changed: int) -> Any:
        ids = text.copy()
        ids[-changed] = (ids[-changed] + 1) % SYMBOLS
        return cursor_after(network, ids, window=None).logits()

    as_it_is = cursor_after(network, text, window=None).logits()
    assert np.abs(after(field) - as_it_is).max() > 1e-9
    np.testing.assert_array_equal(after(field + 1), as_it_is)


def test_each_dilation_is_twice_the_one_before() -> None:
    # The kernel that computes the last position alone counts on it.
    assert tuple(2**position for position in range(len(DILATIONS))) == DILATIONS


@EVERY_KIND
def test_the_kind_and_the_sizes_of_a_network_are_read_off_its_weights(kind: str) -> None:
    for layers in (1, 2, 3):
        network = Network(random_weights(SYMBOLS, 6, layers, network=kind))
        sizes = (network.kind, network.symbols, network.units, network.layers)
        assert sizes == (kind, SYMBOLS, 6, layers)
        assert set(network.weights()) == set(weight_shapes(kind, SYMBOLS, 6, layers))


@EVERY_KIND
def test_the_weights_of_a_network_are_those_that_it_was_given(kind: str) -> None:
    weights = random_weights(SYMBOLS, layers=2, network=kind)
    for name, weight in Network(weights).weights().items():
        np.testing.assert_array_equal(weight, weights[name])


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in weight_shapes(kind, 3, 8, 1)]
)
def test_a_missing_or_misshapen_weight_is_named(kind: str, name: str) -> None:
    weights = random_weights(SYMBOLS, network=kind)
    with pytest.raises(RunError, match=name):
        Network({key: value for key, value in weights.items() if key != name})
    with pytest.raises(RunError):
        Network(weights | {name: weights[name][..., :-1]})
    with pytest.raises(RunError):
        Network(weights | {name: weights[name].ravel()[: math.prod(weights[name].shape) // 2]})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_of_a_diverged_training_are_refused_with_a_sentence(value: float) -> None:
    weights = random_weights(SYMBOLS)
    weights["dense/bias"][3] = value
    with pytest.raises(RunError, match="choose an earlier checkpoint"):
        Network(weights)


@pytest.mark.parametrize("dtype", ["U3", "S3", "complex64", "datetime64[s]"])
def test_weights_that_are_not_real_numbers_are_refused(dtype: str) -> None:
    weights = random_weights(SYMBOLS)
    strange = np.zeros(weights["dense/bias"].shape, dtype)
    with pytest.raises(RunError):
        Network(weights | {"dense/bias": strange})
