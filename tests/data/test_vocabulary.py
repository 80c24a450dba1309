"""Characters to ids and back, for any text; prompts read without guessing."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CorpusError

# Every code point, the astral planes and lone surrogates too.
ANY_TEXT = st.text(st.characters(categories=None, exclude_categories=()))


@given(ANY_TEXT)
def test_decoding_what_was_encoded_gives_the_text_back(text: str) -> None:
    vocabulary = Vocabulary.of(text)
    assert vocabulary.decode(vocabulary.encode(text)) == text


@given(ANY_TEXT)
def test_ids_are_positions_in_code_point_order(text: str) -> None:
    symbols = sorted(set(text))
    ids = Vocabulary.of(text).encode(text)
    assert ids.dtype == np.int32
    assert ids.tolist() == [symbols.index(character) for character in text]


def test_characters_beyond_the_basic_plane_are_one_symbol_each() -> None:
    vocabulary = Vocabulary.of("a😀𝔸b😀")
    assert vocabulary.symbols == ("a", "b", "𝔸", "😀")
    assert vocabulary.encode("😀b").tolist() == [3, 1]


@pytest.mark.parametrize("text", ["d", "A", "😀", "abcd", "\x00", "abc\uffff"])
def test_encoding_refuses_a_character_that_it_does_not_know(text: str) -> None:
    with pytest.raises(CorpusError, match="not in the vocabulary"):
        Vocabulary.of("abc").encode(text)


def test_an_empty_vocabulary_knows_the_empty_text_only() -> None:
    empty = Vocabulary(())
    assert len(empty.encode("")) == 0
    with pytest.raises(CorpusError):
        empty.encode("a")


@pytest.mark.parametrize("symbols", [("b", "a"), ("a", "a"), ("ab",), ("",)])
def test_symbols_must_be_distinct_single_characters_in_order(symbols: tuple[str, ...]) -> None:
    with pytest.raises(CorpusError):
        Vocabulary(symbols)


def test_a_prompt_is_folded_where_its_lower_case_is_known_and_the_rest_dropped() -> None:
    reading = Vocabulary.of("abc ").read("Ab? CAB é!?")
    assert reading.text == "ab cab "
    assert reading.folded == ("A", "C", "B")
    assert reading.dropped == ("?", "é", "!")
    assert reading.dropped_count == 4


def test_a_character_that_the_vocabulary_holds_is_never_folded() -> None:
    reading = Vocabulary.of("aAb").read("AaB")
    assert reading.text == "Aab"
    assert reading.folded == ("B",)


def test_a_capital_whose_lower_case_is_two_characters_is_folded_to_both() -> None:
    assert "İ".lower() == "i̇"
    assert Vocabulary.of("i\u0307").read("İ").text == "i\u0307"
    assert Vocabulary.of("i").read("İ").dropped == ("İ",)


@pytest.mark.parametrize(
    ("known", "prompt", "text"),
    [
        ("café ", "cafe\u0301", "café"),  # one code point is known, two are typed
        ("cafe\u0301 ", "café", "cafe\u0301"),  # and the other way round
        ("éê o\u0308", "e\u0301ê o\u0308 ö", "éê o\u0308 o\u0308"),  # each by itself
        ("ê\u0323x", "ệ x", None),  # only what Unicode holds to be the same, in order
        ("한글", unicodedata.normalize("NFD", "한글"), "한글"),
        (unicodedata.normalize("NFD", "한글"), "한글", unicodedata.normalize("NFD", "한글")),
        ("\u095cx", "\u0921\u093c", "\u095c"),  # a letter that no normal form composes
        ("ếx", "e\u0302\u0301", "ế"),
        ("ê\u0301", "ế", "ê\u0301"),  # composed in part
        ("Å", "\u212b", "Å"),  # the sign of the ångström
    ],
)
def test_a_character_in_another_form_of_unicode_keeps_its_accents(
    known: str, prompt: str, text: str | None
) -> None:
    reading = Vocabulary.of(known).read(prompt)
    if text is None:
        assert reading.dropped
        return
    assert (reading.text, reading.dropped_count) == (text, 0)
    assert reading.reformed
    again = Vocabulary.of(known).read(reading.text)
    assert (again.text, again.reformed) == (text, ())


def test_another_form_is_tried_before_lower_case_and_both_are_reported() -> None:
    reading = Vocabulary.of("eéÉ\u0301").read("E\u0301")
    assert (reading.text, reading.reformed, reading.folded) == ("É", ("É",), ())
    reading = Vocabulary.of("é").read("E\u0301 é")
    assert (reading.text, reading.reformed, reading.folded) == ("éé", ("É",), ("É",))
    assert reading.dropped == (" ",)


def test_a_mark_that_is_not_known_takes_no_other_away() -> None:
    reading = Vocabulary.of("e\u0301").read("é\u0329")
    assert (reading.text, reading.dropped) == ("e\u0301", ("\u0329",))


@given(ANY_TEXT)
def test_a_text_is_read_in_the_form_that_was_learned(text: str) -> None:
    taken_apart = unicodedata.normalize("NFD", text).replace("\r", "")
    for learned in ("NFC", "NFD"):
        known = unicodedata.normalize(learned, taken_apart)
        for form in ("NFC", "NFD"):
            reading = Vocabulary.of(known).read(unicodedata.normalize(form, known))
            assert reading.dropped_count == 0
            assert unicodedata.normalize("NFD", reading.text) == taken_apart


def test_line_ends_of_other_systems_become_newlines() -> None:
    reading = Vocabulary.of("ab\n").read("a\r\nb\ra")
    assert reading.text == "a\nb\na"
    assert reading.dropped == ()


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_is_read_is_in_the_vocabulary_and_nothing_is_lost_in_silence(
    known: str, prompt: str
) -> None:
    vocabulary = Vocabulary.of(known)
    reading = vocabulary.read(prompt)
    assert set(reading.text) <= set(vocabulary.symbols)
    assert vocabulary.decode(reading.ids) == reading.text
    kept = [c for c in prompt.replace("\r\n", "\n").replace("\r", "\n") if c in vocabulary]
    assert len(reading.text) >= len(kept)
    assert not (set(reading.dropped) | set(reading.folded)) & set(vocabulary.symbols)
    assert reading.dropped_count >= len(reading.dropped)
