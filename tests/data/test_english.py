"""The English word list: it is there, and it is what the README says of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.words import WordList, english_words


def test_the_list_holds_english_words_in_lower_case() -> None:
    words = english_words()
    assert 150_000 < len(words) < 200_000
    for word in ("the", "a", "i", "philosophy", "don't", "themselves", "whoever", "abbé"):
        assert word in words
    for word in ("thhe", "strengthfulness", "qzx", "", "The", "a" * 300, "\ud800"):
        assert word not in words
    assert all(word == word.lower() for word in words)
    assert english_words() is words


_WORDS = st.text("aé'z", min_size=1, max_size=4)


@given(st.lists(_WORDS), st.lists(_WORDS))
def test_a_word_list_is_a_set(words: list[str], others: list[str]) -> None:
    listed = WordList(words)
    assert sorted(listed) == sorted(set(words))
    assert len(listed) == len(set(words))
    for word in [*words, *others, ""]:
        assert (word in listed) == (word in set(words))
