"""The files of one folder, read so that what is missing or damaged is named.

Nothing that is loaded is executed: JSON and arrays without pickle. Knows nothing of what the files
mean.

What makes sense as a line of a run's history or samples, and as a number.

Whether a file's content is what was written: archives by their checksums, texts by their UTF-8.

A file that has not changed is looked through once.
"""

from __future__ import annotations

import codecs
import functools
import json
import math
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from charlstm.data.decoding import BLOCK
from charlstm.errors import RunError


def is_number(value: Any) -> bool:
    """Return whether a value of a JSON file is a finite number; true and false are none."""
    try:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
    except OverflowError:
        return False


def is_amount(value: Any) -> bool:
    """Return whether this is a number from 0 upwards."""
    return is_number(value) and value >= 0


def is_count(value: Any) -> bool:
    """Return whether this is a whole number from 0 upwards."""
    return isinstance(value, int) and is_amount(value)


def is_history(line: Any) -> bool:
    """Return whether this is a line of history.jsonl, with its losses or null."""
    return (
        isinstance(line, dict)
        and is_count(line.get("step"))
        and is_amount(line.get("epoch"))
        and is_amount(line.get("seconds"))
        and all(
            key in line and (line[key] is None or is_number(line[key]))
            for key in ("loss", "held_out_loss")
        )
    )


def is_sample(line: Any) -> bool:
    """Return whether this is a line of samples.jsonl."""
    return (
        isinstance(line, dict)
        and is_count(line.get("step"))
        and is_count(line.get("epoch"))
        and is_amount(line.get("temperature"))
        and isinstance(line.get("prompt"), str)
        and isinstance(line.get("text"), str)
    )


def by_moment(samples: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return lines of samples.jsonl by when they were written, oldest first.

    Those at the end of an epoch are under its number, such as ``"3"``; those within one, which come
    after its number has been used, or is 0, are under their step, such as ``"step 1234"``.
    """
    found = dict[str, list[dict[str, Any]]]()
    for (epoch, step), lines in groupby(samples, lambda line: (line["epoch"], line["step"])):
        within = epoch < 1 or str(epoch) in found
        found[f"step {step}" if within else str(epoch)] = list(lines)
    return found


MOST_UNPACKED = 1_000_000_000
"""Bytes that an archive of a run may unpack to: five times the weights of the largest network."""

_END, _END_SIZE = b"PK\x05\x06", 22
"""How a zip archive without a comment ends."""


def _asked_once(question: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """Let what is asked of a file's content be answered once; False for a file that is not there.

    Time and size stand for the content: a page asks again at every rerun.
    """

    @functools.lru_cache(maxsize=4096)
    def answer(path: Path, _mtime_ns: int, _size: int) -> bool:
        return question(path)

    @functools.wraps(question)
    def ask(path: Path) -> bool:
        try:
            stat = path.stat()
        except OSError:
            return False
        return answer(path, stat.st_mtime_ns, stat.st_size)

    return ask


@_asked_once
def is_whole(path: Path) -> bool:
    """Return whether an archive's bytes are those that were written, by its own checksums.

    Nothing may follow its end.
    """
    try:
        check_unpacked_size(path)
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            file.seek(-_END_SIZE, os.SEEK_END)
            return file.read(len(_END)) == _END and archive.testzip() is None
    except Exception:  # zlib and zipfile raise many kinds on damaged bytes
        return False


def check_unpacked_size(path: Path) -> None:
    """Refuse an archive that would unpack to more than a run has; no more than told is unpacked.

    Raises:
        ValueError: If it would; zipfile raises others where it is no archive.
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


def utf8_blocks(path: Path) -> Iterator[str]:
    """Yield the text of a file in UTF-8, block by block, to the letter.

    Raises:
        OSError: If it cannot be read.
        UnicodeDecodeError: If it is no UTF-8; what was yielded before is as it was written.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            yield decoder.decode(data)
    decoder.decode(b"", final=True)


MOST_LINES = 40_000
"""Lines of a .jsonl that is read whole: more than the longest training writes."""

_SPREAD = 20_000
"""Lines that are read of a longer one."""

MOST_JSON_BYTES, MOST_LINES_BYTES, LONGEST_LINE = 10_000_000, 64_000_000, 200_000
"""Bytes of one JSON file, of one .jsonl, and of a line of it; what is larger was not made here."""

_STEP = re.compile(rb'"step": ?(\d+)')


class Lines(NamedTuple):
    """What is read of a .jsonl.

    Attributes:
        values: Of the lines that make sense, in their order.
        unreadable: How many of those that were read make none.
        passed_over: How many were not read, because there are too many.
    """

    values: tuple[Any, ...] = ()
    unreadable: int = 0
    passed_over: int = 0


class Files:
    """The files of a run, under their names in its folder, such as ``checkpoints/step-000001.npz``.

    Readers raise RunError with a sentence that names the run and the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        """Return whether there is such a file or folder."""
        return (self.path / name).exists()

    def damaged(self, name: str) -> RunError:
        """Return the error that says that a file cannot be read."""
        return RunError(f"In the run {self.path.name}, the file {name} is missing or damaged.")

    def json(self, name: str) -> dict[str, Any]:
        """Return the object that a JSON file holds."""
        try:
            value = json.loads(_bytes(self.path / name, MOST_JSON_BYTES))
        except (OSError, ValueError, RecursionError) as error:
            raise self.damaged(name) from error
        if not isinstance(value, dict):
            raise self.damaged(name)
        return value

    def array(self, name: str, key: str) -> NDArray[Any] | None:
        """Return one array of an .npz, None where it has none of that name."""
        return self._arrays(name, {key}).get(key)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of an .npz under their names."""
        return self._arrays(name)

    def _arrays(self, name: str, only: set[str] | None = None) -> dict[str, NDArray[Any]]:
        try:
            check_unpacked_size(self.path / name)
            with (
                (self.path / name).open("rb") as file,
                np.load(file, allow_pickle=False) as arrays,
            ):
                return {k: arrays[k] for k in arrays.files if only is None or k in only}
        except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
            raise self.damaged(name) from error

    def lines(
        self, name: str, makes_sense: Callable[[Any], bool], steps: Collection[int] = ()
    ) -> Lines:
        """Return the lines of a .jsonl that make sense; none of no file.

        Of a file of more than MOST_LINES lines half as many are read, evenly spread: a page of a
        long run opens about as fast as that of a short one.

        Args:
            name: Of the file.
            makes_sense: Whether the value of a line is one; asked of a file's lines once.
            steps: The lines of these steps are read in any case.
        """
        path = self.path / name
        try:
            stat = path.stat()
            state = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            return _lines(path, state, makes_sense, frozenset(steps))
        except FileNotFoundError:
            return Lines()
        except (OSError, ValueError) as error:
            raise self.damaged(name) from error


@functools.lru_cache(maxsize=8)
def _lines(
    path: Path,
    _state: tuple[int, int, int],
    makes_sense: Callable[[Any], bool],
    steps: frozenset[int],
) -> Lines:
    """Return the lines of a file that is in such a state: a page asks for them again and again."""
    content = _bytes(path, MOST_LINES_BYTES)
    count = content.count(b"\n")
    if count <= MOST_LINES:
        # What follows the last line end is a line still being written, or one cut off by a crash.
        lines = content.split(b"\n")[:-1]
    else:
        starts = sorted({*_spread(content), *_starts_of(content, steps)})
        lines = [content[start : _end(content, start)] for start in starts]
    values = tuple(value for value in map(_parse, lines) if makes_sense(value))
    return Lines(values, len(lines) - len(values), count - len(lines))


def _bytes(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise ValueError(f"{path.name} has more than {most:,} bytes.")
        return file.read(size)


def _parse(line: bytes) -> Any:
    if len(line) > LONGEST_LINE:
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _spread(content: bytes) -> Iterator[int]:
    """Yield where some lines start, evenly spread; the last is among them."""
    last = content.rindex(b"\n")
    for part in range(1, _SPREAD + 1):
        position = last * part // _SPREAD
        yield content.rfind(b"\n", max(0, position - LONGEST_LINE), position) + 1


def _starts_of(content: bytes, steps: Collection[int]) -> Iterator[int]:
    """Yield where the lines of some steps start."""
    wanted = {b"%d" % step for step in steps}
    for match in _STEP.finditer(content):
        if match[1] in wanted:
            position = match.start()
            yield content.rfind(b"\n", max(0, position - LONGEST_LINE), position) + 1


def _end(content: bytes, start: int) -> int:
    """Return where a line ends that starts there; one that is far too long is cut."""
    end = content.find(b"\n", start, start + LONGEST_LINE + 1)
    return end if end >= 0 else start + LONGEST_LINE + 1
