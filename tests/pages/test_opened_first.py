"""A page that is opened for the first time shows a result, and its address says nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from charlstm import open_model, similar_spans
from charlstm.cells.states import effect_without
from charlstm.engine.atlases import Request, atlas, kept, request_for
from charlstm.exploring.atlas import TEMPERATURES
from charlstm.runs.store import find, home
from charlstm.ui.address import DEFAULT_PROMPT
from charlstm.ui.controls.model_and_prompt import DEFAULT_TEXT
from tests.pages.opened import (
    PAGES,
    button,
    labels,
    open_page,
    press,
    prose,
    put,
    read,
    said,
    sent,
    set_in_browser,
    shown_html,
)


def _compares(app: AppTest) -> bool:
    return sent(app, "compare")["words"]["temperatures"] == "0.2, 0.5, 1, 1.2"


def _has_stages(app: AppTest) -> bool:
    return sent(app, "strategies")["words"]["length"] == "400" and len(app.dataframe) == 2


def _has_an_atlas(app: AppTest) -> bool:
    return len(app.dataframe[0].value) == len(TEMPERATURES) and "Computed" in labels(app)


def _has_a_film(app: AppTest) -> bool:
    shown, steps = sent(app, "timeline"), find("nietzsche-tbptt").checkpoints()
    asked = int(shown["words"]["checkpoint"])
    return asked == steps[len(steps) // 2] and len(shown["checkpoints"]) > 20


def _has_a_race(app: AppTest) -> bool:
    racers = [read(metric.label) for metric in app.metric]
    return racers[:3] == ["lstm 128, fast", "gru 128, fast", "conv1d 64, fast"]


RESULTS: dict[str, Callable[[AppTest], bool]] = {
    "temperature": lambda app: bool(sent(app, "writer")["model"]),
    "compare": _compares,
    "train": lambda app: bool(app.metric) and bool(app.get("vega_lite_chart")),
    "lesson": lambda app: len(app.get("page_link")) > 5,
    "hand": lambda app: sent(app, "hand")["words"]["written"] is None,
    "strategies": _has_stages,
    "atlas": _has_an_atlas,
    "cells": lambda app: bool(sent(app, "cells")["rows"]),
    "timeline": _has_a_film,
    "compression": lambda app: len(app.metric) == 4 and bool(app.table),
    "race": _has_a_race,
    "source": lambda app: "copied passage" in said(app),
}
"""Of every page, whether it shows what it is for; the place of a copy is opened by a link alone."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_a_result_before_anything_is_pressed(page: str) -> None:
    app = open_page(page)
    assert RESULTS[page](app)
    assert not app.error
    assert dict(app.query_params) == {}


# The atlas that ships


def _default() -> Request:
    return request_for(prompt=DEFAULT_PROMPT)


def test_the_atlas_that_ships_is_the_one_that_is_computed(
    nietzsche_bytes: bytes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    shipped = kept(_default())
    assert shipped is not None
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "nietzsche.txt").write_bytes(nietzsche_bytes)
    monkeypatch.setenv("CHARLSTM_DATA", str(folder))
    monkeypatch.setattr("charlstm.exploring.atlas.TEMPERATURES", (0.0, 0.5, 1.2))
    fresh = atlas(prompt=DEFAULT_PROMPT).to_dict("records")
    rows = {row["temperature"]: row for row in shipped.table.to_dict("records")}
    for row in fresh:
        assert rows[row["temperature"]] == {
            name: pytest.approx(value, rel=1e-6) if isinstance(value, float) else value
            for name, value in row.items()
        }


@pytest.mark.parametrize("at_hand", [False, True])
def test_it_is_found_whether_or_not_the_text_is_at_hand(
    at_hand: bool,
    nietzsche_bytes: bytes,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if at_hand:
        folder = tmp_path_factory.mktemp("corpora")
        (folder / "nietzsche.txt").write_bytes(nietzsche_bytes)
        monkeypatch.setenv("CHARLSTM_DATA", str(folder))
    app = open_page("atlas", temperature="0.3")
    assert _has_an_atlas(app)
    assert not home().exists()
    links = [each.proto.label for each in app.get("page_link") if "copied" in each.proto.label]
    assert len(links) == 1


def test_a_damaged_atlas_of_a_shipped_run_is_computed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    damaged = tmp_path_factory.mktemp("atlas") / "damaged.json.gz"
    damaged.write_bytes(b"{")
    monkeypatch.setattr(Request, "shipped", damaged)
    app = open_page("atlas")
    assert "is damaged" in said(app)
    assert "Compute the atlas" in labels(app)


# The race that ships


def test_the_recorded_race_stands_below_the_set_up_of_another_one() -> None:
    app = open_page("race")
    assert "A recorded race" in [each.value for each in app.header]
    assert "20 seconds each on python, recorded on" in prose(app)
    assert not button(app, "Start").disabled
    assert "Another race" not in labels(app)
    put(app.text_area(key="prompt"), "the value ")
    model = open_model("race-gru")
    text = model.write("the value ", temperature=0.5, length=160)
    assert f"T = 0.5the value {text}" in shown_html(app)


def test_where_python_is_another_one_the_recorded_race_has_no_n_grams(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "charlstm.data.named.language_reference", lambda: "another reference " * 999
    )
    st.cache_resource.clear()
    app = open_page("race")
    st.cache_resource.clear()
    assert _has_a_race(app)
    assert "There are no n-grams to compare with." in said(app)
    assert len(app.metric) == 3


# Cells


def test_a_word_that_the_text_has_twice_is_marked_at_first() -> None:
    app = open_page("cells", look="find")
    text = sent(app, "cells")["text"]
    start, stop = map(int, sent(app, "cells")["words"]["span"].split("-"))
    assert text[start:stop] == "truth"
    found = similar_spans(open_model(), text, start, stop, state="c")
    assert found.passages["text"][0] == "truth"
    assert "likeness" in " ".join(shown_html(app))
    app = open_page("cells", look="find", text="we shall see")
    assert sent(app, "cells")["words"]["span"] == "3-8"
    app = open_page("cells", look="find", text="no")
    assert "Select a passage" in said(app)


def test_a_span_that_is_taken_away_stays_away() -> None:
    app = press(open_page("cells", look="find"), "Remove the span")
    assert app.query_params["span"] == "none"
    assert "Select a passage" in said(app)
    app = open_page("cells", **app.query_params)
    assert "Select a passage" in said(app)
    assert app.query_params["span"] == "none"
    set_in_browser(app, "cells", cell="20")
    assert app.query_params["span"] == "none"


def test_the_cell_that_is_looked_at_is_off_at_first() -> None:
    app = open_page("cells", look="off")
    cell = int(sent(app, "cells")["words"]["cell"])
    text = read(app.text_area(key="text").value)
    effect = effect_without(open_model(), [(0, cell)], text, temperature=0.5, length=200)
    one, other = sent(app, "side_by_side")["columns"]
    assert (one["text"], other["text"]) == (effect.written_before, effect.written_after)
    assert one["text"] != other["text"]
    set_in_browser(app, "cells", cell="20")
    assert app.multiselect(key="off_chosen").value == [(0, 20)]


def test_cells_that_are_all_on_again_stay_on() -> None:
    app = press(open_page("cells", look="off"), "All on again")
    assert app.query_params["off"] == "none"
    assert "Every cell is on" in said(app)
    app = open_page("cells", **app.query_params)
    assert "Every cell is on" in said(app)
    assert app.query_params["off"] == "none"


# What is asked for, because it takes long


def test_a_long_text_is_compressed_when_it_is_asked_for() -> None:
    app = open_page("compression", text=DEFAULT_TEXT)
    assert len(app.metric) == 4
    put(app.text_area(key="text"), DEFAULT_TEXT * 9)
    assert not app.metric
    app = press(app, "Compress")
    assert app.query_params["packed"] == "1"
    assert len(app.metric) == 4
    assert button(app, "Compress").disabled
    assert not open_page("compression", packed="0").metric
