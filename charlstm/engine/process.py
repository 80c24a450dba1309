"""The process that trains: starting it, knowing whether it lives, telling it what to do.

Knows processes, locks and the run folder; knows nothing of what a training does. A training lives
in a process of its own, so neither a reload nor the end of the web server touches it. It lives
while its lock is held, which the system lets go of when a process dies, or while the process does
that its status names: which one it is, is known before it holds the lock, and without the lock.
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
)
from charlstm.runs.folder import CONTROL, SPARE, RunFolder
from charlstm.runs.living import is_own, lives, mark_of, own_mark
from charlstm.runs.publish import move, publish_json, publish_or_overwrite
from charlstm.runs.store import (
    LAUNCHED,
    changing_runs,
    home,
    is_shipped,
    made_at,
    own_runs,
    remember_name,
)

PAUSE, RESUME, STOP = "pause", "resume", "stop"
_PHASES = {PAUSE: PAUSING, RESUME: RESUMING, STOP: STOPPING}

_probing = threading.Lock()


@contextlib.contextmanager
def training_locks(*runs: RunFolder) -> Iterator[None]:
    """Hold the locks of the runs and of training as such, for as long as a process trains.

    From now on this process trains the runs, for all who look.

    Raises:
        RunError: If a training is running already, a run is gone, or a folder cannot be written.
    """
    with contextlib.ExitStack() as held:
        with changing_runs():
            _check_can_start(runs)
            try:
                for path in (home() / "training.lock", *[run.path / "lock" for run in runs]):
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
                    f"The folder {home()} cannot be written: {error.strerror or error}."
                ) from error
        yield
        for run in runs:
            if is_own((last := _status_or_new(run)).process):
                run.write_status(replace(last, process=""))


def start(run: RunFolder) -> None:
    """Train a run, or go on with it, in a process of its own: the one that stands by, or a new one.

    Raises:
        RunError: If a training is running already, or nothing can be trained here.
    """
    with _starting(run):
        if pid := standby.waiting_pid():
            _announce(mark_of(pid), [run])
            if standby.hand_over(run):
                return
        _launch(["resume"], run)


def start_race(*runs: RunFolder) -> None:
    """Train several runs in one process, taking turns; its log is that of the first.

    Raises:
        RunError: If a training is running already, or nothing can be trained here.
    """
    with _starting(*runs):
        _launch(["race"], *runs)


@contextlib.contextmanager
def _starting(*runs: RunFolder) -> Iterator[None]:
    """Make sure that runs can start, and that nobody else touches them while they do."""
    if reason := why_no_training():
        raise RunError(reason)
    with changing_runs():
        _check_can_start(runs)
        yield


def _launch(words: list[str], *runs: RunFolder) -> None:
    """Launch a process that trains runs; it waits for its locks until all know of it."""
    with disk_errors(runs[0].path), (runs[0].path / "training.log").open("ab") as log:
        launched = launch([*words, LAUNCHED, *[run.name for run in runs]], log)
    _announce(mark_of(launched.pid), runs)


def _check_can_start(runs: Sequence[RunFolder]) -> None:
    """Refuse runs that are gone, and any where another process trains; forget earlier commands.

    What hangs on this process is its own to train.
    """
    for run in runs:
        if not run.path.is_dir():
            raise RunError(f"There is no run called {run.name!r} any more.")
    own = [run for run in runs if is_own(_status_or_new(run).process)]
    if other := running_run(besides=own):
        raise RunError(f"A training is running already, {other.name}; watch it or stop it first.")
    for run in runs:
        if run not in own:
            take_command(run)  # one that an earlier process did not live to read


def _announce(mark: str, runs: Sequence[RunFolder]) -> None:
    """Let runs count as being started by a process, and their names as given."""
    for run in runs:
        remember_name(run.name, made_at(run))
        last = _status_or_new(run)
        run.write_status(replace(last, status=RUNNING, phase=STARTING, reason="", process=mark))


def _status_or_new(run: RunFolder) -> Status:
    try:
        return run.status()
    except RunError:
        return Status()


def live_status(run: RunFolder) -> Status:
    """Return the status of a run, with the process looked at and not only its last word.

    Where a command waits for the process, the phase is PAUSING, RESUMING or STOPPING.

    Raises:
        RunError: If the status cannot be read.
    """
    status = run.status()
    if status.status not in ALIVE or is_shipped(run):
        return status
    if is_locked(run.path / "lock") or lives(status.process):
        waiting = _waiting_command(run)
        return replace(status, phase=_PHASES[waiting]) if waiting else status
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
    """Return the status of a run; where its file cannot be read, what its process tells."""
    try:
        return live_status(run)
    except RunError:
        return Status(status=RUNNING if is_locked(run.path / "lock") else STOPPED)


def is_alive(run: RunFolder) -> bool:
    """Return whether a process trains this run now."""
    return known_status(run).status in ALIVE


def can_go_on(run: RunFolder, status: Status) -> bool:
    """Return whether a run that is not being trained can be resumed.

    Args:
        run: Its folder.
        status: As known_status gives it.
    """
    if status.status in (*ALIVE, FINISHED) or status.phase == DIVERGED or is_shipped(run):
        return False
    return not run.is_imported


def running_run(besides: Sequence[RunFolder] = ()) -> RunFolder | None:
    """Return the run that is being trained now, if there is one."""
    names = {run.name for run in besides}
    for run in own_runs():
        if run.name not in names and is_alive(run):
            return run
    return None


def is_locked(path: Path) -> bool:
    """Return whether another process holds a lock, by trying to take it for a moment.

    Two who try at the same moment would each see the other, hence the lock among threads and the
    second and third look.
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
    """Tell the process of a run to pause, resume or stop; it obeys at its next step.

    Args:
        run: Its folder.
        command: PAUSE, RESUME or STOP.

    Raises:
        RunError: If nothing trains this run.
    """
    if not is_alive(run):
        raise RunError(f"The run {run.name} is not being trained.")
    _publish_command(run, command)


def _publish_command(run: RunFolder, command: str) -> None:
    """Leave a command for the process of a run; a full disk has room for it in the spare file."""
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
    """Return the command that waits for a run's process, once, or None."""
    path, spare = run.path / CONTROL, run.path / SPARE
    if not path.exists():
        return None
    try:
        path.replace(spare)  # first, so that a command published meanwhile is not lost
        return _command_in(spare)
    except OSError:
        return None  # where a page reads it at this moment; it is taken at the next look


def _waiting_command(run: RunFolder) -> str | None:
    """Return the command that a run's process has not taken yet, or None."""
    try:
        return _command_in(run.path / CONTROL)
    except OSError:
        return None  # as a rule there is none


def _command_in(path: Path) -> str | None:
    """Return the command in a file, or None if it is none that anyone here has given."""
    try:
        command = json.loads(path.read_bytes())["command"]
    except (ValueError, TypeError, KeyError):
        return None
    return command if command in (PAUSE, RESUME, STOP) else None
