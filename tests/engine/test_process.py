"""Whether a training lives is whether its lock is held, and there is one at a time."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.data.corpus import Corpus
from charlstm.engine import process, standby
from charlstm.engine.process import is_alive, live_status, running_run, take_command, tell
from charlstm.errors import RunError
from charlstm.runs.config import (
    FINISHED,
    PAUSED,
    PAUSING,
    RESUMING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
    is_own,
    lives,
    mark_of,
    own_mark,
)
from charlstm.runs.files import publish_json
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import home
from charlstm.settings import settings_for
from tests.made import made_run, prose

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def waiting_process() -> Iterator[subprocess.Popen[bytes]]:
    """Let there be another process that does nothing."""
    words = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as other:
        try:
            yield other
        finally:
            other.kill()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("waited in vain")


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


@pytest.mark.parametrize("ago", [0.0, 3600.0, -3600.0])
def test_a_run_that_is_being_started_lives_as_long_as_its_process_whatever_a_clock_says(
    ago: float,
) -> None:
    run = made_run()
    with waiting_process() as other:
        status = Status(phase=STARTING, heartbeat=time.time() - ago, process=mark_of(other.pid))
        publish_json(run.path / "status.json", status.__dict__)
        assert live_status(run).status == RUNNING
        assert is_alive(run)
        other.kill()
        other.wait()
        assert live_status(run).status == STOPPED
        assert live_status(run).reason == "The training process crashed. The run can be resumed."


def test_a_run_lives_though_somebody_deletes_its_lock() -> None:
    run = _running()
    with waiting_process() as other:
        run.write_status(replace(run.status(), process=mark_of(other.pid)))
        assert not (run.path / "lock").exists()
        assert live_status(run).status == RUNNING
        with (
            pytest.raises(RunError, match="running already, made"),
            process.training_locks(run),
        ):
            raise AssertionError("a second training began")


def test_another_process_that_got_the_number_of_a_dead_one_is_not_taken_for_it() -> None:
    run = _running()
    mark = own_mark()
    assert lives(mark)
    recycled = mark[:-1] + ("1" if mark[-1] != "1" else "2")
    run.write_status(replace(run.status(), process=recycled))
    assert live_status(run).status == STOPPED


@pytest.mark.parametrize("mark", ["", " ", "1", "x 1", "0 0", "9" * 5000 + " 1", "-1 1", "1 \0"])
def test_what_names_no_process_names_none(mark: str) -> None:
    assert not lives(mark)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no such processes")
def test_a_process_that_ended_and_that_nobody_has_asked_after_does_not_live() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as other:
        mark = mark_of(other.pid)
        assert other.stdout is not None
        other.stdout.read()
        wait_until(lambda: not lives(mark))
        assert other.returncode is None


def test_a_run_that_is_made_lives_until_it_is_started_or_its_maker_ends() -> None:
    run = new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "mine")
    assert is_own(run.status().process)
    assert live_status(run).phase == STARTING
    with pytest.raises(RunError, match="running already, mine"):
        standby.start(made_run("other"))


def test_a_shipped_run_is_what_its_status_says_and_gets_no_lock(no_shipped_runs: Path) -> None:
    no_shipped_runs.mkdir(parents=True)
    run = RunFolder(_running().path.rename(no_shipped_runs / "made"))
    assert live_status(run).status == RUNNING
    assert not (run.path / "lock").exists()


def test_only_one_training_at_a_time() -> None:
    run, other = _running("one"), made_run("two")
    with (
        held_elsewhere(home() / "training.lock"),
        held_elsewhere(run.path / "lock"),
        pytest.raises(RunError, match="running already, one"),
        process.training_locks(other),
    ):
        raise AssertionError("a second training began")


def test_a_start_while_another_run_trains_offers_that_one_and_starts_nothing() -> None:
    run, other = _running("one"), made_run("two")
    with (
        held_elsewhere(run.path / "lock"),
        pytest.raises(RunError, match="one; stop it or wait for it"),
    ):
        standby.start(other)
    assert other.status().status == FINISHED
    assert not (other.path / "training.log").exists()


def test_a_run_that_is_started_again_keeps_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run()
    before = run.status()
    with waiting_process() as other:

        def launch(words: list[str], _log: object) -> subprocess.Popen[bytes]:
            assert words == ["resume", "--", "made"]
            return other

        monkeypatch.setattr(standby, "launch", launch)
        standby.start(run)
        assert is_alive(run)
        again = replace(before, status=RUNNING, phase=STARTING, process=mark_of(other.pid))
        assert run.status() == replace(again, heartbeat=run.status().heartbeat)


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


def test_a_run_is_pausing_resuming_or_stopping_until_its_process_takes_the_command() -> None:
    run = _running()
    with held_elsewhere(run.path / "lock"):
        tell(run, process.PAUSE)
        assert live_status(run).phase == PAUSING
        tell(run, process.RESUME)
        assert live_status(run).phase == RESUMING
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
        standby.start(run)
    assert run.status().status == FINISHED
