"""Launching this program's own command line as a process of its own.

Knows processes and the environment they need; knows nothing of runs.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from charlstm.runs.store import home

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_NICENESS = 10
_HEAD_START_SECONDS = 2.0
"""Until it has begun a process is as urgent as the page, which waits for its first word."""


def why_no_training() -> str:
    """Return why nothing can be trained here, as one sentence, or ``""``."""
    if importlib.util.find_spec("tensorflow") is None:
        return (
            "Training needs TensorFlow, which is not installed here; everything else works without"
            " it. Install it with: pip install -r requirements.txt"
        )
    return ""


def child_environment() -> dict[str, str]:
    """Return the environment for a process that works in another folder than this one."""
    folders = {"CHARLSTM_HOME": str(home().resolve())}
    if data := os.environ.get("CHARLSTM_DATA"):
        folders["CHARLSTM_DATA"] = str(Path(data).resolve())
    return os.environ | folders


def launch(words: list[str], log: IO[bytes] | int, stdin: int = subprocess.DEVNULL) -> Any:
    """Start ``python -m charlstm WORDS``, which outlives this process; return the Popen.

    Args:
        words: The command and its options.
        log: An open file, for all that it prints; also where it was, should native code crash. As
            for Popen.
        stdin: As for Popen.
    """
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "charlstm", *words],
        cwd=PACKAGE_ROOT,
        env=child_environment(),
        stdin=stdin,
        stdout=log,
        stderr=log,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    threading.Thread(target=_attend, args=(process,), daemon=True).start()
    return process


def _attend(process: Any) -> None:
    """Wait for a process to end; after its head start, let pages come first."""
    try:
        process.wait(_HEAD_START_SECONDS)
    except subprocess.TimeoutExpired:
        _let_pages_come_first(process.pid)
        process.wait()


def _let_pages_come_first(pid: int) -> None:
    """Lower the priority of a process, never raise it: the web process shares the cores with it.

    Linux divides the cores between sessions before it looks at priorities within them, and the
    process has a session of its own, so the session's priority is lowered too (see sched(7),
    "The autogroup feature"). Elsewhere, or where it is not allowed, pages may answer later.
    """
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            now = os.getpriority(os.PRIO_PROCESS, pid)
            os.setpriority(os.PRIO_PROCESS, pid, max(now, _NICENESS))
    group = Path(f"/proc/{pid}/autogroup")
    if group.exists():
        with contextlib.suppress(OSError):
            group.write_text(str(_NICENESS))
