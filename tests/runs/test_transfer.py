"""A run as a file: what is exported, what is not, and what is refused on import."""

from __future__ import annotations

import io
import json
import os
import pickle
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charlstm import invented_spans, open_model, source_of
from charlstm.analysis.written import FINGERPRINT
from charlstm.engine.process import delete_run, rename_run
from charlstm.errors import CharlstmError, RunError, SettingsError
from charlstm.runs import store
from charlstm.runs.config import FINISHED, RUNNING, STOPPED, own_mark
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import corpus_of
from charlstm.runs.store import find, home, own_runs, shipped_runs
from charlstm.runs.transfer import export_run, import_run
from charlstm.runs.unpacking import MOST_ENTRIES
from tests.made import made_run, prose, random_weights

CONFIG, CHECKPOINT = "config.json", "checkpoints/step-000010.npz"


@pytest.fixture
def packed() -> bytes:
    """A run as a file; the run itself is still there, so its name is taken."""
    return exported(made_run())


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], Path]:
    """Let the test continue on what looks like another machine."""

    def go() -> Path:
        folder = tmp_path / "elsewhere"
        monkeypatch.setenv("CHARLSTM_HOME", str(folder))
        return folder

    return go


def exported(run: RunFolder, **options: bool) -> bytes:
    file = io.BytesIO()
    export_run(run, file, **options)
    return file.getvalue()


def imported(data: bytes, name: str | None = None, **options: int) -> RunFolder:
    return import_run(io.BytesIO(data), name, **options)


def repacked(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """Return an archive of which some entries were changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    return zipped(list(entries.items()))


def zipped(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def with_json(data: bytes, name: str, **changes: Any) -> bytes:
    """Return an archive with other values in one of its JSON files; dots lead into it."""

    def change(entries: dict[str, bytes]) -> None:
        values = json.loads(entries[name])
        for path, value in changes.items():
            *parts, last = path.split("__")
            position = values
            for part in parts:
                position = position[part]
            position[last] = value
        entries[name] = json.dumps(values).encode()

    return repacked(data, change)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def refused(data: bytes, sentence: str) -> None:
    """Check that an archive is refused with one sentence, and leaves nothing behind."""
    before = sorted(home().rglob("*"))
    with pytest.raises(RunError) as error:
        imported(data)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert sorted(home().rglob("*")) == before


# What is exported


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_the_same_characters_are_written_on_another_machine(
    recipe: str, elsewhere: Callable[[], Path]
) -> None:
    run = made_run("mine", recipe)
    at_home = {
        (step, t): open_model(run, step).write("the cat ", temperature=t, length=80, seed=3)
        for step in (10, 20)
        for t in (0.0, 0.5, 1.2)
    }
    data = exported(run)
    elsewhere()
    received = imported(data)
    assert received.name == "mine"
    for (step, t), text in at_home.items():
        model = open_model("mine", step)
        assert model.write("the cat ", temperature=t, length=80, seed=3) == text


def test_a_shipped_run_can_be_exported_too(elsewhere: Callable[[], Path]) -> None:
    shipped = shipped_runs()[0]
    data = exported(shipped)
    elsewhere()
    received = imported(data)
    assert received.name == f"{shipped.name}-2"
    assert received.checkpoints() == shipped.checkpoints()
    assert received.history() == shipped.history()
    assert received.samples() == shipped.samples()
    assert received.config().settings == shipped.config().settings
    last = shipped.checkpoints()[-1]
    before, after = shipped.weights(last), received.weights(last)
    assert set(before) == set(after)
    for name, array in before.items():
        assert after[name].dtype == array.dtype == np.float16
        assert np.array_equal(after[name], array)


def test_an_imported_run_is_whole_and_says_that_it_was_imported(packed: bytes) -> None:
    received = imported(packed)
    assert received.problems() == []
    assert received.config().imported
    assert received.status().status == FINISHED
    assert not (received.path / "model.keras").exists()
    assert not (received.path / "resume.npz").exists()
    again = imported(exported(received), "again")
    assert again.weights(20).keys() == received.weights(20).keys()


def test_another_run_under_the_same_name_is_another_run(packed: bytes) -> None:
    first = imported(packed, "one")
    before = first.config().created
    delete_run(first)
    assert imported(packed, "one").config().created > before


def test_what_was_cut_off_long_ago_is_swept_away(packed: bytes) -> None:
    old, new = home() / ".import.old.tmp", home() / ".deleted.new.tmp"
    for folder in (old, new):
        (folder / "made").mkdir(parents=True)
    os.utime(old, (0, 0))
    imported(packed)
    assert not old.exists()
    assert new.exists()


def test_the_same_run_gives_the_same_bytes() -> None:
    run = made_run()
    assert exported(run) == exported(run)


def test_names_that_are_taken_get_a_number_unless_they_were_asked_for(packed: bytes) -> None:
    assert [imported(packed).name for _ in range(2)] == ["made-2", "made-3"]
    assert imported(packed, "other").name == "other"
    with pytest.raises(RunError, match="already a run called 'other'"):
        imported(packed, "other")
    with pytest.raises(SettingsError, match="letters, digits"):
        imported(packed, "../other")
    assert {run.name for run in own_runs()} == {"made", "made-2", "made-3", "other"}


def test_a_run_that_was_deleted_comes_back_under_its_name_and_no_other_run_does() -> None:
    run = made_run("mine")
    data = exported(run)
    made_run("two")
    delete_run(rename_run(run, "other"))
    other = with_json(data, "config.json", created=1.0)
    assert imported(other).name == "mine-2"
    with pytest.raises(RunError, match="Another run was called 'mine' before"):
        imported(other, "mine")
    assert imported(data).name == "mine"
    delete_run(find("mine"))
    assert imported(data, "mine").name == "mine"
    assert imported(data).name == "mine-3"
    delete_run(find("mine-2"))
    assert imported(data).name == "mine-4"
    assert imported(other).name == "mine-2"


@pytest.mark.parametrize("created", [float("nan"), float("inf"), None, "now", []])
def test_a_file_that_does_not_say_when_its_run_was_made_is_imported_or_refused(
    packed: bytes, created: object
) -> None:
    try:
        assert imported(with_json(packed, "config.json", created=created)).problems() == []
    except RunError as error:
        assert "config.json" in str(error)


def test_an_imported_run_has_no_process(packed: bytes) -> None:
    run = made_run("mine")
    run.write_status(replace(run.status(), status=RUNNING, process=own_mark()))
    received = imported(exported(run))
    assert received.status().process == ""
    changed = with_json(packed, "status.json", process=own_mark())
    assert imported(changed).status().process == ""


def test_a_run_that_is_being_trained_is_imported_as_one_that_stopped() -> None:
    run = made_run()
    status = run.status()
    run.write_status(type(status)(**{**status.__dict__, "status": RUNNING, "phase": "training"}))
    (run.path / "lock").touch()
    (run.path / "control.json").write_text("{}")
    received = imported(exported(run))
    assert (received.status().status, received.status().phase) == (STOPPED, "")
    names = {path.name for path in received.path.iterdir()}
    small = {"config.json", "status.json", "history.jsonl", "samples.jsonl", "fingerprint.npz"}
    assert names == {*small, "checkpoints"}


def test_a_kept_text_is_exported_only_on_request(elsewhere: Callable[[], Path]) -> None:
    run = made_run()
    assert run.text() == prose(1500)
    without, with_text = exported(run), exported(run, with_text=True)
    assert prose(1500)[:40].encode() not in without
    assert str(home()).encode() not in without
    elsewhere()
    received = imported(without)
    assert received.text() is None
    with pytest.raises(RunError, match="was imported without its text"):
        corpus_of(received)
    whole = imported(with_text, "whole")
    assert corpus_of(whole).text == prose(1500)
    assert str(whole.path / "corpus.txt") in whole.config().command


def test_a_run_without_a_checkpoint_has_nothing_to_export() -> None:
    run = made_run()
    for step in run.checkpoints():
        (run.path / "checkpoints" / f"step-{step:06d}.npz").unlink()
    with pytest.raises(RunError, match="no checkpoint yet"):
        exported(run)


def test_a_damaged_checkpoint_is_named_where_the_run_is_exported() -> None:
    run = made_run()
    (run.path / CHECKPOINT).write_bytes(b"PK")
    with pytest.raises(RunError, match=r"step-000010\.npz is missing or damaged"):
        exported(run)


def test_a_checkpoint_of_a_diverged_training_is_imported_and_named_on_opening() -> None:
    run = made_run()
    weights = run.weights(20)
    weights["dense/bias"][0] = np.nan
    run.write_checkpoint(20, weights)
    received = imported(exported(run))
    assert len(open_model(received, 10).write("the ", temperature=1, length=5)) == 5
    with pytest.raises(RunError, match="not finite numbers"):
        open_model(received, 20)


def test_a_fingerprint_of_the_text_is_exported() -> None:
    run = made_run()
    arrays = {"words": np.arange(9, dtype=np.uint32), "grams": np.ones(4, np.uint8)}
    (run.path / "fingerprint.npz").write_bytes(npz(**arrays))
    received = imported(exported(run))
    with np.load(received.path / "fingerprint.npz", allow_pickle=False) as found:
        assert {name: found[name].tolist() for name in found.files} == {
            name: array.tolist() for name, array in arrays.items()
        }


def test_of_a_text_that_is_not_exported_the_fingerprint_is_imported(
    elsewhere: Callable[[], Path],
) -> None:
    run = made_run()
    data = exported(run)
    assert b"fingerprint.npz" not in exported(run, with_text=True)
    elsewhere()
    source = source_of(imported(data))
    assert (source.text, source.kind) == (None, FINGERPRINT)
    assert source.lexicon is not None
    words = "saw a purfle. " + prose(1500)[100:160]
    (invented,) = invented_spans(words, "", source.lexicon)
    assert words[slice(*invented)] == "purfle"
    (found,) = source.copies([words]) or [[]]
    assert [(copy.start, copy.end, copy.position) for copy in found] == [(14, 74, None)]


# What is refused


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_damage_is_a_sentence_or_does_no_harm_and_leaves_nothing_behind(
    packed: bytes, data: st.DataObject
) -> None:
    changed = bytearray(packed[: data.draw(st.integers(0, len(packed)))])
    if len(changed) == len(packed) or data.draw(st.booleans()):
        changed = bytearray(packed)
        for position in data.draw(
            st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=6)
        ):
            changed[position] ^= data.draw(st.integers(1, 255))
    before = {run.name for run in own_runs()}
    try:
        received = imported(bytes(changed), f"try-{len(before)}")
    except CharlstmError as error:
        assert "\n" not in str(error)
        assert {run.name for run in own_runs()} == before
    else:
        assert received.problems() == []
        open_model(received)
        for path in sorted(received.path.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        received.path.rmdir()
    assert [path for path in home().iterdir() if path.name.startswith(".")] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_damage_inside_a_checkpoint_is_a_sentence_too(packed: bytes, data: st.DataObject) -> None:
    def flip(entries: dict[str, bytes]) -> None:
        changed = bytearray(entries[CHECKPOINT])
        for position in data.draw(
            st.lists(st.integers(0, len(changed) - 1), min_size=1, max_size=4)
        ):
            changed[position] ^= data.draw(st.integers(1, 255))
        entries[CHECKPOINT] = bytes(changed)

    try:
        received = imported(repacked(packed, flip), "flipped")
    except CharlstmError as error:
        assert "\n" not in str(error)
    else:
        assert received.problems() == []
        import shutil

        shutil.rmtree(received.path)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/passwd",
        "C:\\evil.json",
        "checkpoints/../config.json",
        "checkpoints/step-0000010.npz",
        "checkpoints/step-٠٠٠٠١٠.npz",
        "checkpoints/",
        "lock",
        "control.json",
        "resume.npz",
        "model.keras",
        "evil.py",
        "config.json\0.txt",
        "CONFIG.JSON",
        "",
    ],
)
def test_a_file_that_does_not_belong_in_a_run_is_refused(packed: bytes, name: str) -> None:
    entry = zipfile.ZipInfo("config.json")
    entry.filename = name  # as it is: the constructor would mend it
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = [(each, archive.read(each)) for each in archive.namelist()]
    refused(zipped([*entries, (entry, b"x")]), "does not belong in a run")


def test_a_link_is_refused(packed: bytes) -> None:
    def link(entries: dict[Any, bytes]) -> None:
        del entries["history.jsonl"]
        entry = zipfile.ZipInfo("history.jsonl")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        entries[entry] = b"/etc/passwd"

    refused(repacked(packed, link), "history.jsonl is not a plain file")


def test_an_entry_that_is_there_twice_is_refused(packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped([*entries, ("config.json", b"{}")])
    refused(twice, "holds config.json twice")


def test_an_encrypted_entry_is_refused(packed: bytes) -> None:
    data = bytearray(packed)
    position = data.rindex(b"PK\x01\x02")
    data[position + 8] |= 1
    refused(bytes(data), "is not a plain file")


def test_an_entry_packed_in_another_way_is_refused(packed: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    refused(file.getvalue(), "compressed in a way that is not supported")


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"hello" * 100, bytes(5000), b"PK\x05\x06" + bytes(18)]
)
def test_a_file_that_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(RunError, match=r"not a zip archive|not a run that was exported"):
        imported(data)
    assert own_runs() == []


def test_an_archive_of_something_else_is_refused() -> None:
    refused(zipped([("config.json", b"{}")]), "holds no charlstm-run.json")


class _Evil:
    def __reduce__(self) -> Any:
        return (exec, ("raise SystemExit('a pickle was opened')",))


def test_a_pickle_is_never_opened(packed: bytes) -> None:
    objects = np.array([_Evil()], dtype=object)
    file = io.BytesIO()
    np.save(file, objects, allow_pickle=True)
    inner = zipped([("dense/bias.npy", file.getvalue())])
    for data in (inner, file.getvalue(), pickle.dumps(_Evil())):
        changed = repacked(packed, lambda entries, data=data: entries.update({CHECKPOINT: data}))
        refused(changed, "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dense/bias": np.zeros(3, np.float32)}, "shape"),
        ({"dense/bias": np.zeros((64, 64), np.int64)}, "not plain numbers"),
        ({"dense/bias": np.array(["x"])}, "not plain numbers"),
        ({"dense/bias": np.zeros(3, np.complex128)}, "not plain numbers"),
    ],
)
def test_weights_of_another_network_are_refused(
    packed: bytes, change: dict[str, Any], sentence: str
) -> None:
    symbols = len(set(prose(1500)))
    data = npz(**(random_weights(symbols) | change))
    refused(repacked(packed, lambda entries: entries.update({CHECKPOINT: data})), sentence)


def test_checkpoints_of_two_networks_are_refused(packed: bytes) -> None:
    weights = random_weights(len(set(prose(1500))), units=16)
    weights["dense/bias"][:] = np.inf
    data = npz(**weights)
    refused(repacked(packed, lambda entries: entries.update({CHECKPOINT: data})), "another network")


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {}},
        {"settings__units": 10**9},
        {"settings__units": "8"},
        {"settings__seed": float("nan")},
        {"corpus__sha256": "../../etc/passwd"},
        {"corpus__vocabulary": "ba"},
        {"corpus__vocabulary": "\ud800\ud801"},
        {"corpus__length": 10**400},
        {"corpus__kept": True},
        {"versions": {"python": "\udfff"}},
        {"versions": []},
    ],
)
def test_a_config_that_no_run_would_have_is_refused(packed: bytes, changes: dict[str, Any]) -> None:
    refused(with_json(packed, CONFIG, **changes), "")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "hacked"},
        {"step": float("nan")},
        {"step": 1e300},
        {"reason": "x" * 501},
        {"reason": "\ud800"},
        {"seconds": []},
    ],
)
def test_a_status_that_no_run_would_have_is_refused(packed: bytes, changes: dict[str, Any]) -> None:
    refused(with_json(packed, "status.json", **changes), "")


@pytest.mark.parametrize(
    "line",
    [
        {"text": "x" * 10_001},
        {"text": "\ud800"},
        {"prompt": "x" * 1001},
        {"seed": [1]},
        {"seed": 10**400},
        {"temperature": 1e308},
    ],
)
def test_a_sample_that_no_run_would_have_is_refused(packed: bytes, line: dict[str, Any]) -> None:
    sample = {"epoch": 1, "step": 10, "prompt": "", "temperature": 0.5, "seed": 0, "text": ""}
    content = json.dumps(sample | line).encode() + b"\n"
    refused(
        repacked(packed, lambda entries: entries.update({"samples.jsonl": content})),
        "samples.jsonl has values that no run would have",
    )


def test_the_command_that_repeats_a_run_is_never_the_files_own(packed: bytes) -> None:
    evil = with_json(packed, CONFIG, command="rm -rf ~", corpus__name="a; rm -rf ~ $(id)")
    config = imported(evil).config()
    assert config.command.startswith("python -m charlstm train --corpus a-rm--rf-id --recipe tbptt")


def test_deep_json_is_refused(packed: bytes) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for name in (CONFIG, "status.json", "charlstm-run.json"):
        refused(repacked(packed, lambda e, name=name: e.update({name: deep[:9_999]})), "")
    data = repacked(packed, lambda entries: entries.update({"history.jsonl": deep + b"\n"}))
    refused(data, "history.jsonl")


# Limits


def test_a_bomb_is_refused_quickly_and_in_little_memory(packed: bytes) -> None:
    zeros = bytes(1_000_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(packed)) as good:
            for name in good.namelist():
                if name != "history.jsonl":
                    archive.writestr(name, good.read(name))
        with archive.open("history.jsonl", "w") as entry:
            for _ in range(400):
                entry.write(zeros)
    bomb = file.getvalue()
    assert len(bomb) < 1_000_000
    tracemalloc.start()
    began = time.monotonic()
    refused(bomb, "")
    assert time.monotonic() - began < 5
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_a_bomb_whose_header_understates_it_is_refused(packed: bytes) -> None:
    bomb = repacked(packed, lambda entries: entries.update({"history.jsonl": bytes(60_000_000)}))
    size = (60_000_000).to_bytes(4, "little")
    assert bomb.count(size) == 2
    refused(bomb.replace(size, (1000).to_bytes(4, "little")), "history.jsonl is damaged")


def test_arrays_that_claim_to_be_huge_are_refused(packed: bytes) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 1000)}"
    array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    data = zipped([("dense/bias.npy", array)])
    began = time.monotonic()
    refused(repacked(packed, lambda entries: entries.update({CHECKPOINT: data})), "is damaged")
    assert time.monotonic() - began < 5


def test_many_checkpoints_of_zeros_are_refused(packed: bytes) -> None:
    zeros = npz(**{"lstm/kernel": np.zeros((1000, 10_000), np.float32)})

    def multiply(entries: dict[str, bytes]) -> None:
        for step in range(20, 60):
            entries[f"checkpoints/step-{step:06d}.npz"] = zeros
        for name in list(entries):
            if name == CHECKPOINT:
                entries[name] = zeros

    refused(repacked(packed, multiply), "")


def test_more_entries_than_a_run_has_are_refused_before_they_are_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(MOST_ENTRIES + 1):
            archive.writestr(f"checkpoints/step-{number:06d}.npz", b"")
    refused(file.getvalue(), "more than 5,000 files")


def test_a_file_that_is_too_large_is_refused(packed: bytes) -> None:
    with pytest.raises(RunError, match="at most 0 MB"):
        imported(packed, most_bytes=1000)


def test_the_limits_on_runs_and_disk_hold(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_RUNS", 1)
    refused(packed, "runs, the maximum")
    monkeypatch.setattr(store, "MAX_RUNS", 50)
    monkeypatch.setattr(store, "MAX_TOTAL_BYTES", 20_000)
    refused(packed, "are used")
