"""Launching this program as a process, and the stand-by that makes Start prompt.

Importing TensorFlow and compiling a step take seconds. While a user chooses settings, the stand-by
does both for the current settings; Start then sends it the run. Its messages are lines of JSON on
its standard input:

    {"prepare": {"settings": {…}, "symbols": 57, "length": 540804}}
    {"run": "nietzsche-tbptt-1"}

It ends when its input ends before a run is named, or after ten minutes without a message. There is
at most one for each web server. Its own side is commands/training.py.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from charlstm.runs.folder import RunFolder
from charlstm.runs.store import home
from charlstm.settings.settings import Settings

COMMAND = "stand-by"
SWITCH = "CHARLSTM_STAND_BY"
"""The environment variable that turns the stand-by off when it is 0."""

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_NICENESS = 10
_HEAD_START_SECONDS = 2.0
"""For so long a new process is as urgent as the page, which waits for its first status."""

_lock = threading.Lock()
_waiting: dict[str, Any] = {}


def why_no_training() -> str:
    """Return why nothing can be trained here, as one sentence, or ``""``."""
    if importlib.util.find_spec("tensorflow") is None:
        return (
            "Training needs TensorFlow, which is not installed here; everything else works without"
            " it. Install it with: pip install -r requirements.txt"
        )
    return ""


def child_environment() -> dict[str, str]:
    """Return the environment for a process in another working directory."""
    folders = {"CHARLSTM_HOME": str(home().resolve())}
    if data := os.environ.get("CHARLSTM_DATA"):
        folders["CHARLSTM_DATA"] = str(Path(data).resolve())
    return os.environ | folders


def launch(words: list[str], log: IO[bytes] | int, stdin: int = subprocess.DEVNULL) -> Any:
    """Start ``python -m charlstm WORDS``, which outlives this process; return the Popen.

    The log gets everything that it prints, and where it was if native code crashes.
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
    """Wait for a process to end; after its head start, give pages priority."""
    try:
        process.wait(_HEAD_START_SECONDS)
    except subprocess.TimeoutExpired:
        _lower_priority(process.pid)
        process.wait()


def _lower_priority(pid: int) -> None:
    """Lower the priority of a process, as the web server shares the cores with it.

    Linux divides the cores between sessions first, and the process has its own session, so the
    session's priority is lowered too (see sched(7), "The autogroup feature").
    """
    if hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            now = os.getpriority(os.PRIO_PROCESS, pid)
            os.setpriority(os.PRIO_PROCESS, pid, max(now, _NICENESS))
    group = Path(f"/proc/{pid}/autogroup")
    if group.exists():
        with contextlib.suppress(OSError):
            group.write_text(str(_NICENESS))


def prepare(settings: Settings, symbols: int, length: int) -> None:
    """Have a process ready for a training of this shape; do nothing if the stand-by is off.

    The length is that of the text, in characters, or in tokens for a model of words.
    """
    if os.environ.get(SWITCH) == "0" or why_no_training():
        return
    wanted = {"settings": settings.as_dict(), "symbols": symbols, "length": length}
    with _lock:
        if not _is_waiting():
            _forget()
            # What it prints once it has a run goes to that run's log.
            process = launch([COMMAND], subprocess.DEVNULL, stdin=subprocess.PIPE)
            _waiting.update(process=process, home=home(), prepared=None)
        if _waiting["prepared"] != wanted:
            _waiting["prepared"] = wanted if _send({"prepare": wanted}) else None


def hand_over(run: RunFolder) -> bool:
    """Let the stand-by train a run; return whether there was a stand-by."""
    with _lock:
        if not _is_waiting():
            return False
        taken = _send({"run": run.name})
        _forget()
        return taken


def waiting_pid() -> int | None:
    """Return the process number of the stand-by, if there is one."""
    with _lock:
        return int(_waiting["process"].pid) if _is_waiting() else None


def _is_waiting() -> bool:
    return bool(_waiting) and _waiting["home"] == home() and _waiting["process"].poll() is None


def _forget() -> None:
    """Close the stand-by's input; it ends unless it has been sent a run."""
    if _waiting:
        with contextlib.suppress(OSError):  # it may have died with something unread
            _waiting["process"].stdin.close()
        _waiting.clear()


def _send(order: dict[str, Any]) -> bool:
    """Write a line to the stand-by; return False if it is gone."""
    try:
        _waiting["process"].stdin.write(json.dumps(order).encode() + b"\n")
        _waiting["process"].stdin.flush()
    except OSError:
        return False
    return True
