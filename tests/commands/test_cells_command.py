"""The cells command: its JSON is what the function gives, and mistakes take one line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from charlstm.__main__ import main
from charlstm.cells.kept import kept_scores, reference_of
from charlstm.cells.properties import PROPERTIES
from charlstm.cells.scores import cell_scores
from charlstm.runs.opening import open_model
from tests.commands.answered import refusal_of
from tests.made import made_run, prose

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]


def _lines(capsys: Capture, *words: str) -> list[dict[str, object]]:
    assert main(["cells", *words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_there_is_a_line_for_every_property_with_the_scores_of_the_function(
    capsys: Capture,
) -> None:
    run = made_run(held_out=0.5)
    lines = _lines(capsys, "--run", "made")
    assert {line["property"] for line in lines} == {each.name for each in PROPERTIES}
    scores = cell_scores(open_model(run, dtype=np.float32), reference_of(run).text)
    for line in lines:
        rows = scores.best[scores.best["property"] == line["property"]].to_dict("records")
        assert (line["cells"] == []) == (line["property"] in scores.absent)
        assert [cell["cell"] for cell in line["cells"]] == [row["cell"] for row in rows]  # type: ignore[attr-defined]
        for cell, row in zip(line["cells"], rows, strict=True):  # type: ignore[call-overload]
            assert cell["score"] == pytest.approx(row["score"], abs=1e-6)
    assert kept_scores(run, 20) is None


def test_scores_are_kept_with_the_run_when_asked(capsys: Capture) -> None:
    run = made_run(held_out=0.5)
    assert main(["cells", "--run", "made", "--checkpoint", "10", "--keep"]) == 0
    assert "not in this text" in capsys.readouterr().out
    assert kept_scores(run, 10) is not None
    assert kept_scores(run, 20) is None


def test_another_text_is_scored_on(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    (tmp_path / "own.txt").write_text(prose(700, seed=3))
    lines = _lines(capsys, "--run", "made", "--corpus", str(tmp_path / "own.txt"))
    assert {line["text"] for line in lines} == {"the first 700 characters of own"}


def test_it_is_said_how_much_of_a_text_is_scored_on(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    (tmp_path / "own.txt").write_text(prose(700, seed=3) + "漢字" * 50, encoding="utf-8")
    words = ["--run", "made", "--corpus", str(tmp_path / "own.txt")]
    assert {line["dropped_count"] for line in _lines(capsys, *words)} == {100}
    assert main(["cells", *words]) == 0
    assert (
        "own (700 of 800 characters; 100 are unknown to this model and not counted): chosen"
    ) in capsys.readouterr().out


def test_of_the_text_that_the_run_learned_only_what_was_held_out_is_scored_on(
    capsys: Capture, tmp_path: Path
) -> None:
    run = made_run(text=prose(6000))
    (tmp_path / "again.txt").write_text(prose(6000))
    lines = _lines(capsys, "--run", "made", "--corpus", str(tmp_path / "again.txt"))
    assert {line["text"] for line in lines} == {reference_of(run).what}
    assert "600 held-out characters" in reference_of(run).what


def test_mistakes_take_one_line(capsys: Capture) -> None:
    made_run()
    assert "no run called 'none'" in refusal_of(capsys, ["cells", "--run", "none"])
    assert "no checkpoint at step 7" in refusal_of(
        capsys, ["cells", "--run", "made", "--checkpoint", "7"]
    )
    assert "no corpus, text file or folder" in refusal_of(
        capsys, ["cells", "--run", "made", "--corpus", "nothing"]
    )
    assert "too few to score cells on" in refusal_of(capsys, ["cells", "--run", "made"])
    both = ["cells", "--run", "made", "--corpus", "python", "--keep"]
    assert "leave out --corpus" in refusal_of(capsys, both)
