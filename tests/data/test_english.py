"""The English word list: it is there, and it is what the README says of it."""

from __future__ import annotations

from charlstm.data.english import english_words


def test_the_list_holds_english_words_in_lower_case() -> None:
    words = english_words()
    assert 150_000 < len(words) < 200_000
    assert {"the", "a", "i", "philosophy", "don't", "themselves", "whoever"} <= words
    assert not {"thhe", "strengthfulness", "qzx", ""} & words
    assert all(word == word.lower() for word in words)
    assert english_words() is words
