"""Whether a file's content is what was written: archives by their checksums, texts by their UTF-8.

Knows no runs. A file that has not changed is looked through once.
"""

from __future__ import annotations

import codecs
import functools
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from charlstm.data.blocks import BLOCK

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
