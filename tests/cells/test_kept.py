"""Scores in a run's folder, the unlearned text that they are from, and what ships with the app."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from charlstm.__main__ import main
from charlstm.cells.kept import (
    MOST_CHARACTERS,
    keep_scores,
    kept_scores,
    most_characters,
    reference_in,
    reference_of,
    reference_words,
)
from charlstm.cells.scores import CellScores, cell_scores
from charlstm.data.corpus import Corpus, LongCorpus
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.runs.store import shipped_runs
from tests.made import made_run, prose


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> CellScores:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARLSTM_HOME", str(tmp_path_factory.mktemp("scored")))
        return cell_scores(open_model(made_run(units=8)), prose(900, seed=1))


@pytest.fixture
def scored(scores: CellScores) -> tuple[RunFolder, CellScores]:
    """Return a run whose cells have these scores."""
    return made_run(units=8), scores


def test_scores_come_back_as_they_were_kept(scored: tuple[RunFolder, CellScores]) -> None:
    run, scores = scored
    assert kept_scores(run, 20) is None
    keep_scores(run, 20, scores, "a text")
    found = kept_scores(run, 20)
    assert found is not None
    back, what = found
    assert what == "a text"
    assert (back.chosen_on, back.scored_on) == (scores.chosen_on, scores.scored_on)
    assert back.absent == scores.absent
    for name in ("best", "cells", "together"):
        one, other = getattr(back, name), getattr(scores, name)
        assert list(one.columns) == list(other.columns)
        for column in one.columns:
            if one[column].dtype == float:
                np.testing.assert_allclose(one[column], other[column], rtol=0, atol=1e-6)
            else:
                assert (one[column] == other[column]).all()
    assert kept_scores(run, 10) is None
    assert run.problems() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda _: "[]",
        lambda _: '{"best": [{}], "cells": [], "together": [], "absent": []}',
        lambda text: text.replace('"word"', '"<script>"'),
    ],
)
def test_damaged_scores_are_named(scored: tuple[RunFolder, CellScores], damage: object) -> None:
    run, scores = scored
    keep_scores(run, 20, scores, "a text")
    path = run.path / "cells" / "step-000020.json"
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    with pytest.raises(RunError, match=r"cells/step-000020.json is damaged"):
        kept_scores(run, 20)


# The runs of the recorded race are there to be compared; two of them are no LSTMs.
@pytest.mark.parametrize(
    "run",
    [run for run in shipped_runs() if not run.name.startswith("race-")],
    ids=lambda run: run.name,
)
def test_a_shipped_run_has_scores_of_its_best_checkpoint_and_no_text(run: RunFolder) -> None:
    step = best_checkpoint(run)
    found = kept_scores(run, step)
    assert found is not None
    scores, what = found
    assert "held-out characters of nietzsche" in what
    assert scores.chosen_on + scores.scored_on > 50_000
    first = scores.best[scores.best["rank"] == 1].set_index("property")
    for name in ("line", "next-space", "word", "quotes"):
        assert name in first.index
    assert first.loc["next-space", "low"] > 0.8
    assert (first["low"] <= first["score"] + 1e-6).all()
    assert (first["score"] <= first["high"] + 1e-6).all()
    path: Path = run.path / "cells" / f"step-{step:06d}.json"
    assert path.stat().st_size < 60_000
    assert max(len(word) for word in json.dumps(json.loads(path.read_bytes())).split('"')) < 120


def test_the_shipped_scores_are_what_the_command_measures(
    nietzsche_bytes: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "nietzsche.txt").write_bytes(nietzsche_bytes)
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    run = shipped_runs()[0]
    assert main(["cells", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = kept_scores(run, best_checkpoint(run))
    assert found is not None
    scores, what = found
    assert {line["text"] for line in lines} == {what}
    measured = {line["property"]: line["cells"] for line in lines}
    assert set(measured) == set(scores.best["property"]) | set(scores.absent)
    for row in scores.best.to_dict("records"):
        again = measured[row["property"]][row["rank"] - 1]
        assert again["score"] == pytest.approx(row["score"], abs=2e-3)
        assert again["low"] == pytest.approx(row["low"], abs=1e-2)
    for row in scores.together.to_dict("records"):
        (line,) = (each for each in lines if each["property"] == row["property"])
        assert line["together"]["score"] == pytest.approx(row["score"], abs=2e-3)


def test_the_reference_is_the_held_out_part_of_a_text_that_is_kept() -> None:
    run = made_run()
    config = run.config()
    reference = reference_of(run)
    assert reference.text == prose(1500)[config.training_length :]
    assert "150 held-out characters of made-text" in reference.what


def test_where_nothing_is_held_out_the_reference_says_that_it_was_learned() -> None:
    reference = reference_of(made_run(held_out=0.0))
    assert reference.text == prose(1500)[-150:]
    assert "which it learned" in reference.what


def test_a_text_that_is_not_at_hand_is_never_downloaded() -> None:
    run = shipped_runs()[0]
    with pytest.raises(RunError, match="not on this machine"):
        reference_of(run)


def test_a_wide_network_is_scored_on_less_so_that_memory_stays_small() -> None:
    assert most_characters(128) == MOST_CHARACTERS
    assert most_characters(3 * 1024) * 3 * 1024 * 2 * 4 <= 120_000_000


def test_the_run_s_own_text_is_known_by_its_content_and_only_what_was_held_out_is_taken() -> None:
    run = made_run()
    again = LongCorpus("another-name", [lambda: [prose(1500)]])
    assert reference_in(again, run.config()) == reference_of(run)


def test_of_another_text_its_beginning_is_taken() -> None:
    config = made_run().config()
    text = prose(MOST_CHARACTERS + 1000, seed=3)
    reference = reference_in(Corpus("other", text), config)
    assert reference.text == text[:MOST_CHARACTERS]
    assert reference.what == f"the first {MOST_CHARACTERS:,} characters of other"


@pytest.mark.parametrize("held_out", [0.0, 0.1])
def test_where_it_is_from_is_known_before_it_is_read(held_out: float) -> None:
    run = made_run(held_out=held_out)
    assert reference_words(run) == reference_of(run).what
