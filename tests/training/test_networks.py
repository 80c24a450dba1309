"""Each kind of network learns what Keras's would, sees what came before, and drops as it should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from charlstm.analysis.loss import cross_entropy
from charlstm.data.corpus import windows
from charlstm.sampling.network import KINDS, Network
from charlstm.settings import Settings, settings_for
from charlstm.training.batches import StreamBatches, WindowBatches, batches_for
from charlstm.training.learner import dropout_masks

SYMBOLS = 10
IDS = np.random.default_rng(0).integers(0, SYMBOLS, 1500).astype(np.int32)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)
OTHER_KINDS = pytest.mark.parametrize("kind", ["gru", "conv1d"])

pytestmark = pytest.mark.usefixtures("without_xla")


def _batches(settings: Settings) -> Any:
    """Return the recipe's batches, where a state is carried in chunks of 20 characters."""
    if settings.recipe == "book":
        return batches_for(settings, IDS)
    return StreamBatches(IDS, settings.batch, settings.seed, chunk=20)


def _learner(settings: Settings, shards: int | None = None, batches: Any = None) -> Any:
    from charlstm.training.learner import Learner

    return Learner(settings, SYMBOLS, batches or _batches(settings), shards)


def _keras_model(settings: Settings) -> Any:
    """Return the network as a Keras user would compile it."""
    import keras

    from charlstm.training.network import build

    model = build(replace(settings, dropout=0.0), SYMBOLS)
    kind = {"book": keras.optimizers.RMSprop, "tbptt": keras.optimizers.Adam}[settings.recipe]
    norm = settings.clip_norm
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=kind(learning_rate=0.01, global_clipnorm=norm),
        run_eagerly=True,
    )
    return model


@OTHER_KINDS
@pytest.mark.parametrize(("recipe", "layers"), [("book", 1), ("tbptt", 2)])
def test_steps_equal_those_of_keras(recipe: str, kind: str, layers: int) -> None:
    settings = settings_for(recipe, network=kind, units=8, layers=layers, batch=16, seed=4)
    batches = _batches(settings)
    learner, model = _learner(settings), _keras_model(settings)
    every = settings.recipe_data.carries_state
    for step in range(2):
        batch = batches.at(step)._replace(keep=np.zeros(batches.streams, np.float32))
        x = np.eye(SYMBOLS, dtype=np.float32)[batch.ids.T]
        wanted = model.train_on_batch(x, batch.targets.T if every else batch.targets[0])
        assert learner.step(batch, 0.01) == pytest.approx(float(wanted), abs=1e-4)
    for one, other in zip(learner.weights().values(), model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-3)


@OTHER_KINDS
@pytest.mark.parametrize("chunk", [60, 7])
def test_what_is_carried_is_what_one_long_reading_would_know(kind: str, chunk: int) -> None:
    settings = settings_for("tbptt", network=kind, units=8, layers=2, batch=2)
    batches = StreamBatches(IDS[:500], 2, seed=0, chunk=chunk)
    learner = _learner(settings, batches=batches)
    network = Network(learner.weights())
    state = network.zero_state(2)
    for step in range(3 if chunk == 60 else 12):
        batch = batches.at(step)
        losses = []
        for ids, targets in zip(batch.ids, batch.targets, strict=True):
            state = network.step(ids, state)
            losses.append(cross_entropy(network.logits(state), targets))
        # At a learning rate of 0 the weights stay as they are.
        assert learner.step(batch, 0.0) == pytest.approx(np.mean(losses), abs=1e-5)


@OTHER_KINDS
@pytest.mark.parametrize("layers", [1, 2])
def test_window_losses_equal_those_of_the_network_in_numpy(kind: str, layers: int) -> None:
    settings = settings_for("book", network=kind, units=8, layers=layers, batch=16)
    learner = _learner(settings)
    found, targets = windows(IDS[:400])
    network = Network(learner.weights())
    state = network.zero_state(len(targets))
    for position in range(found.shape[1]):
        state = network.step(found[:, position], state)
    wanted = cross_entropy(network.logits(state), targets)
    np.testing.assert_allclose(learner.window_losses(found, targets), wanted, atol=1e-5)


@EVERY_KIND
def test_two_shards_learn_what_one_learns(kind: str) -> None:
    settings = settings_for("tbptt", network=kind, units=8, layers=2, batch=16, dropout=0.4)
    batches = _batches(settings)
    one, two = (_learner(settings, shards) for shards in (1, 2))
    for step in range(2):
        batch = batches.at(step)
        assert one.step(batch, 0.01) == pytest.approx(two.step(batch, 0.01), abs=1e-5)
    for name, array in one.arrays().items():
        np.testing.assert_allclose(array, two.arrays()[name], rtol=0, atol=1e-5, err_msg=name)


@EVERY_KIND
def test_steps_taken_together_learn_what_they_learn_one_by_one(kind: str) -> None:
    settings = settings_for("tbptt", network=kind, units=8, layers=2, batch=4, dropout=0.4)
    batches, rates = _batches(settings), [0.01, 0.02, 0.03]
    one, other = _learner(settings), _learner(settings)
    losses = [one.step(batches.at(step), rate) for step, rate in enumerate(rates)]
    assert other.steps([batches.at(step) for step in range(3)], rates) == losses
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(other.arrays()[name], array, err_msg=name)


# Dropout


def test_dropout_is_a_function_of_seed_and_step_and_keeps_the_mean() -> None:
    shapes = [(60, 16, 32), (1, 16, 32)]
    first, second = dropout_masks(3, 5, 0.3, shapes)
    assert (first.shape, second.shape, first.dtype) == (*shapes, np.float32)
    assert set(np.unique(first)) == {np.float32(0), np.float32(1 / 0.7)}
    assert (first == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert first.mean() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(dropout_masks(3, 5, 0.3, shapes)[0], first)
    for seed, step in ((3, 6), (4, 5)):
        assert (dropout_masks(seed, step, 0.3, shapes)[0] != first).any()


@EVERY_KIND
@pytest.mark.parametrize("recipe", ["book", "tbptt"])
def test_what_is_dropped_is_missing_from_the_loss(kind: str, recipe: str) -> None:
    settings = settings_for(recipe, network=kind, units=8, batch=4, dropout=0.5, seed=9)
    learner, batches = _learner(settings), _batches(settings)
    network = Network(learner.weights())
    batch = batches.at(0)
    (mask,) = dropout_masks(9, 0, 0.5, [(*batch.targets.shape, 8)])
    state = network.zero_state(4)
    outputs = []
    for ids in batch.ids:
        state = network.step(ids, state)
        outputs.append(state[-1][0])
    dropped = np.stack(outputs[-len(batch.targets) :]) * mask
    losses = [
        cross_entropy(network.logits([(out,)]), targets)
        for out, targets in zip(dropped, batch.targets, strict=True)
    ]
    assert learner.step(batch, 0.0) == pytest.approx(np.mean(losses), abs=1e-5)


@EVERY_KIND
def test_a_restored_learner_drops_what_it_would_have_dropped(kind: str) -> None:
    settings = settings_for("tbptt", network=kind, units=8, layers=2, batch=4, dropout=0.5)
    batches = _batches(settings)
    learner, other = _learner(settings), _learner(replace(settings, seed=0))
    learner.step(batches.at(0), 0.01)
    kept = learner.arrays()
    first = [learner.step(batches.at(step), 0.01) for step in (1, 2)]
    other.restore(kept)
    assert [other.step(batches.at(step), 0.01) for step in (1, 2)] == first
    again = _learner(replace(settings, seed=1))
    again.restore(kept)
    assert again.step(batches.at(1), 0.01) != first[0]


@EVERY_KIND
def test_nothing_is_dropped_where_losses_are_measured(kind: str) -> None:
    found, targets = windows(IDS[:200])
    with_dropout, without = (
        _learner(settings_for("book", network=kind, units=8, batch=4, dropout=share))
        for share in (0.5, 0.0)
    )
    np.testing.assert_array_equal(
        with_dropout.window_losses(found, targets), without.window_losses(found, targets)
    )


def test_book_batches_of_convolutions_have_a_say_only_where_they_are_full() -> None:
    settings = settings_for("book", network="conv1d", units=8, batch=16)
    batches = WindowBatches(IDS[:300], 16, seed=0)
    batch = batches.at(0)
    weights = batch.weights.copy()
    weights[-3:] = 0.0
    other = batch.ids.copy()
    other[:, -3:] = 0
    one, two = _learner(settings), _learner(settings)
    batch = batch._replace(weights=weights)
    assert one.step(batch, 0.01) == two.step(batch._replace(ids=other), 0.01)
