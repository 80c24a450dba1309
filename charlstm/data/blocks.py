"""Text in blocks: read from a file, lower-cased, joined, so that no text is ever whole in memory.

Knows files and blocks of text; knows nothing of what a text is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from charlstm.data import decoding
from charlstm.data.decoding import Encoding, about, naming

BLOCK = 1 << 20
"""Bytes that are read at a time."""

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


def encoding_of(path: Path) -> Encoding:
    """Return how a text file is read; its note names the file.

    Raises:
        CorpusError: If it is not text; the sentence names the file.
        OSError: If it cannot be read.
    """
    with about(path.name):
        name, note = decoding.encoding_of(lambda: _bytes(path))
    return Encoding(name, naming(note, path.name))


def file_blocks(path: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file, block by block; see decoding.decoded.

    Args:
        path: Of the file.
        encoding: The name that ``encoding_of`` gives.

    Raises:
        CorpusError: If the text holds NUL characters.
        OSError: If the file cannot be read.
    """
    with about(path.name):
        yield from decoding.decoded(_bytes(path), encoding)


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(BLOCK):
            yield data


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
