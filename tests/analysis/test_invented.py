"""Words of written text and which are invented, on texts small enough to see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis.written import Lexicon, Word, invented_spans, spans_of, words_of
from charlstm.data.words import distinct_words

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
