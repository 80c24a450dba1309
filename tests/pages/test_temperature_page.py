"""The Temperature page: what it writes, what an address may ask, what a prompt may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from charlstm import LanguageModel, open_model, reweight
from charlstm.runs.store import find
from tests.absurd import ABSURD
from tests.made import made_run
from tests.pages.opened import (
    HOSTILE,
    components,
    errors,
    labels,
    open_page,
    read,
    run,
    said,
    sent,
    unescaped_markup,
)


def _asked(app: AppTest) -> dict[str, Any]:
    """Return what the browser is asked to show; words of the address."""
    words: dict[str, Any] = sent(app, "writer")["words"]
    return words


def _model(app: AppTest) -> LanguageModel:
    """Return the model whose address the browser was given."""
    path = urlsplit(sent(app, "writer")["model"]).path
    run_name, step = path.removeprefix("charlstm/models/").split("/")
    return open_model(run_name, int(step))


def _turn(app: AppTest, **words: str | None) -> AppTest:
    """Let the browser set something, as its state."""
    data = sent(app, "writer")
    state = {"words": data["words"] | words, "revision": data["revision"], "text": None}
    app.session_state["writer"] = {"state": state}
    return run(app)


def test_the_browser_gets_the_model_the_prompt_and_what_the_address_asks_for() -> None:
    app = open_page("temperature", temperature="0.7", seed="3", length="120", run="nietzsche-book")
    model = _model(app)
    assert (model.run, model.step) == ("nietzsche-book", open_model("nietzsche-book").step)
    assert sent(app, "writer")["prompt"] == app.text_area(key="prompt").value
    asked = {"temperature": "0.7", "seed": "3", "length": "120"}
    assert asked.items() <= _asked(app).items()


def test_what_is_set_in_the_browser_is_in_the_address_and_the_browser_keeps_it() -> None:
    app = open_page("temperature", prompt="the ")
    before = sent(app, "writer")
    _turn(app, temperature="1.25", seed="9", turns="0:0.5,40:1.25", position="7", symbol="e")
    assert app.query_params["temperature"] == "1.25"
    assert app.query_params["turns"] == "0:0.5,40:1.25"
    assert (app.query_params["seed"], app.query_params["symbol"]) == ("9", "e")
    assert sent(app, "writer")["revision"] == before["revision"]


@pytest.mark.parametrize("given", [*ABSURD.values(), 7, None, ["0.3"], {}])
def test_whatever_a_browser_sends_the_page_stays(given: Any) -> None:
    app = open_page("temperature")
    names = ("temperature", "turns", "seed", "length", "speed", "shown", "position", "symbol")
    _turn(app, **dict.fromkeys(names, given))
    assert 0 <= float(_asked(app)["temperature"]) <= 2
    assert not app.error


def test_a_state_of_nonsense_is_none() -> None:
    app = open_page("temperature")
    for state in ("x", 3, [], {"words": 3, "revision": sent(app, "writer")["revision"]}):
        app.session_state["writer"] = {"state": state}
        run(app)
        assert not app.error


def test_a_reload_of_the_address_shows_the_same_text() -> None:
    address = {"temperature": "0.9", "prompt": "the soul ", "seed": "7", "length": "90"}
    app = open_page("temperature", **address)
    kept = {key: str(value) for key, value in app.query_params.items()}
    assert address.items() <= kept.items()
    assert _asked(open_page("temperature", **kept)) == _asked(app)


def test_the_symbol_of_the_formula_and_the_speed_of_the_text_are_those_of_the_address() -> None:
    app = open_page("temperature", prompt="the ", length="9", symbol=" ", speed="300")
    assert (_asked(app)["symbol"], _asked(app)["speed"]) == (" ", "300")
    run(app)
    assert (app.query_params["symbol"], app.query_params["speed"]) == (" ", "300")
    app = open_page("temperature", length="9")
    assert (_asked(app)["symbol"], _asked(app)["speed"]) == ("", "")


def test_the_book_model_writes_too_and_says_how_it_reads() -> None:
    app = open_page("temperature", run="nietzsche-book", length="30", prompt="the world")
    assert _model(app).window == 60
    assert "9 of the 60 characters" in said(app)
    assert "rereads the last 60 characters" in said(app)


def test_the_table_holds_the_exact_distribution_before_and_after() -> None:
    app = open_page("temperature", temperature="0.4")
    assert not app.dataframe
    app.session_state["numbers"] = True  # as a click opens it
    run(app)
    model = open_model()
    logits = model.logits(app.text_area(key="prompt").value)
    table = app.dataframe[0].value
    assert len(table) == len(model.vocabulary)
    assert sorted(table["after"]) == pytest.approx(sorted(reweight(logits, 0.4)), abs=1e-15)
    assert sorted(table["before"]) == pytest.approx(sorted(reweight(logits, 1)), abs=1e-15)
    assert {"␣", "⏎"} <= set(table["symbol"])


@pytest.mark.parametrize("given", ["nan", "-1", "9", "abc", "", "inf", "-inf", "1e999", "0,5"])
def test_an_absurd_temperature_in_the_address_becomes_a_note(given: str) -> None:
    app = open_page("temperature", temperature=given)
    assert f"The address asks for temperature '{given}'" in said(app)
    assert _asked(app)["temperature"] == "0.5"
    assert "temperature" not in app.query_params


@pytest.mark.parametrize("key", ["seed", "length"])
@pytest.mark.parametrize("given", ["nan", "-1", "1e12", "abc", "", "1.5", "inf", "9" * 400])
def test_an_absurd_seed_or_length_in_the_address_becomes_a_note(key: str, given: str) -> None:
    app = open_page("temperature", **{key: given})
    assert f"The address asks for {key}" in said(app)
    assert _asked(app)[key] == {"seed": "0", "length": "400"}[key]


@pytest.mark.parametrize("given", ["no-such-run", "../..", "/etc/passwd", "", "a" * 500, HOSTILE])
def test_an_unknown_run_in_the_address_becomes_a_note(given: str) -> None:
    app = open_page("temperature", run=given)
    assert "The address asks for run" in said(app)
    assert app.selectbox(key="run").value == "nietzsche-tbptt"


@pytest.mark.parametrize("given", ["3", "-5", "abc", "", "9" * 40])
def test_an_unknown_checkpoint_in_the_address_becomes_a_note(given: str) -> None:
    app = open_page("temperature", checkpoint=given)
    assert "The address asks for checkpoint" in said(app)
    assert app.selectbox(key="checkpoint").value == "best"


def test_a_checkpoint_of_another_run_does_not_break_the_page() -> None:
    step = str(find("nietzsche-tbptt").checkpoints()[1])
    app = open_page("temperature", checkpoint=step)
    assert app.selectbox(key="checkpoint").value == step
    app.selectbox(key="run").set_value("nietzsche-book")
    run(app)
    assert components(app)


def test_an_overlong_prompt_in_the_address_is_cut_and_the_page_says_so() -> None:
    app = open_page("temperature", prompt="a" * 5000)
    assert "The prompt in the address was cut to 500 characters." in said(app)
    shown = app.text_area(key="prompt").value
    assert shown == "a" * 500
    assert sent(app, "writer")["prompt"] == open_model().read(shown).text


def test_unknown_keys_in_the_address_are_of_no_consequence() -> None:
    app = open_page("temperature", nonsense="1", embed_options="x")
    assert not app.error


@pytest.mark.parametrize(
    ("prompt", "note"),
    [
        ("", "Empty prompt: this is the distribution of a network that has read nothing yet."),
        ("The World", "Capitals are read as lower case."),
        ("é★日本", "Dropped, because the model has never seen them: ★ 日 本."),
        ("😀\u200b\0", "Dropped, because the model has never seen them: 😀 U+200B U+0000."),
    ],
)
def test_a_prompt_that_is_not_read_as_it_stands_says_so(prompt: str, note: str) -> None:
    app = open_page("temperature")
    app.text_area(key="prompt").set_value(prompt)
    run(app)
    assert note in said(app)
    assert sent(app, "writer")["prompt"] == open_model().read(prompt).text


def test_an_ordinary_prompt_needs_no_note() -> None:
    app = open_page("temperature", prompt="the world is ")
    assert len(app.caption) == 1


@pytest.mark.parametrize("prompt", [HOSTILE, "</span><img src=x onerror=alert(1)>", "{{7*7}}"])
def test_markup_in_a_prompt_is_data(prompt: str) -> None:
    app = open_page("temperature", prompt=prompt, length="10")
    assert app.text_area(key="prompt").value == prompt
    assert sent(app, "writer")["prompt"] == open_model().read(prompt).text
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_markup_in_the_address_is_data() -> None:
    app = open_page("temperature", run=HOSTILE)
    assert HOSTILE[:40] in said(app)
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_a_run_of_ones_own_can_be_chosen_by_name_and_by_address() -> None:
    made_run("mine")
    app = open_page("temperature", run="mine", checkpoint="10", prompt="the cat")
    assert not said(app).count("address asks")
    assert (_model(app).run, _model(app).step) == ("mine", 10)


DAMAGE = {
    "config.json": b"{",
    "status.json": b"",
    "history.jsonl": b"\xff\xfe\n{\n",
    "samples.jsonl": b"\0\0\n",
    "checkpoints/step-000020.npz": b"PK",
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_run_leaves_the_others_as_they_are(name: str) -> None:
    (made_run("broken").path / name).write_bytes(DAMAGE[name])
    made_run("whole")
    app = open_page("temperature", run="whole", prompt="the cat")
    assert _model(app).run == "whole"
    assert "nietzsche-tbptt" in app.selectbox(key="run").options


def test_a_run_without_its_config_is_named() -> None:
    (made_run("broken").path / "config.json").unlink()
    app = open_page("temperature")
    assert "In the run broken, the file config.json is missing or damaged." in said(app)
    assert "broken" not in app.selectbox(key="run").options


def test_a_damaged_checkpoint_is_named_and_another_one_still_opens() -> None:
    made = made_run("broken")
    path = made.path / "checkpoints" / "step-000020.npz"
    path.write_bytes(path.read_bytes()[:100])
    app = open_page("temperature", run="broken", checkpoint="20")
    assert errors(app) == [
        "In the run broken, the file checkpoints/step-000020.npz is missing or damaged."
    ]
    app.selectbox(key="checkpoint").set_value("10")
    run(app)
    assert not app.error
    assert components(app)


class _Payload:
    """An object that makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_code_in_a_checkpoint_is_not_executed(tmp_path: Path) -> None:
    made = made_run("broken")
    weights = {name: np.array([_Payload(tmp_path / "ran")]) for name in made.weights(20)}
    np.savez(made.path / "checkpoints" / "step-000020.npz", **weights)
    app = open_page("temperature", run="broken", checkpoint="20")
    assert "step-000020.npz is missing or damaged" in errors(app)[0]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "line",
    [
        '{"step": [1], "epoch": 1, "seconds": 1, "loss": 1, "held_out_loss": 1}',
        '{"step": "x", "epoch": "y", "seconds": "z", "loss": "u", "held_out_loss": "v"}',
        '{"step": 20, "epoch": 1, "seconds": 1, "loss": NaN, "held_out_loss": NaN}',
    ],
)
def test_nonsense_in_a_history_does_not_break_the_page(line: str) -> None:
    made = made_run("odd")
    with (made.path / "history.jsonl").open("a") as file:
        file.write(line + "\n")
    assert components(open_page("temperature", run="odd"))


@pytest.mark.usefixtures("no_shipped_runs")
def test_without_any_run_the_page_says_what_to_do() -> None:
    app = open_page("temperature")
    assert errors(app) == ["There is no trained run here yet. Train one on the Train page."]
    assert labels(app) == []


def test_no_text_is_longer_than_two_thousand_characters() -> None:
    app = open_page("temperature", length="2001")
    assert "length '2001'" in said(app)
    assert sent(app, "writer")["maxLength"] == 2000
    assert read(app.caption[-1].value).startswith("nietzsche-tbptt, step")


def test_invented_words_and_copies_are_those_of_the_text_that_the_browser_has_written() -> None:
    app = open_page("temperature", prompt="the ")
    text = "world zzxqj and the world is the world"
    data = sent(app, "writer")
    state = {"words": data["words"], "revision": data["revision"], "text": text}
    app.session_state["writer"] = {"state": state}
    invented = sent(run(app), "writer")["invented"]
    assert invented == {"texts": [text], "spans": [[[6, 11]]]}
