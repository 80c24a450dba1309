"""A run as a whole on the Train page: taken along, taken in, renamed, deleted."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from charlstm.engine.process import delete_run
from charlstm.runs import store
from charlstm.runs.config import RUNNING, STARTING, STOPPED, own_mark
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import own_runs
from charlstm.runs.transfer import export_run, import_run
from charlstm.ui.views import run_view
from tests.made import made_run
from tests.pages.opened import HOSTILE, button, errors, labels, open_page, press, run, said


def packed(made: RunFolder) -> bytes:
    file = io.BytesIO()
    export_run(made, file)
    return file.getvalue()


def offered(name: str, content: bytes) -> AppTest:
    """Return the page after a file was given to be imported."""
    app = open_page("train")
    app.file_uploader(key="imported_0").set_value((name, content, "application/zip"))
    return run(app)


def test_a_run_that_is_given_is_taken_in_and_shown() -> None:
    app = offered("any name.zip", packed(made_run("mine")))
    assert errors(app) == []
    assert app.query_params["run"] == "mine-2"
    assert "mine-2 was imported" in said(app)
    assert "Resume" not in labels(app)
    assert sorted(each.name for each in own_runs()) == ["mine", "mine-2"]


@pytest.mark.parametrize("content", [b"", b"PK", HOSTILE.encode() * 50, bytes(3000)])
def test_a_file_that_is_no_run_is_refused_with_a_sentence(content: bytes) -> None:
    app = offered("<b>x</b>.zip", content)
    assert len(errors(app)) == 1
    assert own_runs() == []
    assert "run" not in app.query_params


def test_no_more_runs_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed(made_run("mine"))
    monkeypatch.setattr(store, "MAX_RUNS", 1)
    assert "runs, the maximum" in errors(offered("a.zip", content))[0]


# Renaming and deleting ask in a dialog, which AppTest cannot go on with: see the browser tests.


def test_a_run_is_not_deleted_by_one_press() -> None:
    made_run("mine")
    app = press(open_page("train", run="mine"), "Delete")
    assert "Delete for good" in labels(app)
    assert [each.name for each in own_runs()] == ["mine"]


def test_a_run_that_someone_else_deleted_becomes_a_note() -> None:
    made = made_run("mine")
    app = open_page("train", run="mine")
    delete_run(made)
    run(app)
    assert errors(app) == []
    assert "The run mine no longer exists" in said(app)
    assert "Start" in labels(app)


@pytest.mark.parametrize("page", ["temperature", "compare", "hand", "strategies", "timeline"])
def test_other_pages_go_on_without_a_deleted_run(page: str) -> None:
    made = made_run("mine")
    app = open_page(page, run="mine", prompt="the cat ")
    delete_run(made)
    run(app)
    assert errors(app) == []


def test_a_run_that_is_being_trained_can_be_neither_renamed_nor_deleted() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), status=RUNNING, phase=STARTING, process=own_mark()))
    app = open_page("train", run="mine")
    assert button(app, "Rename").disabled
    assert button(app, "Delete").disabled
    assert "mine is being trained; stop it first" in said(app)


def test_a_run_that_came_with_the_app_can_only_be_exported() -> None:
    app = open_page("train", run="nietzsche-tbptt")
    assert button(app, "Rename").disabled
    assert button(app, "Delete").disabled
    assert "Export as a file" in [each.label for each in app.get("download_button")]


def test_a_run_that_came_as_a_file_says_so_instead_of_offering_to_resume() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), status=STOPPED))
    arrived = import_run(io.BytesIO(packed(made)))
    assert "Resume" in labels(open_page("train", run="mine"))
    app = open_page("train", run=arrived.name)
    assert "Resume" not in labels(app)
    assert errors(app) == []


def test_a_run_that_is_too_large_for_a_page_names_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_run("mine")
    monkeypatch.setattr(run_view, "MAX_EXPORT_BYTES", 1000)
    app = open_page("train", run="mine")
    assert "too much for a page" in said(app)
    assert app.code[0].value == "python -m charlstm export mine mine.zip"


def test_the_model_of_a_run_that_is_over_can_be_taken_along_as_a_page() -> None:
    run = made_run("mine")

    def is_offered() -> bool:
        files = open_page("train", run="mine").get("download_button")
        return "This model as a page" in [each.label for each in files]

    assert is_offered()
    run.write_status(replace(run.status(), best_step=15))
    assert not is_offered()  # its best checkpoint is lost
