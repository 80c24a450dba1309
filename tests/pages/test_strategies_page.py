"""The Strategies page: its figures are the public functions', whatever an address asks for."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charlstm import (
    Corpus,
    beam_search,
    open_model,
    path_words,
    stage_summary,
    stage_table,
)
from charlstm.exploring.trails import surprise
from charlstm.runs.new import new_run
from charlstm.runs.store import find
from charlstm.sampling.strategies import Strategy
from charlstm.settings import settings_for
from charlstm.ui.views.sources import LEGEND
from tests.absurd import ABSURD
from tests.made import made_run, random_weights
from tests.pages.opened import (
    HOSTILE,
    components,
    errors,
    open_page,
    put,
    said,
    sent,
    set_in_browser,
    unescaped_markup,
)

LIST: list[Strategy] = [("top-k", 12.0), ("top-p", 0.8)]
ADDRESS = {"prompt": "the soul ", "temperature": "1.3", "strategy": "top-k:12,top-p:0.8"}


def _beams(app: AppTest) -> list[list[str]]:
    """Return the rows of the table of beams, as a person reads them."""
    (body,) = (e.proto.body for e in app.get("html") if "<table" in e.proto.body)
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z]+)", body))
    assert tags <= {"div", "table", "thead", "tbody", "tr", "th", "td", "span"}
    paths = re.findall(r"<tbody>(.*?)</tbody>", body)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", path) for path in paths]
    return [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in row] for row in cells]


def test_every_stage_shows_what_the_public_functions_give() -> None:
    app = open_page("strategies", **ADDRESS)
    model = open_model()
    logits = model.logits("the soul ")
    table = stage_table(model.vocabulary.symbols, logits, 1.3, LIST)
    shown_summary, shown_table = (each.value for each in app.dataframe[:2])
    pd.testing.assert_frame_equal(shown_summary, stage_summary(logits, 1.3, LIST))
    pd.testing.assert_frame_equal(
        shown_table.drop(columns="symbol"), table.drop(columns="symbol"), check_exact=True
    )
    shown = sent(app, "strategies")
    assert shown["strategies"] == [["top-k", 12], ["top-p", 0.8]]
    assert shown["names"] == shown["stageNames"] == ["top-k 12", "top-p 0.8"]
    assert shown["words"]["temperature"] == "1.3"
    set_in_browser(app, "strategies", temperature="0.9")
    assert app.query_params["temperature"] == "0.9"
    pd.testing.assert_frame_equal(app.dataframe[0].value, stage_summary(logits, 0.9, LIST))


def test_stages_of_one_kind_have_names_of_their_own() -> None:
    shown = sent(open_page("strategies", strategy="top-k:3,top-k:3"), "strategies")
    assert shown["names"] == ["top-k 3", "top-k 3"]
    assert shown["stageNames"] == ["top-k 3", "top-k 3 (2)"]


def test_stages_are_chosen_and_exchanged_and_stand_in_the_address() -> None:
    app = open_page("strategies")
    assert "strategy" not in app.query_params
    put(app.selectbox(key="stage_0"), "top-k")
    assert app.query_params["strategy"] == "top-k:10"
    put(app.number_input(key="stage_0_top-k"), 7)
    put(app.selectbox(key="stage_1"), "min-p")
    put(app.number_input(key="stage_1_min-p"), 0.25)
    assert app.query_params["strategy"] == "top-k:7,min-p:0.25"
    app.button(key="icon_stage_1_earlier").click()
    app.run()
    assert not app.exception
    assert app.query_params["strategy"] == "min-p:0.25,top-k:7"
    assert sent(app, "strategies")["stageNames"] == ["min-p 0.25", "top-k 7"]
    put(app.selectbox(key="stage_0"), "–")
    assert app.query_params["strategy"] == "top-k:7"
    put(app.selectbox(key="stage_1"), "greedy")
    assert app.query_params["strategy"] == "greedy"
    put(app.selectbox(key="stage_1"), "–")
    assert "strategy" not in app.query_params
    assert sent(app, "strategies")["strategies"] == []


def test_a_field_of_shares_takes_what_the_address_gave_and_steps_of_it() -> None:
    app = open_page("strategies", strategy="top-p:0.8,typical:0.123456")
    assert app.number_input(key="stage_0_top-p").value == 0.8
    assert app.query_params["strategy"] == "top-p:0.8,typical:0.123456"
    put(app.number_input(key="stage_0_top-p"), 0.8 + 0.05 + 0.05 + 0.05)
    assert app.query_params["strategy"] == "top-p:0.95,typical:0.123456"


def test_what_is_set_in_the_browser_is_in_the_address_and_the_browser_keeps_it() -> None:
    app = open_page("strategies", **ADDRESS, seed="4", length="150")
    before = sent(app, "strategies")
    assert (before["words"]["seed"], before["words"]["length"]) == ("4", "150")
    set_in_browser(app, "strategies", temperature="0.25", seed="5", shown="12", scale="log")
    assert app.query_params["temperature"] == "0.25"
    assert (app.query_params["seed"], app.query_params["shown"]) == ("5", "12")
    assert app.query_params["scale"] == "log"
    assert sent(app, "strategies")["revision"] == before["revision"]


@pytest.mark.parametrize("given", [*ABSURD.values(), 7, None, ["0.3"], {}])
def test_whatever_a_browser_sends_the_page_stays(given: Any) -> None:
    app = open_page("strategies", width="1", beam="5")
    names = ("temperature", "seed", "length", "speed", "shown", "scale")
    set_in_browser(app, "strategies", text=given, **dict.fromkeys(names, given))
    assert not errors(app)
    assert 0 <= float(sent(app, "strategies")["words"]["temperature"]) <= 2


def test_invented_words_are_those_of_the_texts_that_the_browser_has_written() -> None:
    app = open_page("strategies", **ADDRESS, width="1", beam="5")
    set_in_browser(app, "strategies", text=["and the beedq ", "and the "])
    assert sent(app, "strategies")["invented"]["spans"] == [[[8, 13]], []]
    assert sent(app, "strategies")["legend"] == LEGEND


def test_a_link_shows_the_same_texts_to_someone_else() -> None:
    address = ADDRESS | {"write": "1", "length": "90", "seed": "4"}  # write is of older links
    first = open_page("strategies", **address)
    kept = {key: str(value) for key, value in first.query_params.items()}
    assert address.items() <= kept.items()
    again = sent(open_page("strategies", **kept), "strategies")
    assert again | {"revision": ""} == sent(first, "strategies") | {"revision": ""}


@pytest.mark.parametrize("run", ["nietzsche-tbptt", "nietzsche-book"])
def test_the_beams_are_those_of_the_public_function(run: str) -> None:
    app = open_page("strategies", **ADDRESS, run=run, width="3", beam="30")
    model = open_model(run)
    beams = beam_search(model, "the soul ", width=3, length=30)
    (greedy,) = beam_search(model, "the soul ", width=1, length=30)
    rows = _beams(app)
    assert [row[0] for row in rows] == [
        "beam 1",
        "beam 2",
        "beam 3",
        "greedy",
        "drawn at T = 1.3",
        "drawn at T = 1.3, then top-k 12, then top-p 0.8",
    ]
    drawn = [
        model.write("the soul ", temperature=1.3, length=30),
        model.write("the soul ", temperature=1.3, length=30, strategies=LIST),
    ]
    texts = [*(beam.text for beam in beams), greedy.text, *drawn]
    assert [row[3] for row in rows] == [text.replace("\n", "⏎") for text in texts]
    bits = [surprise(model, text, "the soul ").total_bits for text in texts]
    assert [row[1] for row in rows] == [path_words(-each) for each in bits]
    assert [row[2] for row in rows] == [f"{each / 30:.2f}" for each in bits]
    assert greedy.text == model.write("the soul ", temperature=0, length=30)
    assert "over 30 characters" in said(app)


def test_beams_follow_their_width_and_length() -> None:
    app = open_page("strategies")
    assert len(_beams(app)) == 5 + 1 + 1
    put(app.number_input(key="width"), 1)
    rows = _beams(app)
    assert [row[0] for row in rows] == ["beam 1", "greedy", "drawn at T = 0.5"]
    assert rows[0][1:] == rows[1][1:]
    put(app.number_input(key="beam"), 20)
    assert {len(row[3]) for row in _beams(app)} == {20}
    assert app.query_params["width"] == "1"
    assert app.query_params["beam"] == "20"


@pytest.mark.parametrize(
    "given",
    ["magic", "top-k", "top-k:0", "top-p:nan", "greedy:3", ",", "a" * 5000, "top-k:1e999", HOSTILE],
)
def test_an_absurd_strategy_in_the_address_becomes_a_note(given: str) -> None:
    app = open_page("strategies", strategy=given)
    assert not errors(app)
    assert "The address asks for strategy" in said(app)
    assert "No strategy is used." in said(app)
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []
    assert sent(app, "strategies")["strategies"] == []
    assert "strategy" not in app.query_params


@pytest.mark.parametrize("key", ["width", "beam", "seed", "length"])
@pytest.mark.parametrize("given", ["nan", "-1", "0x3", "1e12", "", "1.5", "9" * 400])
def test_an_absurd_number_in_the_address_becomes_a_note(key: str, given: str) -> None:
    app = open_page("strategies", **{key: given})
    assert not errors(app)
    assert f"The address asks for {key}" in said(app)


@pytest.mark.parametrize(
    "address",
    [
        {"temperature": "0", "strategy": "typical:0.0001,min-p:1"},
        {"temperature": "2", "strategy": "greedy,greedy,greedy,greedy"},
        {"prompt": "", "strategy": "top-k:4096"},
        {"prompt": HOSTILE, "strategy": "top-p:1"},
        {"temperature": "x", "run": "none", "checkpoint": "-3"},
    ],
)
def test_odd_states_are_shown_too(address: dict[str, str]) -> None:
    app = open_page("strategies", **address, write="1", length="10")
    assert not errors(app)
    assert components(app) == ["charlstm_strategies"]
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_markup_that_beams_hold_is_data() -> None:
    settings = settings_for("tbptt", units=8, lowercase=False)
    corpus = Corpus("markup", HOSTILE * 40)
    made = new_run(corpus, settings, "markup")
    made.write_checkpoint(1, random_weights(len(corpus.vocabulary)))
    app = open_page("strategies", run="markup", temperature="2", prompt="<script>")
    rows = _beams(app)
    model = open_model("markup")
    assert rows[-1][3] == model.write("<script>", temperature=2.0, length=80)
    assert set(rows[-1][3]) & set("<>$")


def test_a_run_of_ones_own_has_its_stages_too() -> None:
    made_run("mine")
    app = open_page("strategies", run="mine", prompt="the cat", strategy="min-p:0.5")
    model = open_model("mine")
    summary = stage_summary(model.logits("the cat"), 0.5, [("min-p", 0.5)])
    pd.testing.assert_frame_equal(app.dataframe[0].value, summary)


def test_the_temperature_page_writes_with_the_strategies_of_the_address() -> None:
    app = open_page("temperature", **ADDRESS, length="90", seed="2")
    assert sent(app, "writer")["strategies"] == [["top-k", 12], ["top-p", 0.8]]
    assert "The text is drawn at T = 1.3, then top-k 12, then top-p 0.8" in said(app)
    assert app.query_params["strategy"] == ADDRESS["strategy"]
    put(app.selectbox(key="stage_0"), "–")
    put(app.selectbox(key="stage_1"), "–")
    assert sent(app, "writer")["strategies"] == []
    assert "strategy" not in app.query_params


def test_the_compare_page_writes_with_the_strategies_of_the_address() -> None:
    app = open_page("compare", prompt="the soul ", strategy="top-k:3", length="60")
    assert sent(app, "compare")["strategies"] == [["top-k", 3]]


@pytest.mark.parametrize("page", ["temperature", "compare"])
def test_other_pages_note_an_absurd_strategy_too(page: str) -> None:
    app = open_page(page, strategy="top-p:7", length="20")
    assert not errors(app)
    assert "The address asks for strategy 'top-p:7'" in said(app)


def test_the_page_of_a_checkpoint_names_it() -> None:
    step = find("nietzsche-tbptt").checkpoints()[0]
    app = open_page("strategies", checkpoint=str(step))
    assert f"step {step:,}" in said(app)
    assert f"/{step}?" in sent(app, "strategies")["model"]
