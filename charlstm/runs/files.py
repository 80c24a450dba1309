"""Writing files that a reader sees complete or not at all, and reading those of a run.

Errors name missing or damaged files, and nothing is executed. This module also has the rules for
valid numbers, and for valid lines of a history or of samples.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from charlstm.data.decoding import utf8_blocks
from charlstm.errors import DiskError, NewerFormat, RunError, disk_errors

MOST_UNPACKED = 1_000_000_000
"""Bytes that an archive of a run may unpack to: five times the weights of the largest network."""

_END, _END_SIZE = b"PK\x05\x06", 22
"""How a zip archive without a comment ends."""

MOST_LINES, MOST_IMPORTED_LINES = 400_000, 40_000
"""Lines of a .jsonl: ten weeks of training, and in an imported file one week."""

MOST_JSON_BYTES, MOST_LINES_BYTES, LONGEST_LINE = 10_000_000, 64_000_000, 200_000
"""Bytes of a JSON file, of a .jsonl, and of one of its lines; charlstm never writes larger ones."""

_RETRIES = 20
_RETRY_SECONDS = 0.05

_Value = TypeVar("_Value")

LEFT_SECONDS = 3600.0
"""Half-written files of this age belong to no living process."""


def version_of(path: Path) -> tuple[int, ...]:
    """Return a key that changes with a file or folder; its content can be cached under it."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def publish(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write to a file next to ``path`` and move it into place; it is on the disk on return.

    So a file that is published later never survives a power cut without this one. If the disk is
    full or the folder is not writable, a DiskError is raised and nothing is left behind.
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
    """Return a new name in a file's folder for its replacement; see sweep_leftovers."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def sweep_leftovers(folder: Path, name: str = "*", age: float = LEFT_SECONDS) -> None:
    """Remove half-written files of killed processes from a folder.

    The name is a pattern for the files that were to be published; a file younger than the age in
    seconds may still be in use.
    """
    for path in folder.glob(f".{name}.*.tmp"):
        with contextlib.suppress(OSError):  # another process sweeps, or the folder is read-only
            if time.time() - path.stat().st_mtime >= age:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def move(source: Path, target: Path) -> None:
    """Rename a file over another; raise DiskError if a reader keeps that one open too long."""
    with disk_errors(target.parent):
        retry_while_held(lambda: source.replace(target))
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Flush the names of a folder's files to the disk, if the system can."""
    with contextlib.suppress(OSError):  # Windows and some file systems cannot
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sync_file(path: Path) -> None:
    """Flush what was appended to a file to the disk, if the file exists."""
    if path.exists():
        with disk_errors(path.parent), path.open("rb+") as file:
            os.fsync(file.fileno())


def retry_while_held(move: Callable[[], object]) -> None:
    """Move a file; retry for a second while a reader has it open, which matters on Windows."""
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
    publish(path, lambda file: file.write(json_bytes(value)))


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
    publish(path, lambda file: file.write(lines_bytes(values)))


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Append one line of JSON in one write; a reader ignores a line without its end."""
    with disk_errors(path.parent), path.open("ab") as file:
        file.write(lines_bytes([value]))


def is_number(value: Any) -> bool:
    """Return whether a value of a JSON file is a finite number; true and false are not."""
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and abs(value) <= sys.float_info.max


def is_amount(value: Any) -> bool:
    """Return whether this is a finite number of at least 0."""
    return is_number(value) and value >= 0


def is_count(value: Any) -> bool:
    """Return whether this is a whole number of at least 0."""
    return isinstance(value, int) and is_amount(value)


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_known(value: Any) -> bool:
    """Return whether this is a finite number, or null, which means unknown."""
    return value is None or is_number(value)


def fits(value: Any, **checks: Callable[[Any], bool]) -> bool:
    """Return whether this is an object with these entries, each of which passes its check."""
    return isinstance(value, dict) and all(
        name in value and check(value[name]) for name, check in checks.items()
    )


def is_history(line: Any) -> bool:
    """Return whether this is a line of history.jsonl."""
    losses = {"loss": is_known, "held_out_loss": is_known}
    return fits(line, step=is_count, epoch=is_amount, seconds=is_amount, **losses)


def is_sample(line: Any) -> bool:
    """Return whether this is a line of samples.jsonl."""
    texts = {"prompt": is_text, "text": is_text}
    return fits(line, step=is_count, epoch=is_count, temperature=is_amount, **texts)


def _asked_once(question: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """Cache a check of a file by its time and size, because pages repeat it at every rerun.

    The answer is False for a file that does not exist.
    """
    answer = functools.lru_cache(maxsize=4096)(lambda path, _state: question(path))

    @functools.wraps(question)
    def ask(path: Path) -> bool:
        with contextlib.suppress(OSError):
            return bool(answer(path, _state(path)))
        return False

    return ask


def _state(path: Path) -> tuple[int, int, int]:
    """Return a key that changes with a file."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@_asked_once
def is_whole(path: Path) -> bool:
    """Return whether a zip archive matches its own checksums, with nothing after its end."""
    try:
        check_unpacked_size(path)
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            file.seek(-_END_SIZE, os.SEEK_END)
            return file.read(len(_END)) == _END and archive.testzip() is None
    except Exception:  # zlib and zipfile raise many kinds on damaged bytes
        return False


def check_unpacked_size(path: Path) -> None:
    """Raise ValueError if an archive states that it unpacks to more than a run has.

    It cannot unpack to more than it states.
    """
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ValueError(f"{path.name} unpacks to more than {MOST_UNPACKED:,} bytes.")


@_asked_once
def is_utf8(path: Path) -> bool:
    """Return whether a file can be read as UTF-8."""
    try:
        for _ in utf8_blocks(path):
            pass
    except (OSError, UnicodeDecodeError):
        return False
    return True


class Files:
    """The files of a run by their names in its folder, such as ``checkpoints/step-000001.npz``.

    Readers raise RunError with a sentence that names the run and the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        return (self.path / name).exists()

    def damaged(self, name: str) -> RunError:
        return RunError(f"In the run {self.path.name}, the file {name} is missing or damaged.")

    def json(self, name: str, read: Callable[[dict[str, Any]], _Value]) -> _Value:
        """Return a function's result for the object in a JSON file; a ValueError means damage."""
        try:
            value = json.loads(_bytes(self.path / name, MOST_JSON_BYTES))
            if not isinstance(value, dict):
                raise ValueError("an object expected")
            return read(value)
        except NewerFormat:
            raise
        except (OSError, ValueError, RecursionError) as error:
            raise self.damaged(name) from error

    def arrays(self, name: str, only: Collection[str] = ()) -> dict[str, NDArray[Any]]:
        """Return the arrays of an .npz by name: all, or only some."""
        try:
            check_unpacked_size(self.path / name)
            with (
                (self.path / name).open("rb") as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return {k: arrays[k] for k in arrays.files if not only or k in only}
        except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
            raise self.damaged(name) from error

    def lines(self, name: str, makes_sense: Callable[[Any], bool]) -> tuple[tuple[Any, ...], int]:
        """Return the valid lines of a .jsonl, and the number of the others.

        A file that does not exist has none; one with more than MOST_LINES is damaged.
        """
        path = self.path / name
        try:
            return _lines(path, _state(path), makes_sense)
        except FileNotFoundError:
            return (), 0
        except (OSError, ValueError) as error:
            raise self.damaged(name) from error


@functools.lru_cache(maxsize=8)
def _lines(
    path: Path, _state: tuple[int, int, int], makes_sense: Callable[[Any], bool]
) -> tuple[tuple[Any, ...], int]:
    content = _bytes(path, MOST_LINES_BYTES)
    if content.count(b"\n") > MOST_LINES:
        raise ValueError(f"{path.name} has more than {MOST_LINES:,} lines.")
    # What follows the last line end is a line still being written, or one cut off by a crash.
    lines = content.split(b"\n")[:-1]
    values = tuple(value for value in map(_parse, lines) if makes_sense(value))
    return values, len(lines) - len(values)


def _bytes(path: Path, most: int) -> bytes:
    if path.stat().st_size > most:
        raise ValueError(f"{path.name} has more than {most:,} bytes.")
    return path.read_bytes()


def _parse(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
