"""Properties of text against text marked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.cells.properties import LONGEST_LOOK_AHEAD, PROPERTIES, property_of


def _marks(name: str, text: str) -> str:
    """Return a property as one sign per character: the digit, or ? where it is not known."""
    values = property_of(name).of(text)
    return "".join("?" if np.isnan(value) else str(int(value)) for value in values)


@pytest.mark.parametrize(
    ("name", "text", "marks"),
    [
        ("quotes", 'he "said" so', "000111110000"),
        ("quotes", "a “b” c", "0011000"),
        ("quotes", 'an "end\n\nis "lost"', "000111110000111110"),
        ("quotes", "it's ”", "000000"),
        ("brackets", "a(b[c]d)e", "011111100"),
        ("brackets", "(a\n\nb)", "111000"),
        ("brackets", ")a]", "000"),
        ("after-dash", "a--b, c. d", "0011111000"),
        ("after-dash", "a-b c–d! e", "0000011000"),
        ("after-dash", "—a\n\nb", "11100"),
        ("line", "ab\ncde\n\nf", "120123001"),
        ("word", "ab, c'd e", "120010101"),
        ("sentence", "ab. c!d", "1201201"),
        ("line-end", "abcdefg\nhijklm", "001111100?????"),
        ("next-line-feed", "ab\nc\n", "0101?"),
        ("next-space", "a b ", "101?"),
        ("next-vowel", "cAt ego", "100101?"),
        ("word", "हि ab\u0301", "120123"),
        ("next-punctuation", "a, b-c 1!", "10010001?"),
        ("next-punctuation", "हि! e\u0301", "01000?"),
        ("vowel", "cAt y", "01000"),
        ("space", "a b\tc\n", "010101"),
        ("digit", "a1b23", "01011"),
        ("capital", "aBC d", "01100"),
    ],
)
def test_a_property_is_where_the_hand_marked_it(name: str, text: str, marks: str) -> None:
    assert _marks(name, text) == marks


def test_names_are_those_of_an_address_and_every_rule_is_a_sentence() -> None:
    names = [each.name for each in PROPERTIES]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalpha() for name in names)
    assert all(each.rule.endswith(".") and each.label for each in PROPERTIES)
    with pytest.raises(KeyError):
        property_of("nothing")


@given(st.text('ab ,.!?()[]{}"“”-–—\n1A', max_size=60))
def test_any_text_has_one_value_per_character_known_but_at_the_end(text: str) -> None:
    for each in PROPERTIES:
        values = each.of(text)
        assert values.shape == (len(text),)
        known = values[: max(0, len(text) - LONGEST_LOOK_AHEAD)]
        assert np.isfinite(known).all()
        if not each.is_position:
            assert set(values[np.isfinite(values)]) <= {0.0, 1.0}
