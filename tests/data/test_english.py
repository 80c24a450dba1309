"""The English word list: it is there, and it is what the README says of it."""

from __future__ import annotations

from charlstm.data.words import english_words


def test_the_list_holds_english_words_in_lower_case() -> None:
    words = english_words()
    assert 150_000 < len(words) < 200_000
    for word in ("the", "a", "i", "philosophy", "don't", "themselves", "whoever", "abbé"):
        assert word in words
    for word in ("thhe", "strengthfulness", "qzx", "", "The", "a" * 300, "\ud800"):
        assert word not in words
    assert all(word == word.lower() for word in words)
    assert english_words() is words
