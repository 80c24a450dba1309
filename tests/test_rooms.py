"""The rules of the house: who may import whom, and what is public."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import charlstm

PACKAGE = Path(charlstm.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
_LEARNING = "recurrent conv1d network learner fit"
MAY_IMPORT_TENSORFLOW = {f"charlstm.training.{name}" for name in _LEARNING.split()}
FLOORS = (
    ("errors",),
    ("data",),
    ("sampling",),
    ("settings",),
    ("analysis",),
    ("runs",),
    ("training", "exploring", "compression"),
    ("cells",),
    ("engine",),
    ("browser",),
    ("web",),
    ("commands", "ui"),
    ("__init__", "__main__"),
)
"""The rooms from the ground up: a file imports from its own room and from lower floors."""

FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
WITHOUT_STREAMLIT = [room for rooms in FLOORS[1:-1] for room in rooms if room != "ui"]


def _imports(path: Path) -> set[str]:
    """Return the first names of all that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def _loaded_by(modules: list[str]) -> set[str]:
    """Return the first names of all modules that are there after importing some afresh."""
    script = (
        "import importlib, json, sys\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(modules)],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_charlstm_and_its_command_line_load_neither_tensorflow_nor_streamlit() -> None:
    loaded = _loaded_by(["charlstm", "charlstm.__main__", "charlstm.commands.parser"])
    assert "charlstm" in loaded
    assert not loaded & {"tensorflow", "keras", "streamlit"}


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        ("--help", "numpy pandas streamlit"),
        ("corpora", "pandas"),
        ("runs", "pandas"),
        ("next --prompt the", "pandas streamlit"),
        ("sample --prompt the --length 9", "pandas"),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(words: str, unneeded: str) -> None:
    script = (
        "import sys\n"
        "from charlstm.__main__ import main\n"
        "try: main(sys.argv[2:])\n"
        "except SystemExit: pass\n"
        "sys.exit(' '.join({*sys.argv[1].split()} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, unneeded, *words.split()],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
    )
    assert done.stderr.strip() == ""


def test_charlstm_itself_loads_nothing_until_a_name_is_asked_for() -> None:
    assert not _loaded_by(["charlstm", "charlstm.__main__"]) & {"numpy", "pandas"}


def test_every_module_but_those_that_learn_loads_without_tensorflow() -> None:
    others = [name for name in MODULES if name not in MAY_IMPORT_TENSORFLOW]
    assert not _loaded_by(others) & {"tensorflow", "keras"}


def _rooms_imported(path: Path) -> set[str]:
    """Return the rooms of this package that a file imports from, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("charlstm.")}
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in MODULES.values()}
    assert rooms == set(FLOOR_OF)


@pytest.mark.parametrize("name", [name for name in MODULES if name != "charlstm"])
def test_rooms_import_downwards_only(name: str) -> None:
    room = name.split(".")[1]
    above = {
        other
        for other in _rooms_imported(MODULES[name])
        if other in FLOOR_OF and other != room and FLOOR_OF[other] >= FLOOR_OF[room]
    }
    assert not above


@pytest.mark.parametrize("room", WITHOUT_STREAMLIT)
def test_streamlit_stays_in_its_own_room(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    assert [path.name for path in files if "streamlit" in _imports(path)] == []


@pytest.mark.parametrize(
    "room", [room for room in (*WITHOUT_STREAMLIT, "ui") if room != "training"]
)
def test_tensorflow_stays_in_the_room_of_training(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    assert [path.name for path in files if {"tensorflow", "keras"} & _imports(path)] == []


@pytest.mark.parametrize("room", ["sampling", "analysis", "exploring", "cells"])
def test_randomness_comes_in_and_is_never_taken_from_a_global(room: str) -> None:
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
                assert node.attr in ("default_rng", "Generator"), path.name
        assert "random" not in _imports(path)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_says_what_it_is(name: str) -> None:
    docstring = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))
    assert docstring
    assert docstring.split("\n\n")[0].rstrip().endswith(".")


@pytest.mark.skipif(not (PACKAGE.parent / ".git").exists(), reason="no checkout of git")
def test_nothing_lies_at_the_top_that_does_not_belong_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    tops = {line.split("/")[0] for line in listed.stdout.splitlines()}
    folders = {"assets", "charlstm", "pages", "tests"}
    files = {"LICENSE", "README.md", "app.py", "pyproject.toml", "requirements.txt"}
    assert {name for name in tops if not name.startswith(".")} == folders | files


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(charlstm.__all__) == [
        "CharlstmError",
        "Corpus",
        "LanguageModel",
        "activations",
        "atlas",
        "baselines",
        "beam_search",
        "bits_per_character",
        "cell_scores",
        "cell_step",
        "compare",
        "compare_strategies",
        "count_ngrams",
        "distribution_table",
        "draw",
        "effective_choices",
        "entropy_bits",
        "export_run",
        "follow",
        "fork_table",
        "import_run",
        "invented_spans",
        "load_corpus",
        "loss_curves",
        "moments_table",
        "nats_to_bits",
        "open_model",
        "open_packer",
        "open_run",
        "path_words",
        "plan",
        "probability_words",
        "race_curves",
        "race_sizes",
        "reweight",
        "settings_for",
        "similar_spans",
        "source_of",
        "speed_curves",
        "speed_table",
        "speller_of",
        "stage_summary",
        "stage_table",
        "stages",
        "stream_loss",
        "surprise",
        "symbol_counts",
        "timeline",
        "weight_count",
        "window_count",
        "window_loss",
        "without_cells",
    ]
    given = {
        name
        for name in dir(charlstm)
        if not name.startswith("_") and not inspect.ismodule(getattr(charlstm, name))
    } - {"annotations", "Any"}
    assert given == set(charlstm.__all__)


@pytest.mark.parametrize("name", charlstm.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert (inspect.getdoc(getattr(charlstm, name)) or "").strip()
