"""The shipped runs are as documented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from charlstm import open_model, stream_loss, window_loss
from charlstm.analysis.loss import baselines, count_ngrams, cross_entropy
from charlstm.data.corpus import HELD_OUT_WINDOWS, Corpus, sample_of_windows, training_length
from charlstm.runs.config import FINISHED
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find, shipped_runs
from charlstm.ui.views.race_view import RECORDED, recorded_race

MEGABYTE = 1_000_000


def _size(run: RunFolder) -> int:
    return sum(path.stat().st_size for path in Path(run.path).rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("name", "nats"), [("nietzsche-tbptt", 1.45), ("nietzsche-overnight", 1.38)]
)
def test_a_shipped_run_reaches_the_loss_that_is_promised(name: str, nats: float) -> None:
    status = find(name).status()
    assert status.status == FINISHED
    assert status.best_held_out_loss is not None
    assert status.best_held_out_loss <= nats


def test_the_overnight_run_is_small_and_has_the_command_that_repeats_it() -> None:
    run = find("nietzsche-overnight")
    assert _size(run) <= 4 * MEGABYTE
    assert (run.path / "model.keras").is_file()
    assert "--corpus nietzsche" in run.config().command


def test_the_recorded_race_is_small_and_was_one_race() -> None:
    runs = recorded_race()
    assert [run.name for run in runs] == list(RECORDED)
    asked = [run.config().settings for run in runs]
    assert [(s.network, s.units, s.recipe, s.seconds) for s in asked] == [
        ("lstm", 128, "tbptt", 20.0),
        ("gru", 128, "tbptt", 20.0),
        ("conv1d", 64, "tbptt", 20.0),
    ]
    assert len({run.config().sha256 for run in runs}) == 1
    for run in runs:
        assert run.status().status == FINISHED
        assert run.status().seconds == pytest.approx(20, abs=2)
        assert len(run.checkpoints()) == 1
        assert len(run.history()) > 20
    assert sum(map(_size, runs)) <= 1.5 * MEGABYTE


def test_all_of_them_together_are_no_burden_to_a_download() -> None:
    assert sum(map(_size, shipped_runs())) <= 17 * MEGABYTE


@pytest.mark.parametrize("name", ["nietzsche-tbptt", "nietzsche-book"])
def test_the_loss_of_a_shipped_run_is_that_of_its_weights_on_all_that_is_held_out(
    nietzsche_bytes: bytes, name: str
) -> None:
    run = find(name)
    corpus = Corpus("nietzsche", nietzsche_bytes.decode()).lowered()
    held_out = corpus.ids[training_length(len(corpus), run.config().settings.held_out) :]
    found = window_loss(open_model(run, dtype=np.float32).network, held_out)
    assert found.nats == pytest.approx(run.status().best_held_out_loss, abs=5e-4)


def test_the_shipped_models_of_tbptt_predict_better_than_any_counting(
    nietzsche_bytes: bytes,
) -> None:
    corpus = Corpus("nietzsche", nietzsche_bytes.decode()).lowered()
    cut = training_length(len(corpus), 0.1)
    counting = baselines(count_ngrams(corpus.ids, cut, len(corpus.vocabulary)), corpus.ids[cut:])
    for name in ("nietzsche-tbptt", "nietzsche-overnight"):
        run = find(name)
        assert run.config().settings.held_out == 0.1
        assert run.status().best_held_out_loss < counting["window_nats"].min()


def test_the_loss_of_the_overnight_run_is_that_of_its_weights_on_the_windows_of_its_curve(
    nietzsche_bytes: bytes,
) -> None:
    run = find("nietzsche-overnight")
    corpus = Corpus("nietzsche", nietzsche_bytes.decode()).lowered()
    held_out = corpus.ids[training_length(len(corpus), run.config().settings.held_out) :]
    model = open_model(run, dtype=np.float32)
    ids, targets = sample_of_windows(held_out, HELD_OUT_WINDOWS)
    state = model.network.zero_state(len(targets))
    for read in ids.T:
        state = model.network.step(read, state)
    losses = cross_entropy(model.network.logits(state), targets)
    (line,) = (line for line in run.history() if line["step"] == model.step)
    assert losses.mean() == pytest.approx(line["held_out_loss"], abs=5e-4)
    # All windows are a little harder than these.
    assert run.status().best_held_out_loss == pytest.approx(losses.mean(), abs=0.05)
    few = held_out[:9000]
    assert stream_loss(model.network, few).nats < window_loss(model.network, few).nats
