"""The Cells page: every figure on it is that of a public function, and any address is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import charlstm.ui.components
from charlstm import open_model, similar_spans
from charlstm.cells.kept import kept_scores
from charlstm.cells.states import effect_without
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import DEFAULT_RUN, find, shipped_runs
from charlstm.web.addresses import model_address
from tests.made import made_run
from tests.pages.opened import (
    HOSTILE,
    errors,
    labels,
    open_page,
    press,
    put,
    run,
    said,
    sent,
    set_in_browser,
)
from tests.pages.opened import shown_html as html_of

COMPONENTS = Path(charlstm.ui.components.__file__).parent
TEXT = 'he said "no" (twice).\nthen he left'


def _metrics(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def test_the_browser_is_sent_the_model_and_the_text_as_the_model_reads_it() -> None:
    app = open_page("cells", text=TEXT.upper() + "§", cell="20", state="h", position="5")
    shown = sent(app, "cells")
    assert shown["text"] == TEXT
    run = find(DEFAULT_RUN)
    assert shown["model"] == model_address(run, best_checkpoint(run))
    assert (shown["layers"], shown["units"]) == (1, 128)
    words = {"look": "see", "layer": "0", "cell": "20", "state": "h", "position": "5"}
    assert shown["words"] == words | {"span": "0-2"}  # the word that it has twice


def test_what_a_person_chooses_stands_in_the_address() -> None:
    app = open_page("cells", text=TEXT)
    usual = sent(app, "cells")["words"]["cell"]
    set_in_browser(app, "cells", cell="20", state="h", position="5")
    assert app.query_params["cell"] == "20"
    assert app.query_params["position"] == "5"
    set_in_browser(app, "cells", cell=usual, position="0")
    assert app.query_params["cell"] == usual  # named, because another model has another default
    assert "position" not in app.query_params


def test_the_properties_have_the_scores_that_ship_with_the_run() -> None:
    shown = sent(open_page("cells"), "cells")["rows"]
    model = shipped_runs()[0]
    found = kept_scores(model, best_checkpoint(model))
    assert found is not None
    best = found[0].best
    assert len(shown) == best["property"].nunique()
    strengths = [row["at"] for row in shown]
    assert strengths == sorted(strengths, reverse=True)
    for row in shown:
        first = best[(best["property"] == row["name"]) & (best["rank"] == 1)].iloc[0]
        assert row["score"] == f"{first['score']:.2f}"
        assert row["interval"] == f"{first['low']:.2f} to {first['high']:.2f}"
        assert row["cells"][0]["label"] == f"cell {first['cell']}"
        assert len(row["cells"]) == 3
        (all_cells,) = found[0].together.query("property == @row['name']")["score"]
        assert row["together"] == f"{all_cells:.2f}"
        is_chance = first["low"] <= (0 if row["measure"] == "ρ" else 0.5)
        assert row["chance"] == is_chance
    assert {row["chance"] for row in shown} == {True, False}
    assert "scored on the" in sent(open_page("cells"), "cells")["measures"]


def test_at_first_it_shows_the_cell_that_knows_the_position_in_the_word() -> None:
    app = open_page("cells")
    shown = sent(app, "cells")
    (row,) = (r for r in shown["rows"] if r["name"] == "word")
    first = row["cells"][0]
    words = {name: shown["words"][name] for name in ("layer", "cell", "state")}
    assert words == {name: str(first[name]) for name in words}
    assert "position in the word" in shown["about"][0][words["cell"]]


def test_a_span_is_searched_for_in_the_text() -> None:
    app = open_page("cells", text=TEXT, look="find", span="8-11", state="h")
    assert sent(app, "cells")["words"]["span"] == "8-11"
    found = similar_spans(open_model(), TEXT, 8, 11, state="h")
    table = app.dataframe[0].value
    assert list(table["cell"]) == [str(cell) for cell in found.cells["cell"]]
    np.testing.assert_allclose(table["z"], found.cells["z"], atol=1e-3)
    cards = " ".join(html_of(app))
    for row in found.passages.to_dict("records"):
        assert f"likeness {row['likeness']:.2f}, cosine {row['cosine']:.2f}" in cards
    assert app.query_params["span"] == "8-11"


def test_a_typed_span_is_taken_and_one_that_is_upside_down_is_not() -> None:
    app = open_page("cells", text=TEXT, look="find", span="none")
    assert "Select a passage" in said(app)
    put(app.number_input(key="span_from"), 3)
    put(app.number_input(key="span_to"), 9)
    assert app.query_params["span"] == "2-9"  # characters 3 to 9; the address counts from 0
    put(app.number_input(key="span_to"), 2)
    assert app.query_params["span"] == "2-9"
    assert "A span cannot end before it begins" in said(app)
    put(app.number_input(key="span_to"), 3)
    assert app.query_params["span"] == "2-3"


def test_characters_are_counted_from_1() -> None:
    app = open_page("cells", text=TEXT, look="find", span=f"0-{len(TEXT)}")
    fields = [app.number_input(key=key) for key in ("span_from", "span_to")]
    assert [(field.min, field.value, field.max) for field in fields] == [
        (1, 1, len(TEXT)),
        (1, len(TEXT), len(TEXT)),
    ]


def test_the_held_out_text_is_never_downloaded_for_a_search() -> None:
    app = open_page("cells", text=TEXT, look="find", span="8-11", within="held-out")
    assert "is not on this machine" in errors(app)[0]


def test_the_held_out_text_is_searched_where_it_is_kept() -> None:
    made_run("mine", units=8)
    app = open_page("cells", run="mine", text="the cat sat", look="find", span="4-7")
    app.segmented_control(key="within").set_value("held-out")
    run(app)
    assert not errors(app)
    assert "Among 150 characters" in said(app)
    assert app.query_params["within"] == "held-out"


def test_without_cells_distribution_writing_and_loss_are_those_of_the_function() -> None:
    app = open_page("cells", text=TEXT, look="off", off="0.20,0.76", seed="2", temperature="0.8")
    effect = effect_without(
        open_model(), [(0, 20), (0, 76)], TEXT, temperature=0.8, length=200, seed=2
    )
    shown = _metrics(app)
    bits = f"{effect.bits_before:.3f} → {effect.bits_after:.3f}"
    assert shown["Bits per character of this text"] == bits
    assert shown["Divergence of the distribution"] == f"{effect.divergence_bits:.4f} bits"
    assert effect.fork is not None
    assert shown["The texts differ"] == f"from character {effect.fork.position + 1} on"
    one, other = sent(app, "side_by_side")["columns"]
    assert (one["text"], other["text"]) == (effect.written_before, effect.written_after)
    assert other["name"] == "without 20, 76"
    assert one["marks"][0][0] == effect.fork.position


def test_the_dial_has_the_temperature_of_what_is_written() -> None:
    app = open_page("cells", text=TEXT, look="off", off="0.20")
    assert sent(app, "dial")["words"] == {"temperature": "0.5"}
    set_in_browser(app, "dial", temperature="0.8")
    assert app.query_params["temperature"] == "0.8"
    effect = effect_without(open_model(), [(0, 20)], TEXT, temperature=0.8, length=200)
    texts = [column["text"] for column in sent(app, "side_by_side")["columns"]]
    assert texts == [effect.written_before, effect.written_after]


def test_cells_are_switched_off_and_on_by_buttons() -> None:
    app = open_page("cells", text=TEXT, look="off", cell="20", off="none")
    assert "Every cell is on" in said(app)
    press(app, "Switch off cell 20")
    assert app.query_params["off"] == "0.20"
    assert app.multiselect(key="off_chosen").value == [(0, 20)]
    app.multiselect(key="off_chosen").set_value([(0, 20), (0, 3)])
    run(app)
    assert app.query_params["off"] == "0.20,0.3"
    press(app, "Switch off all")
    assert len(app.multiselect(key="off_chosen").value) == 128
    assert sent(app, "side_by_side")["columns"][1]["name"] == "without 128 cells"
    press(app, "All on again")
    assert app.query_params["off"] == "none"
    assert "Every cell is on" in said(app)


def test_the_cells_of_an_own_run_are_scored_when_asked_and_kept(own_home: Path) -> None:
    made_run("mine", units=8, held_out=0.5)
    app = open_page("cells", run="mine", text="the cat sat")
    assert "have not been scored yet" in said(app)
    press(app, "Score the cells")
    assert sent(app, "cells")["rows"]
    assert (own_home / "runs" / "mine" / "cells" / "step-000020.json").is_file()
    again = open_page("cells", run="mine", text="the cat sat")
    assert "Score the cells" not in labels(again)
    for one, other in zip(sent(again, "cells")["rows"], sent(app, "cells")["rows"], strict=True):
        assert (one["name"], one["score"]) == (other["name"], other["score"])


def test_a_text_too_short_to_score_on_is_named() -> None:
    made_run("mine", units=8)
    app = open_page("cells", run="mine", text="the cat sat")
    press(app, "Score the cells")
    assert "too few to score cells on" in errors(app)[0]


def test_a_checkpoint_without_scores_says_what_it_takes() -> None:
    first, *_ = find(DEFAULT_RUN).checkpoints()
    app = open_page("cells", checkpoint=str(first))
    assert "is not on this machine" in said(app)
    assert sent(app, "cells")["rows"] == []


def test_damaged_scores_are_named_and_the_rest_is_shown(own_home: Path) -> None:
    made_run("mine", units=8, held_out=0.5)
    (own_home / "runs" / "mine" / "cells").mkdir()
    (own_home / "runs" / "mine" / "cells" / "step-000020.json").write_text("{")
    app = open_page("cells", run="mine", text="the cat sat")
    assert "cells/step-000020.json is damaged" in said(app)
    assert "Score the cells" in labels(app)


def test_a_model_of_several_layers_has_a_choice_of_them() -> None:
    made_run("deep", units=8, layers=2)
    app = open_page("cells", run="deep", text="the cat sat", layer="1", look="off", cell="3")
    assert sent(app, "cells")["layers"] == 2
    assert "Switch off cell 1·3" in labels(app)
    set_in_browser(app, "cells", layer="0")
    assert app.query_params["layer"] == "0"
    assert "Switch off cell 0·3" in labels(app)


def test_a_smaller_model_takes_the_place_of_a_larger_one(own_home: Path) -> None:  # noqa: ARG001
    made_run("small", units=8)
    app = open_page("cells", text="the cat sat", cell="100", look="off", off="0.100")
    app.selectbox(key="run").set_value("small")
    run(app)
    assert int(sent(app, "cells")["words"]["cell"]) < 8
    assert app.multiselect(key="off_chosen").value == []
    assert "lacks some of the cells" in said(app)


@pytest.mark.parametrize(
    ("address", "note"),
    [
        ({"cell": "128"}, "asks for cell '128'"),
        ({"cell": "x"}, "asks for cell 'x'"),
        ({"cell": "1.5"}, "not a whole number"),
        ({"layer": "3"}, "asks for layer"),
        ({"position": "-1"}, "asks for position"),
        ({"place": "1e9"}, "asks for position"),
        ({"state": "z"}, "asks for state 'z'"),
        ({"look": "everything"}, "asks for look"),
        ({"look": "find", "span": "5"}, "asks for span '5'"),
        ({"look": "find", "span": "9-3"}, "asks for span '9-3': it is not a span"),
        ({"look": "find", "span": "0-99999"}, "asks for span '0-99999': it is not a span"),
        ({"look": "find", "span": "1-3", "within": "x"}, "asks for within"),
        ({"look": "off", "off": "x"}, "asks for off 'x'; not all of them are available"),
        ({"look": "off", "off": "0.1,0.999"}, "lacks some of the cells"),
        ({"look": "off", "off": "0.1", "temperature": "9"}, "asks for temperature"),
        ({"look": "off", "off": "0.1", "seed": "-1"}, "asks for seed"),
        ({"text": "a" * 600}, "was cut to 500 characters"),
        ({"run": HOSTILE}, "asks for run"),
    ],
)
def test_what_an_address_cannot_have_becomes_a_note(address: dict[str, str], note: str) -> None:
    app = open_page("cells", **({"text": TEXT} | address))
    assert not errors(app)
    assert note in said(app)
    run(app)
    assert not errors(app)


@pytest.mark.parametrize("look", ["see", "find", "off", "step"])
@pytest.mark.parametrize("text", ["", "§§§", "a", HOSTILE, "\n\n"])
def test_any_text_is_answered(text: str, look: str) -> None:
    app = open_page("cells", text=text, look=look, span="0-1", off="0.1")
    shown: list[Any] = errors(app)
    assert [each for each in shown if "whole text" not in each] == []
    if not open_model().read(text).text:
        assert "Write a text of characters" in said(app)


def test_auc_rho_c_and_h_are_explained_where_they_stand() -> None:
    part = (COMPONENTS / "cells" / "cells.html").read_text(encoding="utf-8")
    assert "The memory c is the number that a cell carries" in part
    assert "its output h is what the rest of the network sees of it" in part
    for words in (
        sent(open_page("cells"), "cells")["measures"],
        said(open_page("cells", look="find", span="9-16")),
    ):
        assert "AUC is the probability that a cell tells a character that has the" in words
        assert "ρ is the rank correlation of a cell with a position" in words
