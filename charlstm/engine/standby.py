"""Launching this program's own command line as a process of its own.

Knows processes and the environment they need; knows nothing of runs.

The stand-by: a training process that is started before it is needed, so that Start is prompt.

Importing TensorFlow and compiling a step take seconds. While someone chooses settings, a process
does both for the settings of the moment; Start then names it the run. It is told things line by
line, in JSON, on its standard input:

    {"prepare": {"settings": {…}, "symbols": 57, "length": 540804}}
    {"run": "nietzsche-tbptt-1"}

Where its input ends before a run is named, or nothing is said for ten minutes, it ends. There is at
most one for each web server. Knows how to start and to tell it; what it does is in
commands/training.py.
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


COMMAND = "stand-by"
SWITCH = "CHARLSTM_STAND_BY"
"""The environment variable that turns it off when it is 0."""

_lock = threading.Lock()
_waiting: dict[str, Any] = {}


def prepare(settings: Settings, symbols: int, length: int) -> None:
    """Have a process ready for a training of this shape; does nothing where it is turned off.

    Args:
        settings: Of the training to come.
        symbols: Size of its vocabulary.
        length: Characters of its text; tokens at the level of words.
    """
    if os.environ.get(SWITCH) == "0" or why_no_training():
        return
    wanted = {"settings": settings.as_dict(), "symbols": symbols, "length": length}
    with _lock:
        if not _is_waiting():
            _forget()
            _waiting.update(process=_launched(), home=home(), prepared=None)
        if _waiting["prepared"] != wanted:
            _waiting["prepared"] = wanted if _tell({"prepare": wanted}) else None


def hand_over(run: RunFolder) -> bool:
    """Let the stand-by train a run; return whether there was one to do it."""
    with _lock:
        if not _is_waiting():
            return False
        taken = _tell({"run": run.name})
        _forget()
        return taken


def waiting_pid() -> int | None:
    """Return the process that stands by, if there is one."""
    with _lock:
        return int(_waiting["process"].pid) if _is_waiting() else None


def _is_waiting() -> bool:
    return bool(_waiting) and _waiting["home"] == home() and _waiting["process"].poll() is None


def _forget() -> None:
    """Let go of the process; where no run was named it ends with its input."""
    if _waiting:
        with contextlib.suppress(OSError):  # it may have died with something unread
            _waiting["process"].stdin.close()
        _waiting.clear()


def _launched() -> Any:
    # No file is needed for what it prints: once a run is named, that goes to the run's own log.
    return launch([COMMAND], subprocess.DEVNULL, stdin=subprocess.PIPE)


def _tell(order: dict[str, Any]) -> bool:
    """Write a line to the stand-by; return False where it is no longer there to read it."""
    try:
        _waiting["process"].stdin.write(json.dumps(order).encode() + b"\n")
        _waiting["process"].stdin.flush()
    except OSError:
        return False
    return True
