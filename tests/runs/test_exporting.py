"""A run is exported only if the file could be imported."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import home
from charlstm.runs.transfer import export_run, import_run
from tests.disk import fill_the_disk
from tests.made import edit_json, history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

CHECKPOINT = "checkpoints/step-000010.npz"


def _append(run: RunFolder) -> None:
    with (run.path / CHECKPOINT).open("ab") as file:
        file.write(bytes(50))


def _prepend(run: RunFolder) -> None:
    path = run.path / CHECKPOINT
    path.write_bytes(bytes(50) + path.read_bytes())


def _swap(run: RunFolder) -> None:
    shutil.copy(run.path / "checkpoints" / "step-000020.npz", run.path / CHECKPOINT)


def _empty_history(run: RunFolder) -> None:
    (run.path / "history.jsonl").write_bytes(b"")


def _absurd_line(run: RunFolder) -> None:
    run.append_history(history_line(21, loss=1e300))


DAMAGES = [_append, _prepend, _swap, _empty_history, _absurd_line]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_could_not_be_imported_is_not_exported(
    damage: Callable[[RunFolder], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = made_run()
    damage(run)
    assert main(["export", "made", str(tmp_path / "a.zip")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "step-000010.npz" in line or "history.jsonl" in line
    assert not [path for path in tmp_path.iterdir() if path.name.endswith((".zip", ".tmp"))]


def test_checkpoints_that_were_swapped_in_an_archive_are_refused() -> None:
    file, swapped = io.BytesIO(), io.BytesIO()
    export_run(made_run(), file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(swapped, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name.replace("000010", "000020")))
    with pytest.raises(RunError, match=r"step-000010\.npz holds the checkpoint of another step"):
        import_run(swapped, "again")


def test_an_imported_run_is_exported_and_imported_again() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    export_run(made_run(), first)
    export_run(import_run(first, "again"), second)
    run = import_run(second, "once-more")
    assert run.problems() == []
    assert run.checkpoints() == [10, 20]


@pytest.mark.parametrize("name", ["config.json", "charlstm-run.json"])
def test_a_file_of_a_newer_version_is_called_so(name: str) -> None:
    file, newer = io.BytesIO(), io.BytesIO()
    export_run(made_run(), file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            if each == name:
                data = json.dumps(json.loads(data) | {"format": 2}).encode()
            new.writestr(each, data)
    with pytest.raises(RunError, match="made by a newer version of charlstm"):
        import_run(newer, "again")


def test_a_run_of_a_newer_version_is_named_and_the_others_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made_run()
    edit_json(made_run("newer").path / "config.json", lambda config: config.update(format=2))
    assert main(["runs"]) == 0
    out, err = capsys.readouterr()
    assert "made" in out
    assert "newer" not in out
    assert "The run newer was made by a newer version of charlstm" in err
    assert main(["sample", "--run", "newer", "--prompt", "a"]) == 2
    assert "made by a newer version of charlstm" in capsys.readouterr().err


def test_what_a_killed_export_left_beside_its_file_is_swept(tmp_path: Path) -> None:
    made_run()
    old, new, other = (tmp_path / f".{name}.tmp" for name in ("a.zip.1", "a.zip.2", "b.zip.1"))
    for path in (old, new, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (0, 0))
    assert main(["export", "made", str(tmp_path / "a.zip")]) == 0
    assert sorted(path.name for path in tmp_path.glob("*.tmp")) == sorted([new.name, other.name])


def test_a_file_that_is_read_is_not_blamed_for_a_full_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made_run()
    assert main(["export", "made", str(tmp_path / "a.zip")]) == 0
    fill_the_disk(monkeypatch)
    assert main(["import", str(tmp_path / "a.zip"), "--run", "again"]) == 2
    assert "The disk is full" in capsys.readouterr().err
    assert main(["export", "made", str(tmp_path / "b.zip")]) == 2
    assert "No space left on device." in capsys.readouterr().err
    assert {path.name for path in home().iterdir()} == {"runs", "runs.lock"}
