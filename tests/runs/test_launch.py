"""A process of ours: it has the homes of its parent, a log, and a lower priority than pages."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from charlstm.runs.launch import child_environment, launch


def test_it_prints_into_its_log_and_outlives_no_mistake(own_home: Path) -> None:
    own_home.mkdir()
    with (own_home / "log").open("wb") as log:
        assert launch(["no-such-command"], log).wait(timeout=60) == 2
    assert "no-such-command" in (own_home / "log").read_text()


def test_folders_are_whole_in_its_environment(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHARLSTM_DATA", "some/folder")
    environment = child_environment()
    assert environment["CHARLSTM_HOME"] == str(own_home.resolve())
    assert environment["CHARLSTM_DATA"] == str(Path("some/folder").resolve())


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no priorities here")
def test_its_priority_and_that_of_its_session_are_lowered_after_a_head_start(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_home.mkdir()
    monkeypatch.setattr("charlstm.runs.launch._HEAD_START_SECONDS", 0.5)
    with (own_home / "log").open("wb") as log:
        process = launch(["stand-by"], log, stdin=subprocess.PIPE)
    try:
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == os.getpriority(os.PRIO_PROCESS, 0)
        end = time.monotonic() + 20
        while os.getpriority(os.PRIO_PROCESS, process.pid) != 10:
            assert time.monotonic() < end
            time.sleep(0.05)
        time.sleep(0.05)
        group = Path(f"/proc/{process.pid}/autogroup")
        if group.exists() and group.read_text().strip():
            assert group.read_text().split()[-1] == "10"
    finally:
        process.kill()
        process.wait()
