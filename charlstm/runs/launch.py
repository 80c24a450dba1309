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
_LOWER_PRIORITY = 5


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


def launch(words: list[str], log: IO[bytes], stdin: int = subprocess.DEVNULL) -> Any:
    """Start ``python -m charlstm WORDS``, which outlives this process; return the Popen.

    Args:
        words: The command and its options.
        log: An open file, for all that it prints.
        stdin: As for Popen.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "charlstm", *words],
        cwd=PACKAGE_ROOT,
        env=child_environment(),
        stdin=stdin,
        stdout=log,
        stderr=log,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if hasattr(os, "setpriority"):
        # The web process shares the cores with the training; its pages come first.
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _LOWER_PRIORITY)
    threading.Thread(target=process.wait, daemon=True).start()
    return process
