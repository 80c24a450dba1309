"""The README's promises that a program can check."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

import charlstm
from charlstm.commands.exploring import MOST_COLUMNS
from charlstm.commands.parser import parse
from charlstm.ui.address import MAX_SEED
from charlstm.ui.controls.writing import FEWEST, MOST
from tests.benchmarks import architectures, presets, readme

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_example_runs_and_has_about_ten_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = _blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert len(example.splitlines()) <= 11
    assert len(capsys.readouterr().out.splitlines()) > 8


def test_every_command_shown_has_options_that_exist() -> None:
    lines = [
        line.removeprefix("python -m charlstm ")
        for block in _blocks("sh")
        for line in block.splitlines()
        if line.startswith("python -m charlstm ")
    ]
    assert len(lines) == 22
    for line in lines:
        assert parse(shlex.split(line)).command


def test_every_required_package_has_a_reason() -> None:
    required = re.findall(r"^([a-z-]+)>=", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    reasons = README.split("## Dependencies")[1].split("##")[0]
    assert len(required) > 8
    assert [name for name in required if name not in reasons] == []


def test_pictures_and_folders_that_it_names_exist() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", README)
    folders = re.findall(r"^\s*([a-z./]+/)\s{2,}", README, flags=re.MULTILINE)
    assert len(pictures) >= 2
    assert [name for name in pictures if not (ROOT / name).is_file()] == []
    tree = [name for name in folders if not (ROOT / name).exists()]
    assert [name for name in tree if not (ROOT / "charlstm" / name).exists()] == []


def test_the_table_of_pages_names_each_of_them_and_begins_with_the_lesson() -> None:
    shown = re.findall(r"^\| \*\*(.+?)\*\* \|", README.split("## The pages")[1], re.MULTILINE)
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    pages = re.findall(r'"pages/\w+.py", title="([^"]+)"(?!, visibility="hidden")', app)
    assert shown[0] == "Lesson"
    assert sorted(shown) == sorted(pages)


def test_limits_that_are_stated_are_those_that_are_kept() -> None:
    limits = README.split("## Limits")[1].split("##")[0]
    assert f"| seed | 0 to {MAX_SEED:,} |" in limits
    of_page, of_command = f"{FEWEST} to {MOST}", f"1 to {MOST_COLUMNS}"
    assert f"| temperatures compared | {of_page} ({of_command} on the command line) |" in limits


def test_public_names_exist_and_are_documented() -> None:
    for name in charlstm.__all__:
        assert getattr(charlstm, name).__doc__


@pytest.mark.parametrize(
    ("mark", "table"),
    [
        ("figures", readme.table),
        ("networks", architectures.table),
        ("presets", presets.table),
        ("settings", readme.settings_table),
    ],
)
def test_its_tables_are_those_that_the_program_makes(mark: str, table: Callable[[], str]) -> None:
    assert f"<!-- {mark} -->\n{table()}\n<!-- end -->" in README
