"""A long corpus: a text that is read in blocks from where it lies, and never whole in memory.

Knows blocks of text, vocabularies and temporary files; knows nothing of names, runs or networks.

Text in blocks: read from a file, lower-cased, joined, so that no text is ever whole in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data import decoding
from charlstm.data.corpus import Corpus, capitals_in
from charlstm.data.decoding import Encoding, about, naming
from charlstm.data.vocabulary import Vocabulary, code_points
from charlstm.errors import CorpusError

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
    for position in range(len(block), 0, -1):
        if _CUTS.match(block, position - 1):
            return position
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


_CODE_POINTS = 0x110000

Blocks = Callable[[], Iterable[str]]
"""Gives a text anew, block by block, whenever it is called."""


@dataclass(frozen=True)
class Survey:
    """What one reading of a text tells.

    Attributes:
        length: Characters.
        size: Bytes in UTF-8.
        sha256: Of the text in UTF-8.
        vocabulary: All symbols, in code point order.
    """

    length: int
    size: int
    sha256: str
    vocabulary: Vocabulary


@dataclass(frozen=True)
class LongCorpus:
    """Texts under one name, joined by blank lines; to a training the same as a Corpus.

    Attributes:
        name: What it is called on pages and in config.json.
        texts: Each gives a text, block by block.
        lowercase: Whether it is lower-cased.
        note: What its reader should see about its origin and how it was read, or ``""``.
        folder: Where the ids lie while they are in use; the system's own by default.
    """

    name: str
    texts: Sequence[Blocks]
    lowercase: bool = False
    note: str = ""
    folder: Path | None = field(default=None, compare=False)

    def cased(self, *, lowercase: bool) -> LongCorpus:
        """Return the corpus in lower case if asked, as it is otherwise."""
        return replace(self, lowercase=True) if lowercase else self

    def pieces(self) -> Iterator[str]:
        """Yield the text as the network sees it, piece by piece."""
        return lowered(self._blocks()) if self.lowercase else self._blocks()

    def _blocks(self) -> Iterator[str]:
        return joined(text() for text in self.texts)

    @cached_property
    def capitals(self) -> float:
        """The fraction of its letters that were capitals and were folded to lower case."""
        return capitals_in(self._blocks()) if self.lowercase else 0.0

    def whole(self) -> Corpus:
        """Return the text in memory."""
        return Corpus(self.name, "".join(self.pieces()), self.note, self.capitals)

    @cached_property
    def survey(self) -> Survey:
        """What one reading of the text tells."""
        digest, seen, length, size = hashlib.sha256(), np.zeros(_CODE_POINTS, bool), 0, 0
        for piece in self.pieces():
            data = piece.encode("utf-8", "surrogatepass")
            digest.update(data)
            seen[code_points(piece)] = True
            length, size = length + len(piece), size + len(data)
        symbols = tuple(map(chr, np.flatnonzero(seen).tolist()))
        return Survey(length, size, digest.hexdigest(), Vocabulary(symbols))

    def __len__(self) -> int:
        return self.survey.length

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, as the network sees it (after lower-casing)."""
        return self.survey.sha256

    @property
    def size(self) -> int:
        """Bytes of the text in UTF-8."""
        return self.survey.size

    @property
    def vocabulary(self) -> Vocabulary:
        """All symbols of the text, in code point order."""
        return self.survey.vocabulary

    @cached_property
    def ids(self) -> NDArray[Any]:
        """The text as ids of its own vocabulary, shape (len(text),), in one or two bytes each.

        They lie in a temporary file that goes with them, and only what is looked at is read.

        Raises:
            CorpusError: If the text is another than at the first reading.
            OSError: If there is no room for them.
        """
        kind = self.vocabulary.id_type
        with tempfile.TemporaryFile(dir=self.folder) as file:
            self._write_ids(file, kind)
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)

    def _write_ids(self, file: IO[bytes], kind: type[np.integer[Any]]) -> None:
        points = np.array([ord(symbol) for symbol in self.vocabulary.symbols])
        table, known = np.zeros(_CODE_POINTS, kind), np.zeros(_CODE_POINTS, bool)
        table[points], known[points] = np.arange(len(points)), True
        length = 0
        for piece in self.pieces():
            found = code_points(piece)
            if not known[found].all():
                raise changed(self.name)
            file.write(table[found].tobytes())
            length += len(piece)
        file.flush()
        if length != len(self):
            raise changed(self.name)


def changed(name: str) -> CorpusError:
    """Return the error for a text that is another at a second reading."""
    return CorpusError(f"The text {name!r} was changed while it was read; try again.")


def let_go(ids: NDArray[Any]) -> None:
    """Give back the memory of what was looked at of ids that lie in a file; others stay.

    Where the system has no such call, it gives it back by itself when it needs some.
    """
    base: Any = ids
    while isinstance(base, np.ndarray):
        base = base.base
    mapping = base.obj if isinstance(base, memoryview) else base
    if isinstance(mapping, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        with contextlib.suppress(OSError):
            mapping.madvise(mmap.MADV_DONTNEED)
