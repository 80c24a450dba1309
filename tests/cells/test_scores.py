"""The ranking of cells: one wired by hand is found; no score is from the text it was chosen on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm import load_corpus, open_model
from charlstm.cells.properties import LONGEST_LOOK_AHEAD, PROPERTIES, property_of
from charlstm.cells.ranking import auc
from charlstm.cells.scores import SHORTEST, cell_scores
from charlstm.cells.states import activations
from charlstm.data.vocabulary import Vocabulary
from charlstm.errors import CharlstmError
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network
from tests.made import random_weights

SYMBOLS = tuple(sorted(" .abcde“”"))
UNITS = 8
WIRED = 5


def _quoted(length: int, seed: int = 0) -> str:
    """Return words of which some are between quotation marks."""
    rng = np.random.default_rng(seed)
    parts = []
    while sum(map(len, parts)) < length:
        words = " ".join("".join(rng.choice(list("abcde"), 4)) for _ in range(rng.integers(1, 6)))
        parts.append(f"“{words}” " if rng.random() < 0.4 else f"{words}. ")
    return "".join(parts)[:length]


def _wired(upside_down: bool = False) -> LanguageModel:
    """Return a network of cells drawn at random and one that was wired to hold quotations.

    It lets in at “ only, forgets at “ and ”, and keeps what it holds at all others.
    """
    weights: dict[str, NDArray[Any]] = dict(random_weights(len(SYMBOLS), UNITS, seed=4))
    kernel = weights["lstm/kernel"]
    i, f, g, o = (gate * UNITS + WIRED for gate in range(4))
    for column in (i, f, g, o):
        weights["lstm/recurrent_kernel"][:, column] = 0.0
        weights["lstm/bias"][column] = 0.0
    kernel[:, i], kernel[:, f], kernel[:, g], kernel[:, o] = -20, 20, 0, 20
    for mark in "“”":
        kernel[SYMBOLS.index(mark), f] = -20
    kernel[SYMBOLS.index("“"), i] = 20
    kernel[SYMBOLS.index("“"), g] = -20 if upside_down else 20
    return LanguageModel(Vocabulary(SYMBOLS), Network(weights), None)


@pytest.mark.parametrize("upside_down", [False, True])
def test_a_cell_wired_to_hold_quotations_is_found_with_a_perfect_score(upside_down: bool) -> None:
    scores = cell_scores(_wired(upside_down), _quoted(2000))
    best = scores.best[scores.best["property"] == "quotes"].iloc[0]
    assert (best["layer"], best["cell"]) == (0, WIRED)
    assert best["sign"] == (-1 if upside_down else 1)
    assert best["score"] == best["score_when_chosen"] == best["high"] == 1.0
    assert best["strength"] == 1.0
    assert best["low"] == 1.0
    others = scores.best[(scores.best["property"] == "quotes") & (scores.best["rank"] > 1)]
    assert (others["score"] < 0.95).all()
    name = scores.cells[scores.cells["cell"] == WIRED].iloc[0]
    assert (name["property"], name["score"]) == ("quotes", 1.0)


def test_all_together_know_what_one_of_them_knows() -> None:
    text = _quoted(2000)
    scores = cell_scores(_wired(), text)
    together = scores.together.set_index("property")
    assert list(together.index) == list(dict.fromkeys(scores.best["property"]))
    assert together.loc["quotes", "score"] > 0.999
    assert (together["low"] <= together["score"]).all()
    # Scored with the fit of the first half: the same by least squares without scaling or penalty.
    h = activations(_wired(), text).h[0]
    values, known = property_of("next-vowel").of(text), len(text) - LONGEST_LOOK_AHEAD
    first, second = slice(0, known // 2), slice(known // 2, known)
    ones = np.ones((len(text), 1))
    fitted = np.linalg.lstsq(np.hstack([h, ones])[first], values[first], rcond=None)[0]
    score = auc(np.hstack([h, ones])[second] @ fitted, values[second])
    assert together.loc["next-vowel", "score"] == pytest.approx(score, abs=2e-3)


def test_cells_are_chosen_on_the_first_half_and_scored_on_the_second() -> None:
    model, text = _wired(), _quoted(1500, seed=2)
    scores = cell_scores(model, text)
    read = activations(model, text)
    known = len(text) - LONGEST_LOOK_AHEAD
    first, second = slice(0, known // 2), slice(known // 2, known)
    assert (scores.chosen_on, scores.scored_on) == (known // 2, known - known // 2)
    for row in scores.best.to_dict("records"):
        each = property_of(row["property"])
        if each.is_position:
            continue
        values = each.of(text)
        states = read.of(row["state"], row["layer"])[:, row["cell"]] * row["sign"]
        assert row["score"] == pytest.approx(auc(states[second], values[second]), abs=1e-12)
        assert row["score_when_chosen"] == pytest.approx(auc(states[first], values[first]))
        assert row["occurrences"] == values[second].sum()
        quarters = (slice(0, known // 4), slice(known // 4, known // 2))
        assert len({known // 2 // 2, known // 4}) == 1
        held = [auc(states[part], values[part]) for part in quarters]
        assert min(held) >= 0.5
        if row["rank"] == 1:  # no cell, in either state and direction, did better in both quarters
            for state in "ch":
                for cell in range(UNITS):
                    other = read.of(state)[:, cell]
                    scores_of_other = [auc(other[part], values[part]) for part in quarters]
                    assert min(scores_of_other) <= min(held) + 1e-12
                    assert 1 - max(scores_of_other) <= min(held) + 1e-12


def test_what_the_text_does_not_have_is_named_and_not_scored() -> None:
    scores = cell_scores(_wired(), _quoted(600))
    assert {"brackets", "digit", "capital", "line-end"} <= set(scores.absent)
    assert not set(scores.absent) & set(scores.best["property"])
    assert set(scores.absent) | set(scores.best["property"]) == {p.name for p in PROPERTIES}
    assert len(scores.cells) == UNITS


def test_the_same_seed_gives_the_same_and_progress_is_reported_to_its_end() -> None:
    reported = []
    one = cell_scores(_wired(), _quoted(600), progress=lambda *done: reported.append(done))
    two = cell_scores(_wired(), _quoted(600))
    assert one.best.equals(two.best)
    assert one.cells.equals(two.cells)
    assert reported[-1][0] == reported[-1][1]
    assert [done for done, _ in reported] == sorted(done for done, _ in reported)


def test_a_text_that_is_too_short_is_refused() -> None:
    with pytest.raises(CharlstmError, match="too few to score cells on"):
        cell_scores(_wired(), _quoted(SHORTEST - 1))


def test_a_cell_drawn_at_random_knows_nothing_of_noise() -> None:
    """Of what comes next in noise nothing is known, however well the best cell did when chosen."""
    rng = np.random.default_rng(0)
    noise = "".join(rng.choice(list(SYMBOLS), 6000))
    best = cell_scores(_wired(), noise, top=UNITS).best
    ahead = best[best["property"].str.startswith("next-")]
    assert len(ahead) == 3 * UNITS
    assert ahead["score_when_chosen"].mean() > 0.505
    assert ahead["score"].mean() == pytest.approx(0.5, abs=0.01)
    assert ((ahead["low"] < 0.5) & (ahead["high"] > 0.5)).mean() > 0.7


def test_a_cell_that_never_moves_is_about_nothing() -> None:
    weights = dict(random_weights(len(SYMBOLS), UNITS, seed=4))
    for name in ("kernel", "recurrent_kernel", "bias"):
        weights[f"lstm/{name}"][..., 2 * UNITS + WIRED] = 0.0  # what it could let in is always 0
    scores = cell_scores(LanguageModel(Vocabulary(SYMBOLS), Network(weights), None), _quoted(2000))
    assert WIRED not in set(scores.cells["cell"])
    assert set(range(UNITS)) - {WIRED} >= set(scores.cells["cell"]) != set()


def test_the_shipped_model_knows_where_a_word_ends_in_a_text_it_never_saw() -> None:
    text = load_corpus("python").lowered().text[20_000:30_000]
    scores = cell_scores(open_model(dtype=np.float32), text)
    first = scores.best[scores.best["rank"] == 1].set_index("property")
    assert first.loc["next-space", "low"] > 0.6
    assert first.loc["space", "low"] > 0.9
