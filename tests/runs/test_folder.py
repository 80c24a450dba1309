"""The run folder: what is written comes back, and a copy of it is a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import corpus_of, new_run
from charlstm.runs.opening import open_model
from charlstm.settings import settings_for
from tests.made import history_line, made_run, prose, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def test_weights_come_back_to_the_last_bit() -> None:
    run = made_run()
    weights = random_weights(5)
    run.write_checkpoint(30, weights)
    assert run.checkpoints() == [10, 20, 30]
    read = run.weights(30)
    assert set(read) == set(weights)
    assert all((read[name] == weights[name]).all() for name in weights)


def test_a_text_of_ones_own_is_kept_to_the_letter() -> None:
    text = prose(800) + "é😀\u2028\x85\r\n" + prose(800)
    run = new_run(Corpus("mine", text), settings_for("tbptt", lowercase=False), "mine")
    assert run.text() == text
    assert corpus_of(run).text == text


def test_a_named_corpus_is_not_copied_into_the_run() -> None:
    from charlstm.data.named import load

    run = new_run(load("python").lowered(), settings_for("tbptt"), "reference")
    assert run.text() is None
    assert corpus_of(run).sha256 == run.config().sha256
    assert "--corpus python" in run.config().command


def test_a_text_that_changed_since_is_refused() -> None:
    run = made_run()
    run.write_text([prose(1499).encode() + b"!"])
    with pytest.raises(RunError, match="SHA-256"):
        corpus_of(run)


def test_a_run_without_history_or_samples_yet_has_none() -> None:
    run = new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "fresh")
    assert (run.history(), run.samples(), run.checkpoints(), run.resume()) == ([], [], [], None)
    assert run.problems() == []


def test_forgetting_drops_what_is_past_a_step_and_a_torn_line() -> None:
    run = made_run()
    with (run.path / "history.jsonl").open("a") as file:
        file.write('{"step": 3')
    run.forget_after(10)
    assert [line["step"] for line in run.history()] == [10]
    assert [line["step"] for line in run.samples()] == [10]
    assert run.checkpoints() == [10]
    run.append_history(history_line(11))
    assert [line["step"] for line in run.history()] == [10, 11]


def test_a_text_that_is_no_longer_utf8_is_named() -> None:
    run = made_run()
    (run.path / "corpus.txt").write_bytes(b"\xff")
    with pytest.raises(RunError, match=r"corpus\.txt"):
        run.text()


def test_a_whole_copy_of_a_run_is_a_run(tmp_path: Path) -> None:
    run = made_run()
    shutil.copytree(run.path, tmp_path / "copy")
    copy = RunFolder(tmp_path / "copy")
    np.testing.assert_array_equal(
        open_model(copy).logits("the cat"), open_model(run).logits("the cat")
    )


def test_a_text_that_utf8_cannot_hold_is_refused_in_words() -> None:
    with pytest.raises(CharlstmError):
        new_run(Corpus("mine", prose(1500) + "\ud800"), settings_for("tbptt"), "mine")


def test_checkpoints_are_thinned_until_they_fit_keeping_first_last_and_best() -> None:
    run = made_run()
    weights = run.weights(20)
    for step in (30, 31, 32, 40, 80):
        run.write_checkpoint(step, weights)
    size = (run.path / "checkpoints" / "step-000020.npz").stat().st_size
    run.thin_checkpoints(int(4.5 * size), keep={31})
    assert run.checkpoints() == [10, 20, 31, 80]
    run.thin_checkpoints(0, keep={31})
    assert run.checkpoints() == [10, 31, 80]


def test_the_command_that_repeats_a_run_names_its_text_wherever_its_folder_lies(
    tmp_path: Path,
) -> None:
    run = made_run()
    moved = RunFolder(run.path.rename(tmp_path / "moved"))
    assert str(moved.path / "corpus.txt") in moved.config().command
