"""Uploads: freed once they were read, kept for the session that gave them, within limits in all."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from charlstm.ui.controls import uploads
from tests.made import prose
from tests.pages.opened import choose, errors, open_page, press, run, said

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[MemoryUploadedFileManager]:
    """Streamlit's stores of the pages that a test opens, one for each of their runs."""
    made: list[MemoryUploadedFileManager] = []
    start = MemoryUploadedFileManager.__init__

    def init(self: MemoryUploadedFileManager, *args: Any, **options: Any) -> None:
        start(self, *args, **options)
        made.append(self)

    monkeypatch.setattr(MemoryUploadedFileManager, "__init__", init)
    return made


def given(*files: tuple[str, bytes], app: AppTest | None = None) -> AppTest:
    """Return the Train page after some files were given at once."""
    app = app or choose(open_page("train"), "corpus", "upload files")
    (uploader,) = (each for each in app.file_uploader if str(each.key).startswith("uploaded"))
    uploader.set_value([(*file, "text/plain") for file in files])
    return run(app)


def name_and_length(app: AppTest) -> str:
    (length,) = (metric.value for metric in app.metric if metric.label == "Characters")
    return length


def stored(stores: list[MemoryUploadedFileManager]) -> int:
    return sum(
        len(file.data) for s in stores for fs in s.file_storage.values() for file in fs.values()
    )


def test_a_text_that_was_read_is_gone_from_streamlits_store_and_survives_reruns(
    stores: list[MemoryUploadedFileManager],
) -> None:
    app = given(("a.txt", prose(1500).encode()))
    assert stored(stores) == 0
    for _ in range(2):
        assert errors(app) == []
        assert "Uploaded: a.txt (0.0 MB)" in said(app)
        assert name_and_length(app) == "1,500"
        app = run(app)


def test_a_text_survives_a_visit_to_another_page() -> None:
    app = given(("a.txt", prose(1500).encode()))
    app.switch_page("lesson.py")
    run(app)
    app.switch_page("train.py")
    app = choose(run(app), "corpus", "upload files")
    assert "Uploaded: a.txt" in said(app)
    assert name_and_length(app) == "1,500"


def test_a_second_upload_is_joined_to_the_first_until_they_are_removed() -> None:
    app = given(("a.txt", prose(1500).encode()))
    app = given(("b.txt", prose(700, seed=1).encode()), app=app)
    assert name_and_length(app) == "2,202"
    app = press(app, "Remove")
    assert "Uploaded" not in said(app)
    assert [metric.label for metric in app.metric if metric.label == "Characters"] == []


def test_what_would_be_too_much_is_refused_and_what_was_held_is_kept() -> None:
    app = given(("a.txt", prose(1500).encode()))
    app = given(("b.txt", b"b" * 20_000_000), app=app)
    assert errors(app) == ["These 2 files have 20.0 MB; the limit is 20 MB."]
    assert "Uploaded: a.txt (0.0 MB)" in said(app)


def test_the_viewer_who_has_not_used_an_upload_for_longest_loses_it_and_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MOST_OF_ALL", 4000)
    first, second = (given((f"{n}.txt", prose(1500, seed=n).encode())) for n in range(2))
    run(first)
    third = given(("3.txt", prose(1500, seed=3).encode()))
    assert name_and_length(third) == name_and_length(run(first)) == "1,500"
    second = run(second)
    assert "Your uploaded files were removed, because others needed the memory" in " ".join(
        info.value for info in second.info
    )
    again = given(("2.txt", prose(1500, seed=2).encode()), app=second)
    assert name_and_length(again) == "1,500"


# Streamlit's own store


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    made = MemoryUploadedFileManager("/upload")
    monkeypatch.setattr(uploads.runtime, "exists", lambda: True)
    monkeypatch.setattr(
        uploads.runtime, "get_instance", lambda: type("", (), {"uploaded_file_mgr": made})
    )
    for _ in range(3):
        uploads.limit_uploads()
    return made


def add(manager: MemoryUploadedFileManager, session: str, number: int, size: int) -> None:
    manager.add_file(session, UploadedFileRec(str(number), "x", "text/plain", bytes(size)))


def sizes(manager: MemoryUploadedFileManager) -> dict[str, int]:
    return {
        session: sum(len(file.data) for file in files.values())
        for session, files in manager.file_storage.items()
        if files
    }


def test_one_session_cannot_fill_streamlits_store(manager: MemoryUploadedFileManager) -> None:
    for number in range(60):
        add(manager, "one", number, 20_000_000)
    assert sizes(manager) == {"one": 40_000_000}
    assert list(manager.file_storage["one"]) == ["58", "59"]


def test_nor_can_many_sessions(manager: MemoryUploadedFileManager) -> None:
    for number in range(60):
        add(manager, f"session {number}", 0, 20_000_000)
    assert sizes(manager) == {f"session {n}": 20_000_000 for n in range(50, 60)}


def test_a_file_within_the_limits_stays(manager: MemoryUploadedFileManager) -> None:
    add(manager, "one", 0, 1000)
    add(manager, "two", 0, 1000)
    assert sizes(manager) == {"one": 1000, "two": 1000}
