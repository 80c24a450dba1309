"""What reads an address, on everything that no one would type: a note, never an error."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from charlstm.exploring.trails import read_back
from charlstm.sampling.strategies import read_strategies
from charlstm.ui import address, cell_address, visit
from charlstm.ui.controls.runners import read_runners
from charlstm.ui.controls.temperatures import read_temperatures
from tests.absurd import ABSURD

BACK = SimpleNamespace(is_history_navigation=True, page_script_hash="")
FRACTIONS = {"a half"}
"""Of what is absurd, what is a number."""


class Page(SimpleNamespace):
    """What reads an address knows of streamlit: the parameters and the session."""

    def __init__(self, **given: str) -> None:
        super().__init__(query_params=Parameters(given), session_state=Session())

    def put_before(self, monkeypatch: pytest.MonkeyPatch) -> Page:
        """Let all that reads an address read this one."""
        for module in (address, cell_address, visit):
            monkeypatch.setattr(module, "st", self)
        return self


class Parameters(dict[str, str]):
    """The parameters of an address."""

    def from_dict(self, given: dict[str, str]) -> None:
        self.clear()
        self.update(given)


class Session(dict[str, object]):
    """A session: its values are items and attributes."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


@pytest.fixture(params=ABSURD)
def given(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(given: str, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page whose address gives one absurd value for all that it is asked."""
    keys = ("n", "choice", "places", "cell", "look", "span", "off")
    return Page(**dict.fromkeys(keys, ABSURD[given])).put_before(monkeypatch)


@pytest.mark.usefixtures("page")
def test_numbers_places_and_choices_fall_back_with_a_note(given: str) -> None:
    value, note = address.whole_number("n", 7, 0, 2000)
    assert (value, "The address asks for n " in note) == (7, True)
    fraction, note = address.number("n", 0.25, 0.0, 2.0)
    assert (fraction == 0.25, bool(note)) == ((True, True), (False, False))[given in FRACTIONS]
    assert "asks for choice " in address.choice_note("choice", "a", ["a", "b"])
    assert len(address.choice_note("choice", "a", ["a"])) < 150
    found, note = address.places("places", 9)
    assert set(found) <= {1}
    assert "asks for places " in note


def test_what_is_looked_at_in_cells_falls_back_with_a_note(page: Page) -> None:
    cell, note = cell_address.whole("cell", 3, 8)
    assert (cell, "asks for cell " in note) == (3, True)
    look, note = cell_address.choice("look", "see", ["see", "find"])
    assert (look, "asks for look " in note) == ("see", True)
    span, note = cell_address.span(20, (2, 5))
    assert (span, bool(note)) == ((2, 5), True)
    off, note = cell_address.off(1, 8, (0, 3))
    assert (off, bool(note)) == ([(0, 3)], True)
    assert not {"cell", "look", "span", "off"} & set(page.query_params)


def test_lists_that_cannot_be_are_refused(given: str) -> None:
    value = ABSURD[given]
    assert read_temperatures(value) is None
    assert read_runners(value) is None
    assert read_back(value, "abc") is None
    with pytest.raises(ValueError, match=r"."):
        read_strategies(value)


def test_what_an_address_rightly_asks_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    Page(n="5", t="1e-1", choice="b", places="3,1,8").put_before(monkeypatch)
    assert address.whole_number("n", 7, 0, 2000) == (5, "")
    assert address.number("t", 0.5, 0.0, 2.0) == (0.1, "")
    assert address.number("absent", 0.5, 0.0, 2.0) == (0.5, "")
    assert address.choice_note("choice", "a", ["a", "b"]) == ""
    assert address.places("places", 9) == ([1, 3, 8], "")


@pytest.mark.parametrize(
    ("given", "value", "kept"),
    [
        ({}, 0.5, {}),
        ({"t": "0.50"}, 0.5, {"t": "0.50"}),
        ({"t": "2"}, 2.0, {"t": "2"}),
        ({"t": "2"}, 1.5, {"t": "1.5"}),
        ({"t": "2"}, 0.5, {}),
        ({"t": "many"}, 0.5, {}),
        ({"t": "many"}, 0.7, {"t": "0.7"}),
    ],
)
def test_a_number_is_kept_as_it_is_spelled_and_of_the_default_nothing_is_said(
    given: dict[str, str], value: float, kept: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(**given).put_before(monkeypatch)
    address.write_number("t", value, default=0.5)
    assert page.query_params == kept


def test_a_default_that_an_address_asks_for_stays_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(symbol="a").put_before(monkeypatch)
    assert address.held_option("held", "symbol", "a", ["a", "b"]) == "a"
    assert page.query_params == {"symbol": "a"}


def test_an_option_is_held_over_what_cannot_be_and_over_options_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = Page(symbol="z").put_before(monkeypatch)

    def shown(*options: str) -> str:
        return address.held_option("held", "symbol", "a", ["a", *options])

    assert (shown("b"), page.query_params) == ("a", {})  # nothing is asked for that is there
    page.session_state["held"] = "b"  # as a callback does
    assert (shown("b"), page.query_params) == ("b", {"symbol": "b"})
    assert (shown("c"), page.query_params) == ("a", {})  # of another model, say
    assert (shown("b"), page.query_params) == ("b", {"symbol": "b"})
    page.query_params["symbol"] = "c"  # by the browser's back button
    monkeypatch.setattr(visit, "get_script_run_ctx", lambda **_: BACK)
    visit.arrive("")
    assert shown("b", "c") == page.session_state["held"] == "c"
