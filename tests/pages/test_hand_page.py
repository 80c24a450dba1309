"""The By hand page: what it takes from an address, what it says of a text, and where old ones lead.

What a person does there is computed in the browser, and tested in tests/browser/test_by_hand.py.
"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from charlstm import LanguageModel, follow, open_model
from charlstm.exploring.trails import TRUNK
from charlstm.ui.components.hand import Sheet
from charlstm.ui.visit import KEPT
from charlstm.web.addresses import new_query
from tests.absurd import ABSURD
from tests.pages.opened import (
    HOSTILE,
    browser_sends,
    components,
    errors,
    open_page,
    run,
    said,
    sent,
    shown_html,
)

PROMPT = "the soul "


def _words(app: AppTest) -> dict[str, str | None]:
    found: dict[str, str | None] = sent(app, "hand")["words"]
    return found


def _asked(app: AppTest) -> dict[str, str]:
    """Return the words that the address asks for, without those that every page has."""
    usual = _words(open_page("hand"))
    return {name: word for name, word in _words(app).items() if word and word != usual[name]}


def test_at_first_the_model_writes() -> None:
    words = _words(open_page("hand"))
    assert (words["written"], words["text"], words["length"]) == (None, None, None)
    assert (words["temperature"], words["seed"], words["colour"]) == ("0.5", "0", "bits")


@pytest.mark.parametrize(
    "address",
    [
        {"written": "of\nmq", "picked": "3,4", "temperature": "0.8", "seed": "3"},
        {"branches": "12-101;12-101.30-32", "branch": "1", "position": "20", "length": "90"},
        {"text": "The sole qxq", "colour": "rank", "scale": "log", "order": "alphabet"},
        {"branches": "12-101", "beside": "none"},
    ],
)
def test_what_an_address_asks_for_reaches_the_browser(address: dict[str, str]) -> None:
    app = open_page("hand", prompt=PROMPT, **address)
    assert _asked(app) == address
    assert sent(app, "hand")["prompt"] == PROMPT
    assert {name: app.query_params[name] for name in address} == address


def test_an_empty_text_of_ones_own_is_another_thing_than_none() -> None:
    assert _words(open_page("hand", written=""))["written"] == ""
    assert _words(open_page("hand", text=""))["text"] == ""


@pytest.mark.parametrize(
    "address",
    [
        {"written": "x" * 900},
        {"written": "§§"},
        {"written": "ab", "picked": "7,-1,x,99999999"},
        {"seed": "inf"},
        {"temperature": "x"},
        {"text": HOSTILE},
        {"text": "a" * 900},
        {"text": "\n\n"},
        {"branches": "500-113", "length": "20"},
    ],
)
def test_an_absurd_address_falls_back(address: dict[str, str]) -> None:
    app = open_page("hand", **address)
    assert not errors(app)
    assert components(app) == ["charlstm_hand"]


def test_a_text_in_the_address_that_is_too_long_is_cut_with_a_note() -> None:
    app = open_page("hand", written="ab" * 400)
    assert "The written in the address was cut to 500 characters." in said(app)
    assert _words(app)["written"] == "ab" * 250
    app = open_page("hand", text="ab" * 400)
    assert "The text in the address was cut to 500 characters." in said(app)


def test_what_the_model_does_not_know_of_a_written_text_is_named() -> None:
    app = open_page("hand", written="No §ne")
    assert "Of the text in the address:" in said(app)
    assert "Capitals are read as lower case." in said(app)
    assert "never seen them: §." in said(app)
    assert _words(app)["written"] == "no ne"


@pytest.mark.parametrize("given", ["x", "12-113.5-97", "1-99999999", "5-21322", HOSTILE])
def test_branches_that_cannot_be_become_a_note(given: str) -> None:
    app = open_page("hand", length="20", branches=given)
    assert not errors(app)
    assert "these branches are not possible. The text itself is shown." in said(app)
    assert not _words(app)["branches"]


def test_it_is_said_how_much_of_a_text_the_figures_are_over() -> None:
    app = open_page("hand", text="The 漢字 soul\x1b")
    assert "9 of 12 characters; 3 are unknown to this model and not counted." in said(app)
    assert "Capitals are read as lower case." in said(app)
    assert "\x1b" not in said(app)
    assert "0 of 2 characters" in said(open_page("hand", text="漢字"))


def test_what_a_person_sets_in_the_browser_is_in_the_address() -> None:
    app = open_page("hand", prompt=PROMPT)
    words = _words(app) | {"written": "mq", "picked": "0", "colour": "rank", "position": "1"}
    before = sent(app, "hand")["revision"]
    browser_sends(app, "hand", words=words)
    asked = {name: app.query_params[name] for name in ("written", "picked", "colour", "position")}
    assert asked == {"written": "mq", "picked": "0", "colour": "rank", "position": "1"}
    assert sent(app, "hand")["revision"] == before


@pytest.mark.parametrize("given", [*ABSURD.values(), 7, None, ["0.3"], {}])
def test_whatever_a_browser_sends_the_page_stays(given: object) -> None:
    app = open_page("hand")
    browser_sends(app, "hand", words=dict.fromkeys(_words(app), given), text=given, typed=given)
    assert not errors(app)
    assert 0 <= float(_words(app)["temperature"] or "nan") <= 2


def test_a_note_on_an_address_stays_while_the_page_is_used() -> None:
    app = open_page("hand", temperature="x", written="no §")
    for _ in range(2):
        browser_sends(app, "hand", text="no ")
        assert "The address asks for temperature 'x'" in said(app)
        assert "never seen them: §." in said(app)


def test_a_text_that_is_too_long_for_an_address_is_named() -> None:
    app = open_page("hand")
    browser_sends(app, "hand", typed="the soul " * 100)
    assert "A link to this page cannot hold a text of more than 500 characters." in said(app)
    assert "text" not in app.query_params
    assert sent(app, "hand")["typed"] == "the soul " * 100
    browser_sends(app, "hand", words=_words(app) | {"text": "short"}, typed="short")
    assert "A link to this page" not in said(app)
    assert app.query_params["text"] == "short"


def test_in_an_old_browser_the_server_writes() -> None:
    app = open_page("hand", prompt=PROMPT, seed="4")
    app.session_state[f"{KEPT}is_old_browser"] = True
    run(app)
    assert "This browser cannot run the model" in said(app)
    assert app.number_input(key="length").value == 200
    expected = open_model().write(PROMPT, temperature=0.5, length=200, seed=4)
    assert any(text.endswith(PROMPT + expected) for text in shown_html(app))


# The figures in Python


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return open_model()


def _sheet(model: LanguageModel, **known: object) -> Sheet:
    usual: dict[str, object] = {
        "model": model,
        "prompt": PROMPT,
        "temperature": 0.8,
        "seed": 2,
        "length": 40,
        "own": None,
        "branches": [TRUNK],
        "shown": TRUNK,
        "position": 40,
        "text": "",
    }
    return Sheet(**(usual | known))  # type: ignore[arg-type]


def test_a_branch_is_a_trail_of_the_public_function(model: LanguageModel) -> None:
    branch = ((12, "q"),)
    sheet = _sheet(model, branches=[TRUNK, branch], position=12)
    asked = {"temperature": 0.8, "length": 40, "seed": 2}
    trunk, other = follow(model, PROMPT, **asked), follow(model, PROMPT, **asked, picks={12: "q"})
    assert (sheet.trail(TRUNK).text, sheet.trail(branch).text) == (trunk.text, other.text)
    table = sheet.tree_table()
    assert table["picks"].tolist() == ["", "12-113"]
    assert table["log2_probability"].tolist() == [trunk.log2_probability, other.log2_probability]
    assert sheet.logits().tolist() == model.logits(PROMPT + trunk.text[:12]).tolist()


def test_a_branch_of_ones_own_text_leaves_it_where_it_was_changed(model: LanguageModel) -> None:
    own, branch = tuple("of mq and "), ((4, "a"),)
    sheet = _sheet(model, own=own, length=10, branches=[TRUNK, branch], shown=branch)
    assert sheet.trail(TRUNK).symbols == own
    picks = dict(enumerate("of ma"))
    expected = follow(model, PROMPT, temperature=0.8, length=10, seed=2, picks=picks)
    assert sheet.trail(branch).text == expected.text


# Old addresses


def test_an_old_address_of_what_if_asks_for_the_same() -> None:
    old = {"prompt": "the ", "branches": "12-113", "place": "7", "length": "60", "seed": "3"}
    app = open_page("hand", **new_query("whatif", old))
    assert _asked(app) == {name: old[name] for name in ("branches", "length", "seed")} | {
        "position": "7"
    }
    assert sent(app, "hand")["prompt"] == "the "
    assert _asked(open_page("hand", **new_query("whatif", {}))) == {"position": "0"}


def test_an_old_address_of_surprise_reads_its_text_from_nothing_at_temperature_1() -> None:
    old = {"text": "The sole qxq", "colour": "rank", "run": "nietzsche-book", "prompt": "x"}
    app = open_page("hand", **new_query("surprise", old))
    wanted = {"text": "The sole qxq", "colour": "rank", "temperature": "1.0"}
    assert _asked(app) == wanted
    assert sent(app, "hand")["prompt"] == ""
    assert app.selectbox(key="run").value == "nietzsche-book"
    assert _asked(open_page("hand", **new_query("surprise", {})))["text"].startswith("The soul")
