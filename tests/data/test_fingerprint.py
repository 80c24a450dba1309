"""A fingerprint: knows all of its corpus, is seldom wrong, is small, and is checked when read."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data import fingerprint as grams
from charlstm.data.corpus import Corpus
from charlstm.data.decoding import decode
from charlstm.data.fingerprint import (
    GRAM,
    POSITIONS,
    Fingerprint,
    fingerprint_from,
    fingerprint_of,
    gram_hashes,
    gram_pieces,
)
from charlstm.data.words import distinct_words, english_words
from charlstm.errors import CorpusError, NewerFormat
from charlstm.runs.files import publish_arrays
from charlstm.runs.opening import FINGERPRINTS, read_fingerprint
from tests.made import prose


@pytest.fixture(scope="module")
def nietzsche(nietzsche_bytes: bytes) -> Corpus:
    return Corpus("nietzsche", decode(nietzsche_bytes)[0]).lowered()


@pytest.fixture(scope="module")
def fingerprint(nietzsche: Corpus) -> Fingerprint:
    return fingerprint_of(nietzsche)


def test_all_words_and_grams_of_the_corpus_are_known() -> None:
    corpus = Corpus("made", prose(5000) + " d'être — l’âme")
    fingerprint = fingerprint_of(corpus)
    assert fingerprint.known_grams(corpus.text).all()
    assert fingerprint.known_grams(corpus.text).shape == (len(corpus) - 19,)
    assert all(word in fingerprint for word in distinct_words(corpus.text))
    assert "d'être" in fingerprint
    assert "dog" not in fingerprint
    assert fingerprint.known_grams("too short").shape == (0,)
    assert fingerprint.sha256 == corpus.sha256


def test_a_word_with_marks_is_known_by_a_fingerprint_of_either_format() -> None:
    fingerprint = fingerprint_of(Corpus("marked", "हिन्दी में cafe\u0301 दोस्त"))
    assert "हिन्दी" in fingerprint
    assert "café" in fingerprint
    assert "दोस्ती" not in fingerprint
    # As it was made before a mark belonged to its letter.
    pieces = fingerprint_of(Corpus("marked", "ह न द म cafe"))
    older = fingerprint_from(pieces.arrays() | {"format": np.array([1])})
    assert "हिन्दी" in older
    assert "दोस्त" not in older
    assert fingerprint_from(older.arrays()).format == 1


def test_the_rate_of_false_positives_is_what_it_says(
    nietzsche: Corpus, fingerprint: Fingerprint
) -> None:
    symbols = list(nietzsche.vocabulary.symbols)
    strange = "".join(random.Random(5).choices(symbols, k=300_000))
    measured = fingerprint.known_grams(strange).mean()
    assert fingerprint.false_positive_rate == pytest.approx(1 / 320, rel=0.05)
    assert measured == pytest.approx(fingerprint.false_positive_rate, rel=0.15)


def test_a_strange_word_is_hardly_ever_taken_for_one_of_the_corpus(
    nietzsche: Corpus, fingerprint: Fingerprint
) -> None:
    strange = set(english_words()) - distinct_words(nietzsche.text)
    assert len(strange) > 140_000
    # 10,000 hashes of 32 bits: 0.35 are expected to be wrong.
    assert sum(word in fingerprint for word in strange) <= 3


def test_it_is_smaller_than_a_megabyte_and_does_not_hold_the_text(
    tmp_path_factory: pytest.TempPathFactory, nietzsche: Corpus, fingerprint: Fingerprint
) -> None:
    path = tmp_path_factory.mktemp("fingerprint") / "f.npz"
    publish_arrays(path, fingerprint.arrays())
    assert path.stat().st_size < 1_000_000
    assert nietzsche.text[5000:5020].encode() not in path.read_bytes()
    again = read_fingerprint(path)
    assert again.sha256 == fingerprint.sha256
    assert np.array_equal(again.words, fingerprint.words)
    assert np.array_equal(again.grams, fingerprint.grams)


def test_the_one_that_ships_is_that_of_the_corpus(fingerprint: Fingerprint) -> None:
    shipped = read_fingerprint(FINGERPRINTS / f"{fingerprint.sha256[:16]}.npz")
    assert shipped.sha256 == fingerprint.sha256
    assert np.array_equal(shipped.words, fingerprint.words)
    assert np.array_equal(shipped.grams, fingerprint.grams)


def test_a_filter_of_one_gram_is_as_on_paper() -> None:
    fingerprint = fingerprint_of(Corpus("one", "abcdefghijklmnopqrst"))
    bits = 8 * len(fingerprint.grams)
    assert bits == 16  # 12 bits and no less, in whole bytes
    filled = int(np.bitwise_count(fingerprint.grams).sum())
    assert 1 <= filled <= POSITIONS
    assert fingerprint.false_positive_rate == (filled / bits) ** POSITIONS


@pytest.mark.parametrize(
    "change",
    [
        {"format": np.array([0])},
        {"format": np.zeros(0, np.int64)},
        {"format": np.array([1.0])},
        {"sha256": np.zeros(31, np.uint8)},
        {"words": np.zeros((2, 2), np.uint32)},
        {"words": np.zeros(2, np.int64)},
        {"grams": np.zeros(0, np.uint8)},
        {"grams": None},
    ],
)
def test_what_is_no_fingerprint_is_refused(change: dict[str, np.ndarray]) -> None:
    arrays = fingerprint_of(Corpus("made", prose(100))).arrays()
    assert fingerprint_from(arrays).words.size
    changed = {key: value for key, value in (arrays | change).items() if value is not None}
    with pytest.raises(CorpusError):
        fingerprint_from(changed)


def test_a_fingerprint_of_a_newer_version_is_called_so() -> None:
    arrays = fingerprint_of(Corpus("made", prose(100))).arrays()
    with pytest.raises(NewerFormat, match="made by a newer version of charlstm"):
        fingerprint_from(arrays | {"format": np.array([3])})


def test_a_text_of_no_words_and_no_grams_has_an_empty_one() -> None:
    fingerprint = fingerprint_of(Corpus("short", "1 2 3"))
    assert "a" not in fingerprint
    assert not fingerprint.known_grams("a" * 50).any()
    assert fingerprint.false_positive_rate == 0.0


_ALL = (1 << 64) - 1


def _by_definition(gram: str) -> int:
    """Horner's rule in whole numbers, then the finaliser of splitmix64."""
    value = 0
    for character in gram:
        value = (value * 0x9E3779B97F4A7C15 + ord(character)) & _ALL
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _ALL
    return value ^ (value >> 31)


@given(st.text(min_size=GRAM, max_size=70))
def test_every_hash_is_that_of_the_definition(text: str) -> None:
    expected = [_by_definition(text[n : n + GRAM]) for n in range(len(text) - GRAM + 1)]
    assert gram_hashes(text).tolist() == expected


@pytest.mark.parametrize("text", ["", "a", "a" * 19])
def test_a_text_shorter_than_a_gram_has_none(text: str) -> None:
    assert gram_hashes(text).shape == (0,)
    assert list(gram_pieces(text)) == []


@pytest.mark.parametrize("length", [20, 26, 27, 28, 46, 47, 100])
def test_pieces_joined_are_the_whole(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(grams, "_PIECE", 7)
    text = "".join(chr(97 + n * n % 26) for n in range(length))
    pieces = list(gram_pieces(text))
    assert [start for start, _ in pieces] == list(range(0, length - 19, 7))
    assert np.array_equal(np.concatenate([hashes for _, hashes in pieces]), gram_hashes(text))
