"""Texts taken apart and put together again, and what capitals and unknown pieces cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.compression.range_coder import Decoder, Encoder
from charlstm.compression.text_parts import Capitals, Splitter, code_pieces
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError, CorpusError

SPLITTER = Splitter(Vocabulary.of("\n .!abcdefghijklmnopqrstuvwxyzäßσς"))


def test_capitals_and_unknown_pieces_stand_beside_what_the_model_reads() -> None:
    parts = SPLITTER.split("Ab—— Ä½c!")
    assert SPLITTER.vocabulary.decode(parts.ids) == "ab äc!"
    assert parts.capitals.tolist() == [True, False, False, True, False, False]
    assert parts.pieces == ((2, "——"), (4, "½"))
    assert not parts.windows_lines


def test_only_letters_whose_capital_leads_back_are_folded() -> None:
    # The capital of ß is two letters, that of ς is that of σ, and İ in lower case is two.
    parts = SPLITTER.split("ẞΣİſ")
    assert parts.pieces == ((0, "ẞ"), (1, "İſ"))
    assert SPLITTER.vocabulary.decode(parts.ids) == "σ"


def test_a_vocabulary_with_capitals_folds_none_of_them() -> None:
    splitter = Splitter(Vocabulary.of("aAb"))
    parts = splitter.split("aAbB")
    assert splitter.vocabulary.decode(parts.ids) == "aAbb"
    assert parts.capitals.tolist() == [False, False, False, True]
    assert splitter.has_capital.tolist() == [False, False, True]


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
    parts = SPLITTER.split(text)
    assert parts.windows_lines == windows
    assert SPLITTER.join(parts) == text


@given(st.text())
def test_every_text_is_put_together_again(text: str) -> None:
    parts = SPLITTER.split(text)
    assert SPLITTER.join(parts) == text
    assert all(piece for _, piece in parts.pieces)
    assert [position for position, _ in parts.pieces] == sorted({p for p, _ in parts.pieces})


def test_halves_of_characters_are_no_text() -> None:
    with pytest.raises(CorpusError, match="UTF-8"):
        SPLITTER.split("\udc80")


def _capital_bits(text: str) -> float:
    parts = SPLITTER.split(text)
    encoder = Encoder()
    _, costs = Capitals(SPLITTER).code(encoder, parts.ids, parts.capitals)
    assert encoder.bits() == pytest.approx(1 + costs.sum())
    back, again = Capitals(SPLITTER).code(Decoder(encoder.finish()), parts.ids)
    assert (back == parts.capitals).all()
    assert again == pytest.approx(costs, abs=1e-6)
    assert (costs[~SPLITTER.has_capital[parts.ids]] == 0).all()
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
    ids = np.random.default_rng(seed).integers(0, len(SPLITTER.vocabulary), len(flags))
    capitals = np.array(flags, bool) & SPLITTER.has_capital[ids]
    encoder = Encoder()
    Capitals(SPLITTER).code(encoder, ids, capitals)
    back, _ = Capitals(SPLITTER).code(Decoder(encoder.finish()), ids)
    assert back.tolist() == capitals.tolist()


def test_pieces_come_back_and_none_stands_where_it_cannot() -> None:
    pieces = ((0, "½"), (3, "字😀"), (9, "\0"))
    encoder = Encoder()
    written, costs = code_pieces(encoder, 9, 4, pieces)
    assert written == pieces
    assert len(costs) == 3
    assert all(cost > 8 for cost in costs)
    data = encoder.finish()
    assert code_pieces(Decoder(data), 9, 4)[0] == pieces
    for known, unknown in ((8, 4), (9, 3), (9, 5), (9, 0), (0, 4)):
        with pytest.raises(CharlstmError, match="damaged"):
            code_pieces(Decoder(data), known, unknown)


@given(st.binary(max_size=60), st.integers(0, 20), st.integers(0, 20))
def test_bytes_from_elsewhere_make_pieces_or_an_error(
    data: bytes, known: int, unknown: int
) -> None:
    try:
        pieces, _ = code_pieces(Decoder(data), known, unknown)
    except CharlstmError:
        return
    assert sum(len(piece) for _, piece in pieces) == unknown
    assert all(0 <= position <= known for position, _ in pieces)
