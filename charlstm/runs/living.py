"""Marks of processes, and whether the process of a mark still lives.

A process number alone is no mark, as the system reuses it; with the time of its start it is one.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_START_TIME = 19
"""Its position in /proc/PID/stat, counted from the state, which follows the name in brackets."""

_SYNCHRONIZE, _QUERY_LIMITED, _STILL_RUNS = 0x100000, 0x1000, 0x102


def mark_of(pid: int) -> str:
    """Return the number and start time of a process, or ``""`` if it does not live."""
    if os.name == "nt":
        start = _start_on_windows(pid)
    elif (_PROC / "self" / "stat").exists():
        start = _start_in_proc(pid)
    else:
        start = _start_by_ps(pid)
    return f"{pid} {start}" if start else ""


def own_mark() -> str:
    return mark_of(os.getpid())


def lives(mark: str) -> bool:
    """Return whether the process of a mark lives; ``""`` is no process."""
    number = re.match(r"\d{1,10} ", mark, re.ASCII)
    return number is not None and mark_of(int(number[0])) == mark


def is_own(mark: str) -> bool:
    """Return whether a mark is that of this process or of its parent.

    In a virtual environment on Windows, the launched process starts another one.
    """
    return mark != "" and mark in (own_mark(), mark_of(os.getppid()))


def _start_in_proc(pid: int) -> str:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:  # there is no such process, or it ended meanwhile
        return ""
    state, *values = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else values[_START_TIME - 1]


def _start_by_ps(pid: int) -> str:
    words = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"LC_ALL": "C"})
    state, _, start = done.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else " ".join(start.split())


def _start_on_windows(pid: int) -> str:
    import ctypes

    kernel: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(_SYNCHRONIZE | _QUERY_LIMITED, False, pid))
    if not handle:
        return ""
    times = (ctypes.c_uint64 * 4)()  # of its start and end, and of its use of the processor
    try:
        # A process that ended can still be opened while another process holds it open.
        alive = kernel.WaitForSingleObject(handle, 0) == _STILL_RUNS
        positions = [ctypes.byref(times, 8 * position) for position in range(4)]
        return str(times[0]) if alive and kernel.GetProcessTimes(handle, *positions) else ""
    finally:
        kernel.CloseHandle(handle)
