"""Commands that train, as a person uses them: in a process, with Ctrl-C, and with kill -9."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from charlstm.__main__ import main
from charlstm.data.named import load
from charlstm.engine import process, standby
from charlstm.engine.process import delete_run, live_status, running_run
from charlstm.errors import RunError
from charlstm.runs.config import FINISHED, PAUSED, RUNNING, STOPPED
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.opening import open_model
from charlstm.runs.store import find, home
from charlstm.settings import settings_for
from tests.made import made_run, prose

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
LINE = {"step", "epoch", "seconds", "loss", "held_out_loss", "characters_per_second"}
_ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def _training(name: str, corpus: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Train in another process, for as long as the block takes at most."""
    command = [sys.executable, "-m", "charlstm", "train", "--corpus", str(corpus), "--run", name]
    small = ["--units", "8", "--batch", "4", "--epochs", "1000", "--json"]
    with subprocess.Popen(
        [*command, *small, *words],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as training:
        try:
            yield training
        finally:
            training.kill()


def _lines_until_epoch(training: subprocess.Popen[str], epoch: int) -> list[dict[str, Any]]:
    """Return the lines that a training prints until it has done so many epochs."""
    lines: list[dict[str, Any]] = []
    assert training.stdout is not None
    while not lines or lines[-1]["epoch"] < epoch:
        line = training.stdout.readline()
        assert line, training.stderr and training.stderr.read()
        lines.append(json.loads(line))
    return lines


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    """Return a file with a text of 20 steps an epoch."""
    path = tmp_path / "tale.txt"
    path.write_text(prose(5400))
    return path


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a training that was killed after two epochs."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "tale.txt").write_text(prose(5400))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARLSTM_HOME", str(folder / "home"))
        with _training("mine", folder / "tale.txt") as training:
            _lines_until_epoch(training, 2)
            training.send_signal(signal.SIGKILL)
            training.wait()
    return folder / "home"


@pytest.fixture
def killed_run(killed: Path, own_home: Path) -> RunFolder:
    """Return a copy of the killed training's run among the test's own runs."""
    shutil.copytree(killed / "runs", own_home / "runs")
    return find("mine")


def _goes_on(run: RunFolder, capsys: Capture) -> None:
    """Resume a run for two more epochs and look at what it left behind."""
    before = run.resume()
    assert before is not None
    at = int(before["progress/step"])
    total = at // 20 + 2
    assert main(["resume", run.name, "--epochs", str(total), "--json"]) == 0
    *lines, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert last["status"] == FINISHED
    assert all(line["step"] > at for line in lines)
    steps = [line["step"] for line in run.history()]
    assert steps == sorted(set(steps))
    assert steps[-1] == run.status().step == total * 20
    assert run.problems() == []


@pytest.mark.training
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_ctrl_c_stops_a_training_cleanly_and_it_can_be_resumed(tale: Path, capsys: Capture) -> None:
    with _training("mine", tale) as training:
        printed = _lines_until_epoch(training, 2)
        assert live_status(find("mine")).status == RUNNING
        assert main(["train", "--corpus", "python"]) == 2
        assert "A training is running already, mine" in capsys.readouterr().err
        training.send_signal(signal.SIGINT)
        out, err = training.communicate(timeout=60)
    printed += [json.loads(line) for line in out.splitlines()]
    assert training.returncode == 0, err
    assert err == ""
    *lines, last = printed
    assert all(set(line) == LINE for line in lines)
    assert set(last) == {"run", "status", "best_held_out_loss"}
    assert (last["run"], last["status"]) == ("mine", STOPPED)
    run = find("mine")
    assert run.status().status == STOPPED
    assert last["best_held_out_loss"] == run.status().best_held_out_loss
    assert lines == run.history()
    assert int(run.resume()["progress/step"]) == run.status().step
    assert len(open_model(run).write("the cat", length=5)) == 5
    _goes_on(run, capsys)


@pytest.mark.training
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_killed_training_has_stopped_is_readable_and_can_be_resumed(
    killed: Path, killed_run: RunFolder, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    with monkeypatch.context() as there:
        there.setenv("CHARLSTM_HOME", str(killed))
        assert find("mine").status().status == RUNNING  # its last word
        assert live_status(find("mine")).status == STOPPED
        assert running_run() is None
    run = killed_run
    assert run.problems() == []
    assert len(run.history()) >= 2
    assert len(open_model(run).write("the cat", length=5)) == 5
    _goes_on(run, capsys)


@pytest.mark.training
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_training_killed_within_an_epoch_goes_on_though_its_newest_files_are_cut_off(
    killed_run: RunFolder, capsys: Capture
) -> None:
    run = killed_run
    newest = run.checkpoints()[-1]
    at = int(run.resume("resume-before.npz")["progress/step"])
    for name in ("resume.npz", f"checkpoints/step-{newest:06d}.npz"):
        (run.path / name).write_bytes((run.path / name).read_bytes()[:-30])
    assert len(run.problems()) == 2
    total = run.status().epoch + 2
    assert main(["resume", "mine", "--epochs", str(total)]) == 0
    out = capsys.readouterr().out
    assert f"checkpoint {newest:,} and resume.npz. The run continued from step {at:,}." in out
    assert run.status().status == FINISHED
    assert run.problems() == []
    steps = [line["step"] for line in run.history()]
    assert steps == sorted(set(steps))


@pytest.mark.training
def test_a_training_in_a_process_of_its_own_obeys_pause_resume_and_stop(
    tale: Path, capsys: Capture
) -> None:
    corpus = load(str(tale)).lowered()
    run = new_run(corpus, settings_for("tbptt", units=8, batch=4, epochs=1000), "mine")
    standby.start(run)
    assert live_status(run).status == RUNNING
    try:
        _wait_until(lambda: run.status().epoch >= 2)
        process.tell(run, process.PAUSE)
        _wait_until(lambda: live_status(run).status == PAUSED)
        kept = run.resume()
        assert kept is not None
        assert int(kept["progress/step"]) == run.status().step
        process.tell(run, process.RESUME)
        _wait_until(lambda: live_status(run).status == RUNNING)
    finally:
        process.tell(run, process.STOP)
    _wait_until(lambda: run.status().status == STOPPED)
    assert run.status().reason == "You stopped it."
    assert run.problems() == []
    assert capsys.readouterr() == ("", "")


def _wait_until(condition: Callable[[], bool]) -> None:
    """Return once something is so; give up after some minutes."""
    for _ in range(8000):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_run_is_its_resumes_from_the_first_moment(capsys: Capture) -> None:
    run = made_run("mine")
    run.write_status(replace(run.status(), status=STOPPED))
    with _resuming("mine") as resuming:
        # It must not come to loading TensorFlow before it is looked at. The lock of all runs is
        # held for milliseconds, until the run's own is taken.
        locks = home() / "runs.lock", run.path / "lock"
        _wait_until(lambda: any(map(process.is_locked, locks)))
        resuming.send_signal(signal.SIGSTOP)
        with _in_a_while(lambda: resuming.send_signal(signal.SIGCONT)):
            for words in (["delete", "mine", "--yes"], ["rename", "mine", "other"]):
                assert main(words) == 2
                assert "mine is being trained; stop it first" in capsys.readouterr().err
        (run.path / "lock").unlink(missing_ok=True)
        assert main(["delete", "mine", "--yes"]) == 2
        assert main(["runs", "--json"]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[0])["status"] == RUNNING
    assert live_status(run).status == STOPPED


def test_a_resume_of_a_run_that_was_just_deleted_says_so_and_makes_no_folder() -> None:
    run = made_run("mine")
    delete_run(run)
    with pytest.raises(RunError, match="no run called 'mine' any more"):
        process.training_locks(run).__enter__()
    assert not run.path.exists()


@contextlib.contextmanager
def _resuming(name: str) -> Iterator[subprocess.Popen[str]]:
    """Resume a run in another process, for as long as the block takes at most."""
    words = [sys.executable, "-m", "charlstm", "resume", name]
    with subprocess.Popen(words, cwd=_ROOT, stderr=subprocess.PIPE, text=True) as resuming:
        try:
            yield resuming
        finally:
            resuming.kill()


@contextlib.contextmanager
def _in_a_while(do: Callable[[], object]) -> Iterator[None]:
    """Do something while the block waits for it."""
    timer = threading.Timer(0.5, do)
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.mark.training
@pytest.mark.usefixtures("without_xla")
def test_a_training_in_words_says_where_it_ended(tale: Path, capsys: Capture) -> None:
    words = ["--units", "8", "--batch", "90", "--epochs", "2", "--recipe", "tbptt", "--run", "mine"]
    assert main(["train", "--corpus", str(tale), *words]) == 0
    out, err = capsys.readouterr()
    best = find("mine").status().best_held_out_loss
    assert out == f"mine: finished, held-out window loss {best:.4f} nats.\n"
    assert err == ""


@pytest.mark.training
@pytest.mark.usefixtures("without_xla")
@pytest.mark.parametrize(
    ("words", "shown"),
    [(["--seconds", "1", "--epochs", "1000"], " of 1 s, loss"), (["--epochs", "2"], " of 2, ")],
)
def test_progress_on_a_terminal_is_in_what_ends_the_training(
    tale: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    shown: str,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["train", "--corpus", str(tale), "--units", "8", "--run", "mine", *words]) == 0
    lines = capsys.readouterr().err.split("\r")
    assert all(shown in line for line in lines if "loss" in line), lines
    assert any("loss" in line for line in lines)


def test_without_tensorflow_a_training_is_refused_in_one_line(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    made_run()
    for words in (["train", "--corpus", "python"], ["resume", "made", "--epochs", "9"]):
        assert main(words) == 2
        err = capsys.readouterr().err
        assert "needs TensorFlow" in err
        assert len(err.splitlines()) == 1


def test_a_refused_resume_leaves_the_run_as_it_was(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def refuse(_run: RunFolder) -> Iterator[None]:
        raise RunError("A training is running already, other.")
        yield

    run = made_run()
    config = run.config()
    monkeypatch.setattr(process, "training_locks", refuse)
    assert main(["resume", "made", "--epochs", "9"]) == 2
    assert capsys.readouterr().err == "charlstm: A training is running already, other.\n"
    assert run.config() == config


def test_a_shipped_run_is_not_trained_further(capsys: Capture, no_shipped_runs: Path) -> None:
    no_shipped_runs.mkdir(parents=True)
    made_run().path.rename(no_shipped_runs / "made")
    assert main(["resume", "made", "--epochs", "9"]) == 2
    assert "comes with the app" in capsys.readouterr().err
