"""The Source page: a passage in its place, and what cannot be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.made import made_run
from tests.made import prose as made_prose
from tests.pages.opened import HOSTILE, errors, open_page, prose, said, shown_html

TEXT = made_prose(1500)


@pytest.fixture(autouse=True)
def _made(own_home: Path) -> None:  # noqa: ARG001
    made_run()


def test_the_passage_stands_in_its_context() -> None:
    app = open_page("source", source="made", position="1200", length="45")
    assert "…" + TEXT[200:] in shown_html(app)
    body = next(e.proto.body for e in app.get("html") if "passage" in e.proto.body)
    assert f">{TEXT[1200:1245]}</span>" in body
    assert "made-text: characters 1,201 to 1,245 of 1,500" in prose(app)
    assert "trained on" in prose(app)


@pytest.mark.parametrize(
    ("position", "part"), [("1340", "partly in the training text"), ("1350", "never seen")]
)
def test_it_is_said_whether_the_model_has_seen_the_passage(position: str, part: str) -> None:
    app = open_page("source", source="made", position=position, length="30")
    assert part in prose(app)


@pytest.mark.parametrize(
    "address",
    [
        {"position": "1500"},
        {"position": "-1"},
        {"position": "x"},
        {"length": "0"},
        {"length": "1e9"},
        {"position": HOSTILE, "length": HOSTILE},
    ],
)
def test_a_place_that_is_not_there_becomes_a_note(address: dict[str, str]) -> None:
    app = open_page("source", source="made", **address)
    assert not errors(app)
    assert "The address asks for" in said(app)


def test_the_last_character_can_be_shown() -> None:
    app = open_page("source", source="made", position="1499", length="50")
    assert "characters 1,500 to 1,500" in prose(app)


@pytest.mark.parametrize("name", ["", "no-such-run", "../x", HOSTILE])
def test_a_run_that_is_not_there_is_said(name: str) -> None:
    app = open_page("source", **({"source": name} if name else {}))
    assert not errors(app)
    assert said(app)


def test_where_the_text_is_not_at_hand_it_is_said() -> None:
    app = open_page("source", source="nietzsche-tbptt", position="5", length="50")
    assert "cannot be shown" in said(app)
    assert not [each for each in app.get("html") if "passage" in each.proto.body.split(">")[0]]


def test_a_text_is_shown_and_never_run(own_home: Path) -> None:
    from charlstm.data.corpus import Corpus
    from charlstm.runs.new import new_run
    from charlstm.settings import settings_for

    assert own_home.exists()
    text = (HOSTILE + "\n") * 30
    new_run(Corpus("hostile", text), settings_for("tbptt", units=8, lowercase=False), "hostile")
    app = open_page("source", source="hostile", position="0", length="40")
    assert text[:40] in next(each for each in shown_html(app) if "alert" in each)
