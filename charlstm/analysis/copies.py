"""Stretches of a written text that stand in another text word for word.

Knows strings and the hashes of their 20-grams; a stretch shorter than 20 characters is no copy, and
neither is one of white space alone.
Whatever is reported from a text at hand has been compared with it character by character.

How much a text repeats itself: repeated 20-grams, a loop at its end, its compressed size.

What is at hand of the text that a model learned: the text, its fingerprint, or nothing.

Knows how to recognise words and copies with each of them; knows nothing of files or runs.
"""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.invented import Lexicon
from charlstm.data.fingerprint import GRAM, Fingerprint, Hashes, gram_hashes, gram_pieces
from charlstm.data.words import distinct_words, english_words

MOST_PLACES = 1000
"""Of a 20-gram that stands in a text more often than this, the first so many places count."""

_FILTER_BITS = 22

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Copy:
    """A stretch of a written text that stands in another text.

    Attributes:
        start: Where it begins in the written text.
        length: Its characters.
        position: Where it begins in the other text, or None where that is not at hand.
    """

    start: int
    length: int
    position: int | None

    @property
    def end(self) -> int:
        """Where it ends in the written text."""
        return self.start + self.length


def copies_from(texts: Sequence[str], corpus: str, shortest: int = GRAM) -> list[list[Copy]]:
    """Return for each text its stretches that stand in the corpus, the longest first.

    They do not overlap: of two that do, the longer one counts, and the rest of the other where it
    is long enough itself. Each is at its first place in the corpus.

    Args:
        texts: Written texts; together they cost little more than one.
        corpus: Read once, in pieces, so it may be long.
        shortest: Characters, at least 20.
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
    """Return stretches all of whose 20-grams are known, the longest first, without a place.

    Args:
        known: Whether the 20-gram at each place of a written text is, shape (length - 19,).
        shortest: Characters, at least 20.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    runs = edges.reshape(-1, 2).tolist()
    copies = [Copy(start, end - start + GRAM - 1, None) for start, end in runs]
    return sorted(
        (copy for copy in copies if copy.length >= shortest), key=lambda c: (-c.length, c.start)
    )


def is_blank(copy: Copy, text: str) -> bool:
    """Return whether a stretch of a text is white space alone."""
    return text[copy.start : copy.end].isspace()


def _is_true(copy: Copy, text: str, corpus: str) -> bool:
    assert copy.position is not None
    there = corpus[copy.position : copy.position + copy.length]
    return text[copy.start : copy.end] == there


def _positions(keys: Hashes, corpus: str) -> tuple[Integers, Integers]:
    """Return where the 20-grams of these hashes stand: numbers of keys, in order, and places."""
    if not len(keys):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    mask = np.uint64((1 << _FILTER_BITS) - 1)
    candidate = np.zeros(1 << _FILTER_BITS, bool)
    candidate[(keys & mask).astype(np.int64)] = True
    counts = np.zeros(len(keys), np.int64)
    numbers, positions = [], []
    for start, hashes in gram_pieces(corpus):
        position = np.flatnonzero(candidate[(hashes & mask).astype(np.int64)])
        number = np.searchsorted(keys, hashes[position])
        number[number == len(keys)] = 0
        same = keys[number] == hashes[position]
        number, position = _first_ones(number[same], position[same] + start, counts)
        numbers.append(number)
        positions.append(position)
    number, position = (
        np.concatenate([np.zeros(0, np.int64), *parts]) for parts in (numbers, positions)
    )
    order = np.argsort(number, kind="stable")
    return number[order], position[order]


def _first_ones(
    number: Integers, position: Integers, counts: Integers
) -> tuple[Integers, Integers]:
    """Drop places of keys that have enough of them; ``counts`` is changed in place."""
    order = np.argsort(number, kind="stable")
    number, position = number[order], position[order]
    here = np.bincount(number, minlength=len(counts))
    rank = np.arange(len(number)) - (np.cumsum(here) - here)[number]
    keep = rank + counts[number] < MOST_PLACES
    counts += here
    return number[keep], position[keep]


def _runs(numbers: Integers, first: Integers, positions: Integers) -> list[Copy]:
    """Return the runs of 20-grams that follow each other both in a text and in the corpus.

    Args:
        numbers: Of the key at every place of the text.
        first: Where each key's places begin in ``positions``.
        positions: Places in the corpus, key by key.
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
    return _maximal(start[begins], lengths, position[begins])


def _maximal(start: Integers, length: Integers, position: Integers) -> list[Copy]:
    """Leave out every run that lies within another one; of equal ones the first place stays."""
    order = np.lexsort((position, -length, start))
    start, length, position = start[order], length[order], position[order]
    ends = start + length
    furthest = np.maximum.accumulate(np.concatenate([[0], ends]))[:-1]
    kept = np.flatnonzero(ends > furthest)
    rows = zip(start[kept].tolist(), length[kept].tolist(), position[kept].tolist(), strict=True)
    return [Copy(*row) for row in rows]


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


FEWEST_ROUNDS = 3
SHORTEST_LOOP = 60


@dataclass(frozen=True)
class Loop:
    """The same characters, over and over, to the end of a text.

    Attributes:
        period: Characters of one round.
        start: Where the first round begins.
    """

    period: int
    start: int


def repeated_fraction(text: str, size: int = GRAM) -> float:
    """Return the fraction of a text's stretches of ``size`` characters that stood in it before.

    0 where the text is shorter than one of them.
    """
    grams = [text[start : start + size] for start in range(len(text) - size + 1)]
    return (len(grams) - len(set(grams))) / len(grams) if grams else 0.0


def loop_of(text: str) -> Loop | None:
    """Return the loop that a text ends in, or None.

    A loop is at least three rounds of the same characters and at least 60 characters in all; of
    several the one with the shortest round counts.
    """
    reversed_text = text[::-1]
    for period, matched in enumerate(_z(reversed_text)[1:], start=1):
        tail = period + matched
        if tail >= FEWEST_ROUNDS * period and tail >= SHORTEST_LOOP:
            return Loop(period, len(text) - tail)
    return None


def gzip_bits(text: str) -> float:
    """Return the size of a text compressed by gzip at level 9, in bits per character.

    What gzip writes before and after the compressed data, 18 bytes, counts too. 0 if empty.
    """
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return 8 * len(packed) / len(text) if text else 0.0


def _z(text: str) -> list[int]:
    """Return for every place how many characters from there on are those of the text's start.

    The Z algorithm (Gusfield 1997, section 1.4), linear in the length.
    """
    lengths = [len(text)] + [0] * (len(text) - 1) if text else []
    left = right = 0
    for position in range(1, len(text)):
        length = min(right - position, lengths[position - left]) if position < right else 0
        while position + length < len(text) and text[length] == text[position + length]:
            length += 1
        lengths[position] = length
        if position + length > right:
            left, right = position, position + length
    return lengths


TEXT, FINGERPRINT, NOTHING = "text", "fingerprint", "nothing"

SHORTEST_COPY = {TEXT: GRAM, FINGERPRINT: GRAM + 2}
"""Characters from which on a passage counts as copied, by what is at hand: the one rule for pages,
the atlas and the command line."""


@dataclass(frozen=True)
class Source:
    """The text that a model learned, as far as it is at hand.

    Attributes:
        text: The text as the network saw it, or None.
        fingerprint: Used where there is no text, or None.
        reason: Why there is no text, as one sentence, or ``""``.
    """

    text: str | None = None
    fingerprint: Fingerprint | None = None
    reason: str = ""

    @property
    def kind(self) -> str:
        """What is used: TEXT, FINGERPRINT or NOTHING."""
        if self.text is not None:
            return TEXT
        return NOTHING if self.fingerprint is None else FINGERPRINT

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The words that are known, or None where none of the text's are."""
        if self.text is not None:
            return Lexicon(distinct_words(self.text), english_words())
        if self.fingerprint is not None:
            return Lexicon(self.fingerprint, english_words())
        return None

    def copies(self, texts: Sequence[str], shortest: int = GRAM) -> list[list[Copy]] | None:
        """Return for each text its stretches that stand in the source, the longest first.

        With a fingerprint alone a stretch is one all of whose 20-grams are known: it has no place
        and may join two passages, so its length is an upper bound. It counts from 22 characters on,
        because one 20-gram in 320 is wrongly recognised, but three in a row once in 30 million
        times. Where nothing is at hand the answer is None.

        Args:
            texts: Written texts.
            shortest: Characters of a copy, at least 20.
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
