"""Where runs live: the user's own under CHARLSTM_HOME, those that ship in assets/.

Knows names, places and limits; knows nothing of processes or networks.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

import platformdirs

from charlstm.errors import RunError, SettingsError, UnknownRun, disk_errors
from charlstm.runs.folder import RunFolder
from charlstm.runs.publish import LEFT_SECONDS, sweep_leftovers

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "runs"
DEFAULT_RUN = "nietzsche-tbptt"

MAX_RUNS = 50
MAX_TOTAL_BYTES = 2_000_000_000
MAX_NAME = 64
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
"""Names that Windows keeps for devices."""


def home() -> Path:
    """Return the folder of the user's runs."""
    given = os.environ.get("CHARLSTM_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("charlstm", appauthor=False))


def check_name(name: str) -> str:
    """Return a run's name if it is one.

    Raises:
        SettingsError: If it holds anything but letters, digits, ``-`` and ``_``, or is too long.
    """
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{MAX_NAME}}}", name) or _RESERVED.fullmatch(name):
        raise SettingsError(
            f"A run's name is 1 to {MAX_NAME} letters, digits, '-' and '_', not {name[:80]!r}."
        )
    return name


def find(name: str) -> RunFolder:
    """Return the run of that name.

    Raises:
        UnknownRun: If there is none.
    """
    check_name(name)
    for folder in (home() / "runs", SHIPPED):
        if (folder / name).is_dir():
            return RunFolder(folder / name)
    raise UnknownRun(f"There is no run called {name!r}.")


def own_folder(name: str) -> RunFolder:
    """Return where the user's run of that name is, or would be."""
    return RunFolder(home() / "runs" / name)


def own_runs() -> list[RunFolder]:
    """Return the user's runs, the newest first."""
    folders = [path for path in (home() / "runs").glob("*") if _is_run(path)]
    return [RunFolder(path) for path in sorted(folders, key=_age, reverse=True)]


def shipped_runs() -> list[RunFolder]:
    """Return the runs that come with the app, the default one first."""
    folders = [path for path in SHIPPED.glob("*") if _is_run(path)]
    return [RunFolder(path) for path in sorted(folders, key=lambda p: (p.name != DEFAULT_RUN, p))]


def all_runs() -> list[RunFolder]:
    """Return the user's runs, then the shipped ones."""
    return own_runs() + shipped_runs()


def is_shipped(run: RunFolder) -> bool:
    """Return whether a run came with the app; such a run is never written to."""
    return run.path.parent == SHIPPED


def free_name(corpus: str, recipe: str) -> str:
    """Return a name that no run has yet, such as ``nietzsche-tbptt-2``."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{corpus}-{recipe}").strip("-")[: MAX_NAME - 8]
    taken = {run.name for run in all_runs()}
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def free_variant(name: str) -> str:
    """Return a name if no run has it, otherwise with the first number that makes it free."""
    taken = {run.name for run in all_runs()}
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: MAX_NAME - 8]}-{number}"
    return free


def check_is_free(name: str) -> str:
    """Return a name if a run can be called so.

    Raises:
        SettingsError: If the name is not allowed.
        RunError: If it is taken.
    """
    check_name(name)
    if any(run.name == name for run in all_runs()):
        raise RunError(f"There is already a run called {name!r}; choose another name.")
    return name


def check_room(name: str, expected_bytes: int) -> None:
    """Refuse a new run for which there is no name or no room.

    Args:
        name: What it would be called.
        expected_bytes: What the run will need on disk.

    Raises:
        SettingsError: If the name is not allowed.
        RunError: If it is taken, or a limit on runs or disk is exceeded.
    """
    check_is_free(name)
    runs = own_runs()
    if len(runs) >= MAX_RUNS:
        raise RunError(
            f"There are {len(runs)} runs, the most that are kept; remove some from {home()} first."
        )
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
    """Make the folder of a new run.

    Args:
        name: Letters, digits, ``-`` and ``_``.
        expected_bytes: What the run will need on disk.

    Raises:
        SettingsError: If the name is not allowed.
        RunError: If it is taken, or a limit on runs or disk is exceeded.
    """
    check_room(name, expected_bytes)
    sweep()
    run = own_folder(name)
    with disk_errors(home()):
        run.path.mkdir()
    return run


def sweep() -> None:
    """Remove what was left behind by something that was cut off an hour ago or earlier."""
    for pattern in (".import-*", ".deleted-*"):
        for path in home().glob(pattern):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > LEFT_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)
    for folder in {path.parent for path in home().rglob(".*.tmp")}:
        sweep_leftovers(folder)


def _is_run(path: Path) -> bool:
    return path.is_dir() and bool(re.fullmatch(r"[A-Za-z0-9_-]+", path.name))


def _age(path: Path) -> float:
    return path.stat().st_mtime


def folder_bytes(path: Path) -> int:
    """Return what the files of a folder take on disk."""
    sizes = 0
    for file in path.rglob("*"):
        # A file that is being published has another name a moment later.
        with contextlib.suppress(FileNotFoundError):
            sizes += file.stat().st_size if file.is_file() else 0
    return sizes
