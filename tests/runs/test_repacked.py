"""A run's file that was packed again by hand, and one with values that no run would have."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from charlstm.engine.process import rename_run
from charlstm.errors import CharlstmError, RunError, SettingsError
from charlstm.runs.folder import STAMP
from charlstm.runs.new import new_run
from charlstm.runs.store import home, own_runs
from charlstm.runs.transfer import export_run, import_run
from charlstm.runs.unpacking import MOST_ENTRIES
from charlstm.settings import settings_for
from tests.made import history_line, made_run
from tests.made import prose as prose_of

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Entries = dict[str, bytes]


@pytest.fixture
def entries() -> Entries:
    """What is in the file of a run, by name."""
    file = io.BytesIO()
    export_run(made_run(), file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def imported(entries: Entries, name: str | None = None) -> Any:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in entries.items():
            entry = zipfile.ZipInfo()
            entry.filename = each  # as it is: the constructor would mend it
            archive.writestr(entry, content)
    return import_run(file, name)


def refused(entries: Entries) -> str:
    """Return the sentence with which a file is refused; nothing of it is left."""
    before = sorted(home().rglob("*"))
    with pytest.raises(CharlstmError) as error:
        imported(entries)
    assert "\n" not in str(error.value)
    assert sorted(home().rglob("*")) == before
    return str(error.value)


def finder(entries: Entries) -> Entries:
    """Return what Finder's Compress makes of an unpacked run."""
    made = {"my run/": b"", "my run/.DS_Store": b"\0\0\0\1Bud1", "my run/checkpoints/": b""}
    for name, content in entries.items():
        folder, _, last = name.rpartition("/")
        beside = "/".join(filter(None, ["__MACOSX/my run", folder, f"._{last}"]))
        made |= {f"my run/{name}": content, beside: b"\0\5\x16\7"}
    return made


def explorer(entries: Entries) -> Entries:
    """Return what Windows makes of it: its own files, and backslashes as old tools write them."""
    made = {f"runs\\made\\{name}".replace("/", "\\"): content for name, content in entries.items()}
    return {**made, "runs\\Thumbs.db": b"x", "runs\\made\\desktop.ini": b"[.ShellClassInfo]"}


def linux(entries: Entries) -> Entries:
    """Return what zip -r makes of the unpacked files, without a folder on top."""
    return {"checkpoints/": b"", **dict(reversed(entries.items()))}


@pytest.mark.parametrize("packed_again", [finder, explorer, linux])
def test_a_run_that_was_unpacked_and_packed_again_is_taken(
    entries: Entries, packed_again: Callable[[Entries], Entries]
) -> None:
    straight, again = imported(entries), imported(packed_again(entries))
    assert again.name == "made-3"
    assert again.history() == straight.history()
    assert again.samples() == straight.samples()
    assert again.checkpoints() == straight.checkpoints()
    assert again.problems() == []
    names = {path.relative_to(again.path) for path in again.path.rglob("*")}
    assert names == {path.relative_to(straight.path) for path in straight.path.rglob("*")}


def test_two_runs_in_one_file_are_refused(entries: Entries) -> None:
    two = {f"{position}/{name}": content for position in "ab" for name, content in entries.items()}
    assert "holds 2 runs" in refused(two)


@pytest.mark.parametrize("name", ["notes.txt", "run/notes.txt", "../x", "run/lock", "run/sub/"])
def test_anything_else_beside_the_run_is_still_refused(entries: Entries, name: str) -> None:
    inside = {f"run/{each}": content for each, content in entries.items()}
    assert "does not belong in a run" in refused({**inside, name: b"x"})


def test_a_file_that_is_there_twice_once_its_name_is_mended_is_refused(entries: Entries) -> None:
    twice = {**entries, "checkpoints\\step-000010.npz": b"x"}
    assert "holds checkpoints/step-000010.npz twice" in refused(twice)


def test_litter_does_not_let_in_more_files_than_a_run_has(entries: Entries) -> None:
    many = {f"checkpoints/step-{step:06d}.npz": b"" for step in range(MOST_ENTRIES + 1)}
    assert "more than 5,000 files" in refused({**entries, **many})


def changed(entries: Entries, file: str, path: str, value: Any) -> Entries:
    """Return the entries with another value in a JSON file; dots lead into it."""
    values = json.loads(entries[file])
    *parts, last = path.split(".")
    position = values
    for part in parts:
        position = position[part]
    position[last] = value
    return {**entries, file: json.dumps(values).encode()}


@pytest.mark.parametrize("name", ["-rf", "--yes", ".hidden", "-", ""])
def test_a_name_that_a_command_would_take_for_an_option_is_refused_everywhere(
    entries: Entries, name: str
) -> None:
    from charlstm.data.corpus import Corpus

    assert "name" in refused(changed(entries, "charlstm-run.json", "name", name))
    with pytest.raises(SettingsError, match="name"):
        imported(entries, name or "-")
    with pytest.raises(SettingsError, match="name"):
        rename_run(own_runs()[0], name)
    with pytest.raises(SettingsError, match="name"):
        new_run(Corpus("x", prose_of(1500)), settings_for("tbptt", units=8), name)
    assert [run.name for run in own_runs()] == ["made"]


def test_another_name_can_be_given_to_a_run_whose_own_is_refused(entries: Entries) -> None:
    assert imported(changed(entries, "charlstm-run.json", "name", "-rf"), "better").name == "better"


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        ("charlstm-run.json", "name", 7),
        ("config.json", "corpus.length", "1500"),
        ("config.json", "corpus.length", 1500.0),
        ("config.json", "corpus.training_length", True),
        ("config.json", "corpus.name", 7),
        ("config.json", "corpus.kept", "no"),
        ("config.json", "created", "yesterday"),
        ("config.json", "created", True),
        ("config.json", "created", -1.0),
        ("config.json", "versions.python", 3),
        ("config.json", "imported", "false"),
        ("config.json", "settings.units", True),
        ("config.json", "settings.seed", -1),
        ("status.json", "step", -20),
        ("status.json", "step", True),
        ("status.json", "step", 1.5),
        ("status.json", "epochs", -1),
        ("status.json", "best_step", "20"),
        ("status.json", "best_step", -1),
        ("status.json", "seconds", -1.0),
        ("status.json", "seconds", "4"),
        ("status.json", "loss", False),
    ],
)
def test_a_value_of_the_wrong_kind_or_below_zero_is_refused(
    entries: Entries, file: str, path: str, value: Any
) -> None:
    assert file in refused(changed(entries, file, path, value))


@pytest.mark.parametrize(
    "change",
    [
        {"step": -1},
        {"step": True},
        {"step": "30"},
        {"epoch": -0.5},
        {"epoch": True},
        {"seconds": -1},
        {"loss": True},
        {"held_out_loss": "2"},
    ],
)
def test_a_history_line_with_such_a_value_is_left_out(
    entries: Entries, change: dict[str, Any]
) -> None:
    line = json.dumps(history_line(30) | change).encode() + b"\n"
    run = imported({**entries, "history.jsonl": entries["history.jsonl"] + line})
    assert [line["step"] for line in run.history()] == [10, 20]


@pytest.mark.parametrize(
    "change", [{"step": -1}, {"step": True}, {"epoch": -1}, {"epoch": True}, {"temperature": True}]
)
def test_a_sample_with_such_a_value_is_left_out(entries: Entries, change: dict[str, Any]) -> None:
    sample = json.loads(entries["samples.jsonl"].splitlines()[0]) | change
    more = json.dumps(sample).encode() + b"\n"
    run = imported({**entries, "samples.jsonl": entries["samples.jsonl"] + more})
    assert len(run.samples()) == 2


def test_a_file_does_not_get_to_say_that_its_run_was_made_here(entries: Entries) -> None:
    run = imported(changed(entries, "config.json", "imported", False))
    assert run.config().imported


@pytest.mark.parametrize("name", ["history.jsonl", "samples.jsonl"])
def test_an_archive_of_millions_of_line_ends_is_refused(entries: Entries, name: str) -> None:
    sentence = refused({**entries, name: b"\n" * 40_000_000})
    assert f"{name} has 40,000,000 lines; at most 40,000 are allowed" in sentence


def test_a_history_longer_than_any_training_writes_is_refused(entries: Entries) -> None:
    lines = b"".join(json.dumps(history_line(n)).encode() + b"\n" for n in range(1, 40_002))
    sentence = refused({**entries, "history.jsonl": lines})
    assert "history.jsonl has 40,001 lines; at most 40,000 are allowed" in sentence


def test_many_checkpoints_are_taken_in_without_reading_the_config_for_each(
    entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    from charlstm.runs.folder import RunFolder

    weights = dict(np.load(io.BytesIO(entries["checkpoints/step-000010.npz"])))
    many = {}
    for step in range(100, 150):
        weights[STAMP] = np.array([step, weights[STAMP][1]])
        np.savez(file := io.BytesIO(), **weights)
        many[f"checkpoints/step-{step:06d}.npz"] = file.getvalue()
    read, config = [], RunFolder.config
    monkeypatch.setattr(RunFolder, "config", lambda run: read.append(run) or config(run))
    run = imported({**entries, **many})
    assert len(run.checkpoints()) == 52
    assert len(read) < 20


def test_an_archive_with_a_zip_within_a_checkpoint_is_refused(entries: Entries) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("dense/bias.zip", entries["checkpoints/step-000010.npz"])
    with pytest.raises(RunError, match="does not belong in a run"):
        imported({**entries, "checkpoints/step-000010.npz": inner.getvalue()})
