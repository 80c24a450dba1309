"""Every character has a label that can be seen and a name that can be spoken."""

from __future__ import annotations

import pytest

from charlstm.data.vocabulary import spoken, visible


@pytest.mark.parametrize(
    ("symbol", "label"),
    [
        ("\n", "⏎"),
        (" ", "␣"),
        ("\t", "⇥"),
        ("\r", "U+000D"),
        ("\x00", "U+0000"),
        ("\u200b", "U+200B"),
        ("\ufeff", "U+FEFF"),
        ("\u0301", "U+0301"),
        ("\u202e", "U+202E"),
        ("\u00a0", "U+00A0"),
        ("\u2028", "U+2028"),
        ("\u3164", "U+3164"),
        ("\ue000", "U+E000"),
        ("\U000e0041", "U+E0041"),
    ],
)
def test_what_cannot_be_seen_gets_a_visible_label(symbol: str, label: str) -> None:
    assert visible(symbol) == label


@pytest.mark.parametrize("symbol", [*"eZ7.,<&é中ßä—", "😀"])
def test_what_can_be_seen_is_its_own_label(symbol: str) -> None:
    assert visible(symbol) == symbol


def test_a_mark_stays_on_its_letter_in_the_label_of_a_token() -> None:
    assert visible(" हिन्दी") == "␣हिन्दी"
    assert visible("می\u200cخواهم") == "می\u200cخواهم"
    assert visible(" \u0301") == "␣U+0301"


def test_no_label_of_a_character_is_blank() -> None:
    assert all(visible(chr(code)).strip() for code in range(0x3000))


def test_labels_of_different_characters_differ() -> None:
    usual = [chr(code) for code in range(0x2000)]
    assert len({visible(symbol) for symbol in usual}) == len(usual)


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("\n", "newline"),
        (" ", "space"),
        ("\t", "tab"),
        ("e", "letter e"),
        ("E", "capital letter E"),
        ("7", "digit 7"),
        (",", "comma"),
        (".", "full stop"),
        ("é", "latin small letter e with acute"),
        ("\u200b", "zero width space"),
        ("\x07", "U+0007"),
    ],
)
def test_a_name_is_what_a_reader_would_say(symbol: str, expected: str) -> None:
    assert spoken(symbol) == expected


def test_every_character_has_a_name() -> None:
    assert all(spoken(chr(code)).strip() for code in range(0x3000))
