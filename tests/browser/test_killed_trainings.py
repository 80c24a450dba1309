"""A training is killed in each of its phases: its status, its files, and how it continues.

There is no browser here; like the tests in one, these take long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from charlstm.data.corpus import Corpus
from charlstm.engine import process, standby
from charlstm.engine.process import delete_run, is_locked, live_status
from charlstm.engine.standby import PACKAGE_ROOT
from charlstm.runs.config import FINISHED, MEASURING, PAUSED, RUNNING, STARTING, STOPPED
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import home
from charlstm.settings import settings_for
from tests.made import prose

pytestmark = [
    pytest.mark.training,
    pytest.mark.usefixtures("no_shipped_runs"),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signals"),
]

CRASHED = "The training process crashed. The run can be resumed."


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a process of this test would keep what it needs for a moment."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for a state, however slow the machine is."""
    end = time.monotonic() + 600
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.005)


def trainer(run: RunFolder) -> int:
    return int(run.status().process.split()[0])


def is_at(run: RunFolder, phase: str) -> bool:
    status = run.status()
    assert status.status in (RUNNING, PAUSED), f"{phase} was missed: {status}"
    match phase:
        case "launched":
            return True
        case "loading":
            return is_locked(run.path / "lock")
        case "compiling":
            return (run.path / "lock").exists() and status.steps > 0
        case "learning":
            return status.phase == "training" and status.step > 1
        case "paused":
            if status.phase == "training" and status.step > 1:
                process.tell(run, process.PAUSE)
            return status.status == PAUSED
        case _:
            return status.phase == MEASURING


def left_over(temporary: Path) -> list[str]:
    """Return the files and folders that no run and no list of runs is made of."""
    return [str(path) for path in (*home().rglob(".*"), *temporary.iterdir())]


PHASES = ["launched", "loading", "compiling", "learning", "paused", "measuring"]


def test_a_training_killed_in_each_of_its_phases_goes_on_to_its_end_and_leaves_nothing_over(
    temporary: Path,
) -> None:
    settings = settings_for("tbptt", units=8, batch=128, epochs=40, held_out=0.5)
    run = new_run(Corpus("mine", prose(400_000)), settings, "mine")
    for phase in PHASES:
        standby.start(run)
        assert live_status(run).phase == STARTING
        until(lambda: is_at(run, phase), f"it is {phase}")  # noqa: B023
        os.kill(trainer(run), signal.SIGKILL)
        until(lambda: live_status(run).status == STOPPED, f"it has crashed while {phase}")
        assert live_status(run).reason == CRASHED
        assert process.running_run() is None
        steps = [line["step"] for line in run.history()]
        assert steps == sorted(set(steps))
    standby.start(run)
    until(lambda: live_status(run).status not in (RUNNING, PAUSED), "it is over")
    assert (live_status(run).status, run.problems()) == (FINISHED, [])
    assert left_over(temporary) == []
    delete_run(run)
    assert sorted(path.name for path in home().iterdir()) == [
        "names.jsonl",
        "runs",
        "runs.lock",
        "training.lock",
    ]


def test_what_is_asked_of_a_run_at_once_after_its_resume_is_refused_or_does_no_harm(
    tmp_path: Path,
) -> None:
    settings = settings_for("tbptt", units=8, batch=4, epochs=1000)
    run = new_run(Corpus("mine", prose(100_000)), settings, "mine")
    standby.start(run)
    until(lambda: run.status().phase == "training" and bool(run.checkpoints()), "it learns")
    process.tell(run, process.STOP)
    until(lambda: live_status(run).status == STOPPED, "it has stopped")
    program = [sys.executable, "-m", "charlstm"]
    words = {
        "delete": ["mine", "--yes"],
        "rename": ["mine", "other"],
        "resume": ["mine"],
        "export": ["mine", str(tmp_path / "mine.zip")],
    }
    with subprocess.Popen([*program, "resume", "mine"], cwd=PACKAGE_ROOT) as resuming:
        # The lock of all runs is held for milliseconds, until the run's own is taken.
        locks = home() / "runs.lock", run.path / "lock"
        until(lambda: any(map(is_locked, locks)), "the program has begun")
        others = {
            word: subprocess.Popen(
                [*program, word, *rest], cwd=PACKAGE_ROOT, stderr=subprocess.PIPE, text=True
            )
            for word, rest in words.items()
        }
        said = {word: (other.communicate()[1], other.returncode) for word, other in others.items()}
        assert said.pop("export")[1] == 0
        for word, (message, code) in said.items():
            assert code == 2, word
            assert "being trained" in message or "running already, mine" in message, word
        until(lambda: run.status().phase == "training", "it goes on")
        resuming.send_signal(signal.SIGINT)
        assert resuming.wait() == 0
    assert live_status(run).status == STOPPED
