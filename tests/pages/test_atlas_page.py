"""The Atlas page: its figures are the public function's, and every address is answered."""

from __future__ import annotations

import html
import json
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import charlstm
from charlstm import invented_spans, probability_words, source_of
from charlstm.engine.atlases import COMPUTING, Request, computed, progress_of, request_for
from charlstm.exploring.atlas import TEMPERATURES
from charlstm.ui.views.sources import LEGEND, SHORTEST_SHOWN
from tests.made import made_run
from tests.pages.opened import (
    HOSTILE,
    errors,
    labels,
    open_page,
    press,
    prose,
    put,
    run,
    said,
    sent,
    set_in_browser,
    shown_html,
)

ADDRESS = {"run": "made", "prompt": "the cat ", "length": "300", "seed": "3"}


def _request(**changes: object) -> Request:
    return request_for("made", **({"prompt": "the cat ", "length": 300, "seed": 3} | changes))  # type: ignore[arg-type]


def _wait(request: Request) -> None:
    while progress_of(request).state == COMPUTING:
        time.sleep(0.1)


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """Return the home of a run that has an atlas, and what the public function gives."""
    home = tmp_path_factory.mktemp("mapped") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARLSTM_HOME", str(home))
        made_run()
        computed(_request())
        return home, charlstm.atlas("made", prompt="the cat ", length=300, seed=3)


@pytest.fixture
def table(mapped: tuple[Path, pd.DataFrame], own_home: Path) -> pd.DataFrame:
    """Return the table of a run with an atlas, which is among the test's own runs."""
    home, made = mapped
    shutil.copytree(home, own_home)
    return made.copy()


def _box(app: AppTest) -> str:
    (body,) = (e.proto.body for e in app.get("html") if 'role="region"' in e.proto.body)
    return body


def _text(app: AppTest) -> str:
    (text,) = (t for t in shown_html(app) if t.startswith("the cat "))
    return text


def test_text_and_figures_are_those_of_one_line_of_python(table: pd.DataFrame) -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.8")
    row = table[table["temperature"] == 0.8].iloc[0]
    assert _text(app) == "the cat " + row["text"]
    words = prose(app)
    assert f"{row['words']} words" in words
    assert probability_words(row["invented_fraction"]) in words
    assert probability_words(row["repeated_fraction"]) in words
    assert f"{row['entropy_bits']:.2f} bits" in words
    assert f"gzip {row['gzip_bits']:.2f}" in words
    shown = app.dataframe[0].value
    for column in shown.columns.drop("best_invented"):
        pd.testing.assert_series_equal(shown[column], table[column])
    assert ", ".join(row["best_invented"]) in words


@pytest.mark.usefixtures("table")
def test_the_table_says_of_its_places_that_they_count_from_0() -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.8")
    heads = json.loads(app.dataframe[0].proto.columns)
    positions = {name for name, head in heads.items() if "(from 0)" in head.get("label", "")}
    assert positions == {"copy_start", "copy_position", "loop_start"}


@pytest.mark.usefixtures("table")
def test_one_rule_says_from_how_many_characters_on_a_copy_counts() -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.8")
    assert "a copy has at least 20 characters." in said(app)
    readme = (Path(charlstm.__file__).parent / "exploring/README.md").read_text(encoding="utf-8")
    words = " ".join(readme.split())
    assert (
        "20 characters or more (22 or more where the corpus is known by its fingerprint alone)"
        in words
    )
    assert f"pages show those of {SHORTEST_SHOWN} or more" in words


def test_invented_words_and_the_longest_copy_are_marked_in_the_text(table: pd.DataFrame) -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.8")
    row = table[table["temperature"] == 0.8].iloc[0]
    lexicon = source_of("made").lexicon
    assert lexicon is not None
    spans = invented_spans(row["text"], "the cat ", lexicon)
    marked = re.findall(r'<span class="[^"]*invented[^"]*"[^>]*>(.*?)</span>', _box(app))
    assert len(spans) > 5
    assert [html.unescape(m) for m in marked] == [row["text"][s:e] for s, e in spans]
    assert LEGEND in said(app)


def test_a_copy_links_to_its_position(own_home: Path) -> None:  # noqa: ARG001
    """The text of the made run is written over with one that the model "copies" from."""
    made_run()
    request = _request()
    atlas = computed(request)
    values = json.loads(request.path.read_text())
    values["rows"][10] |= {"copy_length": 44.0, "copy_start": 7, "copy_position": 120}
    request.path.write_text(json.dumps(values))
    app = open_page("atlas", **ADDRESS, temperature="0.5")
    (link,) = (e.proto for e in app.get("page_link") if "copied" in e.proto.label)
    assert link.query_string == "source=made&position=120&length=44"
    text = atlas.table["text"][10][7:51]
    pieces = re.findall(r'class="[^"]*copied"[^>]*>(.*?)</span>', _box(app), re.DOTALL)
    assert html.unescape("".join(pieces)) == text


def test_the_one_temperature_moves_by_the_dial(table: pd.DataFrame) -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.8")
    set_in_browser(app, "dial", temperature="1.5")
    assert app.query_params["temperature"] == "1.5"
    assert _text(app) == "the cat " + table[table["temperature"] == 1.5].iloc[0]["text"]


@pytest.mark.usefixtures("table")
def test_the_nearest_of_the_41_is_shown_and_named() -> None:
    app = open_page("atlas", **ADDRESS, temperature="0.53")
    assert "## T = 0.55" in prose(app)
    assert "0.55 is the nearest" in said(app)
    assert app.query_params["temperature"] == "0.53"


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("temperature", ["x", "-1", "nan", "7", HOSTILE])
def test_an_absurd_temperature_becomes_a_note(temperature: str) -> None:
    app = open_page("atlas", **ADDRESS, temperature=temperature)
    assert not errors(app)
    assert "temperature" in said(app)
    assert sent(app, "dial")["words"]["temperature"] == "0.5"


def test_nothing_is_computed_before_it_is_asked_for(own_home: Path) -> None:
    app = open_page("atlas", seed="1")
    assert "Compute the atlas" in labels(app)
    assert "41 temperatures" in prose(app)
    assert not list(own_home.rglob("*.status"))


def test_asked_for_it_is_computed_by_a_process_and_shown(own_home: Path) -> None:  # noqa: ARG001
    made_run()
    app = open_page("atlas", **ADDRESS)
    press(app, "Compute the atlas")
    assert app.query_params["atlas"] == "1"
    assert "Stop" in labels(app)
    request = _request()
    _wait(request)
    run(app)
    assert _text(app).startswith("the cat ")
    assert "Stop" not in labels(app)


def test_an_address_that_asks_for_it_starts_it_and_stop_ends_it(own_home: Path) -> None:  # noqa: ARG001
    made_run(recipe="book")
    app = open_page("atlas", **(ADDRESS | {"length": "10000", "atlas": "1"}))
    press(app, "Stop")
    assert "atlas" not in app.query_params
    request = _request(length=10000)
    _wait(request)
    run(app)
    assert "stopped" in said(app)
    assert "Compute the atlas" in labels(app)
    assert not request.path.exists()


def test_a_damaged_atlas_is_named_and_can_be_computed_again(table: pd.DataFrame) -> None:
    request = _request()
    request.path.write_bytes(b"{")
    app = open_page("atlas", **ADDRESS)
    assert f"{request.path.name} of made is damaged" in said(app)
    press(app, "Compute the atlas")
    assert "Stop" in labels(app)  # the page waits for another file than the damaged one
    _wait(request)
    run(app)
    assert _text(app) == "the cat " + table[table["temperature"] == 0.5].iloc[0]["text"]


def test_without_the_text_the_page_says_what_cannot_be_shown(own_home: Path) -> None:  # noqa: ARG001
    made = made_run()
    (made.path / "corpus.txt").unlink()
    computed(_request())
    app = open_page("atlas", **ADDRESS)
    assert "So invented words and copies cannot be found" in said(app)
    assert "invented" not in _box(app)


def test_a_shipped_run_is_told_by_its_fingerprint() -> None:
    settings = {"prompt": "the soul ", "length": 800, "seed": 1}
    computed(request_for(**settings))  # type: ignore[arg-type]
    table = charlstm.atlas(**settings)  # type: ignore[arg-type]
    row = table.loc[table["copy_length"].idxmax()]
    assert row["copy_length"] >= 22
    address = {key: str(value) for key, value in settings.items()}
    app = open_page("atlas", **address, temperature=str(row["temperature"]))
    assert "A copy has at least 22 characters" in said(app)
    assert "fingerprint, which mistakes 0.31\u00a0% of unknown 20-grams" in said(app)
    assert app.dataframe[0].value["copy_length"].tolist() == table["copy_length"].tolist()
    assert (table["copy_position"] == -1).all()
    assert f"{row['copy_length']:.0f} characters copied" in said(app)
    assert "position cannot be shown" in said(app)


def test_the_other_kind_of_model_has_another_usual_length() -> None:
    app = open_page("atlas")
    assert app.number_input(key="length").value == 4000
    put(app.selectbox(key="run"), "nietzsche-book")
    assert app.number_input(key="length").value == 1000
    assert "length" not in app.query_params


@pytest.mark.parametrize(
    "address",
    [
        {"length": "1"},
        {"length": "x"},
        {"length": "1e9"},
        {"seed": "-1"},
        {"prompt": HOSTILE},
        {"prompt": ""},
        {"run": "no-such-run"},
        {"checkpoint": "7"},
        {"atlas": "2"},
    ],
)
def test_what_an_address_cannot_ask_for_becomes_a_note(address: dict[str, str]) -> None:
    app = open_page("atlas", **address)
    assert not errors(app)
    has_another_prompt = "prompt" in address  # any text can be one, and no atlas of it ships
    assert ("Compute the atlas" if has_another_prompt else "Computed") in labels(app)
    assert has_another_prompt or "address asks" in said(app)


def test_every_temperature_can_be_looked_at() -> None:
    app = open_page("atlas")
    shown = sent(app, "dial")
    assert len(TEMPERATURES) == 41
    np.testing.assert_allclose(np.arange(41) * shown["step"], TEMPERATURES, rtol=1e-12)
    assert shown["maximum"] == TEMPERATURES[-1]
