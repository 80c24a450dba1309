"""Texts to learn: in memory or read in blocks, checked, split, and cut into windows."""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import CHAR, Vocabulary, code_points
from charlstm.errors import CorpusError

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 60
"""Characters of context in the notebook's task."""

WINDOW_STEP = 3
"""Characters from the start of one window to the start of the next."""

HELD_OUT_WINDOWS = 2048
"""Held-out windows on which the loss is measured during a training."""

MAX_SYMBOLS = 4096

MANY_CAPITALS = 1 / 3
"""If a larger fraction of the letters are capitals, they carry meaning (SMILES, FASTA, ABC)."""

_PIECE = 1 << 20
"""Characters that are processed at a time."""

_CUTS = re.compile("[\\s\u3001\u3002\u4e00-\u9fff]")
"""Where a text may be cut before it is lower-cased: what a Greek sigma becomes depends on the
letters around it, but never on any beyond white space, an ideograph or an ideographic stop."""

Blocks = Callable[[], Iterable[str]]
"""Each call reads a text from its beginning, block by block."""


@dataclass(frozen=True)
class _Text(ABC):
    """The common part of a Corpus and a LongCorpus.

    ``name`` is its name on pages and in config.json; ``note`` says how it was read, if that is
    worth knowing, and is ``""`` otherwise.
    """

    name: str
    note: str = field(default="", kw_only=True)

    @abstractmethod
    def pieces(self) -> Iterator[str]:
        """Yield the text as the network sees it, piece by piece."""

    @abstractmethod
    def lowered(self) -> Self:
        """Return the corpus in lower case, as the notebook reads it."""

    def cased(self, *, lowercase: bool) -> Self:
        """Return the corpus in lower case if asked, and unchanged otherwise."""
        return self.lowered() if lowercase else self

    @cached_property
    def _survey(self) -> tuple[int, int, str, Vocabulary]:
        """The result of one reading: characters, bytes in UTF-8, SHA-256 and vocabulary."""
        digest, seen, length, size = hashlib.sha256(), np.zeros(0x110000, bool), 0, 0
        for piece in self.pieces():
            data = piece.encode("utf-8", "surrogatepass")
            digest.update(data)
            seen[code_points(piece)] = True
            length, size = length + len(piece), size + len(data)
        symbols = tuple(map(chr, np.flatnonzero(seen).tolist()))
        return length, size, digest.hexdigest(), Vocabulary(symbols)

    def __len__(self) -> int:
        return self._survey[0]

    @property
    def size(self) -> int:
        """Bytes of the text in UTF-8."""
        return self._survey[1]

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, as the network sees it (after lower-casing)."""
        return self._survey[2]

    @property
    def vocabulary(self) -> Vocabulary:
        """All symbols of the text, in code point order."""
        return self._survey[3]


@dataclass(frozen=True)
class Corpus(_Text):
    """A text in memory, lower-cased if that was chosen.

    ``capitals`` is the fraction of its letters that were capitals and were folded to lower case.

    >>> corpus = Corpus("mine", "Abracadabra").lowered()
    >>> corpus.vocabulary.symbols, corpus.ids.tolist()
    (('a', 'b', 'c', 'd', 'r'), [0, 1, 4, 0, 2, 0, 3, 0, 1, 4, 0])
    """

    text: str
    capitals: float = 0.0

    def __len__(self) -> int:
        return len(self.text)

    def pieces(self) -> Iterator[str]:
        """Yield the text, about a million characters at a time, so that little is copied."""
        return (self.text[at : at + _PIECE] for at in range(0, len(self.text), _PIECE))

    def whole(self) -> Corpus:
        return self

    def lowered(self) -> Corpus:
        text = "".join(lowered(self.pieces()))
        return replace(self, text=text, capitals=_capitals_in(self.pieces()))

    @cached_property
    def ids(self) -> NDArray[Any]:
        """The text as ids of its own vocabulary, shape (characters,), in one or two bytes each."""
        return self.vocabulary.encode(self.text, self.vocabulary.id_type)


@dataclass(frozen=True)
class LongCorpus(_Text):
    """Texts joined by blank lines and read in blocks, never whole in memory.

    Its ids are in a temporary file in ``folder``, by default the system's own.
    """

    texts: Sequence[Blocks]
    lowercase: bool = False
    folder: Path | None = field(default=None, compare=False)

    def lowered(self) -> LongCorpus:
        return replace(self, lowercase=True)

    def pieces(self) -> Iterator[str]:
        return lowered(self._blocks()) if self.lowercase else self._blocks()

    def _blocks(self) -> Iterator[str]:
        return joined(text() for text in self.texts)

    def whole(self) -> Corpus:
        return Corpus(self.name, "".join(self.pieces()), self.capitals, note=self.note)

    @cached_property
    def capitals(self) -> float:
        return _capitals_in(self._blocks()) if self.lowercase else 0.0

    @cached_property
    def ids(self) -> NDArray[Any]:
        """The ids, mapped from a temporary file that is deleted with them.

        If the text differs at its second reading, a CorpusError is raised.
        """
        kind, length = self.vocabulary.id_type, 0
        with tempfile.TemporaryFile(dir=self.folder) as file:
            for piece in self.pieces():
                try:
                    file.write(self.vocabulary.encode(piece, kind).tobytes())
                except CorpusError as error:
                    raise changed(self.name) from error
                length += len(piece)
            if length != len(self):
                raise changed(self.name)
            file.flush()
            return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)


Learnable = Corpus | LongCorpus
"""A text that a training can learn: in memory, or too large for that."""


def changed(name: str) -> CorpusError:
    """Return the error for a text that differs at a second reading."""
    return CorpusError(f"The text {name!r} was changed while it was read; try again.")


def let_go(ids: NDArray[Any]) -> None:
    """Give back the memory of ids that are mapped from a file; ids in memory are left alone.

    Without such a system call, the system reclaims the memory itself when it needs it.
    """
    base: Any = ids
    while isinstance(base, np.ndarray):
        base = base.base
    mapping = base.obj if isinstance(base, memoryview) else base
    if isinstance(mapping, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        with contextlib.suppress(OSError):
            mapping.madvise(mmap.MADV_DONTNEED)


def part(blocks: Iterable[str], start: int, stop: int) -> str:
    """Return the characters of a text from ``start`` to before ``stop``; none after are read."""
    found, at = [], 0
    for block in blocks:
        found.append(block[max(0, start - at) : max(0, stop - at)])
        at += len(block)
        if at >= stop:
            break
    return "".join(found)


def lowered(blocks: Iterable[str]) -> Iterator[str]:
    """Yield a text in lower case, the same as if it were lower-cased at once."""
    waiting: list[str] = []
    for block in blocks:
        ends = (at for at in range(len(block), 0, -1) if _CUTS.match(block, at - 1))
        if cut := next(ends, 0):
            yield "".join([*waiting, block[:cut]]).lower()
            waiting = []
        waiting.append(block[cut:])
    yield "".join(waiting).lower()


def joined(texts: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield texts in blocks, one after the other, with at least one blank line between two.

    An empty text leaves no trace.
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


def _capitals_in(pieces: Iterable[str]) -> float:
    """Return the fraction of the letters of a text that are capitals; 0 if there is no letter."""
    letters = capitals = 0
    for piece in pieces:
        counts = np.bincount(code_points(piece))
        for point in np.flatnonzero(counts).tolist():
            letters += int(counts[point]) * chr(point).isalpha()
            capitals += int(counts[point]) * chr(point).isupper()
    return capitals / max(1, letters)


def training_length(length: int, held_out: float) -> int:
    """Return how many of ``length`` characters are trained on; the rest, at the end, is held out.

    >>> training_length(600_893, 0.1)
    540804
    """
    return length - round(length * held_out)


def check(corpus: Learnable, *, held_out: float = 0.1, level: str = CHAR) -> None:
    """Refuse a text from which nothing can be learned.

    The text is as the network sees it; ``held_out`` is the fraction at its end that is not trained
    on. There can be too many different characters, but not too many words.
    """
    found = "".join(corpus.vocabulary.symbols)
    if not found:
        raise CorpusError("This text is empty; give at least a few hundred characters.")
    if found.isspace():
        raise CorpusError("This text is white space only; give at least a few hundred letters.")
    if "\0" in found:
        raise CorpusError("This text holds NUL characters; remove them or save it as UTF-8.")
    if any("\ud800" <= symbol <= "\udfff" for symbol in found):
        raise CorpusError("This text holds incomplete characters; save it as plain text in UTF-8.")
    symbols = len(found)
    if symbols == 1:
        raise CorpusError(
            f"This text repeats one symbol, {found!r}; there is nothing to predict. Give a"
            " text with at least two different characters."
        )
    if symbols > MAX_SYMBOLS and level == CHAR:
        raise CorpusError(
            f"This text has {symbols:,} different symbols; at most {MAX_SYMBOLS:,} can be learned."
            " Learn its words instead (level word), give a shorter part of it, or replace its"
            " rarest symbols by one."
        )
    if not _is_long_enough(len(corpus), held_out):
        needed = shortest(held_out)
        portion = f" and {held_out:.0%} held out" if held_out > 0 else ""
        raise CorpusError(
            f"This text has {len(corpus):,} characters; with windows of {WINDOW}{portion} the"
            f" minimum is {needed:,}."
        )


def shortest(held_out: float = 0.1) -> int:
    """Return the fewest characters that leave a window and its next character in each part."""
    fraction = min(1 - held_out, held_out) if held_out > 0 else 1.0
    length = int(WINDOW / fraction)
    while not _is_long_enough(length, held_out):
        length += 1
    return length


def _is_long_enough(length: int, held_out: float) -> bool:
    train = training_length(length, held_out)
    return train > WINDOW and (held_out == 0 or length - train > WINDOW)


def symbol_counts(corpus: Corpus) -> pd.DataFrame:
    """Return how often each symbol occurs: columns symbol, count, fraction; most frequent first."""
    import pandas as pd

    ids, symbols = corpus.ids, len(corpus.vocabulary)
    counts = np.zeros(symbols, np.int64)
    for start in range(0, len(ids), _PIECE):
        counts += np.bincount(ids[start : start + _PIECE], minlength=symbols)
    frame = pd.DataFrame({"symbol": corpus.vocabulary.symbols, "count": counts})
    frame["fraction"] = frame["count"] / max(1, len(corpus))
    return frame.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def window_count(length: int, window: int = WINDOW, step: int = WINDOW_STEP) -> int:
    """Return how many windows, each with a next character, a text of ``length`` characters has.

    ``window`` is the characters of each, and ``step`` those from one start to the next.

    >>> window_count(600_893)
    200278
    """
    return max(0, -(-(length - window) // step))


def windows(
    ids: NDArray[Any], window: int = WINDOW, step: int = WINDOW_STEP
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the notebook's windows of a text, shape (windows, window), and the symbol after each.

    Both are views; nothing is copied.
    """
    if len(ids) <= window:
        return np.zeros((0, window), ids.dtype), np.zeros(0, ids.dtype)
    return np.lib.stride_tricks.sliding_window_view(ids[:-1], window)[::step], ids[window::step]


def sample_of_windows(ids: NDArray[Any], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return at most ``count`` of a text's windows, evenly spread, and their next characters."""
    all_windows, targets = windows(ids)
    chosen = spread(len(targets), count)
    return np.ascontiguousarray(all_windows[chosen]), targets[chosen]


def sample_of_positions(length: int, count: int | None = None) -> NDArray[np.intp]:
    """Return the positions of the characters after at most ``count`` windows, evenly spread."""
    total = window_count(length)
    return WINDOW + WINDOW_STEP * spread(total, total if count is None else count)


def spread(count: int, most: int) -> NDArray[np.intp]:
    """Return at most ``most`` evenly spread numbers from 0 to ``count`` - 1."""
    return np.unique(np.linspace(0, count - 1, max(0, min(most, count))).astype(np.intp))
