"""Losses: of a whole text, whatever its pieces, and of both levels on one scale."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest

from charlstm.analysis import loss as losses
from charlstm.analysis.curves import race_curves, race_sizes
from charlstm.analysis.loss import (
    OF_CHARACTERS,
    PerCharacter,
    Speller,
    bits_per_character,
    cross_entropy,
    per_character,
    speller_for,
    stream_loss,
    symbol_losses,
    window_loss,
)
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import SPACED_UNKNOWN, UNKNOWN, WordVocabulary
from charlstm.sampling.language_model import LanguageModel, cursor_after
from charlstm.sampling.network import Network
from charlstm.sampling.reweight import reweight
from tests.made import history_line, prose, random_weights, wordy

SYMBOLS = 9
NETWORK = Network(random_weights(SYMBOLS))
IDS = np.random.default_rng(0).integers(0, SYMBOLS, 200)


def _surprise(context: np.ndarray, target: int) -> float:
    logits = cursor_after(NETWORK, context, window=None).logits()[0]
    return float(-np.log(reweight(logits, 1.0)[target]))


def test_the_window_loss_is_the_mean_surprise_after_60_characters_every_third_position() -> None:
    wanted = [_surprise(IDS[i : i + 60], IDS[i + 60]) for i in range(0, len(IDS) - 60, 3)]
    measured = window_loss(NETWORK, IDS)
    assert measured.nats == pytest.approx(np.mean(wanted), abs=1e-12)
    assert measured.predictions == len(wanted)
    assert measured.bits == pytest.approx(measured.nats / np.log(2))


def test_the_stream_loss_is_the_mean_surprise_at_every_character_but_the_first() -> None:
    wanted = [_surprise(IDS[:i], IDS[i]) for i in range(1, len(IDS))]
    measured = stream_loss(NETWORK, IDS)
    assert measured.nats == pytest.approx(np.mean(wanted), abs=1e-12)
    assert measured.predictions == len(IDS) - 1


def test_measuring_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = window_loss(NETWORK, IDS), stream_loss(NETWORK, IDS)
    monkeypatch.setattr(losses, "_AT_ONCE", 7)
    for one, other in zip(
        whole, (window_loss(NETWORK, IDS), stream_loss(NETWORK, IDS)), strict=True
    ):
        assert one.nats == pytest.approx(other.nats, abs=1e-12)
        assert one.predictions == other.predictions


@pytest.mark.parametrize("measure", [window_loss, stream_loss])
def test_progress_grows_to_the_whole(measure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "_AT_ONCE", 10)
    reports: list[tuple[int, int]] = []
    measured = measure(NETWORK, IDS, lambda done, total: reports.append((done, total)))
    assert reports == sorted(reports)
    assert len(reports) > 1
    assert reports[-1] == (measured.predictions, measured.predictions)


def test_the_shortest_text_that_has_a_loss() -> None:
    assert window_loss(NETWORK, IDS[:61]).predictions == 1
    assert stream_loss(NETWORK, IDS[:2]).predictions == 1


@pytest.mark.filterwarnings("error")
def test_the_cross_entropy_of_huge_logits_is_finite() -> None:
    logits = np.array([[800.0, -800.0], [0.0, 0.0]])
    assert cross_entropy(logits, np.array([1, 0])) == pytest.approx([1600.0, np.log(2)])


WORDS = WordVocabulary(tuple(sorted(["a", " a", " b", UNKNOWN, SPACED_UNKNOWN])))


class Even:
    """A model to which all symbols are equally likely: each costs log2(symbols) bits."""

    receptive_field = 1

    def __init__(self, symbols: int) -> None:
        self.symbols = symbols

    def zero_state(self, streams: int = 1) -> list[tuple[np.ndarray, ...]]:  # type: ignore[type-arg]
        return [(np.zeros((streams, 1)),)]

    def step(self, _ids, state):  # type: ignore[no-untyped-def]
        return state

    def logits(self, state):  # type: ignore[no-untyped-def]
        return np.zeros((len(state[0][0]), self.symbols))


def test_an_unknown_word_is_spelled_letter_by_letter_worked_by_hand() -> None:
    # Counted: the words "cd" and "cd", each with its end mark, after one more end mark: 7 symbols,
    # c 2, d 2, end 3; and a fifth kind for any other character. Order 1, three counts of 1/2 each
    # taken off, so 3/2 of 7 go to a quarter for each of the four kinds.
    speller = Speller(["cd", "cd"], order=1)
    back = Fraction(3, 2) / 7 / 4
    letter, end, other = Fraction(3, 2) / 7 + back, Fraction(5, 2) / 7 + back, back
    assert letter + letter + end + other == 1
    assert speller.nats("cd") == pytest.approx(-math.log(letter * letter * end))
    assert speller.nats(" cd") == speller.nats("cd")
    # "x" was never counted: it is one of all code points but c and d.
    expected = -math.log(other) + math.log(0x110000 - 2) - math.log(end)
    assert speller.nats("x") == pytest.approx(expected)


def test_the_bill_of_a_text_with_an_unknown_word_is_worked_by_hand() -> None:
    # "a b cd a" is a, " b", unknown, " a": four symbols of five as likely, and "cd" to be spelled.
    model = LanguageModel(WORDS, Even(len(WORDS)), None)
    speller = Speller(["cd", "cd"], order=1)
    bill = bits_per_character(model, "a b cd a", speller)
    assert (bill.text.symbols, bill.text.characters, bill.text.unknown) == (4, 8, 1)
    assert bill.model_bits == pytest.approx(4 * math.log2(5))
    spelled = -math.log2((15 / 56) ** 2 * (23 / 56))  # as above: 3/14 + 3/56, and 5/14 + 3/56
    assert bill.spelling_bits == pytest.approx(spelled)
    assert bill.bits_per_character == pytest.approx((4 * math.log2(5) + spelled) / 8)


def test_a_model_of_characters_pays_for_each_of_the_same_characters() -> None:
    text = "a b cd a"
    model = LanguageModel(Vocabulary.of(text), Even(5), None)
    assert bits_per_character(model, text).bits_per_character == pytest.approx(math.log2(5))


def test_the_speller_gives_all_words_together_no_more_than_one() -> None:
    speller = Speller(["ab", "ba", "abba", "b"], order=3)
    words = ["".join(w) for n in range(1, 9) for w in itertools.product("ab", repeat=n)]
    total = sum(math.exp(-speller.nats(word)) for word in words)
    assert 0.3 < total < 1.0


def test_the_speller_counts_the_words_that_the_vocabulary_lacks() -> None:
    text = "the cat the cat the zug the zeg"
    vocabulary = WordVocabulary.most_frequent(text, 4)
    assert vocabulary.symbols == tuple(sorted([" the", " cat", *(UNKNOWN, SPACED_UNKNOWN)]))
    speller = speller_for(text, vocabulary)
    assert speller.nats("zug") < speller.nats("cat")  # seen as an unknown word, "cat" never was
    found = per_character("the zug <unk>", vocabulary, speller)
    spelled = sum(speller.nats(word) for word in ("the", "zug", "<unk>"))  # "the" has no space here
    assert found == PerCharacter(3, 13, 3, spelled)


def test_a_loss_per_token_becomes_one_per_character() -> None:
    measure = PerCharacter(symbols=10, characters=50, unknown=2, spelling_nats=5.0)
    assert measure.nats(4.0) == pytest.approx((10 * 4.0 + 5.0) / 50)
    assert measure.bits(4.0) == pytest.approx(0.9 / math.log(2))
    assert OF_CHARACTERS.nats(1.25) == 1.25


@pytest.mark.parametrize("level", ["char", "word"])
def test_a_bill_is_the_stream_loss_and_the_first_symbol(level: str) -> None:
    text = wordy(900)
    words = WordVocabulary.most_frequent(text, 100)
    vocabulary = words if level == "word" else Vocabulary.of(text)
    network = Network(random_weights(len(vocabulary)))
    model = LanguageModel(vocabulary, network, None)
    ids = vocabulary.encode(text)
    losses = symbol_losses(network, ids, None)
    assert losses[1:].mean() == pytest.approx(stream_loss(network, ids).nats)
    first = model.next("")[ids[0]]
    assert losses[0] == pytest.approx(-math.log(first))
    bill = bits_per_character(model, text, speller_for(text, words))
    measure = bill.text
    assert bill.bits_per_character == pytest.approx(measure.bits(losses.mean()))


def test_a_model_that_reads_a_window_pays_for_every_character_too() -> None:
    text = prose(150)
    vocabulary = Vocabulary.of(text)
    network, ids = Network(random_weights(len(vocabulary))), vocabulary.encode(text)
    found = symbol_losses(network, ids, 60)
    assert found.shape == (150,)
    for position in (0, 7, 59, 60, 61, 149):
        cursor = cursor_after(network, ids[:position], window=60)
        p = np.exp(cursor.logits()[0])
        assert found[position] == pytest.approx(-math.log(p[ids[position]] / p.sum()))
    assert found[60::3].mean() == pytest.approx(window_loss(network, ids).nats, abs=1e-12)


def test_words_without_a_speller_and_an_empty_text_are_refused() -> None:
    model = LanguageModel(WORDS, Even(len(WORDS)), None)
    with pytest.raises(ValueError, match="spelled"):
        bits_per_character(model, "a b")
    with pytest.raises(ValueError, match="empty"):
        bits_per_character(model, "", Speller(["c"]))


def test_the_curves_of_a_race_are_per_character() -> None:
    histories = {"letters": [history_line(10)], "words": [history_line(10, held_out_loss=5.0)]}
    levels = {"words": PerCharacter(10, 40, 1, 2.0)}
    curves = race_curves(histories, levels).set_index("who")["nats"]
    assert curves["letters"] == pytest.approx(2.95)
    assert curves["words"] == pytest.approx((10 * 5.0 + 2.0) / 40)
    sizes = race_sizes(histories, {"letters": 1, "words": 2}, levels).set_index("who")["nats"]
    assert sizes["words"] == curves["words"]
