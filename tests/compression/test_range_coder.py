"""The arithmetic coder: what is written is read back, and takes the bits that it should."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.compression.range_coder import (
    MOST_NUMBER,
    Bytes,
    Decoder,
    Encoder,
    Numbers,
    Symbols,
)
from charlstm.errors import CharlstmError

Choice = tuple[int, int, int]
"""Start, size, total."""


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    total = draw(st.one_of(st.integers(1, 300), st.integers(1, 2**36)))
    start = draw(st.integers(0, total - 1))
    size = draw(st.one_of(st.just(1), st.integers(1, total - start), st.just(total - start)))
    return start, size, total


def _written(sequence: list[Choice]) -> bytes:
    encoder = Encoder()
    for choice in sequence:
        encoder.encode(*choice)
    return encoder.finish()


@given(st.lists(choices(), max_size=200))
def test_every_choice_comes_back(sequence: list[Choice]) -> None:
    data = _written(sequence)
    decoder = Decoder(data)
    for start, size, total in sequence:
        assert start <= decoder.target(total) < start + size
        decoder.consume(start, size, total)


@given(st.lists(choices(), max_size=200))
def test_the_code_is_as_long_as_the_information(sequence: list[Choice]) -> None:
    bits = sum(math.log2(total / size) for _, size, total in sequence)
    assert 8 * len(_written(sequence)) <= bits + 8 + 1e-3 * len(sequence)
    encoder = Encoder()
    for choice in sequence:
        encoder.encode(*choice)
    assert encoder.bits() == pytest.approx(bits, abs=1e-3 * max(1, len(sequence)))


def test_a_carry_runs_back_as_far_as_it_must() -> None:
    # The topmost segment makes bytes of 255 again and again; then a carry goes through all of them.
    sequence = [(0, 1, 3)] + [(2**20 - 1, 1, 2**20)] * 40 + [(2, 1, 3), (1, 1, 2)] * 40
    decoder = Decoder(_written(sequence))
    for start, size, total in sequence:
        assert start <= decoder.target(total) < start + size
        decoder.consume(start, size, total)


def test_certain_choices_cost_nothing() -> None:
    assert _written([(0, 5, 5)] * 1000) == b""
    assert _written([]) == b""


def test_bytes_that_no_choice_leads_to_are_refused() -> None:
    decoder = Decoder(b"\xff" * 20)
    with pytest.raises(CharlstmError, match="damaged"):
        for _ in range(200):
            decoder.target(3)
            decoder.consume(2, 1, 3)


@given(st.lists(st.integers(0, MOST_NUMBER)))
def test_numbers_come_back(numbers: list[int]) -> None:
    encoder, model = Encoder(), Numbers()
    for number in numbers:
        assert model.code(encoder, number) == number
    decoder, model = Decoder(encoder.finish()), Numbers()
    assert [model.code(decoder) for _ in numbers] == numbers


def test_a_number_that_is_too_large_is_refused() -> None:
    encoder = Encoder()
    Numbers().code(encoder, 1000)
    with pytest.raises(CharlstmError, match="damaged"):
        Numbers().code(Decoder(encoder.finish()), most=999)


@given(st.binary(max_size=2000))
def test_bytes_come_back(data: bytes) -> None:
    encoder, model = Encoder(), Bytes()
    for byte in data:
        model.code(encoder, byte)
    decoder, model = Decoder(encoder.finish()), Bytes()
    assert bytes(model.code(decoder) for _ in data) == data


def test_two_symbols_are_learned_as_krichevsky_and_trofimov_say() -> None:
    encoder, model = Encoder(), Symbols(2, 2)
    for _ in range(1000):
        model.code(encoder, 0)
    # The probability of n equal symbols is (2n)! / (4^n (n!)^2), about 1 / sqrt(pi n).
    assert encoder.bits() == pytest.approx(0.5 * math.log2(math.pi * 1000), abs=0.01)


def test_counts_are_halved_before_they_grow_too_large() -> None:
    encoder, model = Encoder(), Symbols(5)
    symbols = [n * n % 5 for n in range(5000)]
    for symbol in symbols:
        model.code(encoder, symbol)
    decoder, model = Decoder(encoder.finish()), Symbols(5)
    assert [model.code(decoder) for _ in symbols] == symbols
