"""The atlas of a four-symbol model, against arithmetic on paper; and of texts that hold copies.

The model is that of test_hand_worked: whatever it has read, the next symbol is a, b, c or d with
1/2, 1/4, 1/8 and 1/8.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from charlstm.analysis.written import FINGERPRINT, NOTHING, TEXT, Source, gzip_bits
from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import fingerprint_of
from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.atlas import TEMPERATURES, Atlas, atlas_of, nearest_temperature, sweep
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network
from tests.made import random_weights

P = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])


def _model(symbols: str, p: list[float], window: int | None = None) -> LanguageModel:
    weights = {name: np.zeros_like(w) for name, w in random_weights(len(symbols)).items()}
    weights["dense/bias"] = np.log(np.array(p))
    return LanguageModel(Vocabulary(tuple(symbols)), Network(weights), window=window)


@pytest.fixture(params=[None, 60], ids=["carried", "window"])
def model(request: pytest.FixtureRequest) -> LanguageModel:
    return _model("abcd", P.tolist(), request.param)


def _entropy(p: np.ndarray) -> float:
    return float(-(p * np.log2(p)).sum())


def test_there_are_41_temperatures_from_0_to_2() -> None:
    assert len(TEMPERATURES) == 41
    assert TEMPERATURES[:3] == (0.0, 0.05, 0.1)
    assert TEMPERATURES[10] == 0.5
    assert TEMPERATURES[-1] == 2.0
    assert nearest_temperature(0.53) == 0.55
    assert nearest_temperature(0.0) == 0.0
    assert nearest_temperature(7.0) == 2.0


def test_uncertainty_and_cost_are_as_on_paper(model: LanguageModel) -> None:
    table = sweep(model, "ab", TEMPERATURES, length=200)
    written = {each.temperature: each for each in table.itertuples()}
    assert written[0.0].entropy_bits == 0.0
    assert written[1.0].entropy_bits == pytest.approx(1.75)  # 1/2 + 2/4 + 3/8 + 3/8
    assert written[0.5].entropy_bits == pytest.approx(_entropy(P**2 / (P**2).sum()))
    assert written[2.0].entropy_bits == pytest.approx(_entropy(P**0.5 / (P**0.5).sum()))
    assert written[0.0].text == "a" * 200
    assert written[0.0].bits_at_1 == pytest.approx(1.0)
    cost = {"a": 1, "b": 2, "c": 3, "d": 3}
    for each in written.values():
        assert each.bits_at_1 == pytest.approx(sum(cost[c] for c in each.text) / 200)


def test_the_text_at_a_temperature_is_the_one_that_is_written_there(model: LanguageModel) -> None:
    for each in sweep(model, "ab", TEMPERATURES, length=80, seed=9).itertuples():
        alone = model.write("ab", temperature=each.temperature, length=80, seed=9)
        assert each.text == alone


def test_progress_is_reported_and_what_it_raises_ends_the_writing(model: LanguageModel) -> None:
    reported: list[tuple[int, int]] = []
    sweep(model, "", [0.5], length=120, report=lambda *each: reported.append(each))
    assert reported == [(50, 120), (100, 120)]

    def enough(_done: int, _length: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(model, "", [0.5], length=120, report=enough)


def _at(atlas: Atlas, temperature: float) -> pd.Series:
    return atlas.table.set_index("temperature").loc[temperature]


def test_a_text_of_one_letter_has_the_figures_of_one(model: LanguageModel) -> None:
    source = Source("bcd bcd " + "a" * 50)
    atlas = atlas_of(model, "b", length=100, source=source)
    row = _at(atlas, 0.0)
    assert row["text"] == "a" * 100
    assert row["words"] == 0  # one word, and it has not ended
    assert math.isnan(row["invented_fraction"])
    assert (row["copy_length"], row["copy_start"], row["copy_position"]) == (50, 0, 8)
    assert row["repeated_fraction"] == 80 / 81
    assert (row["loop_period"], row["loop_start"]) == (1, 0)
    assert row["gzip_bits"] == gzip_bits("a" * 100)
    assert (atlas.prompt, atlas.source, atlas.false_positive_rate) == ("b", TEXT, 0.0)


def test_words_are_counted_where_they_are_known_from() -> None:
    # After each of " ", "a", "b", "t" the next is any of them, so words are drawn letter by letter.
    model = _model(" abt", [0.4, 0.3, 0.1, 0.2])
    source = Source("tatb ab")
    atlas = atlas_of(model, " ", length=400, source=source)
    row = _at(atlas, 1.0)
    words = row["text"].rpartition(" ")[0].split()  # without the last one
    assert row["words"] == len(words) > 50
    assert row["corpus_fraction"] == sum(w in ("tatb", "ab") for w in words) / len(words)
    invented = {word for word in words if word in row["invented"]}
    assert row["invented_fraction"] == sum(word in invented for word in words) / len(words)
    assert "bat" not in row["invented"] and "ab" not in row["invented"]
    assert any(len(word) > 4 for word in invented)
    assert row["invented"] == list(dict.fromkeys(word for word in words if word in invented))
    assert set(row["best_invented"]) <= invented
    lengths = [len(word) for word in row["best_invented"]]
    assert lengths == sorted(lengths, reverse=True)


def test_a_fingerprint_finds_the_same_words_and_copies_without_their_position() -> None:
    text = "the cat sat on a mat and saw that it was red " * 3
    model = _model("".join(sorted(set(text))), [1 / len(set(text))] * len(set(text)))
    written = "xx the cat sat on a mat xx tatb "
    exact = Source(text)
    by_hash = Source(None, fingerprint_of(Corpus("t", text)), "The text is not available.")
    assert exact.kind == TEXT and by_hash.kind == FINGERPRINT
    (found,), (also,) = (source.copies([written]) or [[]] for source in (exact, by_hash))
    assert [(c.start, c.length) for c in found] == [(c.start, c.length) for c in also]
    assert (found[0].position, also[0].position) == (None if not found else 44, None)
    one, other = (atlas_of(model, "the ", length=300, source=s) for s in (exact, by_hash))
    positions = ["copy_position"]
    pd.testing.assert_frame_equal(
        one.table.drop(columns=positions), other.table.drop(columns=positions)
    )
    assert (other.table["copy_position"] == -1).all()
    assert other.reason == "The text is not available."
    assert other.false_positive_rate > 0


def test_where_nothing_is_at_hand_nothing_is_claimed(model: LanguageModel) -> None:
    assert Source().kind == NOTHING
    assert Source().lexicon is None
    assert Source().copies(["a" * 50]) is None
    table = atlas_of(model, "", length=60).table
    for column in ("corpus_fraction", "invented_fraction", "copy_length"):
        assert table[column].isna().all()
    assert all(words == [] for words in table["invented"])
    assert table["entropy_bits"].notna().all()


def test_the_length_that_is_usual_depends_on_the_kind_of_model() -> None:
    table = atlas_of(_model("ab", [0.5, 0.5], window=60), "", source=Source("ab")).table
    assert {len(text) for text in table["text"]} == {1000}
