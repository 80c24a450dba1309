"""The stand-by: a process that gets ready before Start, and trains the run that it is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from charlstm.data.corpus import Corpus
from charlstm.engine import process, standby
from charlstm.engine.process import delete_run, rename_run
from charlstm.engine.standby import PACKAGE_ROOT, SWITCH, launch
from charlstm.errors import RunError
from charlstm.runs.config import FINISHED, RUNNING, STARTING, STOPPED, STOPPING
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.settings import Settings, settings_for
from tests.made import edit_json, prose

pytestmark = pytest.mark.slow


def _settings(**given: int) -> Settings:
    return settings_for("tbptt", **({"units": 8, "batch": 4, "epochs": 2} | given))


def _run(name: str = "mine") -> RunFolder:
    return new_run(Corpus("mine", prose(3000)), _settings(), name)


def _until(holds: Callable[[], bool], seconds: float = 400) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(autouse=True)
def turned_on(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setenv(SWITCH, "1")


def test_a_run_is_trained_alike_by_the_stand_by_and_where_it_died() -> None:
    waited = _run("waited")
    symbols, length = len(waited.config().vocabulary), waited.config().length
    standby.prepare(_settings(units=64, layers=3), symbols, length)
    standby.prepare(_settings(), symbols, length)
    pid = standby.waiting_pid()
    assert pid is not None
    standby.start(waited)
    assert standby.waiting_pid() is None
    assert process.is_alive(waited)
    assert process.live_status(waited).phase == STARTING  # the stand-by is still busy
    _until(lambda: process.live_status(waited).status == FINISHED)
    log = waited.path / "training.log"
    _until(lambda: "waited: finished" in log.read_text())  # said after the status is written
    assert waited.history()[0]["step"] == 1
    _until(lambda: not _lives(pid))

    cold = _run("cold")
    standby.prepare(_settings(), symbols, length)
    _end(standby.waiting_pid())
    standby.start(cold)
    _until(lambda: process.live_status(cold).status == FINISHED)
    # Lines come by the clock; what was learned at the end does not.
    steps = waited.status().steps
    learned, wanted = waited.weights(steps), cold.weights(steps)
    assert learned.keys() == wanted.keys()
    for name, weight in wanted.items():
        np.testing.assert_allclose(learned[name], weight, atol=1e-4, err_msg=name)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="Windows has no such signals")
def test_a_start_that_takes_long_is_a_start_until_its_process_dies() -> None:
    run = _run()
    standby.prepare(_settings(), 20, 3000)
    pid = standby.waiting_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # as on a machine that has no time for it
    standby.start(run)
    edit_json(run.path / "status.json", lambda status: status.update(heartbeat=0.0))
    assert process.live_status(run).phase == STARTING
    for refused in (lambda: delete_run(run), lambda: rename_run(run, "other")):
        with pytest.raises(RunError, match="is being trained"):
            refused()
    with pytest.raises(RunError, match="running already, mine"):
        standby.start(run)
    process.tell(run, process.STOP)
    assert process.live_status(run).phase == STOPPING
    os.kill(pid, signal.SIGKILL)
    _until(lambda: process.live_status(run).status == STOPPED)
    delete_run(run)


_START_AND_DIE = """
import os, sys
from charlstm.engine import standby
from charlstm.runs.store import find
run = find("mine")
if sys.argv[1] == "prepared":
    config = run.config()
    standby.prepare(config.settings, len(config.vocabulary), config.length)
standby.start(run)
os.kill(os.getpid(), 9)
"""


@pytest.mark.training
@pytest.mark.parametrize("how", ["prepared", "cold"])
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signals")
def test_a_training_outlives_a_server_that_is_killed_right_after_the_start(how: str) -> None:
    run = _run()
    run.write_status(replace(run.status(), process=""))
    subprocess.run([sys.executable, "-c", _START_AND_DIE, how], cwd=PACKAGE_ROOT)
    seen = set[str]()

    def is_over() -> bool:
        seen.add(process.live_status(run).status)
        return FINISHED in seen

    _until(is_over)
    assert seen == {RUNNING, FINISHED}


def test_another_preparation_is_told_to_the_same_process() -> None:
    standby.prepare(_settings(), 20, 3000)
    pid = standby.waiting_pid()
    standby.prepare(_settings(units=16), 20, 3000)
    assert standby.waiting_pid() == pid
    _end(pid)


def test_it_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    standby.prepare(_settings(), 20, 3000)
    assert standby.waiting_pid() is None
    assert not standby.hand_over(_run())


def test_it_ends_with_its_input(own_home: Path) -> None:
    own_home.mkdir()
    with (own_home / "log").open("wb") as log:
        started = launch([standby.COMMAND], log, stdin=subprocess.PIPE)
    asked = {"settings": _settings().as_dict(), "symbols": 20, "length": 3000}
    started.communicate(json.dumps({"prepare": asked}).encode() + b"\n", timeout=400)
    assert started.returncode == 0
    assert (own_home / "log").read_bytes() == b""


def _end(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, 9)
    _until(lambda: standby.waiting_pid() is None)
