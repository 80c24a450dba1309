"""A reader sees a file whole or not at all, and a failure leaves nothing behind."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import IO

import numpy as np
import pytest

from charlstm.errors import DiskError
from charlstm.runs import files as publishing
from charlstm.runs.files import append_line, publish, publish_arrays, publish_json


def test_a_published_file_is_there_and_nothing_else_is(tmp_path: Path) -> None:
    publish_json(tmp_path / "a.json", {"é": 1})
    publish_arrays(tmp_path / "b.npz", {"x": np.arange(3)})
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "b.npz"}


def test_a_failure_while_writing_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.json"
    publish_json(path, {"old": 1})

    def fill_the_disk(file: IO[bytes]) -> None:
        file.write(b"half of")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        publish(path, fill_the_disk)
    assert path.read_text() == '{\n "old": 1\n}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_value_that_json_cannot_hold_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    publish_json(path, 1)
    with pytest.raises(ValueError, match="JSON"):
        publish_json(path, float("nan"))
    assert path.read_text() == "1\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_array_that_would_need_a_pickle_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        publish_arrays(tmp_path / "a.npz", {"x": np.array([object()])})
    assert list(tmp_path.iterdir()) == []


def test_where_a_reader_holds_the_file_the_move_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_RETRY_SECONDS", 0.001)
    held = iter([PermissionError(13, "held by a reader")] * 3)
    replace = Path.replace

    def replace_once_free(source: Path, target: Path) -> Path:
        if error := next(held, None):
            raise error
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", replace_once_free)
    publish_json(tmp_path / "a.json", 1)
    assert (tmp_path / "a.json").read_text() == "1\n"


def test_where_a_reader_never_lets_go_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_json(tmp_path / "a.json", "old")
    monkeypatch.setattr(publishing, "_RETRY_SECONDS", 0.001)

    def refuse(_source: Path, _target: Path) -> Path:
        raise PermissionError(13, "held by a reader")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(DiskError, match="held by a reader"):
        publish_json(tmp_path / "a.json", "new")
    assert (tmp_path / "a.json").read_text() == '"old"\n'
    assert len(list(tmp_path.iterdir())) == 1


def test_two_threads_may_publish_the_same_file_at_once(tmp_path: Path) -> None:
    both_are_writing = threading.Barrier(2, timeout=10)
    failures: list[BaseException] = []

    def write(file: IO[bytes]) -> None:
        file.write(b"whole")
        both_are_writing.wait()

    def run() -> None:
        try:
            publish(tmp_path / "control.json", write)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (tmp_path / "control.json").read_bytes() == b"whole"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be synchronised there")
def test_a_file_and_its_name_are_on_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(number: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(number).st_mode)
        done.append("folder" if is_folder else "file")
        sync(number)

    def note_replace(source: Path, target: Path) -> Path:
        done.append("name")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    publish_json(tmp_path / "a.json", 1)
    assert done == ["file", "name", "folder"]


def test_lines_are_appended_one_by_one(tmp_path: Path) -> None:
    for value in ({"a": 1}, {"b": "x\ny"}):
        append_line(tmp_path / "a.jsonl", value)
    assert (tmp_path / "a.jsonl").read_text() == '{"a": 1}\n{"b": "x\\ny"}\n'
