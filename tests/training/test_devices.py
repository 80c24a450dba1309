"""Where our kernels cannot run, Keras's own layers learn the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from charlstm.settings import Settings, settings_for
from charlstm.training.batches import StreamBatches, WindowBatches

SYMBOLS = 10
IDS = np.random.default_rng(0).integers(0, SYMBOLS, 1500).astype(np.int32)

pytestmark = pytest.mark.usefixtures("without_xla")


def _learner(settings: Settings) -> Any:
    from charlstm.training.learner import Learner

    return Learner(settings, SYMBOLS, _batches(settings))


def _batches(settings: Settings) -> Any:
    if settings.recipe == "book":
        return WindowBatches(IDS[:400], settings.batch, settings.seed)
    return StreamBatches(IDS, settings.batch, settings.seed, chunk=7)


def _learn(learner: Any, settings: Settings) -> list[float]:
    batches = _batches(settings)
    return [learner.step(batches.at(step), 0.01) for step in range(3)]


def _equal(one: Any, other: Any) -> None:
    """Check that two learners know and carry the same."""
    first, second = one.arrays(), other.arrays()
    assert first.keys() == second.keys()
    for name, array in first.items():
        np.testing.assert_allclose(array, second[name], rtol=1e-3, atol=2e-4, err_msg=name)
    windows, targets = IDS[:200].reshape(10, 20), IDS[:10]
    found = other.window_losses(windows, targets)
    np.testing.assert_allclose(one.window_losses(windows, targets), found, atol=1e-4)


@pytest.mark.parametrize(("recipe", "network"), [("tbptt", "lstm"), ("book", "gru")])
def test_on_a_gpu_keras_s_layers_learn_what_the_kernels_learn(
    recipe: str, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from charlstm.training import learner
    from charlstm.training import network as networks

    settings = settings_for(recipe, network=network, units=8, layers=2, batch=16, dropout=0.2)
    ours = _learner(settings)
    wanted = _learn(ours, settings)
    called = []
    original = networks.KerasStack.outputs

    def noted(self: Any, *given: Any) -> Any:
        called.append(self)
        return original(self, *given)

    monkeypatch.setattr(networks.KerasStack, "outputs", noted)
    monkeypatch.setattr(learner, "has_gpu", lambda: True)
    theirs = _learner(settings)
    found = _learn(theirs, settings)
    assert len(set(map(id, called))) == 1, "one shard, of Keras's layers"
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    _equal(ours, theirs)


def test_where_xla_cannot_compile_keras_s_layers_learn_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import tensorflow as tf

    from charlstm.training import learner

    settings = settings_for("tbptt", units=8, batch=16)
    ours = _learner(settings)
    wanted = _learn(ours, settings)
    original = learner.shard_losses

    def refuse(*_: Any) -> Any:
        raise tf.errors.UnimplementedError(None, None, "no XLA here")

    def without_xla(*shape: Any, compiled: bool, **asked: Any) -> Any:
        return refuse if compiled else original(*shape, compiled=compiled, **asked)

    monkeypatch.setattr(learner, "shard_losses", without_xla)
    theirs = _learner(settings)
    theirs.warm_up(_batches(settings).at(0))
    assert not theirs.compiled
    np.testing.assert_allclose(_learn(theirs, settings), wanted, atol=1e-5)
    _equal(ours, theirs)
