"""The Surprise page: the figures of any text, and what a link to it can hold."""

from __future__ import annotations

import pytest

from charlstm import open_model
from charlstm.exploring.trails import surprise
from tests.pages.opened import HOSTILE, choose, components, errors, open_page, put, said, sent


def test_the_figures_are_those_of_the_public_function() -> None:
    app = open_page("surprise", text="The meanqng of it")
    result = surprise(open_model(), "The meanqng of it")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Characters"] == "17"
    assert values["Per character"] == f"{result.bits_per_character:.3f} bits"
    shown = sent(app, "highlight")
    assert "".join(shown["symbols"]) == "the meanqng of it"
    for row, said_of_it in zip(result.table.itertuples(), shown["said"], strict=True):
        assert f"rank {row.rank}, {row.bits:.2f} bits" in said_of_it
    assert "Capitals are read as lower case." in said(app)


@pytest.mark.parametrize("colour", ["bits", "probability", "rank"])
def test_the_likeliest_character_has_no_colour_and_a_rare_one_much(colour: str) -> None:
    app = open_page("surprise", text="the qxq")
    choose(app, "colour", colour)
    shares = sent(app, "highlight")["fractions"]
    assert all(0 <= share <= 1 for share in shares)
    assert shares[2] < shares[5]
    assert shares[5] > 0.3


def test_a_text_that_is_too_long_for_an_address_is_named() -> None:
    app = open_page("surprise")
    put(app.text_area(key="text"), "the soul " * 100)
    assert "holds no text of more than" in said(app)
    assert "text" not in app.query_params
    put(app.text_area(key="text"), "short")
    assert app.query_params["text"] == "short"


def test_it_is_said_how_much_of_a_text_the_figures_are_over() -> None:
    app = open_page("surprise", text="the 漢字 soul\x1b")
    assert "9 of 12 characters; 3 are unknown to this model and not counted." in said(app)
    assert "\x1b" not in said(app)
    assert {metric.label: metric.value for metric in app.metric}["Characters"] == "9"


@pytest.mark.parametrize(("text", "counted"), [("漢字", "0 of 2 characters"), ("", "")])
def test_where_nothing_is_left_of_a_text_there_is_no_figure(text: str, counted: str) -> None:
    app = open_page("surprise", text=text)
    assert not app.metric
    assert not errors(app)
    assert "characters that the model knows" in said(app)
    assert counted in said(app)
    assert components(app) == []


@pytest.mark.parametrize("text", [HOSTILE, "a" * 900, "\n\n"])
def test_any_text_is_answered(text: str) -> None:
    app = open_page("surprise", text=text)
    assert not errors(app)
    assert len(sent(app, "highlight")["symbols"]) <= 500
