"""From a run to its model: the best checkpoint, or the one asked for, or a sentence."""

from __future__ import annotations

import pytest

from charlstm.data.corpus import Corpus
from charlstm.errors import RunError
from charlstm.runs.new import new_run
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.settings import settings_for
from tests.made import edit_json, history_line, made_run, prose, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def test_the_best_checkpoint_has_the_lowest_held_out_loss() -> None:
    run = made_run()
    assert best_checkpoint(run) == 20
    run.write_checkpoint(30, random_weights(5))
    run.append_history(history_line(30, held_out_loss=9.0))
    run.append_history(history_line(31, held_out_loss=0.1))  # has no checkpoint
    assert best_checkpoint(run) == 20


def test_without_a_held_out_loss_the_last_checkpoint_is_taken() -> None:
    run = made_run()
    (run.path / "history.jsonl").unlink()
    assert best_checkpoint(run) == 20


def test_a_checkpoint_that_does_not_exist_is_a_sentence_that_names_those_that_do() -> None:
    with pytest.raises(RunError, match="no checkpoint at step 15; it has 10, 20"):
        open_model(made_run(), 15)
    run = new_run(Corpus("mine", prose(1500)), settings_for("tbptt"), "fresh")
    with pytest.raises(RunError, match="no checkpoint yet"):
        open_model(run)


def test_a_damaged_checkpoint_leaves_the_others_readable() -> None:
    run = made_run()
    path = run.path / "checkpoints" / "step-000020.npz"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(RunError, match=r"step-000020\.npz"):
        open_model(run)
    assert open_model(run, 10).step == 10


def test_a_config_that_does_not_fit_the_checkpoint_is_refused() -> None:
    run = made_run()
    edit_json(run.path / "config.json", lambda c: c["corpus"].update(vocabulary="abc"))
    with pytest.raises(RunError, match=r"config\.json"):
        open_model(run)


@pytest.mark.parametrize("asked", [{"layers": 2}, {"units": 16}])
def test_a_checkpoint_of_another_network_than_was_asked_for_is_refused(
    asked: dict[str, int],
) -> None:
    run = made_run()
    edit_json(run.path / "config.json", lambda c: c["settings"].update(asked))
    with pytest.raises(RunError):
        open_model(run)


def test_weights_that_cannot_be_used_are_reported_with_the_name_of_their_file() -> None:
    run = made_run()
    weights = run.weights(20)
    del weights["dense/bias"]
    run.write_checkpoint(20, weights)
    with pytest.raises(RunError, match=r"made.*step-000020\.npz"):
        open_model(run)
