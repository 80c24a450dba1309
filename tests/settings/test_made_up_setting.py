"""A new setting is one entry of the table: made-up ones are found everywhere."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

import pytest

from charlstm import settings as table
from charlstm.commands.parser import parse
from charlstm.data.corpus import Corpus
from charlstm.engine import standby
from charlstm.errors import SettingsError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.settings import (
    FIELDS,
    Settings,
    command_for,
    settings_for,
    settings_from,
)
from charlstm.settings.fields import CHOICES, fields_of, setting
from tests.benchmarks.readme import settings_table
from tests.made import prose
from tests.pages.opened import open_page, press, put, said


@dataclass(frozen=True)
class Warmer(Settings):
    """The settings, and a made-up number, choice and switch."""

    warm_hands: float = setting("Warm hands", "how warm they are", 0.5, (0, 2), step=0.1)
    mood: str = setting(
        "Mood", "how it feels", "calm", choices={"calm": "At ease", "wild": "Not"}, panel=CHOICES
    )
    humming: bool = setting("Humming", "hum while it learns", False)


@pytest.fixture(autouse=True)
def one_more(monkeypatch: pytest.MonkeyPatch, no_shipped_runs: object) -> None:  # noqa: ARG001
    monkeypatch.setattr(table, "Settings", Warmer)
    for name in ("warm_hands", "mood", "humming"):
        monkeypatch.setitem(FIELDS, name, fields_of(Warmer)[name])


def test_it_has_a_default_and_limits_that_speak() -> None:
    assert settings_for("book").warm_hands == 0.5  # type: ignore[attr-defined]
    with pytest.raises(SettingsError, match="The warm hands must lie between 0 and 2, not 3"):
        settings_for("book", warm_hands=3.0)
    with pytest.raises(SettingsError, match="There is no mood called 'sad'; there are calm, wild"):
        settings_for("book", mood="sad")
    with pytest.raises(SettingsError, match="The setting 'humming' is either on or off"):
        settings_for("book", humming=1)


def test_the_command_line_has_its_option_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["train", "--corpus", "x", "--warm-hands", "1.5"]).warm_hands == 1.5
    with pytest.raises(SystemExit):
        parse(["train", "--help"])
    message = " ".join(capsys.readouterr().out.split())
    assert "--warm-hands X how warm they are; default 0.5; 0 to 2" in message
    assert "--mood {calm,wild} how it feels; default calm" in message
    assert "--humming hum while it learns" in message


def test_the_command_that_repeats_a_run_names_it_where_it_is_not_the_default() -> None:
    usual = command_for(settings_for("tbptt"), "x")
    assert not [name for name in ("--warm-hands", "--mood", "--humming") if name in usual]
    asked = settings_for("tbptt", warm_hands=0.25, mood="wild", humming=True)
    command = command_for(asked, "x")
    assert command.endswith("--warm-hands 0.25 --mood wild --humming")
    given = parse(shlex.split(command)[3:])
    assert settings_for(**{name: getattr(given, name) for name in FIELDS}) == asked


def test_config_json_holds_it_and_a_run_without_it_had_the_default() -> None:
    asked = settings_for("tbptt", warm_hands=0.25, mood="wild", humming=True)
    run = new_run(Corpus("mine", prose(900)), asked, "mine")
    assert run.config().settings == asked
    older = asked.as_dict()
    del older["warm_hands"], older["mood"], older["humming"]
    assert settings_from(older) == settings_for("tbptt")


def test_the_train_page_shows_it_keeps_it_in_the_address_and_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[RunFolder] = []
    monkeypatch.setattr(standby, "start", started.append)
    app = open_page("train", warm_hands="1.25", mood="wild", humming="1")
    assert app.button_group(key="mood").value == "wild"
    assert app.toggle(key="humming").value is True
    control = app.number_input(key="warm_hands-tbptt")
    assert (control.label, control.value, control.min, control.max) == ("Warm hands", 1.25, 0, 2)
    assert control.help == "How warm they are; 0 to 2"
    app = put(control, 0.75)
    assert app.query_params["warm_hands"] == "0.75"
    press(app, "Start")
    assert started[0].config().settings == settings_for(
        "tbptt", warm_hands=0.75, mood="wild", humming=True
    )
    message = said(open_page("train", warm_hands="9", mood="sad", humming="no"))
    for name, given in (("warm_hands", "9"), ("mood", "sad"), ("humming", "no")):
        assert f"The address asks for {name} '{given}'" in message


def test_the_table_of_limits_names_it() -> None:
    assert "| warm hands | 0 to 2 | 0.5 | `--warm-hands` | how warm they are |" in settings_table()
