"""Words and tokens: nothing of a text is lost, what is unknown is reported; English words."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.corpus import Corpus
from charlstm.data.vocabulary import UNKNOWN, Vocabulary, is_mark
from charlstm.data.words import (
    SPACED_UNKNOWN,
    UNKNOWNS,
    WordVocabulary,
    both_parts,
    check_tokens,
    english_words,
    is_token,
    tokens_of,
    unknown_for,
    vocabulary_for,
    vocabulary_from,
    word_figures,
)
from charlstm.errors import CorpusError
from tests.made import wordy

LIKE_TEXT = st.lists(
    st.sampled_from([*"ab cB \n'’-.,1_<>\t", "unk", UNKNOWN, "é", "中", "\u0301", "\u200d"])
).map("".join)
TEXTS = LIKE_TEXT | st.text()


def test_words_bring_their_space_and_all_else_stands_alone() -> None:
    text = 'he said:  "don\'t--\n1886!"'
    assert list(tokens_of(text)) == [
        *("he", " said", ":", " ", ' "', "don't", "-", "-", "\n", "1", "8", "8", "6", "!", '"')
    ]
    assert list(tokens_of(f"a {UNKNOWN}{UNKNOWN}")) == ["a", SPACED_UNKNOWN, UNKNOWN]
    assert unknown_for(" said") == SPACED_UNKNOWN
    assert [unknown_for(token) for token in ("said", " ", "\n", "-")] == [UNKNOWN] * 4


@given(TEXTS)
def test_the_tokens_of_any_text_are_the_text_again(text: str) -> None:
    tokens = list(tokens_of(text))
    assert "".join(tokens) == text
    assert all(is_token(token) for token in tokens)


@pytest.mark.parametrize(
    "word",
    [
        *("हिन्दी", "cafe\u0301", "می\u200cخواهم", "क्\u200dष", "שָׁלוֹם", "தமிழ்", "ภาษา", "מִלָּה's"),
        *("i\u0307stanbul", "1\ufe0f\u20e3", "❤\ufe0f", "\U00011103\U00011127"),
    ],
)
def test_marks_and_joiners_belong_to_what_they_stand_on(word: str) -> None:
    assert list(tokens_of(f"{word} {word}, {word}\n")) == [word, f" {word}", ",", f" {word}", "\n"]
    assert is_token(f" {word}")
    assert WordVocabulary.most_frequent(f" {word}" * 3, 10).pieces(f"x {word}") == ["x", f" {word}"]


@given(LIKE_TEXT | st.text(st.characters(categories=("L", "M", "Zs", "Nd", "Cf"))))
def test_a_mark_begins_a_token_only_where_there_is_nothing_to_stand_on(text: str) -> None:
    before = ""
    for token in tokens_of(text):
        if is_mark(token.lstrip(" ")[:1] or "x"):
            assert token[0] == " " or not before or before[-1].isspace() or before == UNKNOWN
        before = token.removeprefix(" ") or token


def test_an_older_model_of_words_goes_on_reading_marks_apart() -> None:
    """Its network has learned them as tokens, and its resume counts on their number."""
    text = "हिन्दी में हिन्दी में "
    old = WordVocabulary(
        tuple(sorted({*tokens_of(text, marks_apart=True), *UNKNOWNS})), marks_apart=True
    )
    assert old.pieces("हिन्दी") == ["ह", "ि", "न", "्", "द", "ी"]
    assert old.decode(old.encode("हिन्दी में")) == "हिन्दी में"
    assert old.read("हिन्दी").unknown == ()
    assert vocabulary_from("word", old.symbols, marks_apart=True) == old


def test_a_word_in_another_form_of_unicode_is_the_same_word() -> None:
    for learned, given_form in (("NFC", "NFD"), ("NFD", "NFC")):
        café = unicodedata.normalize(learned, "café")
        reading = WordVocabulary.most_frequent(f" {café}" * 3, 10).read(
            unicodedata.normalize(given_form, "the café Café")
        )
        assert reading.text == f"the {café} {café}"
        assert (reading.reformed, reading.folded) == (("café", "Café"), ("Café",))
        assert reading.unknown == ("the",)


@given(TEXTS)
def test_a_text_of_known_words_comes_back_from_its_ids(text: str) -> None:
    vocabulary = WordVocabulary.most_frequent(text * 2, 10_000)
    known = [token for token in tokens_of(text) if token in vocabulary]
    if list(tokens_of("".join(known))) == known:
        assert vocabulary.decode(vocabulary.encode("".join(known))) == "".join(known)
    assert vocabulary.decode(vocabulary.ids_of(known)) == "".join(known)


@given(TEXTS, TEXTS)
def test_any_text_has_an_id_for_each_token_and_reads_alike(learned: str, text: str) -> None:
    vocabulary = WordVocabulary.most_frequent(learned, 20)
    ids = vocabulary.encode(text)
    assert len(ids) == len(vocabulary.pieces(text))
    pairs = zip(vocabulary.pieces(text), ids, strict=True)
    assert all(vocabulary.symbols[i] in (t, unknown_for(t)) for t, i in pairs)
    reading = vocabulary.read(text)
    again = vocabulary.read(reading.text)
    assert again.text == reading.text
    np.testing.assert_array_equal(again.ids, reading.ids)
    assert len(reading.ids) == len(vocabulary.pieces(reading.text))


def test_the_most_frequent_are_known_and_what_occurs_once_never_is() -> None:
    text = "a b a b a c c d"  # " b" twice, " a" twice, " c" twice; "a" and " d" once
    vocabulary = WordVocabulary.most_frequent(text, 100)
    assert vocabulary.symbols == tuple(sorted([" a", " b", " c", *(UNKNOWN, SPACED_UNKNOWN)]))
    assert WordVocabulary.most_frequent(text, 4).symbols == (SPACED_UNKNOWN, " a", " b", UNKNOWN)
    assert vocabulary.decode(vocabulary.encode(text)) == "<unk> b a b a c c <unk>"


def test_a_prompt_is_read_without_guessing() -> None:
    vocabulary = WordVocabulary.most_frequent("the world the world the world , , Is Is Is", 100)
    reading = vocabulary.read("a The World, is ")
    assert reading.text == "a the world, is"
    assert reading.folded == ("The", "World")
    assert reading.unknown == ("a", ",", "is")
    assert reading.space_left_off
    assert (reading.dropped, reading.dropped_count) == ((), 0)
    assert vocabulary.decode(reading.ids) == "<unk> the world<unk> <unk>"
    assert vocabulary.read("Is").unknown == ("Is",)  # only " Is" is known
    assert vocabulary.read(" Is").unknown == ()


def test_symbols_that_would_be_one_token_in_a_text_stay_two() -> None:
    vocabulary = WordVocabulary(tuple(sorted(["so", "me", " so", *(UNKNOWN, SPACED_UNKNOWN)])))
    ids = vocabulary.ids_of(["so", "me"])
    assert len(ids) == 2
    assert len(vocabulary.encode("some")) == 1
    with pytest.raises(CorpusError, match="'some'"):
        vocabulary.ids_of(["some"])


@pytest.mark.parametrize(
    "symbols",
    [
        ("a", "b"),
        ("<unk>", "a b", " <unk>"),
        (UNKNOWN, SPACED_UNKNOWN),
        (SPACED_UNKNOWN, "", UNKNOWN),
    ],
)
def test_what_makes_no_vocabulary_of_words_is_refused(symbols: tuple[str, ...]) -> None:
    with pytest.raises(CorpusError):
        vocabulary_from("word", symbols)


def test_both_levels_hold_out_the_same_text() -> None:
    corpus = Corpus("wordy", wordy(3000))
    for level in ("char", "word"):
        vocabulary = vocabulary_for(corpus, level, 5000, 2700)
        train, held_out = both_parts(corpus, vocabulary, 2700)
        assert vocabulary.level == level
        decoded = vocabulary.decode(held_out)
        if level == "char":
            assert decoded == corpus.text[2700:]
            assert isinstance(vocabulary, Vocabulary)
        else:
            assert len(vocabulary.pieces(corpus.text[2700:])) == len(held_out)
            assert len(vocabulary.pieces(corpus.text[:2700])) == len(train)


def test_the_vocabulary_is_that_of_the_training_part_alone() -> None:
    corpus = Corpus("two", "one two " * 50 + "six six " * 50)
    assert " six" not in vocabulary_for(corpus, "word", 1000, 400)
    assert " six" in vocabulary_for(corpus, "word", 1000, 500)


def test_the_figures_of_a_text_count_what_is_unknown() -> None:
    corpus = Corpus("two", "one two " * 50 + "six ten " * 50)
    figures = word_figures(corpus, 1000, held_out=0.5)
    assert figures.tokens == 101  # the last space is a token
    assert (figures.symbols, figures.held_out_unknown) == (4, 101)
    assert figures.unknown_fraction == 1.0
    figures.check()
    with pytest.raises(CorpusError, match="at least 61"):
        check_tokens(60, 100, 5)
    with pytest.raises(CorpusError, match="at least 61"):
        check_tokens(100, 5, 5)
    check_tokens(61, 0, 2)
    with pytest.raises(CorpusError, match="occurs twice"):
        check_tokens(1000, 100, 1)


def test_the_list_holds_english_words_in_lower_case() -> None:
    words = english_words()
    assert 150_000 < len(words) < 200_000
    for word in ("the", "a", "i", "philosophy", "don't", "themselves", "whoever", "abbé"):
        assert word in words
    for word in ("thhe", "strengthfulness", "qzx", "", "The", "a" * 300, "\ud800"):
        assert word not in words
    assert all(word == word.lower() for word in words)
    assert english_words() is words
