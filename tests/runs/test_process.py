"""Whether a training lives is whether its lock is held, and there is one at a time."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.errors import RunError
from charlstm.runs import process
from charlstm.runs.folder import RunFolder
from charlstm.runs.process import is_alive, live_status, running_run, take_command, tell
from charlstm.runs.publish import publish_json
from charlstm.runs.status import FINISHED, PAUSED, RUNNING, STARTING, STOPPED, STOPPING, Status
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def held_elsewhere(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold a lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.kill()


def _running(name: str = "made", status: str = RUNNING) -> RunFolder:
    run = made_run(name)
    run.write_status(replace(run.status(), status=status, phase="training"))
    return run


@pytest.mark.parametrize("status", [RUNNING, PAUSED])
def test_a_run_that_says_it_runs_but_holds_no_lock_has_stopped(status: str) -> None:
    run = _running(status=status)
    live = live_status(run)
    assert live.status == STOPPED
    assert "can be resumed" in live.reason
    assert not is_alive(run)
    assert running_run() is None


@pytest.mark.parametrize("status", [RUNNING, PAUSED])
def test_a_run_whose_lock_another_process_holds_lives_until_that_process_dies(status: str) -> None:
    run = _running(status=status)
    with held_elsewhere(run.path / "lock") as other:
        assert live_status(run).status == status
        assert running_run() is not None
        other.kill()
        other.wait()
        assert live_status(run).status == STOPPED
    assert running_run() is None


def test_looking_at_a_run_again_and_again_does_not_let_it_seem_alive() -> None:
    run = _running()
    assert {live_status(run).status for _ in range(20)} == {STOPPED}


def test_a_finished_run_is_finished_whoever_holds_its_lock() -> None:
    run = made_run()
    with held_elsewhere(run.path / "lock"):
        assert live_status(run).status == FINISHED


def test_a_run_that_has_just_been_started_is_given_time_to_take_its_lock() -> None:
    run = made_run()
    run.write_status(Status(phase="starting"))
    assert live_status(run).status == RUNNING


@pytest.mark.parametrize("age", [process.STARTING_SECONDS + 1, -3600.0])
def test_a_start_that_was_not_just_now_counts_as_stopped(age: float) -> None:
    run = made_run()
    status = Status(phase="starting", heartbeat=time.time() - age)
    publish_json(run.path / "status.json", status.__dict__)
    assert live_status(run).status == STOPPED


def test_a_shipped_run_is_what_its_status_says_and_gets_no_lock(no_shipped_runs: Path) -> None:
    no_shipped_runs.mkdir(parents=True)
    run = RunFolder(_running().path.rename(no_shipped_runs / "made"))
    assert live_status(run).status == RUNNING
    assert not (run.path / "lock").exists()


def test_only_one_training_at_a_time() -> None:
    run, other = _running("one"), made_run("two")
    with (
        held_elsewhere(process.home() / "training.lock"),
        held_elsewhere(run.path / "lock"),
        pytest.raises(RunError, match="running already, one"),
        process.training_locks(other),
    ):
        raise AssertionError("a second training began")


def test_a_start_while_another_run_trains_offers_that_one_and_starts_nothing() -> None:
    run, other = _running("one"), made_run("two")
    with (
        held_elsewhere(run.path / "lock"),
        pytest.raises(RunError, match="one; watch it or stop it first"),
    ):
        process.start(other)
    assert other.status().status == FINISHED
    assert not (other.path / "training.log").exists()


def test_a_run_that_is_started_again_keeps_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[list[str]]()
    monkeypatch.setattr(process, "launch", lambda words, _log: started.append(words))
    run = made_run()
    before = run.status()
    process.start(run)
    assert started == [["resume", "--", "made"]]
    again = replace(before, status=RUNNING, phase=STARTING, heartbeat=run.status().heartbeat)
    assert run.status() == again


def test_the_locks_are_free_again_after_a_training() -> None:
    run = _running()
    for _ in range(2):
        with process.training_locks(run):
            pass
    assert live_status(run).status == STOPPED


def test_a_command_reaches_a_living_run_once() -> None:
    run = _running()
    with held_elsewhere(run.path / "lock"):
        tell(run, process.PAUSE)
    assert take_command(run) == process.PAUSE
    assert take_command(run) is None


def test_a_run_that_was_told_to_stop_is_stopping_until_its_process_takes_the_command() -> None:
    run = _running()
    with held_elsewhere(run.path / "lock"):
        tell(run, process.PAUSE)
        assert live_status(run).phase == "training"
        tell(run, process.STOP)
        assert live_status(run) == replace(run.status(), phase=STOPPING)
        assert take_command(run) == process.STOP
        assert live_status(run).phase == "training"
        (run.path / "control.json").write_text("[]")
        assert live_status(run).phase == "training"
    tell_later = {"command": process.STOP}
    publish_json(run.path / "control.json", tell_later)
    assert live_status(run).phase == ""


def test_a_run_that_is_not_trained_takes_no_command() -> None:
    run = made_run()
    with pytest.raises(RunError, match="not being trained"):
        tell(run, process.STOP)
    assert take_command(run) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"command": "explode"}', "{}", "\xff"])
def test_a_command_that_makes_no_sense_is_ignored(content: str) -> None:
    run = made_run()
    (run.path / "control.json").write_text(content)
    assert take_command(run) is None


def test_without_tensorflow_training_is_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    run = made_run()
    with pytest.raises(RunError, match="needs TensorFlow"):
        process.start(run)
    assert run.status().status == FINISHED
