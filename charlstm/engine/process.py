"""The process that trains: whether it is alive, its commands, and the files that it works on.

A training has its own process, so neither a reload nor the end of the web server affects it. It is
alive while its lock is held, which the system releases when a process dies, or while the process in
its status is alive, which is known before that process holds the lock. Meanwhile a run can be
neither renamed nor deleted; shipped runs can never be.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from charlstm.errors import DiskError, RunError, disk_errors
from charlstm.runs import store
from charlstm.runs.config import (
    ALIVE,
    DIVERGED,
    FINISHED,
    MEASURING,
    PAUSING,
    RESUMING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    Status,
    is_own,
    lives,
    own_mark,
)
from charlstm.runs.files import (
    beside_of,
    move,
    publish_json,
    publish_or_overwrite,
    retry_while_held,
)
from charlstm.runs.folder import CONTROL, SPARE, RunFolder

PAUSE, RESUME, STOP = "pause", "resume", "stop"
_PHASES = {PAUSE: PAUSING, RESUME: RESUMING, STOP: STOPPING}

_RETRIES, _RETRY_SECONDS = 20, 0.05

_probing = threading.Lock()


@contextlib.contextmanager
def training_locks(*runs: RunFolder) -> Iterator[None]:
    """Hold the lock of training and those of the runs; this process counts as their trainer.

    Raises a RunError if a training is running, a run is missing, or a folder is not writable.
    """
    with contextlib.ExitStack() as held:
        with store.changing_runs(), disk_errors(store.home()):
            check_can_start(runs)
            try:
                for path in (store.home() / "training.lock", *[run.path / "lock" for run in runs]):
                    held.enter_context(FileLock(path, timeout=2))
            except Timeout:
                raise RunError("A training is running already; stop it or wait for it.") from None
            for run in runs:
                publish_json(run.path / SPARE, {})
            announce(own_mark(), runs)
        yield
        for run in runs:
            if is_own((last := run.last_status()).process):
                run.write_status(replace(last, process=""))


def check_can_start(runs: Sequence[RunFolder]) -> None:
    """Refuse missing runs, or all runs if another is being trained; remove old commands."""
    for run in runs:
        if not run.path.is_dir():
            raise RunError(f"There is no run called {run.name!r} any more.")
    own = [run for run in runs if is_own(run.last_status().process)]
    check_nothing_trains(besides=own)
    for run in runs:
        if run not in own:
            take_command(run)  # left unread by an earlier process


def announce(mark: str, runs: Sequence[RunFolder]) -> None:
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
    reason = "The training process crashed. The run can be resumed."
    return replace(status, status=STOPPED, phase="", reason=reason, process="")


def known_status(run: RunFolder) -> Status:
    """Return the status of a run; if it cannot be read, one that says whether it is trained."""
    try:
        return live_status(run)
    except RunError:
        return Status(status=RUNNING if is_locked(run.path / "lock") else STOPPED)


def is_alive(run: RunFolder) -> bool:
    return known_status(run).status in ALIVE


def can_go_on(run: RunFolder, status: Status) -> bool:
    """Return whether a run with a status from known_status can be resumed."""
    is_over = status.status in (*ALIVE, FINISHED) or status.phase == DIVERGED
    return not (is_over or store.is_shipped(run) or run.is_imported)


def running_run(besides: Sequence[RunFolder] = ()) -> RunFolder | None:
    names = {run.name for run in besides}
    runs = (run for run in store.own_runs() if run.name not in names)
    return next(filter(is_alive, runs), None)


def check_nothing_trains(besides: Sequence[RunFolder] = ()) -> None:
    """Raise a RunError that names the run that is being trained, if there is one."""
    if other := running_run(besides):
        raise RunError(f"A training is running already, {other.name}; stop it or wait for it.")


def is_locked(path: Path) -> bool:
    """Return whether another process holds a lock, by briefly trying to take it.

    Two callers that try at the same moment would see each other, hence the lock among threads and
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
    """Send PAUSE, RESUME or STOP to the process of a run, which obeys at its next step.

    On a full disk the spare file has room for the command. Raises a RunError if nothing trains the
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
        return None  # a page is reading it; the next attempt takes it


def _command_in(path: Path) -> str | None:
    """Return the command in a file, or None if it is not a command."""
    try:
        command = json.loads(path.read_bytes())["command"]
    except (ValueError, TypeError, KeyError):
        return None
    return command if command in (PAUSE, RESUME, STOP) else None


def why_kept(run: RunFolder) -> str:
    """Return why a run can be neither renamed nor deleted now, as one sentence, or ``""``."""
    if store.is_shipped(run):
        return f"{run.name} came with the app and cannot be changed."
    status = known_status(run)
    if status.status not in ALIVE:
        return ""
    if status.phase == MEASURING:
        return f"The best checkpoint of {run.name} is being measured; wait for the end, or stop it."
    return f"{run.name} is being trained; stop it first."


@contextlib.contextmanager
def _untrained(run: RunFolder) -> Iterator[None]:
    """Keep all processes from training a run while it is moved; raise RunError if one is."""
    with store.changing_runs():
        if reason := why_kept(run):
            raise RunError(reason)
        for _ in range(_RETRIES):
            if not is_locked(run.path / "lock"):
                break
            time.sleep(_RETRY_SECONDS)
        else:
            raise RunError(f"A training is still using {run.name}; try again when it is over.")
        yield


def rename_run(run: RunFolder, name: str) -> RunFolder:
    """Give a run another name and return its folder, or raise an error and change nothing."""
    with _untrained(run):
        made = store.made_at(run)
        renamed = store.own_folder(store.check_is_free(name, made))
        # Bytes are written first: on a full disk, the renaming itself still succeeds.
        for given in (run.name, name):
            store.remember_name(given, made)
        _move(run.path, renamed.path)
        renamed.renew_command()
    return renamed


def delete_run(run: RunFolder) -> None:
    """Remove a run and everything kept with it, or raise an error and change nothing."""
    with _untrained(run):
        store.sweep()
        aside, made = beside_of(store.home() / "deleted"), store.made_at(run)
        _move(run.path, aside)
        shutil.rmtree(aside, ignore_errors=True)
        store.remember_name(run.name, made)  # now that there is room on the disk


def _move(source: Path, target: Path) -> None:
    """Move a folder; retry for a second while a reader has a file open, which blocks Windows."""
    try:
        retry_while_held(lambda: source.rename(target))
    except FileNotFoundError:
        raise RunError(f"There is no run called {source.name!r} any more.") from None
    except OSError as error:
        raise RunError(
            f"The run {source.name} is in use and cannot be moved: {error.strerror}."
        ) from error
