"""A corpus: a text to learn from, its split, and the checks before anything starts.

Knows nothing of downloads, networks or pages.

The notebook's windows of a text: 60 characters, and the character after them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import CHAR, Vocabulary, code_points
from charlstm.errors import CorpusError

if TYPE_CHECKING:
    import pandas as pd

WINDOW = 60
"""Characters of context in the seed's task."""

WINDOW_STEP = 3
"""Characters from the start of one window to the start of the next."""

MAX_SYMBOLS = 4096

MANY_CAPITALS = 1 / 3
"""Where a larger fraction of the letters are capitals, they carry meaning (SMILES, FASTA, ABC)."""

_PIECE = 1 << 20
"""Characters that are looked at a time."""


class Learnable(Protocol):
    """A text that a training can learn: a Corpus, or one that is too long for memory."""

    @property
    def name(self) -> str:
        """What it is called on pages and in config.json."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, as the network sees it."""

    @property
    def size(self) -> int:
        """Bytes of the text in UTF-8."""

    @property
    def note(self) -> str:
        """What its reader should see about its origin and how it was read, or ``""``."""

    @property
    def capitals(self) -> float:
        """The fraction of its letters that were capitals and were folded to lower case."""

    @property
    def vocabulary(self) -> Vocabulary:
        """All symbols of the text, in code point order."""

    @property
    def ids(self) -> NDArray[Any]:
        """The text as ids of its own vocabulary, shape (characters,)."""

    def pieces(self) -> Iterator[str]:
        """Yield the text as the network sees it, piece by piece."""

    def whole(self) -> Corpus:
        """Return the text as one that lies in memory."""

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Corpus:
    """A text under a name.

    Attributes:
        name: What it is called on pages and in config.json.
        text: The characters to learn, lower-cased if that was chosen.
        note: What its reader should see about its origin and how it was read, or ``""``.
        capitals: The fraction of its letters that were capitals and were folded to lower case.
    """

    name: str
    text: str
    note: str = ""
    capitals: float = 0.0

    def whole(self) -> Corpus:
        """Return the text as one that lies in memory."""
        return self

    def lowered(self) -> Corpus:
        """Return the corpus in lower case, as the seed's program reads it."""
        text = "".join(piece.lower() for piece in self.pieces())
        return replace(self, text=text, capitals=capitals_in(self.pieces()))

    def cased(self, *, lowercase: bool) -> Corpus:
        """Return the corpus in lower case if asked, as it is otherwise."""
        return self.lowered() if lowercase else self

    def __len__(self) -> int:
        return len(self.text)

    def pieces(self) -> Iterator[str]:
        """Yield the text, about a million characters at a time."""
        return _pieces(self.text)

    @property
    def size(self) -> int:
        """Bytes of the text in UTF-8."""
        return sum(len(piece.encode("utf-8", "surrogatepass")) for piece in self.pieces())

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, as the network sees it (after lower-casing)."""
        digest = hashlib.sha256()
        for piece in _pieces(self.text):
            digest.update(piece.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All symbols of the text, in code point order."""
        return Vocabulary.of(self.text)

    @cached_property
    def ids(self) -> NDArray[Any]:
        """The text as ids of its own vocabulary, shape (len(text),), in one or two bytes each."""
        return self.vocabulary.encode(self.text, self.vocabulary.id_type)


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into pieces of about a million characters, so that little is copied at a time.

    A piece ends with a line: lower-casing a letter (the Greek sigma) can depend on its neighbours,
    but not on those of another line.
    """
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE) + 1 or len(text)
        yield text[start:end]
        start = end


def capitals_in(pieces: Iterable[str]) -> float:
    """Return which fraction of the letters of a text are capitals; 0 where there is no letter."""
    letters = capitals = 0
    for piece in pieces:
        counts = np.bincount(code_points(piece))
        for point in np.flatnonzero(counts).tolist():
            letters += int(counts[point]) * chr(point).isalpha()
            capitals += int(counts[point]) * chr(point).isupper()
    return capitals / max(1, letters)


def window_count(length: int, window: int = WINDOW, step: int = WINDOW_STEP) -> int:
    """Return how many windows, each with a next character, a text of ``length`` characters has."""
    return max(0, -(-(length - window) // step))


def training_length(length: int, held_out: float) -> int:
    """Return how many of ``length`` characters are trained on; the rest is held out."""
    return length - round(length * held_out)


def check(corpus: Learnable, *, held_out: float = 0.1, level: str = CHAR) -> None:
    """Refuse a text that nothing can be learned from.

    Args:
        corpus: The text, already lower-cased if that was chosen.
        held_out: The fraction of the text, at its end, that is not trained on.
        level: What is learned of it; only of characters there can be too many.

    Raises:
        CorpusError: With one sentence that says what is wrong and what would be right.
    """
    found = "".join(corpus.vocabulary.symbols)
    if not found:
        raise CorpusError("This text is empty; give at least a few hundred characters.")
    if found.isspace():
        raise CorpusError("This text is white space only; give at least a few hundred letters.")
    if "\0" in found:
        raise CorpusError("This text holds NUL characters; remove them or save it as UTF-8.")
    if any("\ud800" <= symbol <= "\udfff" for symbol in found):
        raise CorpusError("This text holds halves of characters; save it as plain text in UTF-8.")
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
        part = f" with {held_out:.0%} held out" if held_out > 0 else ""
        raise CorpusError(
            f"This text has {len(corpus):,} characters; with windows of {WINDOW}{part} it takes at"
            f" least {needed:,}."
        )


def shortest(held_out: float = 0.1) -> int:
    """Return the fewest characters that leave a window and its next character on each side.

    Args:
        held_out: The fraction of the text, at its end, that is not trained on.
    """
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


def unigram_entropy(corpus: Corpus) -> float:
    """Return the entropy of the symbol frequencies in nats per character.

    It is the loss of a model that knows the frequencies and nothing else (Shannon 1948, section 6).
    """
    fraction = symbol_counts(corpus)["fraction"].to_numpy()
    return float(-(fraction * np.log(fraction)).sum())


HELD_OUT_WINDOWS = 2048
"""Held-out windows that the live loss of a training is measured on."""


def windows(
    ids: NDArray[Any], window: int = WINDOW, step: int = WINDOW_STEP
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the seed's windows and the character after each.

    Args:
        ids: A text, shape (characters,).
        window: Characters per window.
        step: Characters from the start of one window to the start of the next.

    Returns:
        Views of shapes (windows, window) and (windows,); nothing is copied.
    """
    if len(ids) <= window:
        return np.zeros((0, window), ids.dtype), np.zeros(0, ids.dtype)
    return np.lib.stride_tricks.sliding_window_view(ids[:-1], window)[::step], ids[window::step]


def sample_of_windows(ids: NDArray[Any], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return at most ``count`` of a text's windows, evenly spread, and their next characters.

    Shapes (windows, 60) and (windows,); the same for every recipe and every run on the text.
    """
    all_windows, targets = windows(ids)
    chosen = _spread(len(targets), count)
    return np.ascontiguousarray(all_windows[chosen]), targets[chosen]


def sample_of_positions(length: int, count: int | None = None) -> NDArray[np.intp]:
    """Return the places in a text of the characters that ``sample_of_windows`` predicts.

    Args:
        length: Of the text.
        count: At most so many; all by default.
    """
    windows_in_all = window_count(length)
    chosen = _spread(windows_in_all, windows_in_all if count is None else count)
    return WINDOW + WINDOW_STEP * chosen


def _spread(count: int, most: int) -> NDArray[np.intp]:
    """Return at most ``most`` of so many numbers from 0, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.intp))
