"""A step of learning equals Keras's, however it is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm.analysis.loss import cross_entropy
from charlstm.data.corpus import windows
from charlstm.sampling.network import GRU, Network
from charlstm.settings import Settings, settings_for
from charlstm.training.batches import Batch, Batches, StreamBatches, WindowBatches, batches_for

SYMBOLS = 10
IDS = np.random.default_rng(0).integers(0, SYMBOLS, 2500).astype(np.int32)


def _lstm_gradients(call: Any, jit: bool, arrays: list[NDArray[np.float32]]) -> list[Any]:
    """Return hiddens, last states, and the gradients of a weighted sum of them."""
    import tensorflow as tf

    @tf.function(jit_compile=jit)
    def run(*inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = call(*inputs)
            total = sum(
                tf.reduce_sum(tf.sin(out) * (index + 1.0)) for index, out in enumerate(outputs)
            )
        return [*outputs, *tape.gradient(total, inputs)]

    return [np.asarray(value) for value in run(*map(tf.constant, arrays))]


@pytest.mark.parametrize("jit", [False, True], ids=["plain", "XLA"])
@pytest.mark.parametrize(("steps", "streams", "width", "units"), [(1, 1, 3, 2), (7, 3, 5, 4)])
def test_the_recurrent_kernel_equals_kerass_layer_in_values_and_gradients(
    steps: int, streams: int, width: int, units: int, jit: bool
) -> None:
    import keras
    import tensorflow as tf

    from charlstm.training.recurrent import lstm

    rng = np.random.default_rng(steps)
    shapes = [
        (steps, streams, width),
        (width, 4 * units),
        (units, 4 * units),
        (4 * units,),
        (streams, units),
        (streams, units),
    ]
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    cell = keras.layers.LSTMCell(units)
    cell.build((streams, width))

    def ours(x: Any, kernel: Any, recurrent: Any, bias: Any, h: Any, c: Any) -> Any:
        return lstm(tf.matmul(x, kernel) + bias, recurrent, h, c)

    def theirs(x: Any, kernel: Any, recurrent: Any, bias: Any, h: Any, c: Any) -> Any:
        hiddens = []
        variables = (cell.kernel, cell.recurrent_kernel, cell.bias)
        mapping = list(zip(variables, (kernel, recurrent, bias), strict=True))
        for step in range(steps):
            with keras.StatelessScope(state_mapping=mapping):
                _, (h, c) = cell(x[step], (h, c))
            hiddens.append(h)
        return tf.stack(hiddens), h, c

    found = _lstm_gradients(ours, jit, arrays)
    wanted = _lstm_gradients(theirs, False, arrays)
    assert len(found) == 9
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_the_rows_of_a_kernel_equal_its_product_with_one_hot_vectors() -> None:
    import tensorflow as tf

    from charlstm.training.recurrent import kernel_rows

    ids = IDS[:12].reshape(4, 3)
    kernel = tf.constant(np.random.default_rng(1).normal(size=(SYMBOLS, 5)).astype(np.float32))
    found, wanted = [
        _value_and_gradient(call, kernel)
        for call in (
            lambda k: kernel_rows(k, tf.constant(ids)),
            lambda k: tf.one_hot(ids, SYMBOLS) @ k,
        )
    ]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


def _value_and_gradient(call: Any, at: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(at)
        value = call(at)
        total = tf.reduce_sum(tf.sin(value))
    return value, tape.gradient(total, at)


def _learner(settings: Settings, batches: Any, shards: int | None = None) -> Any:
    from charlstm.training.learner import Learner

    return Learner(settings, SYMBOLS, batches, shards)


def _keras_model(settings: Settings, optimizer: Any) -> Any:
    """Return the recipe's own model, for Keras to train operation by operation."""
    from charlstm.training.network import build

    model = build(settings, SYMBOLS)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, jit_compile=False)
    return model


@pytest.mark.parametrize("clip_norm", [None, 0.05])
def test_book_steps_equal_those_of_keras(clip_norm: float | None) -> None:
    import keras

    settings = settings_for("book", units=16, batch=48, seed=4, clip_norm=clip_norm)
    batches = WindowBatches(IDS[:800], settings.batch, settings.seed)
    assert batches.steps_per_epoch == 6  # the last of them is not full
    learner = _learner(settings, batches)
    optimizer = keras.optimizers.RMSprop(learning_rate=0.01, global_clipnorm=clip_norm)
    model = _keras_model(settings, optimizer)
    for step in range(7):
        batch = batches.at(step)
        real = batch.weights == 1
        x = np.eye(SYMBOLS, dtype=np.float32)[batch.ids.T[real]]
        wanted = model.train_on_batch(x, batch.targets[0, real])
        assert learner.step(batch, 0.01) == pytest.approx(float(wanted), abs=1e-4)
    for one, other in zip(learner.weights().values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-3)


def test_tbptt_steps_from_zero_states_equal_those_of_keras() -> None:
    import keras

    settings = settings_for("tbptt", units=16, layers=2, batch=8, seed=4)
    batches = StreamBatches(IDS, settings.batch, settings.seed)
    learner = _learner(settings, batches)
    model = _keras_model(settings, keras.optimizers.Adam(learning_rate=0.01, global_clipnorm=1.0))
    for step in range(4):
        batch = batches.at(step)._replace(keep=np.zeros(8, np.float32))
        x = np.eye(SYMBOLS, dtype=np.float32)[batch.ids.T]
        wanted = model.train_on_batch(x, batch.targets.T)
        assert learner.step(batch, 0.01) == pytest.approx(float(wanted), abs=1e-4)


def test_clipping_makes_a_difference() -> None:
    batches = WindowBatches(IDS[:800], 48, seed=4)
    learned = []
    for clip_norm in (0.0, 0.05):
        settings = settings_for("book", units=16, batch=48, seed=4, clip_norm=clip_norm)
        learner = _learner(settings, batches)
        for step in range(7):
            learner.step(batches.at(step), 0.01)
        learned.append(learner.weights()["lstm/kernel"])
    assert np.abs(learned[0] - learned[1]).max() > 1e-3


@pytest.mark.parametrize(
    ("recipe", "batches"),
    [
        ("tbptt", StreamBatches(IDS[:800], 8, seed=4)),
        ("book", WindowBatches(IDS[:800], 48, seed=4)),
    ],
)
def test_a_step_takes_from_each_kernel_what_was_asked_for_and_nothing_from_a_bias(
    recipe: str, batches: Batches
) -> None:
    first, learned = {}, []
    for decay in (0.0, 0.5):
        settings = settings_for(recipe, units=16, batch=batches.streams, weight_decay=decay)
        learner = _learner(settings, batches)
        first = learner.weights()
        learner.step(batches.at(0), 0.01)
        learned.append(learner.weights())
    for name, weights in first.items():
        lost = 0.0 if name.endswith("bias") else 0.01 * 0.5
        np.testing.assert_allclose(learned[0][name] - learned[1][name], lost * weights, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [{"weight_decay": 0.5}, {"clip_norm": 0.01}, {"network": GRU}],
)
def test_a_training_that_was_prepared_with_other_settings_learns_by_its_own(
    change: dict[str, Any],
) -> None:
    from charlstm.training.learner import Learner, Prepared

    usual = {"units": 8, "batch": 8}
    asked = settings_for("tbptt", **usual | change)
    batches = batches_for(asked, IDS[:800])
    prepared = Prepared()
    prepared.prepare(settings_for("tbptt", **usual), SYMBOLS, 800)
    learned = []
    for make_learner in (Learner, prepared):
        learner = make_learner(asked, SYMBOLS, batches)
        learner.step(batches.at(0), 0.01)
        learned.append(learner.weights())
    for name, weights in learned[0].items():
        np.testing.assert_allclose(learned[1][name], weights, atol=1e-6)


def test_a_carried_state_is_that_of_one_long_reading() -> None:
    settings = settings_for("tbptt", units=8, batch=4)
    batches = StreamBatches(IDS[:1000], 4, seed=0)
    learner = _learner(settings, batches)
    network = Network(learner.weights())
    state = network.zero_state(4)
    for step in range(3):
        batch = batches.at(step)
        losses = []
        for ids, targets in zip(batch.ids, batch.targets, strict=True):
            state = network.step(ids, state)
            losses.append(cross_entropy(network.logits(state), targets))
        # At a learning rate of 0 the weights stay as they are.
        assert learner.step(batch, 0.0) == pytest.approx(np.mean(losses), abs=1e-5)


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_steps_taken_together_learn_what_they_learn_one_by_one(recipe: str) -> None:
    settings = settings_for(recipe, units=8, batch=16)
    batches, rates = batches_for(settings, IDS), [0.01, 0.02, 0.0, 0.03]
    one, other = _learner(settings, batches), _learner(settings, batches)
    losses = [one.step(batches.at(step), rate) for step, rate in enumerate(rates)]
    assert other.steps([batches.at(step) for step in range(4)], rates) == losses
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(other.arrays()[name], array, err_msg=name)


def test_two_shards_learn_what_one_learns() -> None:
    """Of unequal shards; test_networks.py has equal ones, and Keras's steps are compared too."""
    settings = settings_for("tbptt", units=12, batch=21)
    batches = StreamBatches(IDS, 21, seed=0, reset_fraction=0.3)
    one, two = (_learner(settings, batches, shards) for shards in (1, 2))
    for step in range(3):
        batch = batches.at(step)
        if step == 2:
            batch = _with_empty_positions(batch)
        assert one.step(batch, 0.01) == pytest.approx(two.step(batch, 0.01), abs=1e-5)
    for name, array in one.arrays().items():
        np.testing.assert_allclose(array, two.arrays()[name], rtol=0, atol=1e-5, err_msg=name)


def _with_empty_positions(batch: Batch) -> Batch:
    """Return the batch with its last three streams of no weight."""
    weights = batch.weights.copy()
    weights[-3:] = 0.0
    return batch._replace(weights=weights)


def test_streams_that_only_fill_a_batch_change_nothing() -> None:
    settings = settings_for("book", units=8, batch=16)
    batches = WindowBatches(IDS[:300], 16, seed=0)
    batch = _with_empty_positions(batches.at(0))
    other_ids = batch.ids.copy()
    other_ids[:, -3:] = 0
    one, other = (_learner(settings, batches) for _ in range(2))
    assert one.step(batch, 0.01) == other.step(batch._replace(ids=other_ids), 0.01)
    for name, array in one.weights().items():
        np.testing.assert_array_equal(array, other.weights()[name])


def test_warming_up_changes_nothing_and_a_restored_learner_goes_on_the_same() -> None:
    settings = settings_for("tbptt", units=8, batch=4)
    batches = StreamBatches(IDS[:800], 4, seed=0)
    learner = _learner(settings, batches)
    before = learner.arrays()
    learner.warm_up(batches.at(0))
    for name, array in learner.arrays().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    learner.step(batches.at(0), 0.01)
    kept = learner.arrays()
    first = [learner.step(batches.at(step), 0.01) for step in (1, 2)]
    learner.restore(kept)
    assert [learner.step(batches.at(step), 0.01) for step in (1, 2)] == first


def test_what_was_compiled_once_serves_every_learner_of_its_shape_with_its_own_weights() -> None:
    from charlstm.training.network import shard_losses

    batches = StreamBatches(IDS[:800], 4, seed=0)
    one, other = (
        _learner(settings_for("tbptt", units=8, batch=4, seed=seed), batches) for seed in (1, 2)
    )
    shape: dict[str, Any] = {"every_position": True, "streams": (4,), "compiled": True}
    step = shard_losses("lstm", 8, 1, SYMBOLS, **shape)
    first = one.step(batches.at(0), 0.0)
    traced = step.experimental_get_tracing_count()
    assert traced > 0
    assert other.step(batches.at(0), 0.0) != first
    assert one.step(batches.at(0), 0.0) == first
    assert step.experimental_get_tracing_count() == traced


@pytest.mark.parametrize("layers", [1, 2])
def test_window_losses_equal_those_of_the_network_in_numpy(layers: int) -> None:
    settings = settings_for("book", units=8, layers=layers, batch=16)
    learner = _learner(settings, WindowBatches(IDS[:300], 16, seed=0))
    found, targets = windows(IDS)
    network = Network(learner.weights())
    state = network.zero_state(len(targets))
    for position in range(found.shape[1]):
        state = network.step(found[:, position], state)
    wanted = cross_entropy(network.logits(state), targets)
    np.testing.assert_allclose(learner.window_losses(found, targets), wanted, atol=1e-5)


def test_the_same_seed_gives_the_same_first_weights_and_another_seed_others() -> None:
    from charlstm.training.network import build, weights_of

    first, same, other = (
        weights_of(build(settings_for("tbptt", units=8, layers=2, seed=seed), 9))
        for seed in (1, 1, 2)
    )
    for name in first:
        np.testing.assert_array_equal(first[name], same[name])
        if "bias" not in name:
            assert np.abs(first[name] - other[name]).max() > 0
