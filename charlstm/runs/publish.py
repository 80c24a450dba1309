"""Files that a reader sees whole or not at all.

Knows nothing of what the files hold.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_RETRIES = 20
_RETRY_SECONDS = 0.05


def publish(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside ``path`` and move into place.

    It is on the disk, under its name, before this returns: what is published after it does not
    outlive it when the power fails. Where a reader holds the file, as Windows allows, the move is
    tried again for a second.

    Raises:
        OSError: If the disk is full or the folder is not writable; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        _replace(beside, path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def move(source: Path, target: Path) -> None:
    """Give a file another name, over what is there.

    Raises:
        OSError: If it cannot be moved, or a reader holds what is there for a second.
    """
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
    with contextlib.suppress(FileNotFoundError), path.open("rb+") as file:
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
    with path.open("ab") as file:
        file.write(line)
