"""Writing files that a reader sees whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import DiskError, disk_errors

_RETRIES = 20
_RETRY_SECONDS = 0.05

LEFT_SECONDS = 3600.0
"""Half-written files of this age belong to no process that lives."""


def publish(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside ``path`` and move into place; it is on the disk before this returns.

    So a file that is published later never outlives this one in a power cut. DiskError if the disk
    is full or the folder is not writable; nothing is left behind then.
    """
    beside = beside_of(path)
    with disk_errors(path.parent):
        try:
            with beside.open("w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            retry_while_held(lambda: beside.replace(path))
            sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def beside_of(path: Path) -> Path:
    """Return a new name beside a file for its replacement; see sweep_leftovers."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def sweep_leftovers(folder: Path, name: str = "*", age: float = LEFT_SECONDS) -> None:
    """Remove what killed processes left half written in a folder.

    The name is a pattern for the files that were to be published; what is younger than the age in
    seconds may still be written to.
    """
    for path in folder.glob(f".{name}.*.tmp"):
        with contextlib.suppress(OSError):  # another process sweeps, or the folder is read-only
            if time.time() - path.stat().st_mtime >= age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def move(source: Path, target: Path) -> None:
    """Rename a file and replace what is there; raise DiskError if a reader holds that too long."""
    with disk_errors(target.parent):
        retry_while_held(lambda: source.replace(target))
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Put the names of a folder's files on the disk, where the system can."""
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


def retry_while_held(move: Callable[[], object]) -> None:
    """Move a file; try again for a second while a reader holds it, as Windows allows."""
    for attempt in range(_RETRIES):
        try:
            move()
            return
        except PermissionError:
            if attempt == _RETRIES - 1:
                raise
            time.sleep(_RETRY_SECONDS)


def publish_json(path: Path, value: Any) -> None:
    """Publish a value as JSON on several lines, for people to read too."""
    data = json_bytes(value)
    publish(path, lambda file: file.write(data))


def json_bytes(value: Any) -> bytes:
    """Return the content of a JSON file."""
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()


def lines_bytes(values: Iterable[dict[str, Any]]) -> bytes:
    """Return the content of a .jsonl file, one line per value."""
    return "".join(json.dumps(value, allow_nan=False) + "\n" for value in values).encode()


def publish_or_overwrite(path: Path, value: Any) -> None:
    """Publish a short value as JSON; on a full disk, overwrite the old file in place."""
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
    data = lines_bytes(values)
    publish(path, lambda file: file.write(data))


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Append one line of JSON in one write; a reader ignores a line without its end."""
    line = lines_bytes([value])
    with disk_errors(path.parent), path.open("ab") as file:
        file.write(line)
