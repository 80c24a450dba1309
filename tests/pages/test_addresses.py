"""Absurd addresses: every page, every parameter, and what no one would type."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.opened import HOSTILE, errors, open_page, run, said

TEXTS = {"prompt", "text", "written"}
"""Parameters that take any text; what does not fit is cut with a note, and no text is absurd."""


@dataclass(frozen=True)
class Place:
    """A page, what must stand in its address anyway, and the parameters that it reads."""

    page: str
    parameters: tuple[str, ...]
    address: tuple[tuple[str, str], ...] = ()


_MODEL = ("run", "checkpoint", "prompt")
_DIAL = ("temperature", "order", "scale")
PLACES = [
    Place("temperature", (*_MODEL, *_DIAL, "seed", "length", "write")),
    Place("compare", (*_MODEL, "temperatures", "seed", "length", "fork")),
    Place("hand", (*_MODEL, *_DIAL, "seed", "written", "picked")),
    Place("whatif", (*_MODEL, *_DIAL, "seed", "length", "branches", "branch", "position")),
    Place(
        "strategies",
        (*_MODEL, *_DIAL, "seed", "length", "width", "beam", "strategy", "write"),
    ),
    Place("timeline", (*_MODEL, "temperature", "seed", "length")),
    Place("atlas", (*_MODEL, "temperature", "seed", "length")),
    Place("surprise", ("run", "checkpoint", "text", "colour")),
    Place(
        "train",
        (
            "corpus",
            "case",
            "preset",
            "seconds",
            "recipe",
            "network",
            "units",
            "layers",
            "learning_rate",
            "batch",
            "epochs",
            "seed",
        ),
    ),
    Place("train", ("run",)),
    Place("train", ("prompt", *_DIAL), (("run", "nietzsche-tbptt"),)),
    Place("race", ("race", "corpus", "seconds", "runners")),
    Place(
        "race",
        ("prompt", "temperature", "seed", "ngram", "forward"),
        (("race", "nietzsche-tbptt,nietzsche-book"),),
    ),
]
ABSURD = {
    "infinite": "inf",
    "no number": "nan",
    "negative": "-1",
    "beyond floats": "1e999",
    "a half": "0.5000001",
    "a path": "../../etc/passwd",
    "a script": "<script>alert(1)</script>",
    "markup": HOSTILE,
    "long": "x" * 5_000,
    "many digits": "9" * 5000,
    "nul": "\0",
    "emoji": "🦊👩‍👩‍👧",
    "commas": ",,;;..",
    "other digits": "٣",
}
CASES = [(place, name) for place in PLACES for name in ABSURD]


def open_at(place: Place, value: str | list[str]) -> AppTest:
    """Open a page with one value for everything that it reads from its address."""
    asked = dict.fromkeys(place.parameters, value)
    return open_page(place.page, **dict(place.address) | asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "name"), CASES, ids=[f"{'-'.join(p.parameters)[:20]}: {name}" for p, name in CASES]
)
def test_what_an_address_cannot_have_becomes_a_note_and_never_an_error(
    place: Place, name: str
) -> None:
    app = open_at(place, ABSURD[name])
    assert errors(app) == []
    words = said(app)
    for parameter in set(place.parameters) - TEXTS:
        if (parameter, name) not in NOT_ABSURD:
            assert SAID_OTHERWISE.get(parameter, f"asks for {parameter} ") in words, parameter
    run(app)
    assert errors(app) == []
    assert max((len(each) for each in app.query_params.values()), default=0) <= 500


NOT_ABSURD = {("temperature", "a half"), ("learning_rate", "a half")}
SAID_OTHERWISE = {
    "temperatures": "2 to 6 numbers",
    "branches": "asks for branches that cannot be",
    "branch": "",  # there is one branch where the branches cannot be
    "race": "asks for a race",
    "runners": "asks for the runners",
    "run": "asks for ",
}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place.parameters)[:20])
def test_a_parameter_that_is_given_twice_is_read_once(place: Place) -> None:
    app = open_at(place, ["1", "2"])
    assert errors(app) == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: "-".join(place.parameters)[:20])
def test_a_hundred_thousand_characters_are_no_error_either(place: Place) -> None:
    for parameter in place.parameters:
        app = open_page(place.page, **dict(place.address), **{parameter: "x" * 100_000})
        assert errors(app) == [], parameter
        assert max((len(each) for each in app.query_params.values()), default=0) <= 500


LONG = [(place, name) for place in PLACES for name in sorted(TEXTS & set(place.parameters))]


@pytest.mark.parametrize(
    ("place", "name"), LONG, ids=[f"{place.page}-{name}" for place, name in LONG]
)
def test_a_long_text_is_cut_with_a_note(place: Place, name: str) -> None:
    app = open_page(place.page, **dict(place.address), **{name: "the soul " * 200})
    assert f"The {name} in the address was cut to 500 characters" in said(app)
