"""Which token a typed word is taken for, on a vocabulary of nine."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from charlstm.data.vocabulary import UNKNOWN
from charlstm.data.words import WordVocabulary
from charlstm.errors import CorpusError
from charlstm.exploring.trails import Typed, typed_token

TOKENS = ("\n", " <unk>", " I", " cat", " the", ",", "<unk>", "it", "the")
VOCABULARY = WordVocabulary(TOKENS)


def _logits(**likely: float) -> list[float]:
    """Return logits of 0, but for tokens named with _ for the space before them."""
    named = {name.replace("_", " ").replace("comma", ","): z for name, z in likely.items()}
    return [named.get(token, 0.0) for token in TOKENS]


@pytest.mark.parametrize(
    ("typed", "logits", "expected"),
    [
        ("the", _logits(_the=2), Typed("the", " the", False, False, "the")),
        ("the", _logits(the=2), Typed("the", "the", False, False, " the")),
        (" the", _logits(the=2), Typed("the", " the", False, False, None)),
        ("cat ", _logits(), Typed("cat", " cat", False, False, None)),
        ("The", _logits(the=1), Typed("The", "the", True, False, " the")),
        ("I", _logits(), Typed("I", " I", False, False, None)),
        (",", _logits(), Typed(",", ",", False, False, None)),
        ("it", _logits(it=-9), Typed("it", "it", False, False, None)),
        (" it", _logits(), Typed("it", " <unk>", False, True, None)),
        ("dog", _logits(), Typed("dog", " <unk>", False, True, None)),
        ("dog", [*np.arange(9.0)], Typed("dog", UNKNOWN, False, True, None)),
        ("<unk>", [*np.arange(9.0)], Typed("<unk>", UNKNOWN, False, False, " <unk>")),
        ("é", _logits(), Typed("é", " <unk>", False, True, None)),
    ],
)
def test_what_is_typed_is_taken_for_the_token(
    typed: str, logits: list[float], expected: Typed
) -> None:
    assert typed_token(VOCABULARY, typed, logits) == expected


@pytest.mark.parametrize("word", ["हिन्दी", "می\u200cخواهم", "cafe\u0301", "שָׁלוֹם"])
def test_a_word_with_marks_is_one_in_either_form(word: str) -> None:
    vocabulary = WordVocabulary.most_frequent(f" {word}" * 3, 10)
    logits = np.zeros(len(vocabulary))
    for form in ("NFC", "NFD"):
        typed = typed_token(vocabulary, unicodedata.normalize(form, word), logits)
        assert (typed.symbol, typed.unknown, typed.folded) == (f" {word}", False, False)
    assert typed_token(vocabulary, "दोस्त", logits).unknown


@pytest.mark.parametrize(
    ("typed", "found"), [("the cat", "2: “the”, “cat”"), ("it,", "2: “it”, “,”"), ("  ", "none")]
)
def test_one_at_a_time(typed: str, found: str) -> None:
    with pytest.raises(CorpusError, match=found):
        typed_token(VOCABULARY, typed, _logits())


def test_an_unknown_word_is_not_taken_where_none_is_written() -> None:
    logits = [-np.inf if "<unk>" in token else 0.0 for token in TOKENS]
    with pytest.raises(CorpusError, match="“dog” is not in the vocabulary"):
        typed_token(VOCABULARY, "dog", logits)
    assert typed_token(VOCABULARY, "cat", logits).symbol == " cat"
