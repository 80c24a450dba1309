"""Our recurrent layers equal Keras's own: outputs, states, gradients, weights, names, arguments."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

KINDS = ["LSTM", "GRU"]
SHAPES = st.tuples(
    st.sampled_from(range(17, 31, 2)),  # streams: two or three shards, seldom of one size
    st.integers(1, 9),  # time
    st.integers(1, 6),  # inputs
    st.integers(1, 7),  # units
)
SHARDS = st.sampled_from([2, 3])
ARGUMENTS = st.fixed_dictionaries(
    {
        "return_sequences": st.booleans(),
        "return_state": st.booleans(),
        "go_backwards": st.booleans(),
        "use_bias": st.booleans(),
    }
)

SOME = dict.fromkeys(("return_sequences", "return_state", "use_bias"), True) | {
    "go_backwards": False
}


def _pair(
    kind: str, units: int, inputs: int, batch: int | None = None, **arguments: Any
) -> tuple[Any, Any]:
    """Return our layer and Keras's, with the same random weights."""
    import keras

    from charlstm.training import layers

    ours = getattr(layers, kind)(units, **arguments)
    theirs = getattr(keras.layers, kind)(units, **arguments)
    rng = np.random.default_rng(units)
    for layer in (ours, theirs):
        layer.build((batch, None, inputs))
    weights = [rng.normal(size=weight.shape).astype(np.float32) for weight in theirs.weights]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    return ours, theirs


def _values_and_gradients(layer: Any, x: Any, states: list[Any]) -> list[Any]:
    """Return the outputs, and the gradients of a weighted sum of them in all that went in."""
    import tensorflow as tf

    x, *states = [tf.constant(value) for value in (x, *states)]
    with tf.GradientTape() as tape:
        tape.watch([x, *states])
        called_with = {"initial_state": list(states) or None, "training": bool(states)}
        outputs = tf.nest.flatten(layer(x, **called_with))
        total = sum(tf.reduce_sum(tf.sin(out)) * (n + 1.0) for n, out in enumerate(outputs))
    wanted = [x, *states, *[weight.value for weight in layer.trainable_variables]]
    return [np.asarray(value) for value in outputs + tape.gradient(total, wanted)]


@pytest.mark.parametrize("kind", KINDS)
@given(shape=SHAPES, arguments=st.lists(ARGUMENTS, min_size=4, max_size=4), shards=SHARDS)
@example(shape=(4, 3, 2, 3), arguments=[SOME, SOME | {"go_backwards": True}] * 2, shards=1)
@settings(max_examples=1)
def test_outputs_states_and_gradients_equal_kerass(
    kind: str, shape: tuple[int, ...], arguments: list[dict[str, bool]], shards: int
) -> None:
    streams, time, inputs, units = shape
    rng = np.random.default_rng(streams)
    x = rng.normal(size=(streams, time, inputs)).astype(np.float32)
    count = 2 if kind == "LSTM" else 1
    carried = [rng.normal(size=(streams, units)).astype(np.float32) for _ in range(count)]
    # What is compiled depends on the shape alone: several cases of each, with and without states.
    for asked, states in zip(arguments, ([], carried, [], carried), strict=True):
        ours, theirs = _pair(kind, units, inputs, **asked)
        ours.shards = shards
        found = _values_and_gradients(ours, x, states)
        wanted = _values_and_gradients(theirs, x, states)
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_loop_is_ours_and_not_kerass(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    ours, _ = _pair(kind, 3, 2)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("Keras's loop was used")

    monkeypatch.setattr(getattr(keras.layers, kind), "inner_loop", refuse)
    ours(np.zeros((4, 5, 2), np.float32))
    with pytest.raises(AssertionError, match="Keras's loop"):
        ours(np.zeros((4, 5, 2), np.float32), mask=np.ones((4, 5), bool))


@pytest.mark.parametrize("kind", KINDS)
def test_weights_names_and_arguments_are_kerass(kind: str) -> None:
    import keras

    ours, theirs = _pair(kind, 3, 2)
    assert [w.name for w in ours.weights] == [w.name for w in theirs.weights]
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]
    config = ours.get_config()
    assert getattr(keras.layers, kind).from_config(config).get_config() == config
    # Of __init__: what a class says of itself differs between Python 3.11.2 and later ones.
    assert inspect.signature(type(ours).__init__) == inspect.signature(type(theirs).__init__)


# Arguments of the layer, arguments of the call, and whether there is a GPU.
KERASS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"activation": "relu"}, {}, False),
    ({"recurrent_activation": "relu"}, {}, False),
    ({"dropout": 0.5}, {"training": True}, False),
    ({"recurrent_dropout": 0.5}, {"training": True}, False),
    ({"unroll": True}, {}, False),
    ({"dtype": "mixed_float16"}, {}, False),
    ({"dtype": "float16"}, {}, False),
    ({"dtype": "float64"}, {}, False),
    ({}, {"mask": np.array([[1, 1, 0, 0], [0, 1, 0, 1]], bool)}, False),
    ({"go_backwards": True}, {"mask": np.array([[1, 1, 1, 0], [1, 0, 0, 1]], bool)}, False),
    ({}, {}, True),
]


@pytest.mark.parametrize(
    ("kind", "arguments", "called_with", "gpu"),
    [(kind, *case) for kind in KINDS for case in KERASS]
    + [("GRU", {"reset_after": False}, {}, False)],
)
def test_what_the_kernels_cannot_do_keras_does(
    kind: str,
    arguments: dict[str, Any],
    called_with: dict[str, Any],
    gpu: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import keras

    from charlstm.training import layers

    monkeypatch.setattr(layers, "has_gpu", lambda: gpu)
    ours, theirs = _pair(kind, 3, 2, **arguments, return_sequences=True, seed=1)
    x = np.random.default_rng(0).normal(size=(2, 4, 2)).astype(np.float32)
    wanted = theirs(x, **called_with)
    used = []
    original = getattr(keras.layers, kind).inner_loop

    def noted(layer: Any, *given: Any, **named: Any) -> Any:
        used.append(layer)
        return original(layer, *given, **named)

    monkeypatch.setattr(getattr(keras.layers, kind), "inner_loop", noted)
    found = ours(x, **called_with)
    assert used == [ours]
    assert found.dtype == wanted.dtype
    np.testing.assert_allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_our_layers_fits_and_its_weights_open_in_plain_keras(
    kind: str, tmp_path: Path
) -> None:
    import keras

    from charlstm.training import layers

    rng = np.random.default_rng(0)
    x = rng.normal(size=(70, 6, 3)).astype(np.float32)
    y = x[:, -1, :1] - x[:, 0, 1:2]

    def network(layer: Any) -> Any:
        return keras.Sequential([keras.Input((None, 3)), layer(8), keras.layers.Dense(1)])

    ours, plain = network(getattr(layers, kind)), network(getattr(keras.layers, kind))
    ours.compile(optimizer=keras.optimizers.Adam(0.02), loss="mse", jit_compile=False)
    losses = ours.fit(x, y, epochs=20, batch_size=32, verbose=0).history["loss"]
    assert losses[-1] < 0.3 * losses[0]
    ours.save_weights(tmp_path / "ours.weights.h5")
    plain.load_weights(tmp_path / "ours.weights.h5")
    np.testing.assert_allclose(ours.predict(x, verbose=0), plain.predict(x, verbose=0), atol=1e-5)


@pytest.mark.parametrize(("kind", "streams"), [("LSTM", 8), ("GRU", 8)])
def test_a_stateful_layer_in_a_graph_carries_what_kerass_carries(kind: str, streams: int) -> None:
    import keras

    x = np.random.default_rng(0).normal(size=(2 * streams, 3, 2)).astype(np.float32)
    found = []
    for layer in _pair(kind, 3, 2, batch=streams, stateful=True):
        model = keras.Sequential([keras.Input(batch_shape=(streams, 3, 2)), layer])
        predicted = model.predict(x, batch_size=streams, verbose=0)
        found.append([predicted, *layer.states])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_model_of_our_layers_opens_again(kind: str, tmp_path: Path) -> None:
    import keras

    from charlstm.training import layers

    ours = getattr(layers, kind)
    both = keras.layers.Bidirectional(ours(3, return_sequences=True))
    model = keras.Sequential([keras.Input((3, 2)), both, ours(2)])
    model.save(tmp_path / "ours.keras")
    opened = keras.models.load_model(tmp_path / "ours.keras")
    found = [both.forward_layer, both.backward_layer, opened.layers[-1]]
    assert [type(layer) for layer in found] == [ours] * 3
    x = np.random.default_rng(0).normal(size=(4, 3, 2)).astype(np.float32)
    np.testing.assert_array_equal(opened(x), model(x))


@pytest.mark.parametrize("kind", KINDS)
def test_in_both_directions_our_layer_reads_as_kerass(kind: str) -> None:
    import keras

    x = np.random.default_rng(0).normal(size=(4, 3, 2)).astype(np.float32)
    ours, theirs = map(keras.layers.Bidirectional, _pair(kind, 3, 2, return_sequences=True))
    theirs.build(x.shape)
    ours.build(x.shape)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", ["int32", "int64", "uint8", "bool", "float64", "float16"])
def test_inputs_of_any_number_format_are_read_as_kerass_reads_them(kind: str, number: str) -> None:
    import tensorflow as tf

    x = np.random.default_rng(0).integers(0, 2, (4, 3, 2))
    ours, theirs = _pair(kind, 3, 2)
    found, wanted = (layer(tf.constant(x.astype(number))) for layer in (ours, theirs))
    assert found.dtype == wanted.dtype == tf.float32
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_cudnn_cannot_be_had_on_a_cpu(kind: str) -> None:
    for layer in _pair(kind, 3, 2, use_cudnn=True):
        with pytest.raises(ValueError, match="use_cudnn=True was specified"):
            layer(np.zeros((4, 3, 2), np.float32))


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_a_layer_has_its_shards(kind: str) -> None:
    import keras

    ours, _ = _pair(kind, 3, 2)
    ours.shards = 3
    assert type(ours).from_config(ours.get_config()).shards == 3
    assert keras.layers.deserialize(keras.layers.serialize(ours)).shards == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_after_one_in_a_graph_equals_kerass_and_has_none_of_its_own(kind: str) -> None:
    import tensorflow as tf

    x = tf.constant(np.random.default_rng(0).normal(size=(4, 2, 2)).astype(np.float32))
    ours, theirs = _pair(kind, 4, 2)  # units of its own: no other test has compiled this

    def slope(layer: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = layer(x)
        return tape.gradient(output, x)

    in_graph = tf.function(slope, autograph=False)(ours)  # what fit does
    np.testing.assert_allclose(in_graph, slope(theirs), atol=1e-5)
    np.testing.assert_allclose(slope(ours), in_graph, atol=1e-5)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        inner = slope(ours)
        output = ours(x)
    np.testing.assert_allclose(tape.gradient(output, x), in_graph, atol=1e-5)
    with pytest.raises(NotImplementedError, match="no gradients of gradients"):
        tape.gradient(inner, x)


def test_a_wide_layer_is_one_shard_and_any_other_one_for_each_core() -> None:
    from charlstm.training.shards import cores, shards_for

    assert [shards_for(units) for units in (8, 128, 512)] == [cores()] * 3
    assert shards_for(1024) == 1
