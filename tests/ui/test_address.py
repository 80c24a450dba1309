"""Reading addresses with values that no one would type: a note, never an error."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.trails import read_back
from charlstm.sampling.strategies import read_strategies
from charlstm.ui import address, visit
from charlstm.ui.controls.runners import read_runners
from charlstm.ui.controls.writing import read_temperatures
from charlstm.ui.parameters import (
    Choice,
    Number,
    Several,
    Spelled,
    Symbols,
    Text,
    Whole,
    same,
    span_read,
    span_word,
)
from tests.absurd import ABSURD
from tests.pages.opened import PAGES

BACK = SimpleNamespace(is_history_navigation=True, page_script_hash="")
FRACTIONS = {"a half"}
"""Of what is absurd, what is a number."""


class Page(SimpleNamespace):
    """What reads an address knows of streamlit: the parameters and the session."""

    def __init__(self, **given: str) -> None:
        super().__init__(query_params=Parameters(given), session_state=Session())

    def put_before(self, monkeypatch: pytest.MonkeyPatch) -> Page:
        """Let all that reads an address read this one."""
        for module in (address, visit):
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


N = Whole("n", "temperature", 7, 0, 2000)
T = Number("t", "temperature", 0.5, 0.0, 2.0)
CHOICE = Choice("choice", "temperature", "a", same("ab"))
POSITIONS = Several("positions", "temperature", [], item={str(n): n for n in range(9)}.get)
(OFF,) = (row for row in address.TABLE if row.name == "off")
SPAN = Spelled("span", "temperature", (2, 5), lambda word: span_read(word, 20), span_word)


@pytest.fixture
def page(given: str, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page whose address gives one absurd value for all that it is asked."""
    names = [row.name for row in address.TABLE] + ["n", "t", "choice", "positions"]
    return Page(**dict.fromkeys(names, ABSURD[given])).put_before(monkeypatch)


def noted() -> str:
    """Return what was noted, and forget it."""
    notes = visit.st.session_state["kept_visit"].notes
    sentences = "  ".join(notes)
    notes.clear()
    return sentences


@pytest.mark.usefixtures("page")
def test_numbers_positions_and_choices_fall_back_with_a_note(given: str) -> None:
    assert (address.read(N), "asks for n " in noted()) == (7, True)
    fraction = address.read(T)
    assert (fraction == 0.5, bool(noted())) == ((True, True), (False, False))[given in FRACTIONS]
    assert (address.read(CHOICE), "asks for choice " in noted()) == ("a", True)
    address.read(CHOICE)
    assert len(noted()) < 150
    assert set(address.read(POSITIONS)) <= {1}
    assert "asks for positions " in noted()


def test_what_a_session_holds_falls_back_with_a_note(page: Page) -> None:
    assert (address.held(N), "asks for n " in noted()) == (7, True)
    assert (address.held(CHOICE), "asks for choice " in noted()) == ("a", True)
    assert (address.held(SPAN), "asks for span " in noted()) == ((2, 5), True)
    off = replace(OFF, default=[(0, 3)])
    assert (address.held(off), bool(noted())) == ([(0, 3)], True)
    assert not {"n", "choice", "span", "off"} & set(page.query_params)


def test_every_parameter_stands_every_word(given: str) -> None:
    for row in address.TABLE:
        if isinstance(row, Symbols):
            row = replace(row, vocabulary=Vocabulary.of("the cat"))
        value, note = row.read(ABSURD[given])
        is_fraction = type(row) is Number and given in FRACTIONS
        if isinstance(row, Number | Choice) and not is_fraction:
            assert (value, f"asks for {row.name} " in note) == (row.default, True)
        if isinstance(row, Text):
            assert len(value) <= row.longest
            assert bool(note) == (len(ABSURD[given]) > row.longest)
        assert len(note) < 400


def test_every_page_of_the_table_is_there_and_has_one_row_for_each_name() -> None:
    rows = [(page, row.name) for row in address.TABLE for page in row.pages.split()]
    assert {page for page, _ in rows} == set(PAGES) - {"lesson"}
    assert len(rows) == len(set(rows))


def test_lists_that_cannot_be_are_refused(given: str) -> None:
    value = ABSURD[given]
    assert read_temperatures(value) is None
    assert read_back(value, "abc") is None
    for read in (read_runners, read_strategies):
        with pytest.raises(ValueError, match=r"."):
            read(value)


def test_what_an_address_rightly_asks_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    Page(n="5", t="1e-1", choice="b", positions="3,1,8", span="3-7").put_before(monkeypatch)
    assert address.read(N) == 5
    assert address.read(T) == 0.1
    assert address.read(replace(T, name="absent")) == 0.5
    assert address.read(CHOICE) == "b"
    assert sorted(address.read(POSITIONS)) == [1, 3, 8]
    assert address.read(SPAN) == (3, 7)
    assert noted() == ""


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
    address.keep(T, value)
    assert page.query_params == kept


def test_a_default_that_an_address_asks_for_stays_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(symbol="a").put_before(monkeypatch)
    symbol = Choice("symbol", "temperature", "a", same("ab"))
    assert address.held(symbol, "held") == "a"
    assert page.query_params == {"symbol": "a"}


def test_an_option_is_held_over_what_cannot_be_and_over_options_that_are_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = Page(symbol="z").put_before(monkeypatch)

    def shown(*options: str) -> str:
        symbol = Choice("symbol", "temperature", "a", same(["a", *options]))
        return str(address.held(symbol, "held"))

    assert (shown("b"), page.query_params) == ("a", {})  # nothing is asked for that is there
    page.session_state["held"] = "b"  # as a callback does
    assert (shown("b"), page.query_params) == ("b", {"symbol": "b"})
    assert (shown("c"), page.query_params) == ("a", {})  # of another model, say
    assert (shown("b"), page.query_params) == ("b", {"symbol": "b"})
    page.query_params["symbol"] = "c"  # by the browser's back button
    monkeypatch.setattr(visit, "get_script_run_ctx", lambda **_: BACK)
    address.arrive("")
    assert shown("b", "c") == page.session_state["held"] == "c"


@pytest.mark.parametrize("own", [True, False])
def test_a_late_change_of_a_widget_of_the_page_before_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    page = Page().put_before(monkeypatch)
    changes: list[Any] = []
    acted: list[str] = []

    def number_input(_label: str, *, on_change: Any, **_options: Any) -> int:
        changes.append(on_change)
        return 7

    options = {"on_change": lambda: acted.append("acted")} if own else {}
    address.show(number_input, "N", N, **options)
    page.session_state["n"] = 9
    changes[0]()
    assert acted == (["acted"] if own else [])
    assert page.query_params.get("n") == (None if own else "9")
    page.session_state.clear()
    changes[0]()  # Streamlit calls it for a widget that its session does not know any more
    assert acted == (["acted"] if own else [])
