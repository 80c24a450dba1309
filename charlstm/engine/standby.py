"""Starting this program as a process: a training, the stand-by, or a speed measurement.

Importing TensorFlow and compiling a step take seconds. While a user chooses settings, the stand-by
does both for the current settings, so that Start only sends it the run. Its messages are lines of
JSON on its standard input:

    {"prepare": {"settings": {…}, "symbols": 57, "length": 540804}}
    {"run": "nietzsche-tbptt-1"}

It ends when its input ends before a run is named, or after ten minutes without a message. There is
at most one for each web server. Its own side is commands/runs.py.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeGuard

import numpy as np

from charlstm.engine.process import announce, check_can_start, check_nothing_trains
from charlstm.errors import CharlstmError, RunError, disk_errors
from charlstm.runs import store
from charlstm.runs.config import mark_of
from charlstm.runs.files import Files, publish_json
from charlstm.runs.folder import RunFolder
from charlstm.sampling.network import LSTM
from charlstm.settings import Settings, option_words

COMMAND = "stand-by"
SWITCH = "CHARLSTM_STAND_BY"  # The environment variable that turns the stand-by off when it is 0

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_NICENESS = 10
_HEAD_START_SECONDS = 2.0
"""Seconds for which a new process has the page's priority, as the page waits for its status."""

PROBE_LIMIT_SECONDS = 180
SHAPE = ("recipe", "units", "layers", "batch", "chunk", "network", "dropout")
"""The settings that speed depends on."""

_PROBES = "probes.json"
_LAST_LINES = 20
_ABSURD = 1e15

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


def check_tensorflow() -> None:
    """Raise a RunError if nothing can be trained here."""
    if reason := why_no_training():
        raise RunError(reason)


def child_environment() -> dict[str, str]:
    """Return the environment for a process in another working directory."""
    folders = {"CHARLSTM_HOME": str(store.home().resolve())}
    if data := os.environ.get("CHARLSTM_DATA"):
        folders["CHARLSTM_DATA"] = str(Path(data).resolve())
    return os.environ | folders


def launch(words: list[str], log: IO[bytes] | int, stdin: int = subprocess.DEVNULL) -> Any:
    """Start ``python -m charlstm WORDS``, which outlives this process; return the Popen.

    The log gets everything that it prints, and a traceback if native code crashes.
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
    """Prepare a process for a training of this shape; do nothing if the stand-by is off.

    The length is that of the text, in characters, or in tokens for a model of words.
    """
    if os.environ.get(SWITCH) == "0" or why_no_training():
        return
    wanted = {"settings": settings.as_dict(), "symbols": symbols, "length": length}
    with _lock:
        if not _is_waiting():
            _forget()
            # Once it has a run, its output goes to that run's log.
            process = launch([COMMAND], subprocess.DEVNULL, stdin=subprocess.PIPE)
            _waiting.update(process=process, home=store.home(), prepared=None)
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
    return (
        bool(_waiting) and _waiting["home"] == store.home() and _waiting["process"].poll() is None
    )


def _forget() -> None:
    """Close the stand-by's input; it ends unless it has been sent a run."""
    if _waiting:
        with contextlib.suppress(OSError):  # it may have died with unread input
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


def start(run: RunFolder) -> None:
    """Train a run, or resume it, in a separate process: the stand-by or a new one."""
    with _starting(run):
        if pid := waiting_pid():
            announce(mark_of(pid), [run])
            if hand_over(run):
                return
        _launch(["resume"], run)


def start_race(*runs: RunFolder) -> None:
    """Train several runs in one process, taking turns; its log is that of the first run."""
    with _starting(*runs):
        _launch(["race"], *runs)


@contextlib.contextmanager
def _starting(*runs: RunFolder) -> Iterator[None]:
    """Check that runs can start, and keep other processes from changing them meanwhile."""
    check_tensorflow()
    with store.changing_runs():
        check_can_start(runs)
        yield


def _launch(words: list[str], *runs: RunFolder) -> None:
    """Launch a process that trains runs; it waits for its locks until it is announced."""
    with disk_errors(runs[0].path), (runs[0].path / "training.log").open("ab") as log:
        launched = launch([*words, store.LAUNCHED, *[run.name for run in runs]], log)
    announce(mark_of(launched.pid), runs)


class Speed(NamedTuple):
    """Characters that the network reads per second of training, and the source of that figure."""

    characters_per_second: float
    source: str


def _shape_of(settings: Settings, symbols: int) -> str:
    """Return a key for everything on which speed depends."""
    network = "" if settings.network == LSTM else f"{settings.network}-"
    dropout = "-dropout" if settings.dropout else ""
    return (
        f"{network}{settings.recipe}-{settings.layers}x{settings.units}-batch{settings.batch}-"
        f"chunk{settings.chunk}-symbols{symbols}{dropout}"
    )


def known_speed(settings: Settings, symbols: int) -> Speed | None:
    """Return the speed of the last run of this shape, or of a probe, or None."""
    shape = _shape_of(settings, symbols)
    for run in store.own_runs():
        try:
            config = run.config()
            if config.imported or _shape_of(config.settings, len(config.vocabulary)) != shape:
                continue
            lines = run.history()[-_LAST_LINES:]
        except CharlstmError:
            continue  # a damaged run; its own page says what is wrong
        logged = [line.get("characters_per_second") for line in lines]
        if speeds := [float(speed) for speed in logged if _is_speed(speed)]:
            return Speed(float(np.median(speeds)), f"as in the run {run.name}")
    probed = _probes().get(shape)
    return Speed(probed, "measured by a probe") if _is_speed(probed) else None


def probe(settings: Settings, symbols: int) -> Speed:
    """Measure the speed of this shape for a second, in a new process.

    RunError if a training is running, nothing can be trained here, or the probe fails.
    """
    check_tensorflow()
    check_nothing_trains()
    words = [*option_words(settings, SHAPE), "--symbols", str(symbols)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "charlstm", "probe", *words],
            cwd=PACKAGE_ROOT,
            env=child_environment(),
            capture_output=True,
            timeout=PROBE_LIMIT_SECONDS,
            check=True,
        )
        speed = float(json.loads(done.stdout)["characters_per_second"])
    except (subprocess.SubprocessError, OSError, ValueError, KeyError) as error:
        raise RunError("The speed could not be measured; training may fail too.") from error
    with store.changing_runs():
        publish_json(store.home() / _PROBES, _probes() | {_shape_of(settings, symbols): speed})
    return Speed(speed, "measured by a probe")


def _is_speed(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and 0 < value < _ABSURD


def _probes() -> dict[str, Any]:
    with contextlib.suppress(RunError):
        return Files(store.home()).json(_PROBES, dict)
    return {}
