"""The stand-by: a training process that is started before it is needed, so that Start is prompt.

Importing TensorFlow and compiling a step take seconds. While someone chooses settings, a process
does both for the settings of the moment; Start then names it the run. It is told things line by
line, in JSON, on its standard input:

    {"prepare": {"settings": {…}, "symbols": 57, "length": 540804}}
    {"run": "nietzsche-tbptt-1"}

Where its input ends before a run is named, or nothing is said for ten minutes, it ends. There is at
most one for each web server. Knows how to start and to tell it; what it does is in
commands/stand_by.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import threading
from typing import Any

from charlstm.engine.launch import launch, why_no_training
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import home
from charlstm.settings.settings import Settings

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
