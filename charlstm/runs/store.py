"""Where runs live, their names, limits and the lock on changes to them.

The user's own runs are under CHARLSTM_HOME, the shipped ones in assets/.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from charlstm.errors import RunError, SettingsError, UnknownRun, disk_errors
from charlstm.runs.files import Files, fits, is_known, is_text, publish_lines, sweep_leftovers
from charlstm.runs.folder import RunFolder

if TYPE_CHECKING:
    from filelock import FileLock

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "runs"
DEFAULT_RUN = "nietzsche-tbptt"

MAX_RUNS = 50
MAX_TOTAL_BYTES = 2_000_000_000
MAX_NAME = 64
_NAMES = "names.jsonl"
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
"""Names that Windows keeps for devices."""

LAUNCHED = "--"
"""Precedes the runs in a launched command, whose launcher holds the lock until they are known."""

_PATIENCE_SECONDS = 30.0
_early: list[FileLock] = []


def home() -> Path:
    """Return the folder of the user's runs."""
    given = os.environ.get("CHARLSTM_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("charlstm", appauthor=False))


@contextlib.contextmanager
def changing_runs() -> Iterator[None]:
    """Hold the lock under which a run is created, renamed, moved, removed, or begins to train."""
    lock = _early.pop() if _early else _acquired()
    try:
        yield
    finally:
        lock.release()


def hold_early(words: Sequence[str]) -> None:
    """Take the lock of changing_runs ahead of its next use, if the command line trains known runs.

    Loading a command's modules takes a second or more; no one should remove the runs meanwhile.
    """
    if words[:1] in (["resume"], ["race"]) and words[1:2] != [LAUNCHED]:
        with contextlib.suppress(RunError):  # changing_runs raises it again
            _early.append(_acquired())


def _acquired() -> FileLock:
    from filelock import FileLock, Timeout  # most commands only read runs

    lock = FileLock(home() / "runs.lock")
    try:
        home().mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout:
        raise RunError(f"Another program is changing the runs in {home()}; try again.") from None
    except OSError as error:
        raise RunError(f"The folder {home()} cannot be written: {error.strerror}.") from error
    return lock


def check_name(name: str) -> str:
    """Return a run's name; raise SettingsError if it is not 1 to 64 of ``A-Za-z0-9_-``."""
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_NAME}}}", name) or _RESERVED.fullmatch(name):
        raise SettingsError(
            f"A run's name is 1 to {MAX_NAME} letters, digits, '-' and '_', not {name[:80]!r}."
        )
    return name


def check_new_name(name: str) -> str:
    """Return a name for a new run; unlike in check_name, it must not look like an option."""
    if check_name(name).startswith("-"):
        raise SettingsError(
            f"A run's name begins with a letter, a digit or '_', not with '-': {name[:80]!r} would"
            " be taken for an option."
        )
    return name


def find(name: str) -> RunFolder:
    """Return the run of that name, the user's own or a shipped one.

    Raises:
        UnknownRun: If there is none.
    """
    check_name(name)
    for folder in (home() / "runs", SHIPPED):
        if (folder / name).is_dir():
            return RunFolder(folder / name)
    raise UnknownRun(f"There is no run called {name!r}.")


def own_folder(name: str) -> RunFolder:
    """Return the folder of the user's run of that name, which may not exist."""
    return RunFolder(home() / "runs" / name)


def own_runs() -> list[RunFolder]:
    """Return the user's runs, the newest first."""
    runs = _runs_in(home() / "runs")
    return sorted(runs, key=lambda run: run.path.stat().st_mtime, reverse=True)


def shipped_runs() -> list[RunFolder]:
    """Return the runs that come with the app, the default one first."""
    return sorted(_runs_in(SHIPPED), key=lambda run: (run.name != DEFAULT_RUN, run.name))


def _runs_in(folder: Path) -> list[RunFolder]:
    return [
        RunFolder(path)
        for path in folder.glob("*")
        if path.is_dir() and re.fullmatch(r"[A-Za-z0-9_-]+", path.name)
    ]


def all_runs() -> list[RunFolder]:
    """Return the user's runs, then the shipped ones."""
    return own_runs() + shipped_runs()


def is_shipped(run: RunFolder) -> bool:
    """Return whether a run came with the app; such a run is read-only."""
    return run.path.parent == SHIPPED


def free_name(corpus: str, recipe: str) -> str:
    """Return a name that no run has or had, such as ``nietzsche-tbptt-2``."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{corpus}-{recipe}").strip("-")[: MAX_NAME - 8]
    return _first_free((f"{stem}-{number}" for number in count(1)), time.time())


def free_variant(name: str, made: float | None) -> str:
    """Return a name if it is free for a run made then, otherwise with the first free number."""
    numbered = (f"{name[: MAX_NAME - 8]}-{number}" for number in count(2))
    return _first_free(chain([name], numbered), made)


def _first_free(names: Iterable[str], made: float | None) -> str:
    taken = {run.name for run in all_runs()}
    return next(name for name in names if name not in taken and made in _given(name, made))


def check_is_free(name: str, made: float | None = None) -> str:
    """Return a name if no other run has or had it: an old link must not lead to another run.

    A run made at a known time may take back a name that it had before.
    """
    check_new_name(name)
    if any(run.name == name for run in all_runs()):
        raise RunError(f"There is already a run called {name!r}; choose another name.")
    if made not in _given(name, made):
        raise RunError(
            f"Another run was called {name!r} before, and links to it may still exist; choose"
            " another name."
        )
    return name


def made_at(run: RunFolder) -> float | None:
    """Return when a run was made, or None if its configuration cannot be read."""
    with contextlib.suppress(RunError):
        return run.config().created
    return None


def remember_name(name: str, made: float | None) -> None:
    """Reserve a name for the run made then; call it under changing_runs."""
    if {"name": name, "made": made} not in _names():
        publish_lines(home() / _NAMES, [*_names(), {"name": name, "made": made}])


def _given(name: str, made: float | None) -> set[float | None]:
    """Return the times at which the runs that have or had a name were made, or else ``made``."""
    return {line.get("made") for line in _names() if line["name"] == name} or {made}


def _names() -> list[dict[str, Any]]:
    if not (home() / _NAMES).is_file():
        return []
    return list(Files(home()).lines(_NAMES, _is_name)[0])


def _is_name(line: Any) -> bool:
    return fits(line, name=is_text) and is_known(line.get("made"))


def check_limits(expected_bytes: int) -> None:
    """Check that the limits on runs and disk leave room for another run."""
    runs = own_runs()
    if len(runs) >= MAX_RUNS:
        raise RunError(f"There are {len(runs)} runs, the maximum; remove some from {home()} first.")
    used = sum(folder_bytes(run.path) for run in runs)
    if used + expected_bytes > MAX_TOTAL_BYTES:
        raise RunError(
            f"This run may need {expected_bytes / 1e6:,.0f} MB, and {used / 1e6:,.0f} MB of"
            f" {MAX_TOTAL_BYTES / 1e6:,.0f} MB are used; choose fewer cells or epochs, or remove"
            " runs."
        )
    with disk_errors(home()):
        (home() / "runs").mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home()).free
    if free < expected_bytes:
        raise RunError(
            f"This run may need {expected_bytes / 1e6:,.0f} MB and the disk has"
            f" {free / 1e6:,.0f} MB left; choose fewer cells or epochs, or make room."
        )


def create(name: str, expected_bytes: int) -> RunFolder:
    """Make the folder of a new run; RunError if its name is taken or there is no room for it."""
    check_is_free(name)
    check_limits(expected_bytes)
    sweep()
    run = own_folder(name)
    with disk_errors(home()):
        run.path.mkdir()
    return run


def sweep() -> None:
    """Remove leftovers of processes that were killed at least an hour ago."""
    for folder in {path.parent for path in home().rglob(".*.tmp")}:
        sweep_leftovers(folder)


def folder_bytes(path: Path) -> int:
    """Return the size of the files in a folder."""
    sizes = 0
    for file in path.rglob("*"):
        # A file that is being published changes its name meanwhile.
        with contextlib.suppress(FileNotFoundError):
            sizes += file.stat().st_size if file.is_file() else 0
    return sizes
