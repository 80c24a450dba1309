"""The baselines, the comparison, the weight of a model, and the thought experiment."""

from __future__ import annotations

import bz2
import gzip
import lzma
import math

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charlstm.analysis.curves import HELD_OUT, TRAINING
from charlstm.compression.baselines import (
    AFTER,
    ALONE,
    COMPRESSORS,
    Row,
    as_symbols,
    baseline_rows,
    comparison,
    compressed,
    counts_of,
    lowest_bits,
    model_bytes,
    model_rows,
    ngram_rows,
    pays_from,
    rounding,
    thought_curves,
)
from charlstm.data.corpus import Corpus, check
from charlstm.sampling.network import Network
from tests.compression.reference import formula_packer, formula_weights
from tests.made import history_line, prose

UNPACK = {
    "gzip -9": gzip.decompress,
    "bz2 -9": bz2.decompress,
    "xz -9e": lzma.decompress,
}


@pytest.mark.parametrize("program", COMPRESSORS)
def test_every_baseline_really_packs(program: str) -> None:
    data = prose(5000).encode()
    small = COMPRESSORS[program](data)
    assert len(small) < len(data) / 2
    if program in UNPACK:
        assert UNPACK[program](small) == data
    else:
        assert pyarrow.Codec("zstd").decompress(small, len(data), asbytes=True) == data


def test_each_packs_the_text_alone_and_after_what_it_may_learn_from() -> None:
    text, before = prose(2000, 1), prose(20_000)
    rows = baseline_rows(text, before)
    assert [(row.program, row.way) for row in rows] == [
        (program, way) for program in COMPRESSORS for way in (ALONE, AFTER)
    ]
    for program, compress in COMPRESSORS.items():
        alone, after = (row for row in rows if row.program == program)
        assert alone.bits == 8 * len(compress(text.encode()))
        both = len(compress((before + text).encode()))
        assert after.needed == len(compress(before.encode()))
        assert after.bits == 8 * (both - after.needed)
        assert after.bits < alone.bits
        assert alone.needed == 0
    assert [row.way for row in baseline_rows(text)] == [ALONE] * len(COMPRESSORS)


def test_the_comparison_counts_per_character_with_and_without_the_model() -> None:
    rows = [Row("one", ALONE, 800.0), Row("two", AFTER, 400.0, 1000)]
    table = comparison(rows, 100)
    assert table["program"].tolist() == ["two", "one"]
    assert table["bytes"].tolist() == [50, 100]
    assert table["bits"].tolist() == [4, 8]
    assert table["bits_in_all"].tolist() == [84, 8]
    assert comparison([], 0).empty


def test_where_a_model_pays_for_itself() -> None:
    mine, other = Row("mine", AFTER, 200.0, 1000), Row("other", ALONE, 300.0)
    # One bit a character is won; 8,000 bits of model take as many characters.
    assert pays_from(mine, other, 100) == 8000
    assert pays_from(other, mine, 100) == math.inf
    assert pays_from(mine, Row("third", AFTER, 300.0, 2000), 100) == 0


def test_the_rows_of_a_model_are_its_bits_and_its_file() -> None:
    packer = formula_packer(units=16)
    network = Network(formula_weights(len(packer.splitter.vocabulary), 16))
    packing = packer.pack("The cat sat on a mat. " * 30)
    costs = rounding(packer, network, packing)
    assert costs.characters == 22 * 30
    assert costs.integer_bits == packing.symbol_bits
    assert abs(costs.cost) < 0.02
    assert costs.cost != 0
    unrounded, rounded, file = model_rows(packer, packing, costs)
    assert file.bits == 8 * len(packing.data)
    assert rounded.bits == pytest.approx(packing.bits.sum())
    assert rounded.bits - unrounded.bits == pytest.approx(costs.cost * costs.characters)
    assert {row.needed for row in (unrounded, rounded, file)} == {model_bytes(packer)}


def test_an_n_gram_pays_what_its_own_distributions_say_and_the_marks_that_the_model_pays() -> None:
    packer = formula_packer(units=16)
    packing = packer.pack("The cat sat on a mat. ")
    counts = counts_of(packer, "the cat sat on the mat. a cat is on a mat. ")
    assert counts is not None
    rows = ngram_rows(packer, packing, counts, 40)
    assert [row.program for row in rows] == [
        f"n-gram, order {n}" for n in range(1, counts.order + 1)
    ]
    assert {row.needed for row in rows} == {40}
    ids = packer.splitter.split(packing.text).ids
    marks = packing.bits.sum() - packing.symbol_bits
    assert marks > 0  # of the capital
    for order, row in enumerate(rows, start=1):
        model = counts.of_order(order)
        chances = [
            model.probabilities(ids[:position])[ids[position]] for position in range(1, len(ids))
        ]
        expected = marks + math.log2(counts.symbols) - np.log2(chances).sum()
        assert row.bits == pytest.approx(expected)
    assert counts_of(packer, "") is None
    assert ngram_rows(packer, packer.pack(""), counts, 40)[0].bits == pytest.approx(0)


def test_the_float_bits_are_those_of_the_softmax() -> None:
    packer = formula_packer()
    network = Network(formula_weights(len(packer.splitter.vocabulary)))
    text = "the cat sat on a mat. "
    costs = rounding(packer, network, packer.pack(text))
    state, bits = network.zero_state(), 0.0
    for symbol in packer.splitter.split(text).ids:
        logits = network.logits(state)[0]
        bits += math.log2(np.exp(logits).sum()) - logits[symbol] / math.log(2)
        state = network.step(np.array([symbol]), state)
    assert costs.float_bits == pytest.approx(bits)


def test_a_model_weighs_what_its_integers_weigh() -> None:
    small, large = formula_packer(units=12), formula_packer(units=48)
    assert 200 < model_bytes(small) < model_bytes(large)
    weights = sum(w.size for w in large.network.rounded_weights().values())
    # 129 different values take about seven bits each, and fewer where they repeat.
    assert model_bytes(large) < weights


def _as_bytes(symbols: str) -> bytes:
    return bytes(ord(symbol) - 0x2800 for symbol in symbols)


@given(st.binary(max_size=400))
def test_bytes_are_symbols_and_come_back(data: bytes) -> None:
    symbols = as_symbols(data)
    assert len(symbols) == len(data)
    assert _as_bytes(symbols) == data
    assert symbols.lower() == symbols
    assert not any(symbol.isspace() for symbol in symbols)


def test_a_compressed_corpus_can_be_learned_from_and_holds_the_text() -> None:
    corpus = Corpus("made", prose(30_000))
    packed = compressed(corpus, "xz -9e")
    check(packed)
    assert packed.name == "made-xz"
    assert lzma.decompress(_as_bytes(packed.text)).decode() == corpus.text
    assert len(packed.vocabulary) > 200


def test_the_curves_are_in_bits_and_named() -> None:
    lines = {"made": [history_line(n) for n in (1, 2)], "made-xz": [history_line(5)]}
    table = thought_curves(lines)
    assert list(table.columns) == ["text", "curve", "seconds", "bits"]
    assert set(table["curve"]) == {HELD_OUT, TRAINING}
    assert lowest_bits(table, "made") == pytest.approx((3 - 2 / 200) / math.log(2))
    assert lowest_bits(table, "made-xz", TRAINING) == pytest.approx((3 - 5 / 100) / math.log(2))
    assert lowest_bits(table, "other") is None
