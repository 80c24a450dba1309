"""A run with any file damaged or missing: every reader gives a value or a sentence."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from charlstm.errors import RunError
from charlstm.runs.config import RUNNING, STOPPED
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.runs.store import find
from charlstm.runs.transfer import export_run, import_run
from tests.made import edit_json, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

FILES = [
    "config.json",
    "status.json",
    "history.jsonl",
    "samples.jsonl",
    "resume.npz",
    "model.keras",
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
    position = data.draw(st.integers(0, len(content) - 1), label="position")
    few = data.draw(st.binary(min_size=1, max_size=3), label="bytes")
    damages = {
        "cut": content[:position],
        "overwritten": content[:position] + few + content[position + len(few) :],
        "zeros": content[:position] + bytes(len(content) - position),
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


def test_problems_name_what_a_stopped_run_cannot_be_resumed_without() -> None:
    run = made_run()
    run.write_status(replace(run.status(), status=STOPPED))
    assert run.problems() == []
    (run.path / "resume.npz").unlink()
    (problem,) = run.problems()
    assert "resume.npz" in problem


@pytest.mark.parametrize("made_by", ["by hand", "as a file"])
def test_a_best_checkpoint_that_is_gone_is_named_and_no_other_is_called_the_best(
    made_by: str,
) -> None:
    run = made_run()
    if made_by == "as a file":
        file = io.BytesIO()
        export_run(run, file)
        run = import_run(file, "again")
    (run.path / "checkpoints" / "step-000020.npz").unlink()
    assert [problem for problem in run.problems() if "step-000020.npz" in problem]
    with pytest.raises(
        RunError, match=r"best checkpoint, checkpoints/step-000020\.npz, is missing"
    ):
        open_model(run)
    assert open_model(run, 10).step == 10


def test_a_training_that_has_just_found_a_better_checkpoint_has_lost_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = made_run()
    status, checkpoints = run.status(), run.checkpoints
    run.write_status(replace(status, status=RUNNING, best_step=10))

    def looked_at_late() -> list[int]:
        run.write_status(replace(status, status=RUNNING, best_step=20))
        (run.path / "checkpoints" / "step-000010.npz").unlink(missing_ok=True)
        return checkpoints()

    monkeypatch.setattr(run, "checkpoints", looked_at_late)
    assert run.lost_best() is None


@pytest.mark.parametrize("left", [0, 1])
def test_a_history_that_lost_lines_is_named_and_the_best_checkpoint_stays_the_best(
    left: int,
) -> None:
    run = made_run()
    edit_json(run.path / "status.json", lambda status: status.update(best_step=10))
    lines = (run.path / "history.jsonl").read_bytes().splitlines(keepends=True)
    (run.path / "history.jsonl").write_bytes(b"".join(lines[2 - left :]))
    if left == 0:
        assert [problem for problem in run.problems() if "history.jsonl" in problem]
    assert best_checkpoint(run) == 10
    (run.path / "history.jsonl").write_bytes(lines[0])
    assert [problem for problem in run.problems() if "history.jsonl" in problem]


def test_samples_that_end_before_the_run_did_are_named() -> None:
    run = made_run()
    content = (run.path / "samples.jsonl").read_bytes()
    (run.path / "samples.jsonl").write_bytes(content[: len(content) // 2])
    assert [problem for problem in run.problems() if "samples.jsonl" in problem]


@pytest.mark.parametrize("other", ["another step", "another run"])
def test_a_checkpoint_that_is_another_one_is_named_by_whoever_reads_it(other: str) -> None:
    run, stranger = made_run(), made_run("stranger")
    source = run if other == "another step" else stranger
    step = 10 if other == "another step" else 20
    path = run.path / "checkpoints" / "step-000020.npz"
    shutil.copy(source.path / "checkpoints" / f"step-{step:06d}.npz", path)
    (problem,) = run.problems()
    assert "checkpoints/step-000020.npz holds another checkpoint" in problem
    with pytest.raises(RunError, match=r"step-000020\.npz holds another checkpoint"):
        open_model(run)
    with pytest.raises(RunError, match=r"step-000020\.npz holds another checkpoint"):
        export_run(run, io.BytesIO())
    assert open_model(run, 10).step == 10


def test_checkpoints_from_before_they_had_stamps_are_read() -> None:
    run = made_run()
    np.savez(run.path / "checkpoints" / "step-000020.npz", **run.weights(20))
    assert run.problems() == []
    assert open_model(run).step == 20


@pytest.mark.parametrize("name", ["checkpoints/step-000010.npz", "resume.npz", "model.keras"])
def test_bytes_after_the_end_of_a_file_are_damage(name: str) -> None:
    run = made_run()
    with (run.path / name).open("ab") as file:
        file.write(bytes(50))
    (problem,) = run.problems()
    assert name in problem


def test_a_format_newer_than_known_is_called_so_and_nothing_else_is_said_against_it() -> None:
    run, other = made_run(), made_run("other")
    edit_json(run.path / "config.json", lambda config: config.update(format=2, settings=[]))
    (run.path / "samples.jsonl").unlink()
    (problem,) = run.problems()
    assert "The run made was made by a newer version of charlstm" in problem
    with pytest.raises(RunError, match="made by a newer version of charlstm"):
        open_model(run)
    assert other.problems() == []


@pytest.mark.parametrize("form", [None, "1", 0, -1, 1.5, [], "newest"])
def test_a_format_that_is_none_is_damage(form: object) -> None:
    run = made_run()
    edit_json(run.path / "config.json", lambda config: config.update(format=form))
    (problem,) = run.problems()
    assert "config.json is missing or damaged" in problem
