"""Absurd addresses: every page and every parameter, with values that no one would type.

Each address holds an absurd value for all that its page reads, another one for each, and every
parameter meets four of them. That everything which reads a parameter stands all of them is tested
in tests/ui/test_address.py, without a page.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from charlstm.ui.address import TABLE
from charlstm.ui.controls.settings_form import SETTINGS_IN_ADDRESS
from tests.absurd import ABSURD
from tests.made import made_run
from tests.pages.opened import PAGES, errors, open_page, run, said

TEXTS = {"prompt", "text", "written"}
"""Parameters that take any text; what does not fit is cut with a note, and no text is absurd."""

ROUNDS = 4


@dataclass(frozen=True)
class Place:
    """A page, what must stand in its address anyway, and the parameters that it reads."""

    page: str
    parameters: tuple[str, ...]
    address: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "-".join((self.page, *(f"{key}={value}" for key, value in self.address)))


_MODEL = ("run", "checkpoint", "prompt")
_DIAL = ("temperature", "order", "scale")
_WRITE = ("seed", "length", "strategy", "speed", "shown")
PLACES = [
    Place("temperature", (*_MODEL, *_DIAL, *_WRITE, "symbol", "turns", "position")),
    Place("compare", (*_MODEL, *_WRITE, "temperatures", "fork")),
    Place("hand", (*_MODEL, *_DIAL, "seed", "written", "picked", "text", "colour")),
    Place("hand", ("length", "branches", "branch", "beside", "position")),
    Place("strategies", (*_MODEL, "temperature", "scale", *_WRITE, "width", "beam")),
    Place("timeline", (*_MODEL, *_DIAL, "seed", "length", "pace", "symbol")),
    Place("atlas", (*_MODEL, "temperature", "seed", "length", "atlas")),
    Place("cells", ("run", "checkpoint", "look", "cell", "state", "position")),
    Place("cells", ("text",)),
    Place("cells", ("layer", "cell", "span", "within"), (("look", "find"),)),
    Place("cells", ("seed", "temperature", "speed", "shown", "off"), (("look", "off"),)),
    Place("compression", ("run", "checkpoint", "text", "view", "source", "packed")),
    Place(
        "compression",
        ("race", "corpus", "compressor", "seconds"),
        (("view", "If language were compressed"),),
    ),
    Place("train", tuple(name for name in SETTINGS_IN_ADDRESS if name != "vocabulary")),
    Place("train", ("vocabulary",), (("level", "word"),)),
    Place("train", ("run",)),
    Place("train", ("prompt", *_DIAL, "symbol", "epoch"), (("run", "made"),)),
    Place("race", ("race", "corpus", "seconds", "runners")),
    Place(
        "race",
        ("prompt", "temperature", "seed", "ngram", "forward"),
        (("race", "made,other"),),
    ),
    Place("source", ("source",)),
    Place("source", ("position", "length"), (("source", "made"),)),
]
NOT_ABSURD = {
    (parameter, "a half")
    for parameter in (
        "temperature",
        "learning_rate",
        "clip_norm",
        "final_fraction",
        "dropout",
        "weight_decay",
    )
}
SAID_OTHERWISE = {
    "temperatures": "",  # the browser reads them, and says so beside the field
    "run": "asks for ",
    "source": "",  # what the page has no place for is said by the page itself
    "layer": "",  # there is one layer, and no choice
}


@pytest.fixture(autouse=True)
def _two_runs(no_shipped_runs: object, own_home: object) -> None:  # noqa: ARG001
    """Small runs only: what is read from an address is the same for all."""
    made = made_run("made")
    for epoch in range(3, 17):
        made.append_samples(made.samples()[-1] | {"epoch": epoch})
    made_run("other")


def test_every_page_that_reads_an_address_is_here() -> None:
    assert {place.page for place in PLACES} == set(PAGES) - {"lesson"}


def test_every_parameter_of_the_table_is_here() -> None:
    here = {(place.page, name) for place in PLACES for name in place.parameters}
    table = {(page, row.name) for row in TABLE for page in row.pages.split()}
    assert {name for _, name in table - here} == {"known"}  # not on every model


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_an_address_cannot_have_becomes_a_note_and_never_an_error(place: Place) -> None:
    names = list(ABSURD)
    for turn in range(ROUNDS):
        given = {
            parameter: names[(number + turn * len(names) // ROUNDS) % len(names)]
            for number, parameter in enumerate(place.parameters)
        }
        absurd = {parameter: ABSURD[name] for parameter, name in given.items()}
        app = open_page(place.page, **dict(place.address) | absurd)
        assert errors(app) == []
        words = said(app)
        for parameter, name in given.items():
            if parameter not in TEXTS and (parameter, name) not in NOT_ABSURD:
                wanted = SAID_OTHERWISE.get(parameter, f"asks for {parameter} ")
                assert wanted in words, (parameter, name)
        run(app)
        assert errors(app) == []
        assert max(map(len, _held(app)), default=0) <= 500


def _held(app: AppTest) -> list[str]:
    """Return all values that stand in the address."""
    values = app.query_params.values()
    return [each for value in values for each in ([value] if isinstance(value, str) else value)]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_is_given_twice_is_read_once_and_a_long_text_is_cut_with_a_note(place: Place) -> None:
    long = TEXTS & set(place.parameters)
    asked: dict[str, str | list[str]] = {key: ["1", "2"] for key in place.parameters}
    asked |= dict.fromkeys(long, "the sat " * 99)
    app = open_page(place.page, **dict(place.address) | asked)
    assert errors(app) == []
    for name in long:
        assert f"The {name} in the address was cut to 500 characters" in said(app)
