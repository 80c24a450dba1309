"""The By hand page: what is drawn, what is picked, what it costs, and the way back."""

from __future__ import annotations

import pytest

from charlstm import open_model
from charlstm.exploring.trails import follow
from charlstm.ui.text import figure
from tests.pages.opened import button, errors, open_page, press, said, sent

PROMPT = "the soul "


def test_letting_it_draw_writes_what_the_model_writes() -> None:
    app = open_page("hand", prompt=PROMPT, temperature="0.8", seed="3")
    for _ in range(3):
        press(app, "Let it draw")
    press(app, "Let it draw 10")
    expected = open_model().write(PROMPT, temperature=0.8, length=13, seed=3)
    assert "".join(sent(app, "highlight")["symbols"]) == expected
    assert app.query_params["written"] == expected
    assert "picked" not in app.query_params


def test_the_bill_is_that_of_the_public_function() -> None:
    app = open_page("hand", prompt=PROMPT, temperature="0.8", written="of mq", picked="3,4")
    trail = follow(open_model(), PROMPT, temperature=0.8, length=5, picks=dict(enumerate("of mq")))
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Surprise of your text"] == f"{figure(trail.bits.sum())} bits"
    assert values["Expected surprise"] == f"{figure(trail.expected_bits.sum())} bits"
    shown = sent(app, "highlight")
    assert shown["marked"] == [3, 4]
    assert "by hand" in shown["said"][3]
    assert f"{trail.bits[4]:.2f} bits" in shown["said"][4]
    assert sent(app, "dial")["logits"] == open_model().logits(PROMPT + "of mq").tolist()


def test_a_link_holds_every_pick_and_its_position() -> None:
    app = open_page(
        "hand", prompt=PROMPT, temperature="0.8", seed="3", written="of\nmq", picked="3,4"
    )
    press(app, "Let it draw 10")
    other = open_page("hand", **app.query_params)
    assert sent(other, "highlight") == sent(app, "highlight")
    assert "".join(sent(other, "highlight")["symbols"]).startswith("of\nmq")
    assert sent(other, "highlight")["marked"] == [3, 4]
    assert [each.value for each in other.metric] == [each.value for each in app.metric]
    press(app, "Let it draw")
    press(other, "Let it draw")
    assert other.query_params == app.query_params


def test_undo_takes_the_last_character_and_start_again_all() -> None:
    app = open_page("hand", prompt=PROMPT, written="of mq", picked="3,4")
    press(app, "Undo")
    assert app.query_params["written"] == "of m"
    assert app.query_params["picked"] == "3"
    press(app, "Start again")
    assert "written" not in app.query_params
    assert button(app, "Undo").disabled


def test_an_impossible_choice_costs_infinitely_many_bits() -> None:
    app = open_page("hand", prompt=PROMPT, temperature="0", written="q", picked="0")
    values = {metric.label: metric.value for metric in app.metric}
    assert values["Surprise of your text"] == "infinitely many bits"


@pytest.mark.parametrize(
    "address",
    [
        {"written": "x" * 900},
        {"written": "§§"},
        {"written": "ab", "picked": "7,-1,x,99999999"},
        {"seed": "inf"},
        {"temperature": "x"},
    ],
)
def test_an_absurd_address_falls_back(address: dict[str, str]) -> None:
    app = open_page("hand", **address)
    assert not errors(app)
    assert len(sent(app, "highlight")["symbols"]) <= 500


def test_a_text_in_the_address_that_is_too_long_is_cut_with_a_note() -> None:
    app = open_page("hand", written="ab" * 400)
    assert "cut to 500" in said(app)
    assert button(app, "Let it draw").disabled
    assert sent(app, "dial")["symbols"] is None
