"""The network in NumPy: Keras's layers to the fifth decimal, and no weights that make no sense."""

from __future__ import annotations

import numpy as np
import pytest
from made import random_weights

from charlstm.errors import RunError
from charlstm.sampling.cursor import cursor_after
from charlstm.sampling.network import Network, layer_names
from charlstm.sampling.reweight import reweight
from charlstm.training.recipes import RECIPES

SYMBOLS = 11


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_step_equals_that_of_keras(layers: int) -> None:
    import keras

    units, streams = 12, 4
    weights = random_weights(SYMBOLS, units, layers)
    network = Network(weights)
    ids = np.random.default_rng(1).integers(0, SYMBOLS, (streams, 25))
    signal = keras.ops.one_hot(ids, SYMBOLS)
    state = network.zero_state(streams)
    for place in range(ids.shape[1]):
        state = network.step(ids[:, place], state)
    for name, (hidden, cell) in zip(layer_names(weights), state, strict=True):
        layer = keras.layers.LSTM(units, return_sequences=True, return_state=True)
        layer.build(signal.shape)
        layer.set_weights([weights[f"{name}/{w}"] for w in ("kernel", "recurrent_kernel", "bias")])
        signal, keras_hidden, keras_cell = layer(signal)
        np.testing.assert_allclose(hidden, keras_hidden, rtol=0, atol=1e-5)
        np.testing.assert_allclose(cell, keras_cell, rtol=0, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize(("recipe", "window"), [("book", 60), ("tbptt", None)])
def test_the_distribution_equals_that_of_the_recipes_keras_model(
    recipe: str, window: int | None, layers: int
) -> None:
    from charlstm.training.network import build, weights_of

    model = build(RECIPES[recipe], SYMBOLS, 16, layers, seed=3)
    text = np.random.default_rng(2).integers(0, SYMBOLS, 100 if window is None else 60)
    wanted = np.asarray(model(np.eye(SYMBOLS, dtype=np.float32)[text][None]))[0]
    wanted = wanted if window else wanted[-1]
    logits = cursor_after(Network(weights_of(model)), text, window=window).logits()[0]
    np.testing.assert_allclose(reweight(logits, 1.0), wanted, rtol=0, atol=1e-5)


def test_everything_is_computed_in_float64_unless_asked_otherwise() -> None:
    weights = random_weights(SYMBOLS)
    for network, dtype in ((Network(weights), np.float64), (Network(weights, np.float32), "f4")):
        state = network.step(np.array([1]), network.zero_state())
        assert network.logits(state).dtype == dtype
        assert {part.dtype for layer in state for part in layer} == {np.dtype(dtype)}


def test_a_step_leaves_the_state_that_it_starts_from_as_it_is() -> None:
    network = Network(random_weights(SYMBOLS, layers=2))
    state = network.step(np.array([3]), network.zero_state())
    before = [part.copy() for layer in state for part in layer]
    network.step(np.array([4]), state)
    for part, copy in zip((part for layer in state for part in layer), before, strict=True):
        np.testing.assert_array_equal(part, copy)


@pytest.mark.parametrize("name", sorted(random_weights(SYMBOLS)))
def test_a_missing_or_misshapen_weight_is_named(name: str) -> None:
    weights = random_weights(SYMBOLS)
    with pytest.raises(RunError, match=name):
        Network({key: value for key, value in weights.items() if key != name})
    with pytest.raises(RunError):
        Network(weights | {name: weights[name][..., :-1]})


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
