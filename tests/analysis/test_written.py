"""Written text: its copies, its words and which are invented, and its loops."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis import written as module
from charlstm.analysis.written import (
    Copy,
    Lexicon,
    Loop,
    Word,
    copies_by_grams,
    copies_from,
    gzip_bits,
    invented_spans,
    loop_of,
    repeated_fraction,
    spans_of,
    words_of,
)
from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import fingerprint_of
from charlstm.data.words import distinct_words
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


LEXICON = Lexicon(frozenset({"cat", "dont", "ubermut"}), frozenset({"the", "dog", "don't", "god"}))


def _texts(text: str, prompt: str = "") -> list[str]:
    return [word.text for word in words_of(text, prompt)]


def test_words_are_letters_with_apostrophes_between_them() -> None:
    assert words_of("The cat--'tis o'er_it, 3 times.") == [
        Word("the", 0, 3),
        Word("cat", 4, 7),
        Word("tis", 10, 13),
        Word("o'er", 14, 18),
        Word("it", 19, 21),
        Word("times", 25, 30),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the ca", ["the"]),  # it may have become "cat"
        ("the cat.", ["the", "cat"]),
        ("the cat'", ["the"]),  # it may have become "cat's"
        ("the cat’", ["the"]),
        ("the cat's ", ["the", "cat's"]),
        ("the cat’s ", ["the", "cat's"]),
        ("the cat' ", ["the", "cat"]),
        ("cat", []),
        ("", []),
        ("12 ", []),
    ],
)
def test_the_last_word_counts_only_where_it_ended(text: str, words: list[str]) -> None:
    assert _texts(text) == words


@pytest.mark.parametrize(
    ("prompt", "text", "words"),
    [
        ("the wor", "ld is ", [Word("world", 0, 2), Word("is", 3, 5)]),
        ("the world", " is ", [Word("is", 1, 3)]),
        ("the world ", "is ", [Word("is", 0, 2)]),
        ("it is o", "'er now", [Word("o'er", 0, 3)]),
        ("it is o'", "er now", [Word("o'er", 0, 2)]),
        ("don't o'cloc", "k ", [Word("o'clock", 0, 1)]),
        ("the wor", "ld", []),
        ("", "is ", [Word("is", 0, 2)]),
    ],
)
def test_the_first_word_is_joined_with_the_prompt(
    prompt: str, text: str, words: list[Word]
) -> None:
    assert words_of(text, prompt) == words


def test_invented_is_what_is_in_neither() -> None:
    text = "the cat and dog's ubermut don't dont blor. "
    assert invented_spans(text, "", LEXICON) == [(8, 11), (37, 41)]
    assert [text[s:e] for s, e in invented_spans(text, "", LEXICON)] == ["and", "blor"]
    assert spans_of(text, "", {"cat", "blor"}) == [(4, 7), (37, 41)]


def test_a_possessive_is_english_where_its_noun_is() -> None:
    assert LEXICON.is_english("god's")
    assert not LEXICON.is_english("cat's")
    assert LEXICON.is_invented("cat's")


def test_a_word_keeps_its_marks_and_is_known_in_either_form() -> None:
    assert _texts("हिन्दी में café! ") == ["हिन्दी", "में", "café"]
    assert _texts("न्दी ", "यह हि") == ["हिन्दी"]
    lexicon = Lexicon(distinct_words("हिन्दी cafe\u0301"), frozenset())
    assert invented_spans("हिन्दी café cafe\u0301 न्दी ", "", lexicon) == [(18, 22)]


@pytest.mark.parametrize(
    "clause",
    [
        "我喜欢读书",
        "これは文章です",
        "カタカナﾊﾝｶｸ",
        "ภาษาไทยไม่มีช่องว่าง",
        "ພາສາລາວ",
        "ភាសាខ្មែរ",
        "မြန်မာစာ",
    ],
)
def test_a_clause_without_spaces_is_no_invented_word(clause: str) -> None:
    assert invented_spans(f"{clause}, {clause}blor and blor ", "", LEXICON)[-1:] == [
        (len(clause) * 2 + 11, len(clause) * 2 + 15)
    ]
    assert _texts(f"{clause}. the {clause} ", clause[:2]) == ["the"]


def test_letters_of_scripts_with_spaces_are_words() -> None:
    for text in ("한국어 낱말 ", "अब तक ", "עוד מילה ", "كلمة أخرى ", "ሌላ ቃል ", "ещё слово "):
        assert len(words_of(text)) == 2


@given(st.text("ab'’ -1", max_size=30), st.text("ab'’ -1", max_size=10))
def test_words_stand_where_they_are_said_to(text: str, prompt: str) -> None:
    words = words_of(text, prompt)
    for word in words:
        assert 0 <= word.start < word.end <= len(text)
        found = text[word.start : word.end].replace("’", "'")
        assert word.text.endswith(found)
        assert word.start == 0 or word.text == found
    assert words == words_of(text, "ab 1 " + prompt) or not prompt


@given(st.text("ab' -", max_size=40))
def test_nothing_follows_when_a_text_is_cut_into_prompt_and_rest(text: str) -> None:
    """Wherever it is cut, a word is counted once, in the part that it ends in."""
    whole = words_of(text + ".")
    for cut in range(len(text) + 1):
        later = words_of(text[cut:] + ".", text[:cut])
        assert [w.text for w in later] == [w.text for w in whole if w.end > cut]


def test_distinct_words_are_in_lower_case() -> None:
    assert distinct_words("The cat, the CAT; l’âme") == {"the", "cat", "l'âme"}


@pytest.mark.parametrize(
    ("text", "size", "fraction"),
    [
        ("abcabc", 3, 1 / 4),  # abc bca cab abc
        ("aaaaa", 2, 3 / 4),
        ("abcdef", 2, 0.0),
        ("ab", 3, 0.0),
        ("", 3, 0.0),
        ("abc", 3, 0.0),
    ],
)
def test_a_gram_that_occurred_before_is_repeated(text: str, size: int, fraction: float) -> None:
    assert repeated_fraction(text, size) == fraction


def test_twenty_characters_are_usual() -> None:
    gram = "abcdefghijklmnopqrst"
    assert repeated_fraction(gram + "!" + gram) == 1 / 22


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("xyz" + "abcdefghijklmnopqrst" * 3, Loop(20, 3)),
        ("xyz" + "abcdefghijklmnopqrst" * 2, None),  # two rounds
        ("xyz" + "abc" * 19, None),  # 57 characters
        ("xyz" + "abc" * 20, Loop(3, 3)),
        ("z" + "abc" * 20 + "ab", Loop(3, 1)),  # ends within a round
        ("zbc" + "abc" * 20, Loop(3, 1)),  # the round began earlier than it seems
        ("a" * 60, Loop(1, 0)),
        ("a" * 59, None),
        ("ab" * 40 + "c", None),  # it got out again
        ("", None),
        ("a", None),
    ],
)
def test_a_loop_is_three_rounds_and_sixty_characters_to_the_end(
    text: str, loop: Loop | None
) -> None:
    assert loop_of(text) == loop


def _by_trying(text: str) -> Loop | None:
    for period in range(1, len(text) // 3 + 1):
        start = len(text) - period
        while start and text[start - 1] == text[start - 1 + period]:
            start -= 1
        if len(text) - start >= max(60, 3 * period):
            return Loop(period, start)
    return None


@given(st.text("ab", max_size=9), st.text("ab", min_size=1, max_size=30), st.integers(0, 40))
def test_the_loop_is_the_one_that_trying_all_finds(start: str, turn: str, rounds: int) -> None:
    text = start + (turn * rounds)[:200]
    assert loop_of(text) == _by_trying(text)


def test_gzip_counts_all_that_it_writes() -> None:
    text = "to be or not to be, that is the question " * 20
    packed = gzip.compress(text.encode(), 9, mtime=0)
    assert gzip_bits(text) == 8 * len(packed) / len(text)
    assert gzip_bits(text) < 1 < gzip_bits(text[:60])
    assert gzip_bits("") == 0.0
