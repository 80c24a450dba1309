"""Renaming and deleting runs: what moves, and what must stay."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from charlstm.engine.process import delete_run, rename_run, training_locks
from charlstm.errors import CharlstmError, RunError, SettingsError
from charlstm.runs.config import RUNNING, STARTING, own_mark
from charlstm.runs.store import find, free_name, home, own_runs, shipped_runs
from tests.made import made_run

_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_run_is_found_under_its_new_name_with_all_that_it_has() -> None:
    run = made_run("old")
    files = sorted(path.name for path in run.path.rglob("*"))
    renamed = rename_run(run, "new")
    assert [each.name for each in own_runs()] == ["new"]
    assert sorted(path.name for path in renamed.path.rglob("*")) == files
    assert renamed.problems() == []
    assert str(renamed.path / "corpus.txt") in renamed.config().command
    with pytest.raises(RunError, match="no run called 'old'"):
        find("old")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "x" * 65, "nul", "COM1"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    run = made_run()
    with pytest.raises(SettingsError, match="letters, digits"):
        rename_run(run, name)
    assert run.problems() == []


def test_a_name_that_is_taken_is_refused() -> None:
    run, _ = made_run("one"), made_run("two")
    for name in ("one", "two", shipped_runs()[0].name):
        with pytest.raises(RunError, match="already a run called"):
            rename_run(run, name)
    assert {each.name for each in own_runs()} == {"one", "two"}


def test_a_deleted_run_leaves_nothing_behind() -> None:
    run, other = made_run("one"), made_run("two")
    delete_run(run)
    assert [each.name for each in own_runs()] == ["two"]
    assert sorted(path.name for path in home().iterdir()) == ["names.jsonl", "runs", "runs.lock"]
    assert other.problems() == []
    with pytest.raises(RunError, match="no run called 'one' any more"):
        delete_run(run)


def test_a_name_is_given_once() -> None:
    delete_run(made_run("tale-tbptt-1"))
    assert free_name("tale", "tbptt") == "tale-tbptt-2"
    rename_run(made_run("tale-tbptt-2"), "mine")
    assert free_name("tale", "tbptt") == "tale-tbptt-3"
    for taken in ("tale-tbptt-1", "tale-tbptt-2"):
        with pytest.raises(RunError, match=r"Another run was called .* before"):
            made_run(taken)
        with pytest.raises(RunError, match=r"Another run was called .* before"):
            rename_run(find("mine") if taken.endswith("1") else made_run("two"), taken)
    assert {each.name for each in own_runs()} == {"mine", "two"}


def test_a_run_can_have_a_name_back_that_it_had() -> None:
    assert rename_run(rename_run(made_run("mine"), "other"), "mine").problems() == []


def test_a_name_is_given_once_though_a_run_was_never_renamed_or_deleted_here() -> None:
    run = made_run("tale-tbptt-1")
    with training_locks(run):
        pass
    shutil.rmtree(run.path)  # by hand
    assert free_name("tale", "tbptt") == "tale-tbptt-2"


@pytest.mark.parametrize("damage", [b"", b"{", b'[]\n7\n{"name": 1}\nnull\n', b"\xff\n"])
def test_damage_to_the_list_of_names_forgets_no_more_than_what_is_lost(damage: bytes) -> None:
    delete_run(made_run("one-tbptt-1"))
    names = home() / "names.jsonl"
    names.write_bytes(names.read_bytes() + damage)
    delete_run(made_run("two-tbptt-1"))
    assert free_name("one", "tbptt") == "one-tbptt-2"
    assert free_name("two", "tbptt") == "two-tbptt-2"


def test_a_damaged_run_can_be_renamed_and_deleted() -> None:
    run = made_run()
    (run.path / "config.json").write_bytes(b"{")
    (run.path / "status.json").unlink()
    delete_run(rename_run(run, "broken"))
    assert own_runs() == []


def test_a_run_that_came_with_the_app_stays() -> None:
    shipped = shipped_runs()[0]
    for change in (delete_run, lambda run: rename_run(run, "mine")):
        with pytest.raises(RunError, match="came with the app"):
            change(shipped)
    assert shipped.path.is_dir()


def test_a_run_that_is_being_trained_stays() -> None:
    run = made_run()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(run.path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        run.write_status(replace(run.status(), status=RUNNING))
        for change in (delete_run, lambda run: rename_run(run, "mine")):
            with pytest.raises(RunError, match="is being trained; stop it first"):
                change(run)
        other.kill()
    delete_run(run)


def test_a_run_that_is_about_to_be_trained_stays() -> None:
    run = made_run()
    process = own_mark()
    run.write_status(replace(run.status(), status=RUNNING, phase=STARTING, process=process))
    for change in (delete_run, lambda run: rename_run(run, "mine")):
        with pytest.raises(CharlstmError, match="is being trained"):
            change(run)


def test_a_folder_that_cannot_be_moved_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from charlstm.runs import files

    def held(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    run = made_run()
    monkeypatch.setattr(files, "_RETRY_SECONDS", 0)
    monkeypatch.setattr(Path, "rename", held)
    with pytest.raises(RunError, match="is in use and cannot be moved"):
        delete_run(run)
    assert run.problems() == []
