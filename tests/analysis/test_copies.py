"""Copies: their positions in texts made by hand, and against a search of every position."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis import written as module
from charlstm.analysis.written import Copy, copies_by_grams, copies_from
from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import fingerprint_of
from tests.made import prose

CORPUS = "".join(chr(0x4E00 + n) for n in range(300))  # no character occurs twice


def test_copies_have_their_position_in_both_texts() -> None:
    text = "xx" + CORPUS[100:130] + "yyy" + CORPUS[10:55]
    assert copies_from([text, "nothing of it", ""], CORPUS) == [
        [Copy(35, 45, 10), Copy(2, 30, 100)],
        [],
        [],
    ]


def test_nineteen_characters_are_no_copy_and_twenty_are() -> None:
    assert copies_from([CORPUS[5:24]], CORPUS) == [[]]
    assert copies_from(["x" + CORPUS[5:24] + "y"], CORPUS) == [[]]
    assert copies_from(["x" + CORPUS[5:25] + "y"], CORPUS) == [[Copy(1, 20, 5)]]


def test_shorter_ones_than_asked_for_are_left_out() -> None:
    text = CORPUS[:25] + "x" + CORPUS[100:140]
    assert copies_from([text], CORPUS, 40) == [[Copy(26, 40, 100)]]
    assert copies_from([text], CORPUS, 41) == [[]]


def test_of_two_that_overlap_the_longer_counts_and_the_rest_of_the_other() -> None:
    # The text is corpus one 0 … 50 and corpus two 0 … 60, which share ten characters.
    corpus = CORPUS[:50] + "|" + CORPUS[40:100]
    text = CORPUS[:100]
    assert copies_from([text], corpus) == [[Copy(40, 60, 51), Copy(0, 40, 0)]]


def test_a_passage_that_stands_twice_is_at_its_first_position() -> None:
    corpus = CORPUS[:40] + "|" + CORPUS[:40]
    assert copies_from([CORPUS[5:35]], corpus) == [[Copy(0, 30, 5)]]


def test_a_text_that_is_all_corpus_is_one_copy() -> None:
    assert copies_from([CORPUS], CORPUS) == [[Copy(0, 300, 0)]]


def test_neighbours_on_one_diagonal_are_not_joined_across_a_difference() -> None:
    text = CORPUS[:30] + "x" + CORPUS[31:70]
    assert copies_from([text], CORPUS) == [[Copy(31, 39, 31), Copy(0, 30, 0)]]


def _longest_by_trying(text: str, corpus: str) -> int:
    best = 0
    for start in range(len(text)):
        while text[start : start + best + 1] in corpus and start + best < len(text):
            best += 1
    return best if best >= 20 else 0


@given(st.data())
def test_the_longest_is_the_one_that_trying_all_finds(data: st.DataObject) -> None:
    piece = st.text("ab", min_size=1, max_size=30)
    pieces = data.draw(st.lists(piece, min_size=1, max_size=5))
    parts = st.lists(st.sampled_from(pieces), max_size=8)
    text, corpus = ("".join(data.draw(parts)) for _ in range(2))
    (found,) = copies_from([text], corpus)
    assert max((copy.length for copy in found), default=0) == _longest_by_trying(text, corpus)
    for copy in found:
        assert copy.position is not None
        assert text[copy.start : copy.end] == corpus[copy.position : copy.position + copy.length]
        assert corpus.index(text[copy.start : copy.end]) == copy.position or copy != found[0]
    covered = [position for copy in found for position in range(copy.start, copy.end)]
    assert len(covered) == len(set(covered))


@given(st.text("ab", max_size=60))
def test_what_a_fingerprint_finds_holds_what_the_text_finds(text: str) -> None:
    corpus = "abbaabbbabaababbabba" * 3 + "aaaaabbbbb" * 4
    known = fingerprint_of(Corpus("two letters", corpus)).known_grams(text)
    by_grams = copies_by_grams(known)
    (exact,) = copies_from([text], corpus)
    for copy in exact:
        assert any(c.start <= copy.start and copy.end <= c.end for c in by_grams)
    assert all(copy.position is None for copy in by_grams)


def test_runs_of_known_grams_are_copies_nineteen_characters_longer() -> None:
    known = np.array([0, 1, 0, 0, 1, 1, 1], bool)
    assert copies_by_grams(known) == [Copy(4, 22, None), Copy(1, 20, None)]
    assert copies_by_grams(known, 21) == [Copy(4, 22, None)]
    assert copies_by_grams(np.zeros(0, bool)) == []


def test_only_the_first_positions_of_a_common_gram_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_POSITIONS", 3)
    phrase = CORPUS[:20]
    corpus = "".join(f"{phrase}{n:04d}" for n in range(50))
    assert copies_from([phrase + "0002"], corpus) == [[Copy(0, 24, 48)]]
    assert copies_from([phrase + "0040"], corpus)[0][0].length == 22  # "00" is common


def test_a_long_corpus_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    from charlstm.data import fingerprint as grams

    corpus, text = prose(3000), prose(3000)[700:900]
    whole = copies_from([text, "red; then"], corpus)
    monkeypatch.setattr(grams, "_PIECE", 64)
    assert copies_from([text, "red; then"], corpus) == whole
    assert whole[0][0].length == 200


BLANK = "\n" + " " * 60 + "\t" * 20 + "\u3000" * 40


def test_white_space_alone_is_no_copy() -> None:
    corpus = CORPUS[:40] + BLANK + CORPUS[40:80]
    assert copies_from([BLANK, "xx" + " " * 50 + "yy"], corpus) == [[], []]
    assert copies_from([CORPUS[30:40] + BLANK], corpus) == [[Copy(0, 10 + len(BLANK), 30)]]


def test_a_passage_beside_white_space_is_not_lost_to_it() -> None:
    corpus = " " * 100 + "|" + " " * 30 + CORPUS[:40]
    written = " " * 100 + CORPUS[:40]
    assert copies_from([written], corpus) == [[Copy(70, 70, 101)]]


def test_what_overlapping_leaves_of_white_space_is_no_copy() -> None:
    corpus = "a" + " " * 30 + "|" + " " * 10 + CORPUS[:60]
    written = "a" + " " * 30 + CORPUS[:60]
    assert copies_from([written], corpus) == [[Copy(21, 70, 32), Copy(0, 21, 0)]]
    shorter = "aaa" + " " * 40
    assert all(
        not written[copy.start : copy.end].isspace()
        for copy in copies_from([written], corpus + "|" + shorter)[0]
    )


@given(st.text(" \n\tab", max_size=200), st.text(" \n\tab", max_size=200))
def test_no_copy_is_blank(text: str, corpus: str) -> None:
    for copy in copies_from([text], corpus + text[:60])[0]:
        assert text[copy.start : copy.end].strip()
