"""Reading the files of a run so that what is missing or damaged is named, and nothing is executed.

Here are also the rules for what makes sense as a number, and as a line of a history or of samples.
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

MOST_UNPACKED = 1_000_000_000
"""Bytes that an archive of a run may unpack to: five times the weights of the largest network."""

_END, _END_SIZE = b"PK\x05\x06", 22
"""How a zip archive without a comment ends."""

MOST_LINES = 40_000
"""Lines of a .jsonl that is read whole: more than the longest training writes."""

_SPREAD = 20_000
"""How many lines are read of a longer file."""

MOST_JSON_BYTES, MOST_LINES_BYTES, LONGEST_LINE = 10_000_000, 64_000_000, 200_000
"""Bytes of a JSON file, of a .jsonl, and of one of its lines; larger ones were not written here."""

_STEP = re.compile(rb'"step": ?(\d+)')


def is_number(value: Any) -> bool:
    """Return whether a value of a JSON file is a finite number; true and false are not."""
    try:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
    except OverflowError:
        return False


def is_amount(value: Any) -> bool:
    """Return whether this is a finite number of at least 0."""
    return is_number(value) and value >= 0


def is_count(value: Any) -> bool:
    """Return whether this is a whole number of at least 0."""
    return isinstance(value, int) and is_amount(value)


def is_history(line: Any) -> bool:
    """Return whether this is a line of history.jsonl; a loss may be null."""
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

    The keys are such as ``"3"`` for the end of an epoch, and ``"step 1234"`` within one.
    """
    found = dict[str, list[dict[str, Any]]]()
    for (epoch, step), lines in groupby(samples, lambda line: (line["epoch"], line["step"])):
        within = epoch < 1 or str(epoch) in found
        found[f"step {step}" if within else str(epoch)] = list(lines)
    return found


def _asked_once(question: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """Cache the answer to a question about a file by its time and size: pages ask at every rerun.

    The answer is False for a file that does not exist.
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


def utf8_blocks(path: Path) -> Iterator[str]:
    """Yield the text of a file in UTF-8, block by block, with its line ends unchanged."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            yield decoder.decode(data)
    decoder.decode(b"", final=True)


class Lines(NamedTuple):
    """The lines of a .jsonl that make sense, and how many others were unreadable or skipped."""

    values: tuple[Any, ...] = ()
    unreadable: int = 0
    skipped: int = 0


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
        return self.arrays(name, {key}).get(key)

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

    def lines(
        self, name: str, makes_sense: Callable[[Any], bool], steps: Collection[int] = ()
    ) -> Lines:
        """Return the lines of a .jsonl that make sense; none if there is no such file.

        If a file has more than MOST_LINES lines, about half as many are read, evenly spread, and
        those of some steps in any case.
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
    content = _bytes(path, MOST_LINES_BYTES)
    count = content.count(b"\n")
    if count <= MOST_LINES:
        # What follows the last line end is a line still being written, or one cut off by a crash.
        lines = content.split(b"\n")[:-1]
    else:
        last, wanted = content.rindex(b"\n"), {b"%d" % step for step in steps}
        positions = [last * part // _SPREAD for part in range(1, _SPREAD + 1)]
        positions += [match.start() for match in _STEP.finditer(content) if match[1] in wanted]
        starts = sorted({_start(content, position) for position in positions})
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


def _start(content: bytes, position: int) -> int:
    """Return where the line of a position starts; a line that is far too long is cut."""
    return content.rfind(b"\n", max(0, position - LONGEST_LINE), position) + 1


def _end(content: bytes, start: int) -> int:
    """Return where the line ends that starts there; a line that is far too long is cut."""
    end = content.find(b"\n", start, start + LONGEST_LINE + 1)
    return end if end >= 0 else start + LONGEST_LINE + 1
