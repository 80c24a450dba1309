"""The fingerprint of a corpus: enough to recognise its words and its 20-grams, never the text.

Words are kept as 32-bit hashes: one word in half a million is wrongly taken for one of a corpus of
10,000 words. 20-grams (passages of 20 characters) are hashed, and the hashes kept in a Bloom filter
(Bloom 1970) with 12 bits and eight positions for each: 1 in 320 that are not in the corpus is
taken for one that is (tests/data/test_fingerprint.py measures it). Those in the corpus are always
recognised. Hashes are the same on every machine and in every version of Python and NumPy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import code_points
from charlstm.data.words import distinct_words, find_words
from charlstm.errors import CorpusError, refuse_newer

GRAM = 20
"""Characters of a gram: longer than any common phrase, short enough to find a copied half line."""

_PIECE = 1 << 18
_BASE = 0x9E3779B97F4A7C15  # odd, so that no character is lost by the multiplication
_POWERS = np.array([pow(_BASE, n, 1 << 64) for n in reversed(range(GRAM))], np.uint64)

Hashes = NDArray[np.uint64]


def gram_hashes(text: str) -> Hashes:
    """Return the hash of the 20-gram at every position, shape (max(0, len(text) - 19),).

    It is the value of the polynomial whose coefficients are the code points, at a fixed odd base,
    modulo 2**64 (Karp & Rabin 1987), mixed by the finaliser of splitmix64 (Steele, Lea &
    Flood 2014).
    """
    points = code_points(text).astype(np.uint64)
    if len(points) < GRAM:
        return np.zeros(0, np.uint64)
    return _mixed(np.lib.stride_tricks.sliding_window_view(points, GRAM) @ _POWERS)


def gram_pieces(text: str) -> Iterator[tuple[int, Hashes]]:
    """Yield a position and the hashes of the 20-grams from there on, piece by piece."""
    for start in range(0, max(0, len(text) - GRAM + 1), _PIECE):
        yield start, gram_hashes(text[start : start + _PIECE + GRAM - 1])


def _mixed(hashes: Hashes) -> Hashes:
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    return hashes


FORMAT = 2
"""In format 1 a mark ended a word; both formats are read."""

BITS_PER_GRAM = 12
POSITIONS = 8
"""Bits that are set for a 20-gram; the best number for 12 bits each is 12 ln 2 = 8.3."""

MOST_CHARACTERS = 20_000_000


@dataclass(frozen=True)
class Fingerprint:
    """The SHA-256 of a corpus, sorted hashes of its words, and the Bloom filter of its 20-grams.

    The filter has eight bits to a byte.
    """

    sha256: str
    words: NDArray[np.uint32]
    grams: NDArray[np.uint8]
    format: int = FORMAT

    def __contains__(self, word: object) -> bool:
        """Return whether a word, in lower case, occurs in the corpus."""
        if self.format == FORMAT:
            return self._holds(str(word))
        return all(self._holds(part[0]) for part in find_words(str(word), marks_apart=True))

    def _holds(self, word: str) -> bool:
        wanted = _word_hash(word)
        position = int(np.searchsorted(self.words, wanted))
        return position < len(self.words) and int(self.words[position]) == wanted

    def known_grams(self, text: str) -> NDArray[np.bool_]:
        """Return whether the 20-gram at each position occurs, shape (max(0, len(text) - 19),)."""
        hashes = gram_hashes(text)
        known = np.ones(len(hashes), bool)
        for position in _positions(hashes, 8 * len(self.grams)):
            known &= (self.grams[position >> 3] >> (position & 7).astype(np.uint8)) & 1 == 1
        return known

    @property
    def false_positive_rate(self) -> float:
        """The false positive rate: the fraction of unknown 20-grams whose bits are all set."""
        filled = int(np.bitwise_count(self.grams).sum()) / max(1, 8 * len(self.grams))
        return float(filled**POSITIONS)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the fingerprint as named arrays, for a file."""
        return {
            "format": np.array([self.format]),
            "sha256": np.frombuffer(bytes.fromhex(self.sha256), np.uint8),
            "words": self.words,
            "grams": self.grams,
        }


def fingerprint_of(corpus: Corpus) -> Fingerprint:
    """Return the fingerprint of a corpus; a CorpusError is raised if the text is too long."""
    if len(corpus) > MOST_CHARACTERS:
        raise CorpusError(
            f"This text has {len(corpus):,} characters; fingerprints are made of at most"
            f" {MOST_CHARACTERS:,}."
        )
    words = np.array(sorted({_word_hash(word) for word in distinct_words(corpus.text)}), np.uint32)
    pieces = [np.unique(hashes) for _, hashes in gram_pieces(corpus.text)]
    hashes = np.unique(np.concatenate([np.zeros(0, np.uint64), *pieces]))
    size = max(1, -(-len(hashes) * BITS_PER_GRAM // 8))
    bits = np.zeros(8 * size, bool)
    for position in _positions(hashes, 8 * size):
        bits[position] = True
    return Fingerprint(corpus.sha256, words, np.packbits(bits, bitorder="little"))


def fingerprint_from(arrays: Mapping[str, NDArray[Any]]) -> Fingerprint:
    """Return the fingerprint in arrays of :meth:`Fingerprint.arrays`, or raise a CorpusError."""
    types = {"format": np.integer, "sha256": np.uint8, "words": np.uint32, "grams": np.uint8}
    for name, kind in types.items():
        array = arrays.get(name)
        if array is None or array.ndim != 1 or not np.issubdtype(array.dtype, kind):
            raise CorpusError(f"This is not a fingerprint: its {name} cannot be read.")
    (made_in,) = arrays["format"].tolist() or [None]
    refuse_newer("This fingerprint", made_in, FORMAT)
    if made_in not in (1, FORMAT) or len(arrays["sha256"]) != 32:
        raise CorpusError("This fingerprint was written in another format.")
    if not len(arrays["grams"]):
        raise CorpusError("This is not a fingerprint: its grams are empty.")
    sha256 = arrays["sha256"].tobytes().hex()
    return Fingerprint(sha256, np.sort(arrays["words"]), arrays["grams"], made_in)


def _word_hash(word: str) -> int:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def _positions(hashes: Hashes, bits: int) -> list[NDArray[np.int64]]:
    """Return the bits of every hash, by double hashing (Kirsch & Mitzenmacher 2006)."""
    first = hashes & np.uint64(0xFFFFFFFF)
    second = (hashes >> np.uint64(32)) | np.uint64(1)
    size = np.uint64(bits)
    return [((first + np.uint64(n) * second) % size).astype(np.int64) for n in range(POSITIONS)]
