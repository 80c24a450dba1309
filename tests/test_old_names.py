"""Links, run folders and command lines of older versions still work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charlstm.__main__ import main
from charlstm.commands import fitting
from charlstm.runs.config import FINISHED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.settings import settings_for
from tests.made import edit_json, made_run, prose
from tests.pages.opened import open_page

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
ASKED = {"final_fraction": 0.25, "stop_on_divergence": False}


def _as_an_older_version_wrote_it(config: dict[str, Any]) -> None:
    settings = config["settings"]
    settings["final_share"] = settings.pop("final_fraction")
    settings["guard"] = settings.pop("stop_on_divergence")
    config["travelled"] = not config.pop("imported", False)
    command = config["command"].replace("--final-fraction", "--final-share")
    config["command"] = command.replace("--no-stop-on-divergence", "--no-guard")


def test_an_old_link_to_the_train_page_asks_for_the_same_settings() -> None:
    app = open_page("train", final_share="0.25", guard="0")
    assert app.number_input(key="final_fraction-tbptt").value == 0.25
    assert app.toggle(key="stop_on_divergence").value is False
    assert app.query_params == {"final_fraction": "0.25", "stop_on_divergence": "0"}


def test_an_old_link_to_a_place_in_a_text_leads_to_that_position() -> None:
    made_run()
    app = open_page("hand", run="made", prompt="the ", place="7")
    assert app.query_params["position"] == "7"
    assert "place" not in app.query_params


@pytest.fixture
def old_run() -> RunFolder:
    """Return a run that was imported by an older version."""
    run = made_run("older", **ASKED)
    edit_json(run.path / "config.json", _as_an_older_version_wrote_it)
    text = (run.path / "config.json").read_text(encoding="utf-8")
    for name in ('"travelled"', '"final_share"', '"guard"', "--final-share", "--no-guard"):
        assert name in text
    for name in ('"imported"', '"final_fraction"', '"stop_on_divergence"'):
        assert name not in text
    return run


def test_an_old_run_folder_has_its_settings_and_is_still_an_imported_one(
    old_run: RunFolder, capsys: Capture
) -> None:
    config = old_run.config()
    assert config.settings == settings_for("tbptt", units=8, epochs=2, **ASKED)
    assert config.imported
    assert old_run.problems() == []
    assert main(["sample", "--run", "older", "--prompt", "the", "--length", "9"]) == 0
    assert main(["export", "older", str(old_run.path.parent / "older.zip")]) == 0
    capsys.readouterr()
    assert main(["resume", "older", "--epochs", "9"]) == 2
    assert "was imported" in capsys.readouterr().err


def test_an_old_run_folder_has_its_page(old_run: RunFolder) -> None:
    app = open_page("train", run=old_run.name)
    assert not app.exception
    assert not app.error


def test_an_old_command_line_asks_for_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def finish(run: RunFolder, **_: object) -> None:
        run.write_status(Status(status=FINISHED))

    monkeypatch.setattr(fitting, "train_runs", finish)
    (tmp_path / "tale.txt").write_text(prose(5400))
    words = ["train", "--corpus", str(tmp_path / "tale.txt"), "--units", "8"]
    assert main([*words, "--run", "old", "--final-share", "0.25", "--no-guard"]) == 0
    new = ["--final-fraction", "0.25", "--no-stop-on-divergence"]
    assert main([*words, "--run", "new", *new]) == 0
    assert find("old").config().settings == find("new").config().settings
    assert find("old").config().settings == settings_for("tbptt", units=8, **ASKED)
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    help_text = capsys.readouterr().out
    assert "--final-share" not in help_text
    assert "--no-guard" not in help_text
