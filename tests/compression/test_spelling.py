"""Texts taken apart and put together again, and what capitals and unknown pieces cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.compression.range_coder import Decoder, Encoder
from charlstm.compression.spelling import Capitals, Speller, read_pieces, write_pieces
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError, CorpusError

SPELLER = Speller(Vocabulary.of("\n .!abcdefghijklmnopqrstuvwxyzäßσς"))


def test_capitals_and_unknown_pieces_stand_beside_what_the_model_reads() -> None:
    spelled = SPELLER.spell("Ab—— Ä½c!")
    assert SPELLER.vocabulary.decode(spelled.ids) == "ab äc!"
    assert spelled.capitals.tolist() == [True, False, False, True, False, False]
    assert spelled.pieces == ((2, "——"), (4, "½"))
    assert not spelled.windows_lines


def test_only_letters_whose_capital_leads_back_are_folded() -> None:
    # The capital of ß is two letters, that of ς is that of σ, and İ in lower case is two.
    spelled = SPELLER.spell("ẞΣİſ")
    assert spelled.pieces == ((0, "ẞ"), (1, "İſ"))
    assert SPELLER.vocabulary.decode(spelled.ids) == "σ"


def test_a_vocabulary_with_capitals_folds_none_of_them() -> None:
    speller = Speller(Vocabulary.of("aAb"))
    spelled = speller.spell("aAbB")
    assert speller.vocabulary.decode(spelled.ids) == "aAbb"
    assert spelled.capitals.tolist() == [False, False, False, True]
    assert speller.has_capital.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("a\r\nb\r\n", True),
        ("a\r\nb\n", False),
        ("a\r\nb\r", False),
        ("\r\r\n", False),
        ("\n\r", False),
        ("a\n", False),
        ("", False),
    ],
)
def test_windows_line_ends_are_one_bit_where_all_are_alike(text: str, windows: bool) -> None:
    spelled = SPELLER.spell(text)
    assert spelled.windows_lines == windows
    assert SPELLER.unspell(spelled) == text


@given(st.text())
def test_every_text_is_put_together_again(text: str) -> None:
    spelled = SPELLER.spell(text)
    assert SPELLER.unspell(spelled) == text
    assert all(piece for _, piece in spelled.pieces)
    assert [position for position, _ in spelled.pieces] == sorted({p for p, _ in spelled.pieces})


def test_halves_of_characters_are_no_text() -> None:
    with pytest.raises(CorpusError, match="UTF-8"):
        SPELLER.spell("\udc80")


def _capital_bits(text: str) -> float:
    spelled = SPELLER.spell(text)
    encoder = Encoder()
    costs = Capitals(SPELLER).write(encoder, spelled.ids, spelled.capitals)
    assert encoder.bits() == pytest.approx(1 + costs.sum())
    back = Capitals(SPELLER).read(Decoder(encoder.finish()), spelled.ids)
    assert (back == spelled.capitals).all()
    assert (costs[~SPELLER.has_capital[spelled.ids]] == 0).all()
    return float(costs.sum())


def test_capitals_where_they_are_expected_cost_little() -> None:
    assert _capital_bits("no capitals at all. " * 50) == 0
    regular = _capital_bits("This is so. But I say no! " * 50)
    random = _capital_bits("tHis is sO. buT I say No! " * 50)
    assert regular < 60
    assert random > 4 * regular
    assert _capital_bits("ALL OF IT IS LOUD. " * 50) < 60
    assert _capital_bits("") == 0


@given(st.lists(st.booleans(), max_size=50), st.integers(0, 2**30))
def test_any_capitals_come_back(flags: list[bool], seed: int) -> None:
    ids = np.random.default_rng(seed).integers(0, len(SPELLER.vocabulary), len(flags))
    capitals = np.array(flags, bool) & SPELLER.has_capital[ids]
    encoder = Encoder()
    Capitals(SPELLER).write(encoder, ids, capitals)
    back = Capitals(SPELLER).read(Decoder(encoder.finish()), ids)
    assert back.tolist() == capitals.tolist()


def test_pieces_come_back_and_none_stands_where_it_cannot() -> None:
    pieces = ((0, "½"), (3, "字😀"), (9, "\0"))
    encoder = Encoder()
    costs = write_pieces(encoder, pieces)
    assert len(costs) == 3
    assert all(cost > 8 for cost in costs)
    data = encoder.finish()
    assert read_pieces(Decoder(data), 9, 4) == pieces
    for known, unknown in ((8, 4), (9, 3), (9, 5), (9, 0), (0, 4)):
        with pytest.raises(CharlstmError, match="damaged"):
            read_pieces(Decoder(data), known, unknown)


@given(st.binary(max_size=60), st.integers(0, 20), st.integers(0, 20))
def test_bytes_from_elsewhere_make_pieces_or_an_error(
    data: bytes, known: int, unknown: int
) -> None:
    try:
        pieces = read_pieces(Decoder(data), known, unknown)
    except CharlstmError:
        return
    assert sum(len(piece) for _, piece in pieces) == unknown
    assert all(0 <= position <= known for position, _ in pieces)
