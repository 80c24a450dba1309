"""A run with any file damaged or missing: every reader gives a value or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.runs.status import STOPPED
from charlstm.runs.store import find
from tests.made import made_run

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
    run.remove_resume("resume.npz")
    (problem,) = run.problems()
    assert "resume.npz" in problem
