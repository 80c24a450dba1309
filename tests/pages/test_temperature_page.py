"""The Temperature page: what it writes, what an address may ask, what a prompt may hold."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from charlstm import Corpus, open_model, reweight
from charlstm.runs.new import new_run
from charlstm.runs.store import find
from charlstm.settings.settings import settings_for
from tests.made import made_run, random_weights
from tests.pages.opened import (
    HOSTILE,
    button,
    components,
    errors,
    labels,
    open_page,
    press,
    read,
    run,
    said,
    sent,
    text_sent,
    unescaped_markup,
)


def test_write_gives_the_text_that_the_python_api_gives() -> None:
    app = press(open_page("temperature", temperature="0.7", seed="3", length="120"), "Write")
    prompt = app.text_area(key="prompt").value
    expected = open_model().write(prompt, temperature=0.7, length=120, seed=3)
    assert text_sent(app) == expected
    assert sent(app, "typewriter")["columns"][0]["prompt"] == prompt


def test_another_draw_changes_the_seed_and_the_text() -> None:
    app = press(open_page("temperature", length="200"), "Write")
    before = sent(app, "typewriter")
    press(app, "Another draw")
    assert app.number_input(key="seed").value == 1
    assert text_sent(app) != before["columns"][0]["text"]
    assert sent(app, "typewriter")["token"] != before["token"]


def test_the_last_seed_of_all_is_followed_by_the_first() -> None:
    app = press(open_page("temperature", seed=str(2**32 - 1), length="5"), "Another draw")
    assert app.number_input(key="seed").value == 0


def test_temperature_zero_writes_the_likeliest_character_every_time() -> None:
    app = open_page("temperature", temperature="0", write="1", length="80")
    model = open_model()
    prompt = app.text_area(key="prompt").value
    text = text_sent(app)
    assert text == model.write(prompt, temperature=0, length=80)
    assert text[0] == model.vocabulary.symbols[int(model.logits(prompt).argmax())]


def test_a_reload_of_the_address_shows_the_same_text() -> None:
    address = {"temperature": "0.9", "prompt": "the soul ", "seed": "7", "length": "90"}
    first = press(open_page("temperature", **address), "Write")
    kept = {key: str(value) for key, value in first.query_params.items()}
    assert address.items() <= kept.items()
    assert text_sent(open_page("temperature", **kept)) == text_sent(first)


def test_the_symbol_of_the_formula_and_the_speed_of_the_text_are_those_of_the_address() -> None:
    app = open_page("temperature", prompt="the ", write="1", length="9", symbol=" ", speed="300")
    assert sent(app, "dial")["selected"] == open_model().vocabulary.symbols.index(" ")
    assert sent(app, "typewriter")["speed"] == "300"
    run(app)
    assert app.query_params["symbol"] == " "
    assert app.query_params["speed"] == "300"
    app = open_page("temperature", write="1", length="9")
    assert sent(app, "dial")["selected"] is None
    assert sent(app, "typewriter")["speed"] == ""


def test_the_book_model_writes_too_and_says_how_it_reads() -> None:
    app = open_page("temperature", run="nietzsche-book", write="1", length="30", prompt="the world")
    expected = open_model("nietzsche-book").write("the world", temperature=0.5, length=30)
    assert text_sent(app) == expected
    assert "9 of the 60 characters" in said(app)
    assert "reads the last 60 characters afresh" in said(app)


def test_the_table_holds_the_exact_distribution_before_and_after() -> None:
    app = open_page("temperature", temperature="0.4")
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
    assert sent(app, "dial")["temperature"] == 0.5
    assert "temperature" not in app.query_params


@pytest.mark.parametrize("key", ["seed", "length"])
@pytest.mark.parametrize("given", ["nan", "-1", "1e12", "abc", "", "1.5", "inf", "9" * 400])
def test_an_absurd_seed_or_length_in_the_address_becomes_a_note(key: str, given: str) -> None:
    app = open_page("temperature", write="1", **{key: given})
    assert f"The address asks for {key}" in said(app)
    assert len(text_sent(app)) == 400
    assert app.number_input(key=key).value == {"seed": 0, "length": 400}[key]


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
    assert sent(app, "dial")["logits"] == open_model().logits(shown).tolist()


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
    assert sent(app, "dial")["logits"] == open_model().logits(prompt).tolist()


def test_an_ordinary_prompt_needs_no_note() -> None:
    app = open_page("temperature", prompt="the world is ")
    assert len(app.caption) == 1


@pytest.mark.parametrize("prompt", [HOSTILE, "</span><img src=x onerror=alert(1)>", "{{7*7}}"])
def test_markup_in_a_prompt_is_data(prompt: str) -> None:
    app = open_page("temperature", prompt=prompt, write="1", length="10")
    assert app.text_area(key="prompt").value == prompt
    assert sent(app, "typewriter")["columns"][0]["prompt"] == open_model().read(prompt).text
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_markup_in_the_address_is_data() -> None:
    app = open_page("temperature", run=HOSTILE)
    assert HOSTILE[:40] in said(app)
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_markup_that_a_model_writes_is_data() -> None:
    settings = settings_for("tbptt", units=8, lowercase=False)
    corpus = Corpus("markup", HOSTILE * 40)
    made = new_run(corpus, settings, "markup")
    made.write_checkpoint(1, random_weights(len(corpus.vocabulary)))
    app = open_page("temperature", run="markup", prompt="<script>", write="1", temperature="1.5")
    assert sent(app, "typewriter")["columns"][0]["prompt"] == "<script>"
    expected = open_model("markup").write("<script>", temperature=1.5)
    assert text_sent(app) == expected
    assert set(expected) & set("<$*")


def test_a_run_of_ones_own_can_be_chosen_by_name_and_by_address() -> None:
    made_run("mine")
    app = open_page("temperature", run="mine", checkpoint="10", prompt="the cat")
    assert not said(app).count("address asks")
    assert sent(app, "dial")["logits"] == open_model("mine", 10).logits("the cat").tolist()
    assert all(math.isfinite(z) for z in sent(app, "dial")["logits"])


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
    assert sent(app, "dial")["logits"] == open_model("whole").logits("the cat").tolist()
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
    app = open_page("temperature", length="2001", write="1")
    assert "length '2001'" in said(app)
    assert app.number_input(key="length").max == 2000
    assert not button(app, "Write").disabled
    assert read(app.caption[-1].value).startswith("nietzsche-tbptt, step")
