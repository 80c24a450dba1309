"""A written text: its copies, its loops, its words, and which of them are invented.

A copy is a passage of at least 20 characters, not all of them white space, that occurs in the text
that a model learned. Copies are found by the hashes of 20-grams; if the learned text is available,
each is compared with it character by character. If only its fingerprint is available, copies are
recognised but have no position.
"""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from charlstm.data.fingerprint import GRAM, Fingerprint, Hashes, gram_hashes, gram_pieces
from charlstm.data.vocabulary import UNKNOWN, code_points
from charlstm.data.words import (
    APOSTROPHES,
    distinct_words,
    english_words,
    find_words,
    is_written_without_spaces,
    plain,
)

MOST_POSITIONS = 1000
"""If a 20-gram occurs in a text more often than this, only the first positions count."""

_FILTER_BITS = 22
"""The last bits of a hash rule out most 20-grams of a corpus before a look-up."""

TEXT, FINGERPRINT, NOTHING = "text", "fingerprint", "nothing"
"""Which form of the text that a model learned is available."""

SHORTEST_COPY = {TEXT: GRAM, FINGERPRINT: GRAM + 2}
"""The fewest characters of a copy, by what is available: one rule for pages, the atlas and the
command line. One 20-gram in 320 is wrongly recognised by a fingerprint, but three in a row only
once in 30 million times."""

FEWEST_ROUNDS = 3
SHORTEST_LOOP = 60


Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Copy:
    """A passage of a written text, and its position in the other text, if that is available."""

    start: int
    length: int
    position: int | None

    @property
    def end(self) -> int:
        """The position in the written text after its last character."""
        return self.start + self.length


def copies_from(texts: Sequence[str], corpus: str, shortest: int = GRAM) -> list[list[Copy]]:
    """Return the copies in each text from the corpus, the longest first.

    They do not overlap: of two that would, the longer one counts, and the rest of the other if it
    is long enough by itself. Each has its first position in the corpus; ``shortest`` is at least
    20.

    >>> copies_from(["He said: all happy families"], "Thus: all happy families are alike")
    [[Copy(start=7, length=20, position=4)]]
    """
    hashes = [gram_hashes(text) for text in texts]
    keys = np.unique(np.concatenate([np.zeros(0, np.uint64), *hashes]))
    numbers, positions = _positions(keys, corpus)
    first = np.searchsorted(numbers, np.arange(len(keys) + 1))
    found = []
    for text, own in zip(texts, hashes, strict=True):
        runs = _runs(np.searchsorted(keys, own), first, positions)
        true = (c for c in runs if _is_true(c, text, corpus) and not is_blank(c, text))
        found.append([c for c in _apart(true, shortest) if not is_blank(c, text)])
    return found


def copies_by_grams(known: NDArray[np.bool_], shortest: int = GRAM) -> list[Copy]:
    """Return passages all of whose 20-grams are known, the longest first.

    ``known`` says whether the 20-gram at each position of a text is, shape (length - 19,).
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    copies = [Copy(start, end - start + GRAM - 1, None) for start, end in runs]
    return sorted(
        (copy for copy in copies if copy.length >= shortest), key=lambda c: (-c.length, c.start)
    )


def is_blank(copy: Copy, text: str) -> bool:
    """Return whether a passage of a text is white space alone."""
    return text[copy.start : copy.end].isspace()


def _is_true(copy: Copy, text: str, corpus: str) -> bool:
    assert copy.position is not None
    there = corpus[copy.position : copy.position + copy.length]
    return text[copy.start : copy.end] == there


def _positions(keys: Hashes, corpus: str) -> tuple[Integers, Integers]:
    """Return where the 20-grams of these hashes occur: sorted indices of keys, and positions."""
    mask = np.uint64((1 << _FILTER_BITS) - 1)
    candidate = np.zeros(1 << _FILTER_BITS, bool)
    candidate[keys & mask] = True
    numbers, positions = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start, hashes in gram_pieces(corpus) if len(keys) else ():
        here = np.flatnonzero(candidate[hashes & mask])
        number = np.minimum(np.searchsorted(keys, hashes[here]), len(keys) - 1)
        same = keys[number] == hashes[here]
        numbers.append(number[same])
        positions.append(here[same] + start)
    number, position = np.concatenate(numbers), np.concatenate(positions)
    order = np.argsort(number, kind="stable")
    number, position = number[order], position[order]
    rank = np.arange(len(number)) - np.searchsorted(number, number)
    kept = rank < MOST_POSITIONS
    return number[kept], position[kept]


def _runs(numbers: Integers, first: Integers, positions: Integers) -> list[Copy]:
    """Return the runs of 20-grams that follow each other both in a text and in the corpus.

    ``numbers`` is the index of the key at every position of the text. The positions of a key in the
    corpus begin at ``first`` in ``positions``.
    """
    count = first[numbers + 1] - first[numbers]
    start = np.repeat(np.arange(len(numbers)), count)
    within = np.arange(len(start)) - np.repeat(np.cumsum(count) - count, count)
    position = positions[np.repeat(first[numbers], count) + within]
    order = np.lexsort((start, position - start))  # diagonal by diagonal
    start, position = start[order], position[order]
    breaks = (np.diff(start) != 1) | (np.diff(position) != 1)
    begins = np.flatnonzero(np.concatenate([[True], breaks]))[: len(start)]
    lengths = np.diff(np.append(begins, len(start))) + GRAM - 1
    return list(map(Copy, start[begins].tolist(), lengths.tolist(), position[begins].tolist()))


def _apart(copies: Iterable[Copy], shortest: int) -> list[Copy]:
    """Return copies that do not overlap, the longest first, then the earliest in the text."""
    waiting = [(-c.length, c.start, c.position or 0) for c in copies if c.length >= shortest]
    heapq.heapify(waiting)
    chosen: list[Copy] = []
    while waiting:
        length, start, position = heapq.heappop(waiting)
        end = start - length
        other = next((c for c in chosen if start < c.end and c.start < end), None)
        if other is None:
            chosen.append(Copy(start, end - start, position))
            continue
        for left, right in ((start, other.start), (other.end, end)):
            if right - left >= shortest:
                heapq.heappush(waiting, (left - right, left, position + left - start))
    return chosen


@dataclass(frozen=True)
class Loop:
    """The same ``period`` characters, repeated from ``start`` to the end of a text."""

    period: int
    start: int


def repeated_fraction(text: str, size: int = GRAM) -> float:
    """Return the fraction of a text's passages of ``size`` characters that occurred in it before.

    It is 0 if the text is shorter than one of them.
    """
    grams = [text[start : start + size] for start in range(len(text) - size + 1)]
    return (len(grams) - len(set(grams))) / len(grams) if grams else 0.0


def loop_of(text: str) -> Loop | None:
    """Return the loop that a text ends in, or None.

    A loop has at least three rounds and at least 60 characters; of several the one with the
    shortest round counts.
    """
    points = code_points(text)[::-1]
    for period in range(1, len(text) // FEWEST_ROUNDS + 1):
        repeats = points[period:] == points[:-period]
        tail = period + (len(repeats) if repeats.all() else int(repeats.argmin()))
        if tail >= max(FEWEST_ROUNDS * period, SHORTEST_LOOP):
            return Loop(period, len(text) - tail)
    return None


def gzip_bits(text: str) -> float:
    """Return the size of a text compressed by gzip at level 9, in bits per character; 0 if empty.

    The header and trailer of gzip, 18 bytes, count too.
    """
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return 8 * len(packed) / len(text) if text else 0.0


@dataclass(frozen=True)
class Word:
    """A word in lower case with a straight apostrophe, and where it starts and ends in a text.

    A word that began in the prompt starts at 0.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """The words of the text that a model learned, and those of an English word list."""

    corpus: Container[str]
    english: Container[str]

    def is_english(self, word: str) -> bool:
        """Return whether a word is on the list, alone or before a possessive 's."""
        return word in self.english or word.removesuffix("'s") in self.english

    def is_invented(self, word: str) -> bool:
        """Return whether a word is in neither."""
        return word not in self.corpus and not self.is_english(word)


def words_of(text: str, prompt: str = "") -> list[Word]:
    """Return the words of a written text, in order.

    A word that began in the prompt is read whole. The last word is left out unless something that
    is not part of a word follows it, because its end is unknown. An unknown token is not a word,
    nor is a clause in a script that puts no spaces between words.
    """
    whole = prompt + text
    # A word may continue after an apostrophe.
    unfinished = len(whole) - (1 if whole.endswith(APOSTROPHES) else 0)
    found = []
    for match in find_words(whole):
        start, end = match.start() - len(prompt), match.end() - len(prompt)
        is_unknown = whole[max(0, match.start() - 1) : match.end() + 1] == UNKNOWN
        is_word = not is_unknown and not is_written_without_spaces(match[0])
        if end > 0 and match.end() < unfinished and is_word:
            found.append(Word(plain(match[0]), max(start, 0), end))
    return found


def invented_spans(text: str, prompt: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the start and end of each invented word of a text that was written after a prompt.

    >>> invented_spans("the cat blorps. ", "", Lexicon({"cat"}, {"the"}))
    [(8, 14)]
    """
    words = words_of(text, prompt)
    return [(word.start, word.end) for word in words if lexicon.is_invented(word.text)]


def spans_of(text: str, prompt: str, wanted: Container[str]) -> list[tuple[int, int]]:
    """Return the start and end of each word of a written text that is among the wanted ones."""
    return [(word.start, word.end) for word in words_of(text, prompt) if word.text in wanted]


@dataclass(frozen=True)
class Source:
    """The available form of the text that a model learned: the text, a fingerprint, or nothing.

    ``reason`` says in one sentence why there is no text.
    """

    text: str | None = None
    fingerprint: Fingerprint | None = None
    reason: str = ""

    @property
    def kind(self) -> str:
        """TEXT, FINGERPRINT or NOTHING."""
        if self.text is not None:
            return TEXT
        return NOTHING if self.fingerprint is None else FINGERPRINT

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The words that are not invented, or None if nothing is available."""
        if self.text is not None:
            return Lexicon(distinct_words(self.text), english_words())
        if self.fingerprint is not None:
            return Lexicon(self.fingerprint, english_words())
        return None

    def copies(self, texts: Sequence[str], shortest: int = GRAM) -> list[list[Copy]] | None:
        """Return the copies in each text, the longest first; None if nothing is available.

        With a fingerprint alone a copy may join two passages, so its length is an upper bound.
        """
        if self.text is not None:
            return copies_from(texts, self.text, shortest)
        if self.fingerprint is not None:
            shortest = max(shortest, SHORTEST_COPY[FINGERPRINT])
            known = self.fingerprint.known_grams
            return [
                [copy for copy in copies_by_grams(known(t), shortest) if not is_blank(copy, t)]
                for t in texts
            ]
        return None
