"""The files of a run: what cannot be read is named, and nothing that is read is executed."""

from __future__ import annotations

import gc
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from charlstm.errors import RunError
from tests.made import history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


@pytest.mark.parametrize("file", ["config.json", "status.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_an_unreadable_json_file_is_named(file: str, content: bytes) -> None:
    run = made_run()
    (run.path / file).write_bytes(content)
    assert any(file in problem for problem in run.problems())
    assert len(run.problems()) == 1


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
