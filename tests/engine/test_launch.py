"""A process of ours: it has the homes of its parent, a log, and a lower priority than pages."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from charlstm.engine.standby import child_environment, launch


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
    monkeypatch.setattr("charlstm.engine.standby._HEAD_START_SECONDS", 0.5)
    with (own_home / "log").open("wb") as log:
        process = launch(["stand-by"], log, stdin=subprocess.PIPE)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    wanted = (max(own, 10), "10" if _group_niceness(process.pid) else "")
    if _niceness(process.pid) == wanted:  # the tests are as nice, and there are no sessions' groups
        process.kill()
        process.wait()
        pytest.skip("the tests have a low priority themselves, and sessions have none here")
    try:
        assert _niceness(process.pid)[0] == own
        end = time.monotonic() + 20
        while _niceness(process.pid) != wanted:
            assert time.monotonic() < end, (_niceness(process.pid), wanted)
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()


def _niceness(pid: int) -> tuple[int, str]:
    return os.getpriority(os.PRIO_PROCESS, pid), _group_niceness(pid)


def _group_niceness(pid: int) -> str:
    """Return that of the process's session, or ``""`` where sessions have none."""
    group = Path(f"/proc/{pid}/autogroup")
    words = group.read_text().split() if group.exists() else []
    return words[-1] if words else ""
