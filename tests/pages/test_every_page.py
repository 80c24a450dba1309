"""Every page opens, and none loads what only a training needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from tests.pages.opened import NAVIGATION, PAGES, ROOT, components, labels, open_page, sent

_LOADS = """
import sys
from streamlit.testing.v1 import AppTest
for page in sys.argv[2:]:
    app = AppTest.from_file(sys.argv[1], default_timeout=120)
    app.switch_page(f"{page}.py")
    app.run()
    assert not app.exception, app.exception
    print(page, app.main.children != {}, *({"tensorflow", "keras"} & set(sys.modules)))
"""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_an_error(page: str) -> None:
    app = open_page(page)
    assert not app.error
    assert app.main.children
    names = [each.proto.component_name for each in app.get("bidi_component")]
    assert names.count("charlstm_share") == 1


def test_every_page_has_a_heading_and_one_sentence_that_says_what_it_is_for() -> None:
    assert {path.stem for path in NAVIGATION.parent.glob("*.py")} == {"navigation", *PAGES}
    purposes = {}
    for page in PAGES:
        app = open_page(page)
        (heading,) = app.title
        purposes[heading.value] = app.markdown[0].value
        assert re.fullmatch(r"[A-Z][^*_`<>]{20,120}[.?]", app.markdown[0].value)
    assert len(set(purposes.values())) == len(PAGES)
    assert purposes["Temperature"] == (
        "This small network guesses the next letter. Turn the temperature and read what it writes."
    )


def test_no_page_loads_tensorflow() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADS, str(NAVIGATION), *PAGES],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [f"{page} True" for page in PAGES], done.stderr


def test_home_works_at_once_on_the_shipped_run(own_home: Path) -> None:
    assert not own_home.exists()
    app = open_page("temperature")
    assert components(app) == ["charlstm_writer"]
    assert sent(app, "writer")["prompt"] == app.text_area(key="prompt").value
    assert sent(app, "writer")["model"].startswith("charlstm/models/nietzsche-tbptt/")
    assert app.selectbox(key="run").options == [
        "nietzsche-tbptt",
        "nietzsche-book",
        "nietzsche-diverges",
        "nietzsche-overnight",
        "nietzsche-steadied",
        "race-conv1d",
        "race-gru",
        "race-lstm",
    ]


def test_the_lesson_links_to_states_that_pages_take_without_a_note() -> None:
    links = [each.proto for each in open_page("lesson").get("page_link")]
    states = [(link.page, link.query_string) for link in links if link.query_string]
    assert len(states) >= 5
    for path, state in states:
        address = dict(parse_qsl(state, keep_blank_values=True))
        if "atlas" in address:
            app = open_page("atlas", **(address | {"atlas": "0"}))  # nothing is computed here
            assert sent(app, "dial")["words"]["temperature"] == address["temperature"]
            assert "Compute the atlas" in labels(app)
            continue
        page = path or "temperature"
        app = open_page(page, **address)
        assert not app.error
        assert "address asks" not in " ".join(each.value for each in app.caption)
        if page == "hand":
            assert {key: app.query_params[key] for key in address} == address
            continue
        if page == "compression":
            assert app.button_group(key="view").value == address["view"]
            continue
        if page in ("train", "race"):
            assert {key: app.query_params[key] for key in address} == address
            continue
        assert app.text_area(key="prompt").value == address.get("prompt")
        if page == "compare":
            assert sent(app, "compare")["words"]["temperatures"] == address["temperatures"]
            continue
        if page == "strategies":
            assert app.query_params["strategy"] == address["strategy"]
            assert sent(app, "strategies")["words"]["temperature"] == address["temperature"]
            continue
        if page == "timeline":
            assert app.selectbox(key="run").value == address["run"]
            assert sent(app, "timeline")["words"]["temperature"] == address["temperature"]
            continue
        if page == "temperature":
            shown = sent(app, "writer")["words"]["temperature"]
            assert float(shown) == float(address["temperature"])
