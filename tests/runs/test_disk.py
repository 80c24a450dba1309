"""A disk that is full or read-only: a sentence, nothing half done, and commands that still work.

The system's refusals are made here; tests/browser/test_disk.py tries real disks.
"""

from __future__ import annotations

import errno
import io
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from charlstm.engine import atlases, process, standby
from charlstm.engine.atlases import request_for
from charlstm.engine.process import rename_run
from charlstm.engine.standby import why_no_training
from charlstm.errors import CharlstmError, DiskError, disk_errors
from charlstm.runs import files as runs_files
from charlstm.runs.config import PAUSED, RUNNING
from charlstm.runs.store import own_runs
from charlstm.settings import settings_for
from tests.disk import fill_the_disk, make_read_only
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


DISKS = [fill_the_disk, make_read_only]
Disk = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    ("number", "words", "sentence"),
    [
        (errno.ENOSPC, "No space left on device", "The disk is full: No space left on device."),
        (errno.EROFS, "Read-only file system", "CHARLSTM_HOME can name another folder for runs."),
        (errno.EIO, "Input/output error", "Files cannot be written in runs: Input/output error."),
    ],
)
def test_what_the_system_says_becomes_a_sentence_once(
    number: int, words: str, sentence: str
) -> None:
    home, runs = disk_errors(Path("home")), disk_errors(Path("runs"))
    with pytest.raises(CharlstmError) as caught, home, runs:
        raise OSError(number, words)
    assert sentence in str(caught.value)
    assert "Errno" not in str(caught.value)
    assert isinstance(caught.value, DiskError)
    assert (caught.value.errno, caught.value.strerror) == (number, words)


@pytest.mark.parametrize("disk", DISKS)
def test_a_run_that_cannot_be_renamed_is_as_it_was(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = made_run("old")
    files = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with monkeypatch.context() as patch:
        disk(patch)
        with pytest.raises(CharlstmError):
            rename_run(run, "new")
    assert [each.name for each in own_runs()] == ["old"]
    assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == files


def test_a_folder_that_cannot_be_moved_keeps_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    run = made_run("old")
    command, files = run.config().command, sorted(run.path.rglob("*"))

    def held(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(runs_files, "_RETRY_SECONDS", 0)
    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(CharlstmError, match="cannot be moved"):
        rename_run(run, "new")
    assert run.config().command == command
    assert sorted(run.path.rglob("*")) == files


def test_a_training_on_a_full_disk_is_told_to_pause_go_on_and_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = made_run()
    with process.training_locks(run):
        run.write_status(replace(run.status(), status=RUNNING))
        fill_the_disk(monkeypatch)
        for command in (process.PAUSE, process.RESUME, process.STOP):
            process.tell(run, command)
            assert process.take_command(run) == command
            assert process.take_command(run) is None
        process.tell(run, process.PAUSE)
        process.tell(run, process.STOP)  # before the other was taken
        assert process.take_command(run) == process.STOP
        run.write_status(replace(run.status(), status=PAUSED))
        assert run.status().status == PAUSED


@pytest.mark.parametrize("disk", DISKS)
def test_whatever_is_asked_of_a_run_ends_in_a_sentence(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if why_no_training():
        monkeypatch.setattr(standby, "why_no_training", lambda: "")
    monkeypatch.setattr(standby, "launch", lambda *_, **__: SimpleNamespace(pid=os.getpid()))
    run = made_run()
    request = request_for(run, prompt="the ")
    asked: list[Callable[[], object]] = [
        lambda: standby.start(run),
        lambda: standby.start_race(run),
        lambda: atlases.start(request),
        lambda: atlases.stop(request),
        lambda: atlases.computed(request),
        lambda: run.write_checkpoint(30, run.weights(20)),
        lambda: rename_run(run, "new"),
        lambda: process.delete_run(run),
    ]
    disk(monkeypatch)
    for ask in asked:
        try:
            ask()
        except CharlstmError as error:
            assert "Errno" not in str(error)
            assert str(error).endswith(".")


def test_the_stand_by_needs_no_file(monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    logs: list[object] = []

    def launched(_words: list[str], log: object, **_: object) -> SimpleNamespace:
        logs.append(log)
        return SimpleNamespace(poll=lambda: None, stdin=io.BytesIO())

    monkeypatch.setattr(standby, "launch", launched)
    monkeypatch.setenv(standby.SWITCH, "1")
    standby.prepare(settings_for("tbptt"), 57, 1000)
    standby._forget()
    assert logs == [subprocess.DEVNULL]
    assert not own_home.exists()
