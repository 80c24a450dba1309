"""After a power cut a run keeps its newest intact state, and names what is damaged."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from charlstm.errors import RunError
from charlstm.runs.folder import RESUME, RESUME_BEFORE, RunFolder
from charlstm.training.checkpoints import recover
from tests.made import history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def _cut_off(path: Path) -> None:
    """Leave half a file, as a power cut does where nothing made sure that it was written."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@pytest.fixture
def run() -> RunFolder:
    """Return a run with checkpoints at 10 and 20, and what a resume needs at 10 and at 20."""
    run = made_run()
    for step in (10, 20):
        run.write_resume({"progress/step": np.array(step), "progress/seconds": np.array(step / 5)})
    return run


def test_a_run_that_is_whole_goes_on_where_it_stood(run: RunFolder) -> None:
    intact = recover(run)
    assert intact.arrays is not None
    assert (intact.step, intact.seconds, intact.message) == (20, 4.0, "")


def test_the_state_before_is_kept_and_taken_where_the_newest_is_damaged(run: RunFolder) -> None:
    _cut_off(run.path / RESUME)
    intact = recover(run)
    assert intact.arrays is not None
    assert (intact.step, intact.seconds) == (10, 2.0)
    assert intact.message == (
        "Damaged or missing, as after a power cut: resume.npz. The run continued from step 10."
    )
    assert not (run.path / RESUME).exists()
    run.write_resume({"progress/step": np.array(11), "progress/seconds": np.array(2.2)})
    assert recover(run).step == 11
    assert int((run.resume(RESUME_BEFORE) or {})["progress/step"]) == 10


def test_a_cut_between_the_two_loses_nothing_that_was_whole(run: RunFolder) -> None:
    (run.path / RESUME).unlink()
    message = (
        "Damaged or missing, as after a power cut: resume.npz. The run continued from step 10."
    )
    assert (recover(run).step, recover(run).message) == (10, message)


def test_without_either_the_newest_whole_checkpoint_is_taken(run: RunFolder) -> None:
    for name in (RESUME, RESUME_BEFORE, "checkpoints/step-000020.npz"):
        _cut_off(run.path / name)
    intact = recover(run)
    assert intact.arrays is None
    assert intact.weights is not None
    assert set(intact.weights) == set(run.weights(10))
    assert (intact.step, intact.seconds) == (10, history_line(10)["seconds"])
    assert intact.message == (
        "Damaged or missing, as after a power cut: checkpoint 20, resume.npz and"
        " resume-before.npz. The run continued with the weights of step 10 and a new optimizer."
    )
    assert run.checkpoints() == [10]


def test_where_what_a_resume_needs_is_gone_the_weights_are_taken(run: RunFolder) -> None:
    for name in (RESUME, RESUME_BEFORE):
        (run.path / name).unlink()
    assert (recover(run).step, recover(run).arrays) == (20, None)
    assert "missing" in recover(run).message


def test_a_run_of_which_nothing_is_whole_starts_anew(run: RunFolder) -> None:
    names = (RESUME, RESUME_BEFORE, "checkpoints/step-000010.npz", "checkpoints/step-000020.npz")
    for name in names:
        _cut_off(run.path / name)
    intact = recover(run)
    assert (intact.arrays, intact.weights, intact.step) == (None, None, 0)
    assert intact.message.endswith("The run started again.")


def test_a_run_that_ended_right_after_its_first_checkpoint_starts_anew_without_a_word() -> None:
    run = made_run()
    (run.path / RESUME).unlink()
    for step in (10, 20):
        run.write_checkpoint(step // 10, run.weights(step))
        (run.path / "checkpoints" / f"step-{step:06d}.npz").unlink()
    (run.path / "checkpoints" / "step-000002.npz").unlink()
    run.write_status(replace(run.status(), step=1, best_step=1))
    assert run.checkpoints() == [1]
    intact = recover(run)
    assert (intact.weights, intact.step, intact.message) == (None, 0, "")


def test_a_run_whose_status_tells_of_more_than_its_first_checkpoint_says_what_is_lost() -> None:
    run = made_run()
    (run.path / RESUME).unlink()
    run.write_checkpoint(1, run.weights(10))
    for step in (10, 20):
        (run.path / "checkpoints" / f"step-{step:06d}.npz").unlink()
    message = recover(run).message
    assert "checkpoint 20 and resume.npz" in message


def test_a_history_that_is_lost_is_named_at_a_resume(run: RunFolder) -> None:
    (run.path / "history.jsonl").write_bytes(b"")
    assert recover(run).message.endswith(": history.jsonl. The run continued from step 20.")
    (run.path / RESUME).unlink()
    assert "resume.npz and history.jsonl. The run continued from step 10" in recover(run).message
    (run.path / RESUME_BEFORE).unlink()
    message = recover(run).message
    assert "resume.npz and history.jsonl" in message
    assert "the weights of step 20" in message


def test_a_checkpoint_that_is_another_one_is_removed_and_named(run: RunFolder) -> None:
    folder = run.path / "checkpoints"
    shutil.copy(folder / "step-000010.npz", folder / "step-000020.npz")
    assert "checkpoint 20" in recover(run).message
    assert run.checkpoints() == [10]


def test_what_a_killed_training_left_half_written_is_swept(run: RunFolder) -> None:
    before = sorted(run.path.rglob("*"))
    for name in (".status.json.0123.tmp", "checkpoints/.step-000030.npz.0123.tmp"):
        (run.path / name).write_bytes(b"half")
    (run.path / ".model.keras.0123.tmp").mkdir()
    (run.path / ".model.keras.0123.tmp" / "model.keras").write_bytes(b"half")
    assert recover(run).message == ""
    assert sorted(run.path.rglob("*")) == before


def test_what_was_never_written_by_us_is_named(run: RunFolder) -> None:
    run.write_resume({"something": np.array(1)})
    with pytest.raises(RunError, match=r"resume\.npz does not fit"):
        recover(run)
