"""The Compare page: what it asks the browser to show, and what an address may ask of it."""

from __future__ import annotations

from typing import Any

import pytest

from charlstm import compare, open_model
from charlstm.ui.controls.writing import NO_TEMPERATURES, SEVERAL, read_temperatures
from tests.absurd import ABSURD
from tests.pages.opened import HOSTILE, errors, open_page, run, said, sent, set_in_browser
from tests.typed import TEMPERATURES

ADDRESS = {"prompt": "the soul ", "temperatures": "0.3, 0.9, 1.5", "seed": "4", "length": "120"}


def test_the_browser_gets_the_model_the_prompt_and_what_the_address_asks_for() -> None:
    app = open_page("compare", **ADDRESS, fork="1", strategy="top-k:3", run="nietzsche-book")
    shown = sent(app, "compare")
    model = open_model("nietzsche-book")
    assert shown["model"].startswith(f"charlstm/models/nietzsche-book/{model.step}?")
    assert shown["prompt"] == "the soul "
    assert shown["strategies"] == [["top-k", 3]]
    asked = {"temperatures": "0.3, 0.9, 1.5", "seed": "4", "length": "120", "fork": "1"}
    assert asked.items() <= shown["words"].items()


def test_what_is_set_in_the_browser_is_in_the_address_and_the_browser_keeps_it() -> None:
    app = open_page("compare", **ADDRESS)
    revision = sent(app, "compare")["revision"]
    set_in_browser(app, "compare", temperatures="0,2; 1", seed="9", fork="0", speed="300")
    assert sent(app, "compare")["revision"] == revision
    assert app.query_params["temperatures"] == "0,2; 1"
    assert (app.query_params["seed"], app.query_params["speed"]) == ("9", "300")
    assert "fork" not in app.query_params


@pytest.mark.parametrize("given", [*ABSURD.values(), 7, None, ["0.3"], {}])
def test_whatever_a_browser_sends_the_page_stays(given: Any) -> None:
    app = open_page("compare")
    names = ("temperatures", "seed", "length", "speed", "shown", "fork")
    set_in_browser(app, "compare", text=given, **dict.fromkeys(names, given))
    assert not errors(app)
    assert 1 <= int(sent(app, "compare")["words"]["length"]) <= 2000
    set_in_browser(app, "compare", text=[given, given])
    assert not errors(app)


def test_invented_words_and_copies_are_those_of_the_texts_that_the_browser_has_written() -> None:
    app = open_page("compare", **ADDRESS)
    assert sent(app, "compare")["invented"] == {"texts": [], "spans": []}
    texts = [*compare(open_model(), "the soul ", [0.3, 0.9], length=120).texts, "and the beedq "]
    set_in_browser(app, "compare", text=texts)
    invented = sent(app, "compare")["invented"]
    assert invented["texts"] == texts
    assert invented["spans"][-1] == [[8, 13]]
    usual = open_page("compare")
    written = compare(open_model(), "the world is ", SEVERAL).texts
    set_in_browser(usual, "compare", text=list(written))
    copied = "T = 0.2: 25 characters copied from the corpus: “the conscience of the pr”"
    assert copied in said(usual)


def test_texts_of_other_columns_than_these_are_not_looked_at() -> None:
    app = set_in_browser(open_page("compare", **ADDRESS), "compare", text=["beedq "])
    assert sent(app, "compare")["invented"]["texts"] == []


@pytest.mark.parametrize(
    "given", ["", "0.5", "a, b", "0.1 0.2 0.3 0.4 0.5 0.6 0.7", "-1, 1", "nan, 1", "1, 3", HOSTILE]
)
def test_temperatures_that_cannot_be_are_for_the_browser_to_name(given: str) -> None:
    app = open_page("compare", temperatures=given, length="20")
    assert not errors(app)
    shown = sent(app, "compare")
    assert shown["words"]["temperatures"] == given[:80]
    assert (shown["message"], shown["usual"]) == (NO_TEMPERATURES, list(SEVERAL))
    assert "such as 0.2, 0.5 or 0,2; 0,5" in shown["message"]
    run(app)
    assert not errors(app)


@pytest.mark.parametrize("fork", ["7", "-1", "x", "1.5"])
def test_a_fork_that_is_not_there_becomes_a_note(fork: str) -> None:
    app = open_page("compare", fork=fork)
    assert not errors(app)
    assert "fork" in said(app)
    assert sent(app, "compare")["words"]["fork"] == "0"


@pytest.mark.parametrize(("given", "values"), TEMPERATURES)
def test_temperatures_are_read_however_they_are_set_apart(
    given: str, values: tuple[float, ...] | None
) -> None:
    assert read_temperatures(given) == values
