"""The run folder: what is written comes back, and damage is named, never executed or raised on."""

from __future__ import annotations

import gc
import json
import math
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import STATUSES, RunFolder, Status
from charlstm.runs.new import corpus_of, new_run
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.runs.store import find
from charlstm.training.settings import settings_for
from tests.made import history_line, made_run, prose, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

FILES = [
    "config.json",
    "status.json",
    "history.jsonl",
    "samples.jsonl",
    "resume.npz",
    "corpus.txt",
    "checkpoints/step-000010.npz",
    "checkpoints/step-000020.npz",
]

READERS: list[Callable[[RunFolder], Any]] = [
    RunFolder.config,
    RunFolder.status,
    RunFolder.history,
    RunFolder.samples,
    RunFolder.checkpoints,
    RunFolder.resume,
    RunFolder.text,
    RunFolder.problems,
    lambda run: run.weights(10),
    lambda run: run.weights(20),
    best_checkpoint,
    open_model,
    corpus_of,
]


def _edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the value in a JSON file."""
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


# What is written comes back


def test_the_config_comes_back_as_it_was_written() -> None:
    run = made_run()
    config = run.config()
    run.write_config(config)
    assert run.config() == config
    assert config.settings == settings_for("tbptt", units=8, epochs=2)
    assert (config.length, config.training_length) == (1500, 1350)


def test_the_status_comes_back_with_the_time_it_was_written_at() -> None:
    run = made_run()
    for status in STATUSES:
        run.write_status(Status(status=status, reason="Why.", step=3, loss=None, best_step=2))
        read = run.status()
        assert (read.status, read.reason, read.step, read.best_step) == (status, "Why.", 3, 2)
        assert read.heartbeat > 1.7e9


def test_weights_come_back_to_the_last_bit() -> None:
    run = made_run()
    weights = random_weights(5)
    run.write_checkpoint(30, weights)
    assert run.checkpoints() == [10, 20, 30]
    read = run.weights(30)
    assert set(read) == set(weights)
    assert all((read[name] == weights[name]).all() for name in weights)


def test_a_text_of_ones_own_is_kept_to_the_letter() -> None:
    text = prose(800) + "é😀\u2028\x85\r\n" + prose(800)
    run = new_run(Corpus("mine", text), settings_for("tbptt", lowercase=False), "mine")
    assert run.text() == text
    assert corpus_of(run).text == text


def test_a_named_corpus_is_not_copied_into_the_run() -> None:
    from charlstm.data.named import load

    run = new_run(load("python").lowered(), settings_for("tbptt"), "reference")
    assert run.text() is None
    assert corpus_of(run).sha256 == run.config().sha256
    assert "--corpus python" in run.config().command


def test_only_the_book_recipe_reads_a_window() -> None:
    assert made_run("one", "book").config().window == 60
    assert made_run("two", "tbptt").config().window is None


def test_a_text_that_changed_since_is_refused() -> None:
    run = made_run()
    run.write_text([prose(1499).encode() + b"!"])
    with pytest.raises(RunError, match="SHA-256"):
        corpus_of(run)


def test_history_and_samples_come_back_oldest_first() -> None:
    run = made_run()
    assert [line["step"] for line in run.history()] == [10, 20]
    assert [line["epoch"] for line in run.samples()] == [1, 2]


def test_a_run_without_history_or_samples_yet_has_none() -> None:
    run = new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "fresh")
    assert (run.history(), run.samples(), run.checkpoints(), run.resume()) == ([], [], [], None)
    assert run.problems() == []


def test_forgetting_drops_what_is_past_a_step_and_a_torn_line() -> None:
    run = made_run()
    with (run.path / "history.jsonl").open("a") as file:
        file.write('{"step": 3')
    run.forget_after(10)
    assert [line["step"] for line in run.history()] == [10]
    assert [line["step"] for line in run.samples()] == [10]
    assert run.checkpoints() == [10]
    run.append_history(history_line(11))
    assert [line["step"] for line in run.history()] == [10, 11]


# The best checkpoint


def test_the_best_checkpoint_has_the_lowest_held_out_loss() -> None:
    run = made_run()
    assert best_checkpoint(run) == 20
    run.write_checkpoint(30, random_weights(5))
    run.append_history(history_line(30, held_out_loss=9.0))
    run.append_history(history_line(31, held_out_loss=0.1))  # has no checkpoint
    assert best_checkpoint(run) == 20


def test_without_a_held_out_loss_the_last_checkpoint_is_taken() -> None:
    run = made_run()
    (run.path / "history.jsonl").unlink()
    assert best_checkpoint(run) == 20


def test_a_checkpoint_that_does_not_exist_is_a_sentence_that_names_those_that_do() -> None:
    with pytest.raises(RunError, match="no checkpoint at step 15; it has 10, 20"):
        open_model(made_run(), 15)
    run = new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "fresh")
    with pytest.raises(RunError, match="no checkpoint yet"):
        open_model(run)


# Damage


@pytest.mark.parametrize("file", FILES)
@given(data=st.data())
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_reader_of_a_damaged_run_gives_a_value_or_a_sentence(
    file: str, data: st.DataObject, whole_run: dict[Path, bytes]
) -> None:
    for path, content in whole_run.items():
        path.write_bytes(content)
    run = find("whole")
    content = (run.path / file).read_bytes()
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    few = data.draw(st.binary(min_size=1, max_size=3), label="bytes")
    damages = {
        "cut": content[:place],
        "overwritten": content[:place] + few + content[place + len(few) :],
        "zeros": content[:place] + bytes(len(content) - place),
        "garbage": few * 20,
    }
    (run.path / file).write_bytes(damages[data.draw(st.sampled_from(sorted(damages)))])
    for read in READERS:
        try:
            read(run)
        except RunError as error:
            assert "whole" in str(error)


@pytest.fixture
def whole_run() -> dict[Path, bytes]:
    """Return the files of a run and what is in them."""
    run = made_run("whole")
    return {run.path / file: (run.path / file).read_bytes() for file in FILES}


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_survived_by_every_reader(file: str) -> None:
    run = made_run()
    (run.path / file).unlink()
    for read in READERS:
        try:
            read(run)
        except RunError as error:
            assert "made" in str(error)


@pytest.mark.parametrize("file", ["config.json", "status.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_an_unreadable_json_file_is_named(file: str, content: bytes) -> None:
    run = made_run()
    (run.path / file).write_bytes(content)
    assert any(file in problem for problem in run.problems())
    assert len(run.problems()) == 1


@pytest.mark.parametrize("file", [file for file in FILES if file not in ("resume.npz",)])
def test_problems_name_a_file_whose_middle_is_damaged(file: str) -> None:
    run = made_run()
    assert run.problems() == []
    content = bytearray((run.path / file).read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * 40
    (run.path / file).write_bytes(bytes(content))
    assert [problem for problem in run.problems() if file in problem]


@pytest.mark.parametrize(
    "file", ["config.json", "status.json", "history.jsonl", "samples.jsonl", "model.keras"]
)
def test_problems_name_a_file_that_is_missing(file: str) -> None:
    run = made_run()
    (run.path / file).unlink()
    assert [problem for problem in run.problems() if file in problem]


def test_a_damaged_checkpoint_leaves_the_others_readable() -> None:
    run = made_run()
    path = run.path / "checkpoints" / "step-000020.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunError, match=r"step-000020\.npz"):
        open_model(run)
    assert open_model(run, 10).step == 10


def test_reading_a_damaged_checkpoint_leaves_no_file_open() -> None:
    run = made_run()
    path = run.path / "checkpoints" / "step-000020.npz"
    path.write_bytes(path.read_bytes()[:100])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(RunError):
            run.weights(20)
        gc.collect()
    assert [warning for warning in caught if warning.category is ResourceWarning] == []


def test_a_line_that_is_still_being_written_is_left_out() -> None:
    run = made_run()
    with (run.path / "history.jsonl").open("a") as file:
        file.write(json.dumps(history_line(30)))
    assert [line["step"] for line in run.history()] == [10, 20]
    assert run.problems() == []


def test_unreadable_lines_are_counted_and_the_others_read() -> None:
    run = made_run()
    with (run.path / "history.jsonl").open("ab") as file:
        file.write(b"\xff\xfe\n{]\n7\n")
    run.append_history(history_line(30))
    assert [line["step"] for line in run.history()] == [10, 20, 30]
    assert [problem for problem in run.problems() if "3 lines of history.jsonl" in problem]


@pytest.mark.parametrize(
    "change",
    [
        {"step": "ten"},
        {"step": None},
        {"step": [1]},
        {"loss": "low"},
        {"held_out_loss": {}},
        {"seconds": None},
        {"epoch": "first"},
    ],
)
def test_a_history_line_of_wrong_types_is_left_out_and_named(change: dict[str, Any]) -> None:
    run = made_run()
    run.append_history(history_line(30) | change)
    assert [line["step"] for line in run.history()] == [10, 20]
    assert [problem for problem in run.problems() if "history.jsonl" in problem]
    run.forget_after(10)
    assert best_checkpoint(run) == 10


def test_a_line_that_lacks_a_field_is_left_out_and_named() -> None:
    run = made_run()
    run.append_history({"step": 30})
    run.append_samples({"epoch": 3})
    assert len(run.history()) == len(run.samples()) == 2
    assert len(run.problems()) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["corpus"].update(length=math.inf),
        lambda c: c["corpus"].update(length=math.nan),
        lambda c: c["corpus"].update(training_length=-1),
        lambda c: c["corpus"].update(vocabulary="ba"),
        lambda c: c["corpus"].update(vocabulary=7),
        lambda c: c["corpus"].pop("sha256"),
        lambda c: c["settings"].update(units=10**400),
        lambda c: c["settings"].update(learning_rate=10**400),
        lambda c: c["settings"].update(learning_rate=math.nan),
        lambda c: c["settings"].update(recipe=["book"]),
        lambda c: c["settings"].update(recipe="../book"),
        lambda c: c["settings"].update(lowercase="yes"),
        lambda c: c["settings"].update(more=1),
        lambda c: c.update(settings=[]),
        lambda c: c.update(created=10**400),
        lambda c: c.update(versions=["3.11"]),
    ],
)
def test_a_config_that_makes_no_sense_is_damaged(change: Callable[[dict[str, Any]], Any]) -> None:
    run = made_run()
    _edit(run.path / "config.json", change)
    with pytest.raises(RunError, match=r"config\.json"):
        run.config()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "sleeping"},
        {"status": None},
        {"reason": 7},
        {"step": "3"},
        {"heartbeat": "now"},
        {"characters_per_second": []},
        {"best_step": "last"},
        {"phase": {}},
        {"best_held_out_loss": math.nan},
        {"loss": math.inf},
        {"step": 10**400},
    ],
)
def test_a_status_that_makes_no_sense_is_damaged(change: dict[str, Any]) -> None:
    run = made_run()
    _edit(run.path / "status.json", lambda status: status.update(change))
    with pytest.raises(RunError, match=r"status\.json"):
        run.status()


def test_a_config_that_does_not_fit_the_checkpoint_is_refused() -> None:
    run = made_run()
    _edit(run.path / "config.json", lambda c: c["corpus"].update(vocabulary="abc"))
    with pytest.raises(RunError, match=r"config\.json"):
        open_model(run)


@pytest.mark.parametrize("asked", [{"layers": 2}, {"units": 16}])
def test_a_checkpoint_of_another_network_than_was_asked_for_is_refused(
    asked: dict[str, int],
) -> None:
    run = made_run()
    _edit(run.path / "config.json", lambda c: c["settings"].update(asked))
    with pytest.raises(RunError):
        open_model(run)


def test_weights_that_cannot_be_used_are_reported_with_the_name_of_their_file() -> None:
    run = made_run()
    weights = run.weights(20)
    del weights["dense/bias"]
    run.write_checkpoint(20, weights)
    with pytest.raises(RunError, match=r"made.*step-000020\.npz"):
        open_model(run)


def test_a_checkpoint_with_a_pickle_in_it_is_refused_and_nothing_is_executed(
    tmp_path: Path,
) -> None:
    run = made_run()
    trace = tmp_path / "executed"
    array = np.empty(1, object)
    array[0] = _Trap(trace)
    for path, read in (
        (run.path / "checkpoints" / "step-000020.npz", lambda: run.weights(20)),
        (run.path / "resume.npz", run.resume),
    ):
        with path.open("wb") as file:
            np.savez(file, allow_pickle=True, **{"dense/bias": array})
        with pytest.raises(RunError, match=path.name):
            read()
    assert not trace.exists()


class _Trap:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._path,))


def test_the_trap_would_have_worked(tmp_path: Path) -> None:
    array = np.empty(1, object)
    array[0] = _Trap(tmp_path / "executed")
    np.save(tmp_path / "trap.npy", array, allow_pickle=True)
    np.load(tmp_path / "trap.npy", allow_pickle=True)
    assert (tmp_path / "executed").exists()


def test_a_text_that_is_no_longer_utf8_is_named() -> None:
    run = made_run()
    (run.path / "corpus.txt").write_bytes(b"\xff")
    with pytest.raises(RunError, match=r"corpus\.txt"):
        run.text()


def test_a_whole_copy_of_a_run_is_a_run(tmp_path: Path) -> None:
    run = made_run()
    shutil.copytree(run.path, tmp_path / "copy")
    copy = RunFolder(tmp_path / "copy")
    np.testing.assert_array_equal(
        open_model(copy).logits("the cat"), open_model(run).logits("the cat")
    )


def test_a_text_that_utf8_cannot_hold_is_refused_in_words() -> None:
    with pytest.raises(CharlstmError):
        new_run(Corpus("mine", prose(1500) + "\ud800"), settings_for("tbptt"), "mine")


def test_checkpoints_are_thinned_until_they_fit_keeping_first_last_and_best() -> None:
    run = made_run()
    weights = run.weights(20)
    for step in (30, 31, 32, 40, 80):
        run.write_checkpoint(step, weights)
    size = (run.path / "checkpoints" / "step-000020.npz").stat().st_size
    run.thin_checkpoints(int(4.5 * size), keep={31})
    assert run.checkpoints() == [10, 20, 31, 80]
    run.thin_checkpoints(0, keep={31})
    assert run.checkpoints() == [10, 31, 80]
