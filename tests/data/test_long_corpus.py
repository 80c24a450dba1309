"""A corpus that is read in blocks is, to a training, the same as one in memory."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.corpus import Corpus, LongCorpus, check, let_go
from charlstm.errors import CorpusError
from tests.made import prose


@given(st.lists(st.text(min_size=1), min_size=1), st.booleans())
def test_it_equals_the_corpus_in_memory(parts: list[str], lowercase: bool) -> None:
    text = "".join(parts)
    whole = Corpus("mine", text).cased(lowercase=lowercase)
    long = LongCorpus("mine", [lambda: parts]).cased(lowercase=lowercase)
    assert "".join(long.pieces()) == whole.text == long.whole().text
    assert len(long) == len(whole)
    assert long.vocabulary == whole.vocabulary
    assert long.sha256 == whole.sha256
    assert long.sha256 == hashlib.sha256(whole.text.encode("utf-8", "surrogatepass")).hexdigest()
    assert long.size == whole.size
    assert long.ids.dtype == whole.ids.dtype
    np.testing.assert_array_equal(long.ids, whole.ids)


def test_many_symbols_take_two_bytes_each() -> None:
    symbols = "".join(map(chr, range(1000, 1300)))
    ids = LongCorpus("mine", [lambda: [symbols, symbols]]).ids
    assert ids.dtype == np.uint16
    assert ids.tolist() == [*range(300), *range(300)]


def test_ids_can_be_let_go_of_and_are_there_again_when_looked_at() -> None:
    ids = LongCorpus("mine", [lambda: [prose(100_000)]]).ids
    part = ids[50_000:][::2]
    before = part.copy()
    let_go(part)
    let_go(ids)
    np.testing.assert_array_equal(part, before)
    let_go(np.arange(3))  # these lie in memory and stay there


def test_the_ids_leave_no_file_behind(tmp_path: Path) -> None:
    corpus = LongCorpus("mine", [lambda: [prose(100)]], folder=tmp_path)
    assert len(corpus.ids) == 100
    assert list(tmp_path.iterdir()) == []


def test_a_text_ten_times_as_long_takes_no_more_memory() -> None:
    block = prose(100_000)

    def peak(blocks: int) -> int:
        tracemalloc.start()
        corpus = LongCorpus("mine", [lambda: repeat(block, blocks)])
        ids = corpus.ids
        for start in range(0, len(ids), 10_000):
            np.asarray(ids[start : start + 10_000]).max()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(ids) == blocks * len(block)
        return peak

    peak(1)
    assert peak(40) <= 1.1 * peak(4)


@pytest.mark.parametrize("later", ["the mat and the hat", "the", "the hats"])
def test_a_text_that_changes_while_it_is_read_is_refused(later: str) -> None:
    given = iter(["the hat", later])

    def text() -> Iterator[str]:
        yield next(given)

    corpus = LongCorpus("mine", [text])
    assert len(corpus) == 7
    with pytest.raises(CorpusError, match="'mine' was changed while it was read"):
        _ = corpus.ids


@pytest.mark.parametrize("text", ["", " \n" * 900, "a" * 900, prose(60), prose(900) + "\0"])
def test_it_is_refused_in_the_same_words(text: str) -> None:
    with pytest.raises(CorpusError) as refusal:
        check(Corpus("mine", text))
    with pytest.raises(CorpusError) as other:
        check(LongCorpus("mine", [lambda: [text]]))
    assert str(refusal.value) == str(other.value)
