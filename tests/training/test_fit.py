"""Real trainings, short ones: they learn, stop, go on, give up, and say so."""

from __future__ import annotations

import errno
import json
import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from charlstm.data.corpus import Corpus
from charlstm.data.named import load
from charlstm.errors import RunError
from charlstm.runs.config import (
    FINISHED,
    PAUSED,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
)
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.opening import best_checkpoint, corpus_of, halved, open_model, shrink
from charlstm.runs.store import shipped_runs
from charlstm.settings import Settings, schedule, settings_for
from charlstm.settings.fields import SAMPLE_LENGTH, SAMPLE_TEMPERATURES
from charlstm.training import record as progress
from tests.made import history_line, prose, unigram_entropy

pytestmark = [
    pytest.mark.training,
    pytest.mark.usefixtures("no_shipped_runs"),
]


def _new(name: str, recipe: str, **settings: Any) -> RunFolder:
    """Return a small new run: four steps an epoch, or three with the book recipe."""
    asked = {"units": 8, "batch": 4 if recipe == "tbptt" else 128} | settings
    return new_run(Corpus("mine", prose(1200)), settings_for(recipe, **asked), name)


def _train(run: RunFolder, command: Callable[[], str | None] = lambda: None) -> Status:
    """Train with a learner of its own, as every program does."""
    from charlstm.training.fit import fit

    (status,) = fit([(run, corpus_of(run))], report=lambda _: None, command=lambda _: command())
    return status


def _train_at_once(run: RunFolder, command: Callable[[], str | None] = lambda: None) -> Status:
    """Train from the start with a learner that may have trained before: nothing to compile."""
    from charlstm.training.fit import fit

    (status,) = fit(
        [(run, corpus_of(run))],
        report=lambda _: None,
        command=lambda _: command(),
        make_learner=_used_learner,
    )
    return status


_used: dict[object, Any] = {}


def _used_learner(settings: Settings, symbols: int, batches: Any) -> Any:
    """Return a learner with first weights, whose step was compiled once for all of its shape."""
    from charlstm.training.learner import Learner

    network = (
        settings.network,
        settings.units,
        settings.dropout,
        settings.dropout and settings.seed,
    )
    shape = (settings.recipe, settings.clip_norm, *network, symbols, batches.streams)
    fresh = Learner(settings, symbols, batches)
    learner = _used.setdefault(shape, fresh)
    learner.restore(fresh.arrays())
    return learner


def _stop_after(steps: int) -> Callable[[], str | None]:
    """Return a command that stops a training that asks before each step."""
    asked = iter(range(10**9))
    return lambda: "stop" if next(asked) >= steps else None


@pytest.fixture
def by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lines and checkpoints come at the ends of epochs alone, whatever the clock says."""
    monkeypatch.setattr(schedule, "LINE_SECONDS", math.inf)
    monkeypatch.setattr(schedule, "FIRST_CHECKPOINTS", ())
    monkeypatch.setattr(schedule, "CHECKPOINT_SECONDS", math.inf)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every step be a call of its own, so that a command is heard before each."""
    monkeypatch.setattr(progress, "MOST_TOGETHER", 1)


@pytest.fixture
def every_step(monkeypatch: pytest.MonkeyPatch, one_by_one: None) -> None:  # noqa: ARG001
    """Let every step write a line."""
    monkeypatch.setattr(schedule, "LINE_SECONDS", 0.0)
    monkeypatch.setattr(schedule, "FIRST_CHECKPOINTS", ())


# Learning


def test_a_few_seconds_of_training_beat_the_frequencies_of_the_symbols(trained: RunFolder) -> None:
    status, config = trained.status(), trained.config()
    held_out = load("python").lowered().text[config.training_length :]
    assert status.status == FINISHED
    assert status.best_held_out_loss is not None
    assert status.best_held_out_loss < unigram_entropy(held_out) - 0.4
    first, *_, last = trained.history()
    assert last["loss"] < first["loss"] - 0.4


def test_the_history_of_a_training_moves_forward(trained: RunFolder) -> None:
    history = trained.history()
    assert len(history) >= 4
    assert history[0]["step"] == 1
    for before, after in pairwise(history):
        assert before["step"] < after["step"]
        assert before["seconds"] <= after["seconds"]
        assert before["epoch"] < after["epoch"]
    assert trained.status().step == history[-1]["step"]
    assert trained.problems() == []


def test_the_best_checkpoint_of_the_history_is_that_of_the_status(trained: RunFolder) -> None:
    assert best_checkpoint(trained) == trained.status().best_step


@pytest.mark.usefixtures("by_steps")
def test_every_epoch_leaves_a_checkpoint_and_samples() -> None:
    run = _new("mine", "tbptt", epochs=3)
    status = _train_at_once(run)
    per_epoch = status.steps // 3
    assert (status.status, status.epoch, status.step) == (FINISHED, 3, status.steps)
    assert run.checkpoints() == [1, per_epoch, 2 * per_epoch, 3 * per_epoch]
    written = [(sample["epoch"], sample["step"]) for sample in run.samples()]
    moments = [(0, 1), *[(epoch, epoch * per_epoch) for epoch in (1, 2, 3)]]
    assert written == [moment for moment in moments for _ in range(4)]
    assert {path.name for path in run.path.iterdir()} >= {"model.keras", "resume.npz"}
    assert not list(run.path.rglob("*tmp*"))


@pytest.mark.usefixtures("by_steps", "one_by_one")
@pytest.mark.parametrize("steps", [1, 3])
def test_a_run_that_ends_before_its_first_epoch_has_text_of_its_first_and_its_last_step(
    steps: int,
) -> None:
    run = _new("mine", "tbptt", epochs=3)
    status = _train_at_once(run, _stop_after(steps))
    assert (status.status, status.epoch, status.step) == (STOPPED, 0, steps)
    samples = run.samples()
    assert list(dict.fromkeys(sample["step"] for sample in samples)) == sorted({1, steps})
    assert {sample["temperature"] for sample in samples} == set(SAMPLE_TEMPERATURES)
    assert all(len(sample["text"]) == SAMPLE_LENGTH for sample in samples)
    assert len({sample["prompt"] for sample in samples}) == 1


@pytest.mark.usefixtures("by_steps", "one_by_one")
def test_a_run_whose_time_is_up_within_an_epoch_shows_what_it_learned_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress.Progress, "is_done", property(lambda self: self.step >= 6))
    run = _new("mine", "tbptt", epochs=3)
    status = _train_at_once(run)
    assert (status.status, status.epoch, status.step) == (FINISHED, 1, 6)
    assert run.samples()[-1]["step"] == 6


@pytest.mark.usefixtures("by_steps", "one_by_one")
def test_samples_within_an_epoch_change_nothing_that_is_learned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = (_new(name, "tbptt", epochs=2) for name in ("few", "many"))
    _train_at_once(few)
    with monkeypatch.context() as patch:
        patch.setattr(schedule, "SAMPLE_SECONDS", 1e-9)
        patch.setattr(schedule, "SAMPLE_FRACTION", math.inf)
        status = _train_at_once(many)
    steps = [sample["step"] for sample in many.samples()[::4]]
    assert steps == list(range(1, status.steps + 1))
    for name, weight in few.weights(status.steps).items():
        np.testing.assert_array_equal(many.weights(status.steps)[name], weight, err_msg=name)
    losses = [[line["loss"] for line in run.history()] for run in (few, many)]
    assert losses[0] == losses[1]


@pytest.mark.usefixtures("by_steps")
def test_with_nothing_held_out_the_training_loss_chooses_the_best_checkpoint() -> None:
    run = _new("mine", "tbptt", epochs=2, held_out=0.0)
    status = _train_at_once(run)
    assert status.status == FINISHED
    assert status.best_held_out_loss is None
    assert status.best_step in run.checkpoints()
    assert all(line["held_out_loss"] is None for line in run.history())
    assert open_model(run).step in run.checkpoints()
    assert (run.path / "model.keras").exists()


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The learning rate of every step, in a list that fills."""
    from charlstm.training.learner import Learner

    steps, noted_rates = Learner.steps, list[float]()

    def noted(self: Learner, batches: Any, rates: list[float]) -> list[float]:
        noted_rates.extend(rates)
        return steps(self, batches, rates)

    monkeypatch.setattr(Learner, "steps", noted)
    return noted_rates


@pytest.mark.usefixtures("by_steps")
def test_the_learning_rate_falls_to_the_share_that_was_asked_for(rates: list[float]) -> None:
    steps = _train_at_once(_new("mine", "book", epochs=2, final_fraction=0.25)).steps
    assert rates == [
        0.0,  # the warming up
        *(schedule.learning_rate_at(done / steps, 0.01, 0.25) for done in range(steps)),
    ]
    assert rates[-1] < 0.5 * rates[1]


@pytest.mark.usefixtures("by_steps")
def test_the_learning_rate_rises_while_it_warms_up(
    rates: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "warm_up", 5)
    steps = _train_at_once(_new("mine", "tbptt", epochs=2, learning_rate=0.01)).steps
    assert steps == 8
    assert rates[-steps:] == [
        schedule.learning_rate_at(done / steps, 0.01, 0.02) * schedule.warm_up_fraction(done, 5)
        for done in range(steps)
    ]


@pytest.mark.usefixtures("by_steps")
def test_the_norm_that_was_asked_for_changes_what_is_learned() -> None:
    ends = []
    for name, clip_norm in (("free", 0.0), ("clipped", 0.05)):
        run = _new(name, "book", epochs=2, clip_norm=clip_norm)
        ends.append(run.weights(_train_at_once(run).step)["lstm/kernel"])
    assert np.abs(ends[0] - ends[1]).max() > 1e-3


# Stopping and going on


@pytest.mark.usefixtures("by_steps")
@pytest.mark.parametrize(
    ("recipe", "asked"),
    [
        ("tbptt", {}),
        ("book", {}),
        ("tbptt", {"network": "conv1d", "dropout": 0.3}),
    ],
    ids=["tbptt", "book", "conv1d"],
)
def test_a_stopped_and_resumed_run_equals_an_uninterrupted_one(
    recipe: str, asked: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    if asked:
        request.getfixturevalue("without_xla")
    whole, parts = (_new(name, recipe, epochs=3, **asked) for name in ("whole", "parts"))
    steps = _train_at_once(whole).steps
    stop = steps // 2 + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "MOST_TOGETHER", 1)
        stopped = _train_at_once(parts, _stop_after(stop))
    assert (stopped.status, stopped.step) == (STOPPED, stop)
    assert _train(parts).status == FINISHED
    for name, weight in whole.weights(steps).items():
        np.testing.assert_allclose(parts.weights(steps)[name], weight, atol=1e-5, err_msg=name)
    one, other = ({line["step"]: line for line in run.history()} for run in (whole, parts))
    assert set(other) == set(one) | {stop}
    for step, line in one.items():
        assert other[step]["held_out_loss"] == pytest.approx(line["held_out_loss"], abs=1e-4)
    assert [s["text"] for s in parts.samples()] == [s["text"] for s in whole.samples()]


@pytest.mark.usefixtures("every_step")
def test_history_past_the_restored_step_is_dropped() -> None:
    run = _new("mine", "tbptt", epochs=3)
    stopped = _train_at_once(run, _stop_after(6))
    restored = run.resume()
    assert restored is not None
    at = int(restored["progress/step"])
    for step in (at + 1, at + 2):
        run.append_history(history_line(step, loss=77.0))
    run.write_checkpoint(at + 1, run.weights(run.checkpoints()[-1]))
    status = _train(run)
    assert [line["step"] for line in run.history()] == list(range(1, stopped.steps + 1))
    assert all(line["loss"] < 77.0 for line in run.history())
    assert status.status == FINISHED


@pytest.mark.usefixtures("by_steps")
def test_a_run_that_ended_before_its_first_checkpoint_starts_anew() -> None:
    run = _new("mine", "tbptt", epochs=1)
    for step in (1, 3):
        run.append_history(history_line(step, loss=77.0))
    status = _train(run)
    assert [line["step"] for line in run.history()] == [1, status.steps]


@pytest.mark.usefixtures("every_step")
def test_a_stop_right_after_a_line_loses_nothing() -> None:
    run = _new("mine", "tbptt", epochs=3)
    assert _train_at_once(run, _stop_after(2)).step == 2
    assert run.checkpoints() == [1, 2]
    restored = run.resume()
    assert restored is not None
    assert int(restored["progress/step"]) == 2


@pytest.mark.usefixtures("by_steps", "one_by_one")
def test_a_paused_run_says_so_keeps_what_it_learned_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from charlstm.training import fit

    monkeypatch.setattr(fit, "_POLL_SECONDS", 0.001)
    run = _new("mine", "tbptt", epochs=1)
    commands = iter([None, None, "pause", None, None, "resume"])
    seen: list[tuple[str, list[int]]] = []

    def command() -> str | None:
        seen.append((run.status().status, run.checkpoints()))
        return next(commands, None)

    assert _train_at_once(run, command).status == FINISHED
    assert [status for status, _ in seen[:7]] == [RUNNING] * 3 + [PAUSED] * 3 + [RUNNING]
    assert seen[3][1] == [1, 2]


@pytest.mark.usefixtures("every_step")
def test_a_resumed_run_keeps_its_figures_while_it_starts_and_if_it_is_stopped_then() -> None:
    run = _new("mine", "tbptt", epochs=3)
    before = _train_at_once(run, _stop_after(6))
    last, seen = run.history()[-1], list[Status]()

    def look(settings: Settings, symbols: int, batches: Any) -> Any:
        seen.append(run.status())
        return _used_learner(settings, symbols, batches)

    def stop(_run: RunFolder) -> str:
        seen.append(run.status())
        return "stop"

    from charlstm.training.fit import fit

    texts = [(run, corpus_of(run))]
    (after,) = fit(texts, report=lambda _: None, command=stop, make_learner=look)
    starting, training, *_ = seen
    assert (starting.status, starting.phase) == (RUNNING, STARTING)
    for status in (starting, training, after):
        assert (status.step, status.epoch, status.seconds) == (6, 1, before.seconds)
        assert (status.steps, status.epochs) == (before.steps, 3)
        assert status.loss == last["loss"] == before.loss
        assert status.best_step == before.best_step
        assert status.characters_per_second == pytest.approx(before.characters_per_second, 0.01)
    held_out = [line["held_out_loss"] for line in run.history() if line["held_out_loss"]]
    assert starting.best_held_out_loss == min(held_out)
    assert (after.status, after.reason) == (STOPPED, "You stopped it.")
    assert after.best_held_out_loss == pytest.approx(before.best_held_out_loss)


@pytest.mark.usefixtures("every_step")
def test_a_run_that_was_told_to_stop_says_so_while_it_saves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from charlstm.training.checkpoints import Checkpoints

    save_the_rest, phases = Checkpoints.save_the_rest, list[str]()

    def noted(self: Checkpoints, learner: Any) -> None:
        phases.append(run.status().phase)
        save_the_rest(self, learner)

    monkeypatch.setattr(Checkpoints, "save_the_rest", noted)
    run = _new("mine", "tbptt", epochs=3)
    assert _train_at_once(run, _stop_after(2)).status == STOPPED
    assert phases == [STOPPING]


@pytest.mark.usefixtures("by_steps")
def test_a_finished_run_goes_on_to_a_larger_total() -> None:
    run = _new("mine", "tbptt", epochs=1)
    first = _train_at_once(run)
    config = run.config()
    run.write_config(replace(config, settings=replace(config.settings, epochs=2)))
    status = _train(run)
    assert (status.step, status.epoch) == (2 * first.step, 2)


@pytest.mark.usefixtures("by_steps")
def test_a_damaged_resume_file_is_named() -> None:
    run = _new("mine", "tbptt", epochs=2)
    _train_at_once(run, _stop_after(4))
    whole = run.resume()
    assert whole is not None
    missing = {name: array for name, array in whole.items() if name != "optimizer/3"}
    misshapen = whole | {"lstm/kernel": whole["lstm/kernel"][:-1]}
    for damaged in (missing, misshapen, {"progress/step": np.array(1)}):
        run.write_resume(damaged)
        with pytest.raises(RunError, match=r"resume\.npz"):
            _train(run)


@pytest.mark.usefixtures("by_steps")
def test_after_a_power_cut_a_run_goes_on_from_what_is_whole_and_says_so() -> None:
    run = _new("mine", "tbptt", epochs=4)
    _train_at_once(run, _stop_after(8))
    steps = run.checkpoints()
    for name in ("resume.npz", "resume-before.npz", f"checkpoints/step-{steps[-1]:06d}.npz"):
        data = (run.path / name).read_bytes()
        (run.path / name).write_bytes(data[: len(data) // 2])
    weights, seen = run.weights(steps[-2]), []

    def command() -> None:
        seen.append(run.status().reason)

    status = _train(run, command)
    assert status.status == FINISHED
    assert run.problems() == []
    message = f"The run continued with the weights of step {steps[-2]} and a new optimizer."
    assert status.reason.endswith(message)
    assert set(seen) == {status.reason}
    np.testing.assert_array_equal(run.weights(steps[-2])["lstm/kernel"], weights["lstm/kernel"])
    assert [line["step"] for line in run.history()] == sorted({*steps[:-1], *run.checkpoints()})


# Giving up


@pytest.mark.usefixtures("every_step")
def test_a_diverging_run_stops_itself_keeps_its_best_checkpoint_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schedule, "FIRST_CHECKPOINTS", (1e-9,))  # a checkpoint after step 1
    run = _new("mine", "book", epochs=20, learning_rate=1.0)
    status = _train_at_once(run)
    assert status.status == STOPPED
    assert status.step < status.steps
    assert "more than three times its best" in status.reason
    assert f"The best checkpoint, at step {status.best_step:,}, is kept." in status.reason
    losses = {line["step"]: line["held_out_loss"] for line in run.history()}
    assert status.best_step in run.checkpoints()
    assert losses[status.best_step] == min(losses[step] for step in run.checkpoints())
    assert len(open_model(run).write("the cat", length=5)) == 5


@pytest.mark.usefixtures("every_step")
def test_without_stopping_on_divergence_a_diverging_run_goes_on_to_its_end() -> None:
    run = _new("mine", "book", epochs=2, learning_rate=1.0, stop_on_divergence=False)
    status = _train_at_once(run)
    assert (status.status, status.reason) == (FINISHED, "")
    losses = [line["loss"] for line in run.history()]
    assert max(losses) > 3 * losses[0]


@pytest.mark.usefixtures("by_steps")
@pytest.mark.parametrize("stops", [True, False])
def test_a_loss_that_is_no_longer_a_number(stops: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from charlstm.training.learner import Learner

    steps = Learner.steps
    calls = iter(range(1, 1000))

    def to_nan(self: Learner, batches: Any, rates: list[float]) -> list[float]:
        # The first step is that of the warming up.
        rates = [rate * (math.nan if next(calls) > 6 else 1.0) for rate in rates]
        return steps(self, batches, rates)

    monkeypatch.setattr(Learner, "steps", to_nan)
    run = _new("mine", "tbptt", epochs=3, stop_on_divergence=stops)
    status = _train_at_once(run)
    assert status.best_step == 4
    assert len(open_model(run).write("the cat", length=5)) == 5
    assert (run.path / "model.keras").exists()
    assert run.problems() == []
    if stops:
        assert status.status == STOPPED
        assert "no longer a number" in status.reason
        assert "step 4, is kept" in status.reason
        assert status.step < status.steps
    else:
        assert status.status == FINISHED
        assert run.history()[-1]["loss"] is None


@pytest.mark.usefixtures("by_steps", "own_home")
def test_on_a_full_disk_the_run_fails_with_that_reason_and_the_rest_stays_readable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from charlstm.__main__ import main
    from charlstm.runs import folder

    publish_arrays, publish_json = folder.publish_arrays, folder.publish_json
    full = False

    def publish_arrays_until_full(path: Path, arrays: Any) -> None:
        nonlocal full
        full = full or path.name == "step-000008.npz"
        _refuse_if(full)
        publish_arrays(path, arrays)

    def publish_json_until_full(path: Path, value: Any) -> None:
        _refuse_if(full)
        publish_json(path, value)

    monkeypatch.setattr(folder, "publish_arrays", publish_arrays_until_full)
    monkeypatch.setattr(folder, "publish_json", publish_json_until_full)
    (tmp_path / "mine.txt").write_text(prose(1200))
    words = ["--corpus", str(tmp_path / "mine.txt"), "--units", "8", "--batch", "4"]
    assert main(["train", *words, "--epochs", "3", "--run", "mine", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["status"] == "failed"
    assert err.splitlines()[-1].startswith("charlstm: The disk is full")
    run = RunFolder(folder_of("mine"))
    assert run.status().status == "failed"
    assert "The disk is full" in run.status().reason
    assert run.checkpoints() == [1, 4]
    assert [line["step"] for line in run.history()] == [1, 4]
    assert len(open_model(run).write("the cat", length=5)) == 5
    assert not list(run.path.rglob("*tmp*"))


def folder_of(name: str) -> Path:
    """Return where a run of one's own is kept."""
    from charlstm.runs.store import home

    return home() / "runs" / name


def _refuse_if(full: bool) -> None:
    if full:
        raise OSError(errno.ENOSPC, "No space left on device")


# What other programs get

_FOREIGN = """
import json, sys
import keras, numpy as np
out = []
for path, ids in json.load(sys.stdin):
    model = keras.models.load_model(path)
    symbols = model.input_shape[-1]
    rows = model(np.eye(symbols, dtype="float32")[ids][None])
    rows = np.asarray(rows)[0]
    out.append((rows if rows.ndim == 1 else rows[-1]).tolist())
assert not [name for name in sys.modules if name.startswith("charlstm")]
print(json.dumps(out))
"""


def test_keras_alone_opens_the_model_and_gives_the_same_distribution(
    trained: RunFolder, tmp_path: Path
) -> None:
    from charlstm.training.network import build, export, weights_of

    book = settings_for("book", units=8, layers=2, seed=5)
    corpus = Corpus("mine", prose(1200))
    run = new_run(corpus, book, "book")
    weights = weights_of(build(book, len(corpus.vocabulary)))
    run.write_checkpoint(1, weights)
    export(run.path / "model.keras", book, weights)

    others = [
        _untrained(kind, recipe, corpus)
        for kind, recipe in (
            ("gru", "tbptt"),
            ("gru", "book"),
            ("conv1d", "tbptt"),
            ("conv1d", "book"),
        )
    ]
    # The same run made small for shipping: its weights are rounded, in both files alike.
    shipped = RunFolder(tmp_path / "shipped")
    shutil.copytree(trained.path, shipped.path)
    for step in shipped.checkpoints():
        weights = {name: halved(weight) for name, weight in trained.weights(step).items()}
        shipped.write_checkpoint(step, weights)
    whole = (trained.path / "model.keras").read_bytes()
    (shipped.path / "model.keras").write_bytes(shrink(whole))
    assert (shipped.path / "model.keras").stat().st_size < 0.6 * len(whole)

    asked, wanted = [], []
    statement = "the import statement is executed "
    prompts = [(trained, statement), (shipped, statement), (run, prose(60))]
    prompts += [(other, prose(60)) for other in others]
    prompts += [
        (one, "it is not enough to possess a talent: one must also have your")
        for one in shipped_runs()
    ]
    for one, prompt in prompts:
        model = open_model(one)
        asked.append((str(one.path / "model.keras"), model.read(prompt).ids.tolist()))
        wanted.append(model.next(prompt))
    done = subprocess.run(
        [sys.executable, "-c", _FOREIGN],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    for found, distribution in zip(json.loads(done.stdout), wanted, strict=True):
        np.testing.assert_allclose(found, distribution, rtol=0, atol=1e-5)


def _untrained(kind: str, recipe: str, corpus: Corpus) -> RunFolder:
    """Return a run of two layers with dropout that has only its first weights, and model.keras."""
    from charlstm.training.network import build, export, weights_of

    asked = settings_for(recipe, network=kind, units=8, layers=2, dropout=0.2, seed=5)
    run = new_run(corpus, asked, f"{kind}-{recipe}")
    weights = weights_of(build(asked, len(corpus.vocabulary)))
    run.write_checkpoint(1, weights)
    export(run.path / "model.keras", asked, weights)
    return run


@pytest.mark.parametrize("kind", ["gru", "conv1d"])
def test_every_other_network_learns_and_writes(kind: str) -> None:
    corpus = load("python").lowered()
    asked = settings_for("tbptt", network=kind, units=32, seconds=1, dropout=0.05)
    run = new_run(corpus, asked)
    assert run.name == f"python-tbptt-{kind}-1"
    status = _train(run)
    held_out = corpus.text[run.config().training_length :]
    assert status.status == FINISHED
    assert status.best_held_out_loss is not None
    assert status.best_held_out_loss < unigram_entropy(held_out) - 0.3
    assert len(run.samples()) % 4 == 0
    assert len(open_model(run).write("the import", length=20)) == 20
    assert run.problems() == []


@pytest.mark.usefixtures("by_steps")
def test_runs_that_fit_learn_what_they_learn_alone() -> None:
    from charlstm.training.fit import fit

    alone, together = [], []
    for seed in (0, 1):
        run = _new(f"alone-{seed}", "tbptt", epochs=3, seed=seed)
        _train_at_once(run)
        alone.append([line["loss"] for line in run.history()])
        together.append(_new(f"together-{seed}", "tbptt", epochs=3, seed=seed))
    texts = [(run, corpus_of(run)) for run in together]
    ends = fit(texts, report=lambda _: None, command=lambda _: None)
    assert [end.status for end in ends] == [FINISHED, FINISHED]
    for run, losses in zip(together, alone, strict=True):
        assert [line["loss"] for line in run.history()] == pytest.approx(losses, rel=1e-4)


@pytest.mark.usefixtures("without_xla")
def test_the_turn_is_with_the_run_that_has_learned_for_the_least_time() -> None:
    from charlstm.training.fit import fit

    runs = [_new("a", "tbptt", seconds=1), _new("b", "book", seconds=1, batch=16)]
    seen = [[0.0, 0.0]]

    def look(_line: dict[str, Any]) -> None:
        seen.append([run.status().seconds for run in runs])

    fit([(run, corpus_of(run)) for run in runs], report=look, command=lambda _: None)
    turns = [(before, after) for before, after in pairwise(seen) if before != after]
    assert len(turns) > 2
    for before, after in turns:
        (turn,) = (each for each in (0, 1) if before[each] != after[each])
        assert before[turn] == min(seconds for seconds in before if seconds < 1)


def test_a_run_told_to_stop_leaves_the_race_and_the_other_goes_on() -> None:
    from charlstm.training.fit import fit

    runs = [_new("a", "tbptt", epochs=2), _new("b", "tbptt", epochs=2)]
    first, second = fit(
        [(run, corpus_of(run)) for run in runs],
        report=lambda _: None,
        command=lambda run: "stop" if run.name == "a" else None,
    )
    assert (first.status, second.status) == (STOPPED, FINISHED)


def test_of_a_very_long_text_the_held_out_windows_are_measured_evenly_spread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from charlstm.training import fit

    monkeypatch.setattr(fit, "MOST_WINDOWS", 7)
    status = _train_at_once(_new("many", "tbptt", epochs=1, held_out=0.5))
    assert status.status == FINISHED
    assert status.best_held_out_loss is not None
    assert 0 < status.best_held_out_loss < 4
