"""The commands that keep runs: export, import, rename, delete."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.runs.store import own_runs, shipped_runs
from tests.made import made_run


def names() -> list[str]:
    return sorted(run.name for run in own_runs())


def failed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return the one line that a command ends with."""
    capsys.readouterr()
    assert main(list(words)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    return line


def test_a_run_goes_out_and_comes_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made_run("mine")
    file = str(tmp_path / "mine.zip")
    assert main(["export", "mine", file]) == 0
    assert "without its text" in capsys.readouterr().out
    assert main(["import", file]) == 0
    assert capsys.readouterr().out == "mine-2\n"
    assert main(["import", file, "--run", "other", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"run": "other", "checkpoints": [10, 20]}
    assert names() == ["mine", "mine-2", "other"]


def test_the_text_goes_along_where_it_is_asked_for(tmp_path: Path) -> None:
    run = made_run("mine")
    file = str(tmp_path / "mine.zip")
    assert main(["export", "mine", file, "--with-text"]) == 0
    assert main(["import", file, "--run", "other"]) == 0
    assert next(each for each in own_runs() if each.name == "other").text() == run.text()


def test_a_run_that_came_with_the_app_can_be_exported_only(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shipped = shipped_runs()[0].name
    assert main(["export", shipped, str(tmp_path / "a.zip")]) == 0
    assert "came with the app" in failed(capsys, "rename", shipped, "mine")
    assert "came with the app" in failed(capsys, "delete", shipped, "--yes")


def test_what_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made_run("mine")
    file = tmp_path / "a.zip"
    file.write_bytes(b"no archive")
    assert "exists already" in failed(capsys, "export", "mine", str(file))
    assert file.read_bytes() == b"no archive"
    assert "cannot be written" in failed(capsys, "export", "mine", str(tmp_path / "no" / "a.zip"))
    assert "no run called" in failed(capsys, "export", "nobody", str(tmp_path / "b.zip"))
    assert "not a zip archive" in failed(capsys, "import", str(file))
    assert "cannot be read: No such file" in failed(capsys, "import", str(tmp_path / "none.zip"))
    assert "holds NUL" in failed(capsys, "import", "a\0.zip")
    assert "letters, digits" in failed(capsys, "rename", "mine", "a b")
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".zip"] == ["home"]
    assert names() == ["mine"]


def test_a_run_is_renamed(capsys: pytest.CaptureFixture[str]) -> None:
    made_run("mine")
    assert main(["rename", "mine", "yours"]) == 0
    assert capsys.readouterr().out == "yours\n"
    assert names() == ["yours"]


def test_a_run_is_deleted_once_that_is_certain(capsys: pytest.CaptureFixture[str]) -> None:
    made_run("mine")
    assert "give --yes" in failed(capsys, "delete", "mine")
    assert names() == ["mine"]
    assert main(["delete", "mine", "--yes"]) == 0
    assert capsys.readouterr().out == "mine is deleted.\n"
    assert names() == []


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "left"), [("y\n", []), ("yes\n", []), ("n\n", ["mine"]), ("", ["mine"])]
)
def test_on_a_terminal_it_asks(
    monkeypatch: pytest.MonkeyPatch, answer: str, left: list[str]
) -> None:
    made_run("mine")
    monkeypatch.setattr(sys, "stdin", _Terminal(answer))
    monkeypatch.setattr(sys, "stderr", _Terminal())
    assert main(["delete", "mine"]) == 0
    assert names() == left


def test_a_run_that_came_as_a_file_is_not_trained_further(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made_run("mine")
    file = str(tmp_path / "mine.zip")
    assert main(["export", "mine", file]) == 0
    assert main(["import", file, "--run", "other"]) == 0
    line = failed(capsys, "resume", "other", "--epochs", "9")
    assert "was imported and cannot be trained further" in line
