"""A shipped run: smaller, writing the same, and always whole."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm.data.named import load
from charlstm.errors import CharlstmError, RunError
from charlstm.runs import opening
from charlstm.runs.config import FINISHED, STOPPED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.opening import open_model, read_fingerprint, ship_run
from charlstm.runs.store import is_shipped
from charlstm.settings import settings_for
from tests.made import history_line, made_run, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def keras_file(weights: dict[str, NDArray[np.float32]]) -> bytes:
    """Return a file built like Keras's own: a zip with an HDF5 file of weights in it."""
    packed, out = io.BytesIO(), io.BytesIO()
    with h5py.File(packed, "w") as file:
        file.attrs["made"] = "by a test"
        for name, weight in weights.items():
            made = file.create_dataset(f"layers/{name}", data=weight)
            made.attrs["name"] = name
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("model.weights.h5", packed.getvalue())
    return out.getvalue()


def _finished(checkpoints: int = 40, best: int = 17) -> RunFolder:
    """Return a finished run on a named corpus, with steps 1, 2, 3 … in epochs of 10 steps."""
    corpus = load("python").lowered()
    run = new_run(corpus, settings_for("tbptt", units=8), "reference")
    for step in range(1, checkpoints + 1):
        run.write_checkpoint(step, random_weights(len(corpus.vocabulary), seed=step))
        loss = 1.0 if step == best else 2.0
        run.append_history(history_line(step, held_out_loss=loss))
        if step % 10 == 0:
            epoch = step // 10
            run.append_samples(
                {"epoch": epoch, "step": step, "prompt": "", "temperature": 1.0, "text": "x"}
            )
    (run.path / "model.keras").write_bytes(keras_file(run.weights(best)))
    run.write_status(Status(status=FINISHED, epoch=1, epochs=1))
    return run


def test_a_shipped_run_writes_what_the_run_wrote(no_shipped_runs: Path) -> None:
    run = _finished(checkpoints=12, best=2)
    shipped = ship_run(run, most=24)
    assert shipped.path.parent == no_shipped_runs
    assert is_shipped(shipped)
    assert shipped.config() == run.config()
    assert shipped.problems() == []
    assert shipped.resume() is None
    (fingerprint,) = (no_shipped_runs.parent / "fingerprints").iterdir()
    assert read_fingerprint(fingerprint).sha256 == run.config().sha256
    assert open_model(shipped).step == open_model(run).step == 2
    one, other = (open_model(r).logits("the ") for r in (run, shipped))
    np.testing.assert_allclose(one, other, atol=0.01)


def test_weights_that_half_precision_cannot_hold_are_shipped_as_they_are() -> None:
    run = _finished(checkpoints=3, best=2)
    exploded = run.weights(3)
    exploded["lstm/kernel"][0, 0] = 70_000.0
    exploded["dense/bias"][0] = 60_000.0
    run.write_checkpoint(3, exploded)
    shipped = ship_run(run, most=24).weights(3)
    assert shipped["lstm/kernel"][0, 0] == 70_000.0
    assert (shipped["lstm/kernel"].dtype, shipped["dense/bias"].dtype) == (np.float32, np.float16)
    np.testing.assert_allclose(shipped["dense/bias"], exploded["dense/bias"], rtol=1e-3)


def test_weights_that_are_no_longer_numbers_stay_so() -> None:
    run = _finished(checkpoints=3, best=2)
    lost = {name: np.full_like(weight, np.nan) for name, weight in run.weights(3).items()}
    run.write_checkpoint(3, lost)
    shipped = ship_run(run, most=24)
    assert all(np.isnan(weight).all() for weight in shipped.weights(3).values())
    with pytest.raises(RunError, match="not finite"):
        open_model(shipped, 3)


@pytest.mark.parametrize("most", [4, 5, 24])
def test_at_most_so_many_checkpoints_are_kept_with_the_best_and_last(most: int) -> None:
    run = _finished()
    kept = ship_run(run, most=most).checkpoints()
    assert len(kept) <= most
    assert {17, 40} <= set(kept)


def test_the_ends_of_epochs_have_samples_and_are_kept() -> None:
    assert {10, 20, 30, 40} <= set(ship_run(_finished(), most=24).checkpoints())


def test_where_there_is_room_the_steps_between_are_kept_too() -> None:
    assert ship_run(_finished(checkpoints=25), most=25).checkpoints() == list(range(1, 26))


def test_one_checkpoint_is_the_best() -> None:
    shipped = ship_run(_finished(), most=1)
    assert shipped.checkpoints() == [17]
    assert shipped.problems() == []
    assert {40, 10} <= {line["step"] for line in shipped.history()}


def test_of_a_long_run_some_lines_and_some_epochs_are_shipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "MOST_SHIPPED_LINES", 8)
    monkeypatch.setattr(opening, "MOST_SHIPPED_EPOCHS", 2)
    run = _finished()
    shipped = ship_run(run, most=2)
    assert shipped.checkpoints() == [17, 40]
    steps = [line["step"] for line in shipped.history()]
    assert {1, 17, 40} <= set(steps)
    assert len(steps) <= 8
    assert shipped.history() == [line for line in run.history() if line["step"] in steps]
    assert len({sample["epoch"] for sample in shipped.samples()}) == 2


def test_the_file_for_keras_is_made_small_and_holds_the_rounded_weights() -> None:
    run = _finished(checkpoints=3, best=2)
    large = random_weights(57, units=64)
    large["lstm/kernel"][0, 0] = 70_000.0
    (run.path / "model.keras").write_bytes(keras_file(large))
    path = ship_run(run, most=1).path / "model.keras"
    assert path.stat().st_size < 0.7 * (run.path / "model.keras").stat().st_size
    with zipfile.ZipFile(path) as archive:
        assert archive.read("config.json") == b"{}"
        weights = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights, "r") as file:
        assert file.attrs["made"] == "by a test"
        for name, weight in large.items():
            found = file[f"layers/{name}"]
            assert found.dtype == np.float32
            assert found.attrs["name"] == name
            np.testing.assert_allclose(found[()], weight, rtol=1e-3, atol=1e-7)
            exact = name == "lstm/kernel"  # one number of it is too large for half precision
            wanted = weight if exact else weight.astype(np.float16).astype(np.float32)
            np.testing.assert_array_equal(found[()], wanted)


def test_what_is_no_file_of_keras_is_not_shipped(no_shipped_runs: Path) -> None:
    run = _finished(checkpoints=3, best=2)
    (run.path / "model.keras").write_bytes(b"a model")
    with pytest.raises(RunError, match=r"model\.keras is not a Keras model"):
        ship_run(run, most=1)
    assert not (no_shipped_runs / "reference").exists()


@pytest.mark.parametrize("most", [0, -1])
def test_an_impossible_number_of_checkpoints_is_a_sentence(
    most: int, no_shipped_runs: Path
) -> None:
    with pytest.raises(CharlstmError):
        ship_run(_finished(), most=most)
    assert not (no_shipped_runs / "reference").exists()


def test_a_run_that_ended_before_its_first_samples_can_be_shipped() -> None:
    run = _finished(checkpoints=3, best=2)
    assert not (run.path / "samples.jsonl").exists()
    assert ship_run(run, most=24).samples() == []


def test_a_run_that_has_not_finished_is_not_shipped() -> None:
    run = _finished()
    run.write_status(Status(status=STOPPED))
    with pytest.raises(RunError, match="not finished"):
        ship_run(run, most=24)


def test_a_text_of_ones_own_is_not_shipped() -> None:
    with pytest.raises(RunError, match="own text"):
        ship_run(made_run(), most=24)


def test_a_run_is_shipped_once() -> None:
    run = _finished(checkpoints=12, best=2)
    ship_run(run, most=24)
    with pytest.raises(RunError, match="exists already"):
        ship_run(run, most=24)
