"""Files that a reader sees whole or not at all.

Knows nothing of what the files hold.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import DiskError, disk_errors

_RETRIES = 20
_RETRY_SECONDS = 0.05

LEFT_SECONDS = 3600.0
"""What has not been written to for so long is nobody's any more."""


def publish(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside ``path`` and move into place.

    It is on the disk, under its name, before this returns: what is published after it does not
    outlive it when the power fails. Where a reader holds the file, as Windows allows, the move is
    tried again for a second.

    Raises:
        DiskError: If the disk is full or the folder is not writable; nothing is left behind.
    """
    beside = beside_of(path)
    with disk_errors(path.parent):
        try:
            with beside.open("w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            _replace(beside, path)
            sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def beside_of(path: Path) -> Path:
    """Return a new name beside a file for what will take its place; see sweep_leftovers."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def sweep_leftovers(folder: Path, name: str = "*", age: float = LEFT_SECONDS) -> None:
    """Remove what a process that was killed left behind where it was about to publish a file.

    Args:
        folder: Where to look.
        name: Of the file that was to be published, as a pattern; of any by default.
        age: Seconds since it was last written to; what is younger may still be written.
    """
    for path in folder.glob(f".{name}.*.tmp"):
        with contextlib.suppress(OSError):  # someone else may sweep, or the folder be read-only
            if time.time() - path.stat().st_mtime >= age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def move(source: Path, target: Path) -> None:
    """Give a file another name, over what is there.

    Raises:
        DiskError: If it cannot be moved, or a reader holds what is there for a second.
    """
    with disk_errors(target.parent):
        _replace(source, target)
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Put the names of a folder's files on the disk, where the system knows how to."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):  # not every file system can
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sync_file(path: Path) -> None:
    """Put what was appended to a file on the disk, if there is such a file."""
    if path.exists():
        with disk_errors(path.parent), path.open("rb+") as file:
            os.fsync(file.fileno())


def _replace(source: Path, target: Path) -> None:
    for attempt in range(_RETRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(_RETRY_SECONDS)


def publish_json(path: Path, value: Any) -> None:
    """Publish a value as JSON, one readable file."""
    text = json.dumps(value, indent=1, allow_nan=False) + "\n"
    publish(path, lambda file: file.write(text.encode()))


def publish_or_overwrite(path: Path, value: Any) -> None:
    """Publish a short value as JSON; on a full disk, where no new file fits, over the old one.

    Raises:
        DiskError: If neither can be done.
    """
    try:
        publish_json(path, value)
    except DiskError:
        if not path.exists():
            raise
        with disk_errors(path.parent), path.open("r+b") as file:
            file.write(json.dumps(value, allow_nan=False).encode())
            file.truncate()


def publish_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Publish named arrays as a compressed .npz, without pickle."""
    publish(path, lambda file: write_arrays(file, arrays))


def write_arrays(file: IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as a compressed .npz, without pickle."""
    np.savez_compressed(file, allow_pickle=False, **dict(arrays))


def publish_lines(path: Path, values: list[dict[str, Any]]) -> None:
    """Publish values as JSON, one per line."""
    text = "".join(json.dumps(value, allow_nan=False) + "\n" for value in values)
    publish(path, lambda file: file.write(text.encode()))


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Append one line of JSON in one write; a reader leaves out a line without its end."""
    line = (json.dumps(value, allow_nan=False) + "\n").encode()
    with disk_errors(path.parent), path.open("ab") as file:
        file.write(line)
