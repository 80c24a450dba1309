"""The README's promises that a program can check."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import charlstm
from charlstm.commands.parser import parse
from charlstm.commands.writing import MOST_COLUMNS
from charlstm.ui.address import MAX_SEED
from charlstm.ui.controls.writing import FEWEST, MOST
from tests.benchmarks import architectures, presets, readme

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    *ROOT.glob("README.md"),
    *ROOT.glob("charlstm/*/README.md"),
    *ROOT.glob("tests/*/README.md"),
    *ROOT.glob(".github/*.md"),
]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
README = TEXTS["README.md"]


def _blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_it_can_be_read_in_a_few_minutes() -> None:
    assert len(README.splitlines()) <= 160


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
        for text in TEXTS.values()
        for block in _blocks("sh", text)
        for line in block.splitlines()
        if line.startswith("python -m charlstm ")
    ]
    assert len(lines) > 30
    for line in lines:
        assert parse(shlex.split(line)).command


def test_every_required_package_has_a_reason() -> None:
    required = re.findall(r"^([a-z-]+)>=", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    reasons = README.split("## Dependencies")[1].split("##")[0]
    assert len(required) > 8
    assert [name for name in required if name not in reasons] == []


@pytest.mark.parametrize("name", TEXTS)
def test_pictures_and_pages_that_a_readme_links_to_exist(name: str) -> None:
    links = re.findall(r"\]\((?!http)(.*?)\)", TEXTS[name])
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).is_file()] == []


def test_folders_that_it_names_exist() -> None:
    folders = re.findall(r"^\s*([a-z./]+/)\s{2,}", README, flags=re.MULTILINE)
    tree = [name for name in folders if not (ROOT / name).exists()]
    assert [name for name in tree if not (ROOT / "charlstm" / name).exists()] == []


def test_the_table_of_pages_names_each_of_them_and_begins_with_the_lesson() -> None:
    shown = re.findall(r"^\| \*\*(.+?)\*\* \|", README.split("## The pages")[1], re.MULTILINE)
    app = (ROOT / "pages" / "navigation.py").read_text(encoding="utf-8")
    pages = re.findall(r'"\w+.py", title="([^"]+)"(?!, visibility="hidden")', app)
    assert shown[0] == "Lesson"
    assert sorted(shown) == sorted(pages)


def test_limits_that_are_stated_are_those_that_are_kept() -> None:
    assert f"| seed | 0 to {MAX_SEED:,} |" in TEXTS["charlstm/settings/README.md"]
    assert f"| temperatures compared | {FEWEST} to {MOST} |" in TEXTS["charlstm/ui/README.md"]
    assert f"takes 1 to {MOST_COLUMNS} of them" in TEXTS["charlstm/commands/README.md"]


def test_public_names_exist_and_are_documented() -> None:
    for name in charlstm.__all__:
        assert getattr(charlstm, name).__doc__


@pytest.mark.parametrize(
    ("page", "mark", "table"),
    [
        ("README.md", "speed", partial(readme.table, readme.IN_README)),
        ("tests/benchmarks/README.md", "figures", readme.table),
        ("charlstm/training/README.md", "networks", architectures.table),
        ("charlstm/settings/README.md", "presets", presets.table),
        ("charlstm/settings/README.md", "settings", readme.settings_table),
    ],
)
def test_tables_are_those_that_the_program_makes(
    page: str, mark: str, table: Callable[[], str]
) -> None:
    assert f"<!-- {mark} -->\n{table()}\n<!-- end -->" in TEXTS[page]
