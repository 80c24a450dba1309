"""Text in blocks: read from a file, lower-cased, joined, so that no text is ever whole in memory.

Knows bytes, encodings and line ends; knows nothing of what a text is for.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from charlstm.data.decoding import decode, refuse_nul
from charlstm.errors import CorpusError

BLOCK = 1 << 20
"""Bytes that are read at a time."""

_WHOLE = 1 << 22
"""The encoding of a larger file is told from a sample of it."""

_HEAD = 1 << 16
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

_CUTS = re.compile("[\\s\u3001\u3002\u4e00-\u9fff]")
"""Where a text may be cut before it is lower-cased: what a Greek sigma becomes depends on the
letters beside it, but never reaches beyond white space, an ideograph or an ideographic stop."""


def part(blocks: Iterable[str], start: int, stop: int) -> str:
    """Return the characters of a text from ``start`` to before ``stop``; none after are read."""
    found, at = [], 0
    for block in blocks:
        found.append(block[max(0, start - at) : max(0, stop - at)])
        at += len(block)
        if at >= stop:
            break
    return "".join(found)


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: UTF-8 if it can be, otherwise as ``decode`` tells it.

    Raises:
        CorpusError: If it is not text; the sentence names the file.
        OSError: If it cannot be read.
    """
    with contextlib.suppress(UnicodeDecodeError):
        for _ in _decoded(path, "utf-8-sig"):
            pass  # every block is looked at before any is used
        return "utf-8"
    with _naming(path):
        _, encoding = decode(_sample(path))
    try:
        for _ in _decoded(path, encoding):
            pass
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{path.name} looks like {encoding}, but not all of it is; save it as plain text in"
            " UTF-8."
        ) from error
    return encoding


def file_blocks(path: Path, encoding: str) -> Iterator[str]:
    r"""Yield the text of a file, block by block.

    Line ends become ``\n``; a byte-order mark is left out.

    Args:
        path: Of the file.
        encoding: As ``encoding_of`` gives it.

    Raises:
        CorpusError: If the text holds NUL characters, or no longer has this encoding.
        OSError: If the file cannot be read.
    """
    try:
        for block in _decoded(path, "utf-8-sig" if encoding == "utf-8" else encoding):
            with _naming(path):
                refuse_nul(block)
            yield block
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path.name} is no longer the file that it was.") from error


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = io.IncrementalNewlineDecoder(decoder, translate=True)
    is_first = True
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            block = lines.decode(data)
            if is_first and block:
                block, is_first = block.removeprefix("\ufeff"), False
            if block:
                yield block
    if block := lines.decode(b"", final=True):
        yield block


def _sample(path: Path) -> bytes:
    """Return all of a small file; of a large one its head and lines that are not plain ASCII."""
    if path.stat().st_size <= _WHOLE:
        return path.read_bytes()
    with path.open("rb") as file:
        sample = file.read(_HEAD)
        if sample.startswith(_WIDE):
            return sample
        file.seek(0)
        while len(sample) < BLOCK and (line := file.readline(_HEAD)):
            if not line.isascii():
                sample += line
    return sample


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let a sentence on "this file" name it."""
    try:
        yield
    except CorpusError as error:
        raise CorpusError(str(error).replace("This file", path.name, 1)) from error


def lowered(blocks: Iterable[str]) -> Iterator[str]:
    """Yield a text in lower case, the same as if it were lower-cased at once."""
    waiting: list[str] = []
    for block in blocks:
        cut = _last_cut(block)
        if cut:
            yield "".join([*waiting, block[:cut]]).lower()
            waiting = []
        waiting.append(block[cut:])
    yield "".join(waiting).lower()


def _last_cut(block: str) -> int:
    """Return the last place where a block may be cut, or 0 if there is none."""
    for place in range(len(block), 0, -1):
        if _CUTS.match(block, place - 1):
            return place
    return 0


def joined(texts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield texts one after the other, with at least one blank line between two of them.

    An empty text leaves no trace.

    Args:
        texts: Each in blocks.
    """
    end = ""
    for blocks in texts:
        is_first = True
        for block in blocks:
            if is_first and block and end:
                yield "\n" * (2 - end.count("\n", len(end.rstrip("\n"))))
            is_first = is_first and not block
            end = (end + block)[-2:]
            yield block
