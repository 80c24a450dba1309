"""Where the user's runs live, and who may change which there are.

Loads in a moment, as it is needed before all else; knows nothing of runs.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from charlstm.errors import RunError

LAUNCHED = "--"
"""Comes before the runs of a process whose launcher holds them until all know of it."""

_PATIENCE_SECONDS = 30.0
_early: list[FileLock] = []


def home() -> Path:
    """Return the folder of the user's runs."""
    given = os.environ.get("CHARLSTM_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("charlstm", appauthor=False))


@contextlib.contextmanager
def changing_runs() -> Iterator[None]:
    """Hold off all others who would make, name, move, remove, or begin to train a run.

    Raises:
        RunError: If another program does so for long, or the home cannot be written.
    """
    lock = _early.pop() if _early else _acquired()
    try:
        yield
    finally:
        lock.release()


def hold_early(words: Sequence[str]) -> None:
    """Begin what changing_runs does, until its next use, where a command is to train known runs.

    Loading all that a command needs takes a second or more; nobody should remove them meanwhile.

    Args:
        words: Of the command line.
    """
    if words[:1] in (["resume"], ["race"]) and words[1:2] != [LAUNCHED]:
        with contextlib.suppress(RunError):  # it is said when they are to be changed
            _early.append(_acquired())


def _acquired() -> FileLock:
    lock = FileLock(home() / "runs.lock")
    try:
        home().mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise RunError(f"Another program is changing the runs in {home()}; try again.") from None
    except OSError as error:
        raise RunError(f"The folder {home()} cannot be written: {error.strerror}.") from error
    return lock
