"""A corpus, in memory or read in blocks: its figures, its split, and what is refused."""

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

from charlstm.data import corpus as data_corpus
from charlstm.data import vocabulary as data_vocabulary
from charlstm.data.corpus import (
    MAX_SYMBOLS,
    Corpus,
    LongCorpus,
    check,
    let_go,
    symbol_counts,
    training_length,
    window_count,
)
from charlstm.data.named import from_files
from charlstm.errors import CorpusError
from tests.made import prose


@given(st.integers(0, 400), st.integers(1, 70), st.integers(1, 9))
def test_windows_are_as_many_as_in_the_notebooks_loop(length: int, window: int, step: int) -> None:
    assert window_count(length, window, step) == len(range(0, length - window, step))


def test_nietzsche_has_the_notebooks_figures(nietzsche_bytes: bytes) -> None:
    corpus = from_files([("nietzsche", nietzsche_bytes)]).lowered()
    assert len(corpus) == 600_893
    assert len(corpus.vocabulary) == 57
    assert window_count(len(corpus)) == 200_278


def test_the_figures_of_nietzsche_follow_from_its_length() -> None:
    assert window_count(600_893) == 200_278


@given(st.integers(0, 10**7), st.floats(0, 0.5))
def test_the_two_parts_of_a_text_make_up_the_whole(length: int, held_out: float) -> None:
    train = training_length(length, held_out)
    assert 0 <= train <= length
    assert abs((length - train) - length * held_out) <= 0.5


def test_nothing_is_held_out_if_so_asked() -> None:
    assert training_length(600_893, 0.0) == 600_893


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        (" \n\t \u2003" * 500, "white space only"),
        ("a" * 2000, "one symbol"),
        (prose(1000) + "\0", "NUL"),
        (prose(300), "300 characters"),
        (prose(60), "the minimum is"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + MAX_SYMBOLS + 1))) * 2, "different symbols"),
    ],
    ids=["empty", "blank", "one symbol", "NUL", "short", "a window", "too many symbols"],
)
def test_a_text_that_cannot_be_learned_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(CorpusError, match=sentence) as refusal:
        check(Corpus("mine", text))
    message = str(refusal.value)
    assert message[0].isupper()
    assert message.endswith(".")
    assert "\n" not in message


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(CorpusError, match=r"20\.0 MB; the limit is 20 MB"):
        from_files([("big", b"a" * 20_000_001)])


def test_an_ordinary_text_is_accepted() -> None:
    check(Corpus("mine", prose(2000)))
    check(Corpus("mine", prose(61)), held_out=0)


@pytest.mark.parametrize("held_out", [0.0, 0.1, 0.25, 0.5])
def test_the_length_that_a_refusal_names_is_enough_and_hardly_too_much(held_out: float) -> None:
    with pytest.raises(CorpusError) as refusal:
        check(Corpus("mine", prose(60)), held_out=held_out)
    needed = int(str(refusal.value).rstrip(".").rsplit(" ", 1)[1].replace(",", ""))
    check(Corpus("mine", prose(needed)), held_out=held_out)
    with pytest.raises(CorpusError):
        check(Corpus("mine", prose(needed - 1)), held_out=held_out)


def test_lower_case_is_a_choice() -> None:
    corpus = Corpus("mine", "Ab aB")
    assert corpus.cased(lowercase=True).text == "ab ab"
    assert corpus.cased(lowercase=False).text == "Ab aB"
    assert corpus.lowered().sha256 != corpus.sha256


def test_the_ids_spell_the_text() -> None:
    corpus = Corpus("mine", prose(500))
    assert corpus.ids.dtype == np.uint8
    assert corpus.vocabulary.decode(corpus.ids) == corpus.text


@given(st.text(max_size=60), st.integers(1, 9))
def test_a_text_read_in_pieces_is_the_text_read_at_once(text: str, piece: int) -> None:
    text += "ΣΑΣ \nΣΑΣ\n\nσΣ"
    whole = Corpus("mine", text)
    lowered = whole.lowered()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_corpus, "_PIECE", piece)
        patch.setattr(data_vocabulary, "_PIECE", piece)
        pieces = Corpus("mine", text)
        assert pieces.lowered().text == lowered.text == text.lower()
        assert pieces.sha256 == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        np.testing.assert_array_equal(pieces.ids, whole.ids)
        assert symbol_counts(pieces).equals(symbol_counts(whole))


def test_a_text_of_more_than_256_symbols_takes_two_bytes_for_each() -> None:
    corpus = Corpus("mine", "".join(map(chr, range(1000, 1300))))
    assert corpus.ids.dtype == np.uint16
    assert corpus.ids.tolist() == list(range(300))


def test_symbols_are_counted_the_most_frequent_first() -> None:
    table = symbol_counts(Corpus("mine", "abracadabra"))
    assert table["symbol"].tolist() == ["a", "b", "r", "c", "d"]
    assert table["count"].tolist() == [5, 2, 2, 1, 1]
    assert table["fraction"].sum() == pytest.approx(1.0)


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
