"""The process that trains: starting it, whether it lives, and its commands.

A training has a process of its own, so neither a reload nor the end of the web server affects it.
It lives while its lock is held, which the system releases when a process dies, or while the process
in its status lives, which is known before that process holds the lock.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from charlstm.engine import standby
from charlstm.engine.standby import launch, why_no_training
from charlstm.errors import DiskError, RunError, disk_errors
from charlstm.runs import store
from charlstm.runs.config import (
    ALIVE,
    DIVERGED,
    FINISHED,
    PAUSING,
    RESUMING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
    is_own,
    lives,
    mark_of,
    own_mark,
)
from charlstm.runs.files import move, publish_json, publish_or_overwrite
from charlstm.runs.folder import CONTROL, SPARE, RunFolder

PAUSE, RESUME, STOP = "pause", "resume", "stop"
_PHASES = {PAUSE: PAUSING, RESUME: RESUMING, STOP: STOPPING}

_probing = threading.Lock()


@contextlib.contextmanager
def training_locks(*runs: RunFolder) -> Iterator[None]:
    """Hold the lock of training and those of the runs; this process counts as their trainer.

    RunError if a training is running already, a run is gone, or a folder cannot be written.
    """
    with contextlib.ExitStack() as held:
        with store.changing_runs():
            _check_can_start(runs)
            try:
                for path in (store.home() / "training.lock", *[run.path / "lock" for run in runs]):
                    held.enter_context(FileLock(path, timeout=2))
                for run in runs:
                    publish_json(run.path / SPARE, {})
                _announce(own_mark(), runs)
            except Timeout:
                raise RunError(
                    "A training is running already; stop it or wait until it has finished."
                ) from None
            except OSError as error:
                raise RunError(
                    f"The folder {store.home()} cannot be written: {error.strerror or error}."
                ) from error
        yield
        for run in runs:
            if is_own((last := run.last_status()).process):
                run.write_status(replace(last, process=""))


def start(run: RunFolder) -> None:
    """Train a run, or resume it, in a process of its own: the stand-by or a new one."""
    with _starting(run):
        if pid := standby.waiting_pid():
            _announce(mark_of(pid), [run])
            if standby.hand_over(run):
                return
        _launch(["resume"], run)


def start_race(*runs: RunFolder) -> None:
    """Train several runs in one process, taking turns; its log is that of the first run."""
    with _starting(*runs):
        _launch(["race"], *runs)


@contextlib.contextmanager
def _starting(*runs: RunFolder) -> Iterator[None]:
    """Check that runs can start, and keep other processes from changing them meanwhile."""
    if reason := why_no_training():
        raise RunError(reason)
    with store.changing_runs():
        _check_can_start(runs)
        yield


def _launch(words: list[str], *runs: RunFolder) -> None:
    """Launch a process that trains runs; it waits for its locks until it is announced."""
    with disk_errors(runs[0].path), (runs[0].path / "training.log").open("ab") as log:
        launched = launch([*words, store.LAUNCHED, *[run.name for run in runs]], log)
    _announce(mark_of(launched.pid), runs)


def _check_can_start(runs: Sequence[RunFolder]) -> None:
    """Refuse runs that are gone, or all runs if another is being trained; drop old commands."""
    for run in runs:
        if not run.path.is_dir():
            raise RunError(f"There is no run called {run.name!r} any more.")
    own = [run for run in runs if is_own(run.last_status().process)]
    if other := running_run(besides=own):
        raise RunError(f"A training is running already, {other.name}; watch it or stop it first.")
    for run in runs:
        if run not in own:
            take_command(run)  # that an earlier process did not read


def _announce(mark: str, runs: Sequence[RunFolder]) -> None:
    """Publish that a process starts runs, and reserve the names of the runs."""
    for run in runs:
        store.remember_name(run.name, store.made_at(run))
        last = run.last_status()
        run.write_status(replace(last, status=RUNNING, phase=STARTING, reason="", process=mark))


def live_status(run: RunFolder) -> Status:
    """Return the status of a run after checking that its process lives.

    While a command waits for the process, the phase is PAUSING, RESUMING or STOPPING.
    """
    status = run.status()
    if status.status not in ALIVE or store.is_shipped(run):
        return status
    if is_locked(run.path / "lock") or lives(status.process):
        with contextlib.suppress(OSError):  # there is usually no command
            if waiting := _command_in(run.path / CONTROL):
                return replace(status, phase=_PHASES[waiting])
        return status
    status = run.status()
    if status.status not in ALIVE:
        return status
    return replace(
        status,
        status=STOPPED,
        phase="",
        reason="The training process crashed. The run can be resumed.",
        process="",
    )


def known_status(run: RunFolder) -> Status:
    """Return the status of a run; if its file cannot be read, whether it is being trained."""
    try:
        return live_status(run)
    except RunError:
        return Status(status=RUNNING if is_locked(run.path / "lock") else STOPPED)


def is_alive(run: RunFolder) -> bool:
    return known_status(run).status in ALIVE


def can_go_on(run: RunFolder, status: Status) -> bool:
    """Return whether a run with a status from known_status can be resumed."""
    if status.status in (*ALIVE, FINISHED) or status.phase == DIVERGED or store.is_shipped(run):
        return False
    return not run.is_imported


def running_run(besides: Sequence[RunFolder] = ()) -> RunFolder | None:
    names = {run.name for run in besides}
    for run in store.own_runs():
        if run.name not in names and is_alive(run):
            return run
    return None


def is_locked(path: Path) -> bool:
    """Return whether another process holds a lock, by trying to take it for a moment.

    Two callers who try at the same moment would see each other, hence the lock among threads and
    the three attempts.
    """
    if not path.exists():
        return False
    with _probing:
        for attempt in range(3):
            try:
                with FileLock(path, timeout=0):
                    return False
            except Timeout:
                time.sleep(0.01 * attempt)
            except OSError:
                return False
    return True


def tell(run: RunFolder, command: str) -> None:
    """Send PAUSE, RESUME or STOP to the process of a run, which follows at its next step.

    On a full disk there is room for the command in the spare file. RunError if nothing trains the
    run.
    """
    if not is_alive(run):
        raise RunError(f"The run {run.name} is not being trained.")
    path, spare, value = run.path / CONTROL, run.path / SPARE, {"command": command}
    try:
        publish_json(path, value)
    except DiskError:
        if not spare.exists():
            if not path.exists():
                raise
            move(path, spare)
        publish_or_overwrite(spare, value)
        move(spare, path)


def take_command(run: RunFolder) -> str | None:
    """Return the command that waits for a run's process, and remove it; None if there is none."""
    path, spare = run.path / CONTROL, run.path / SPARE
    if not path.exists():
        return None
    try:
        path.replace(spare)  # first, so that a command published meanwhile is not lost
        return _command_in(spare)
    except OSError:
        return None  # a page reads it at this moment; the next attempt takes it


def _command_in(path: Path) -> str | None:
    """Return the command in a file, or None if it is not a command."""
    try:
        command = json.loads(path.read_bytes())["command"]
    except (ValueError, TypeError, KeyError):
        return None
    return command if command in (PAUSE, RESUME, STOP) else None
