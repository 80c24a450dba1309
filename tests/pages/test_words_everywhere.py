"""A model of words on every page: it works there, or the page says in a sentence why not."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from charlstm import open_model, probability_words
from charlstm.data.named import load
from charlstm.engine import standby
from charlstm.exploring.trails import follow
from charlstm.runs.config import FINISHED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import own_runs
from charlstm.sampling.reweight import reweight
from charlstm.settings.settings import settings_for
from charlstm.ui.components.dial import MOST_BARS, most_bars
from charlstm.ui.parameters import Symbols
from charlstm.ui.text import spans_of_symbols
from tests.made import history_line, made_run, wordy
from tests.pages.opened import (
    button,
    choose,
    errors,
    open_page,
    press,
    put,
    said,
    sent,
    text_sent,
)


@pytest.fixture
def words() -> RunFolder:
    """Return a run that reads words, more of them than the dial has bars."""
    return made_run("words", text=wordy(4000), level="word")


def test_bars_are_for_all_characters_and_for_the_likeliest_words() -> None:
    assert most_bars("abc" * 100) is None
    assert most_bars([" a", "b"]) is None  # so few that each has a bar
    assert most_bars([f" {n}" for n in range(61)]) == MOST_BARS == 60


def test_spans_of_a_text_become_those_of_its_tokens() -> None:
    symbols = ["so", " me", ",", " more"]  # so me, more
    assert spans_of_symbols([(3, 5), (6, 11)], symbols) == [(1, 2), (2 + 1, 4)]
    assert spans_of_symbols([(0, 11)], symbols) == [(0, 4)]
    assert spans_of_symbols([(2, 4)], "letters") == [(2, 4)]


def test_what_was_picked_comes_back_from_the_address(words: RunFolder) -> None:
    vocabulary = words.config().vocabulary
    written = Symbols("written", "hand", vocabulary=vocabulary)
    picked = vocabulary.symbols[3:9]
    assert written.read(written.word(picked) or "") == (picked, "")
    assert written.read("1.99999") == ((vocabulary.symbols[1],), "")
    typed, _ = written.read("zzz, zzz")
    assert typed == ("<unk>", *vocabulary.pieces(","), " <unk>")


@pytest.mark.usefixtures("words")
def test_the_dial_gets_every_logit_and_shows_sixty() -> None:
    model = open_model("words")
    first = next(s for s in model.vocabulary.symbols if s.startswith(" ") and s != " <unk>")
    app = open_page("temperature", run="words", prompt=f"{first.strip()} ", write="1", length="30")
    data = sent(app, "dial")
    assert data["most"] == 60
    assert len(data["logits"]) == len(data["labels"]) == len(model.vocabulary) > 60
    np.testing.assert_allclose(data["logits"], model.logits(first.strip()))
    assert "␣<unk>" in data["labels"]
    assert "space, unknown word" in data["names"]
    assert "left off" in said(app)
    assert f"{len(model.vocabulary)} symbols" in said(app)
    assert [each.label for each in app.number_input] == ["Seed", "Tokens"]
    assert text_sent(app) == model.write(first.strip(), temperature=0.5, length=30, seed=0)
    assert len(app.dataframe[0].value) == len(model.vocabulary)


@pytest.mark.usefixtures("words")
def test_columns_part_at_tokens() -> None:
    app = open_page("compare", run="words", prompt="zzz", length="40")
    assert "Read as its unknown word <unk>: zzz" in said(app)
    model, columns = open_model("words"), sent(app, "typewriter")["columns"]
    assert columns[0]["text"] == model.write("zzz", temperature=0.2, length=40)
    mark = columns[0]["marks"][0]
    assert columns[0]["text"][: mark["position"]] == columns[1]["text"][: mark["position"]]
    assert re.search(r"picks token \d+: ", mark["title"])
    (forked,) = app.dataframe
    table = forked.value
    assert len(table) == 2 * len(model.vocabulary)
    assert table["probability"].sum() == pytest.approx(2)


@pytest.mark.usefixtures("words")
def test_by_hand_a_word_without_a_bar_is_typed() -> None:
    model = open_model("words")
    logits = model.logits("")
    p = reweight(logits, 0.5)
    order = np.argsort(-logits, kind="stable")
    rare = next(
        model.vocabulary.symbols[i]
        for i in order[MOST_BARS:]
        if model.vocabulary.symbols[i][0] == " "
    )
    app = open_page("hand", run="words", prompt="")
    assert "The likeliest 60 have a bar" in said(app)
    app = put(app.text_input(key="typed_word"), rare)
    index = model.vocabulary.symbols.index(rare)
    assert app.query_params["written"] == str(index)
    assert app.query_params["picked"] == "0"
    assert sent(app, "highlight")["symbols"] == [rare]
    had = probability_words(p[index])
    assert f"“{rare.strip()}” was taken as “␣{rare.strip()}”. It had {had} at T = 0.5." in said(app)
    assert app.text_input(key="typed_word").value == ""
    app.run()
    assert "was taken as" in said(app)

    app = put(app.text_input(key="typed_word"), "Zarathustra")
    second = sent(app, "highlight")["symbols"][1]
    assert second in ("<unk>", " <unk>")
    words = f"not among the {len(model.vocabulary)} tokens of the vocabulary: to this model it is"
    assert f"{words} <unk>" in said(app)

    app = put(app.text_input(key="typed_word"), "two words")
    assert "These are 2: “two”, “words”" in said(app)
    assert app.text_input(key="typed_word").value == "two words"
    assert len(sent(app, "highlight")["symbols"]) == 2
    app = press(app, "Undo")
    assert "The likeliest 60 have a bar" in said(app)


def test_by_hand_a_word_with_marks_is_one_word(own_home: Path) -> None:  # noqa: ARG001
    made_run("marks", text="हिन्दी में और café में हिन्दी " * 300, level="word")
    app = open_page("hand", run="marks", prompt="हिन्दी cafe\u0301")
    for word in ("हिन्दी", "cafe\u0301"):
        app = put(app.text_input(key="typed_word"), word)
    assert sent(app, "highlight")["symbols"] == [" हिन्दी", " café"]
    assert sent(app, "highlight")["invented"] == []
    assert sent(app, "highlight")["legend"] == ""


def test_by_hand_there_is_no_field_where_every_symbol_has_a_bar() -> None:
    assert not open_page("hand").text_input


@pytest.mark.usefixtures("words")
def test_by_hand_a_token_is_picked_drawn_and_taken_back() -> None:
    model = open_model("words")
    symbols = model.vocabulary.symbols[4:7]
    address = ".".join(map(str, model.vocabulary.ids_of(symbols)))
    app = open_page("hand", run="words", prompt="", written=address, picked="0,2")
    assert sent(app, "highlight")["symbols"] == list(symbols)
    trail = follow(model, "", temperature=0.5, length=3, picks=dict(enumerate(symbols)))
    assert app.metric[0].value == "3"
    assert app.metric[0].label == "Tokens"
    np.testing.assert_allclose(sent(app, "dial")["logits"], model.logits("", symbols))
    app = press(app, "Let it draw")
    longer = sent(app, "highlight")["symbols"]
    assert longer[:3] == list(symbols)
    assert len(longer) == 4
    expected = follow(model, "", temperature=0.5, length=4, picks=dict(enumerate(trail.symbols)))
    assert tuple(longer) == expected.symbols
    app = press(app, "Undo")
    assert sent(app, "highlight")["symbols"] == list(symbols)
    assert app.query_params["written"] == address


@pytest.mark.usefixtures("words")
def test_a_branch_of_tokens_is_in_the_address() -> None:
    model = open_model("words")
    other = model.vocabulary.symbols[10]
    picks = "_".join(str(ord(character)) for character in other)
    app = open_page("whatif", run="words", prompt="", length="12", branches=f"3-{picks}")
    shown = sent(app, "highlight")["symbols"]
    expected = follow(model, "", temperature=0.5, length=12, picks={3: other})
    assert tuple(shown) == expected.symbols
    assert shown[3] == other
    assert app.header[0].value.startswith("What else could stand at token")


@pytest.mark.usefixtures("words")
def test_surprise_is_per_token_and_the_mean_per_character() -> None:
    text = wordy(200, seed=3)
    app = open_page("surprise", run="words", text=text)
    pieces = open_model("words").vocabulary.pieces(text.rstrip(" "))
    assert sent(app, "highlight")["symbols"] == pieces
    assert len(sent(app, "highlight")["said"]) == len(pieces)
    values = {each.label: each.value for each in app.metric}
    total = float(values["Total"].split()[0].replace(",", ""))
    mean = float(values["Per character"].split()[0])
    assert mean == pytest.approx(total / len(text.rstrip(" ")), rel=0.01)


@pytest.mark.usefixtures("words")
def test_strategies_gather_what_is_beyond_the_likeliest() -> None:
    app = open_page("strategies", run="words", strategy="top-k:5", length="20", write="1", beam="8")
    data = sent(app, "stage_view")
    assert data["labels"][-1].startswith("all ")
    assert len(data["labels"]) == 61
    for stage in data["stages"][:2]:
        assert sum(stage["shown"]) == pytest.approx(1)
    assert data["stages"][-1]["states"][-1] == "cut"
    assert "over 8 tokens" in said(app)


@pytest.mark.usefixtures("words")
def test_unknown_words_can_be_left_out_and_the_page_says_so() -> None:
    model = open_model("words")
    known = model.without_unknown()
    where = {"run": "words", "prompt": "", "temperature": "1.5"}
    app = open_page("temperature", **where, write="1", length="60", known="1")
    unknown = [model.vocabulary.symbols.index(token) for token in ("<unk>", " <unk>")]
    logits = sent(app, "dial")["logits"]
    assert [logits[index] for index in unknown] == [None, None]
    assert text_sent(app) == known.write("", temperature=1.5, length=60)
    assert "<unk>" not in text_sent(app)
    assert "It never writes <unk>, whose probability is distributed" in said(app)
    app = put(app.toggle(key="known"), value=False)
    assert "known" not in app.query_params
    assert text_sent(app) == model.write("", temperature=1.5, length=60)
    for page in ("compare", "hand", "whatif", "strategies"):
        app = open_page(page, **where, length="10", known="1")
        assert "It never writes <unk>, whose probability is distributed" in said(app)
    for page in ("atlas", "surprise"):
        assert "never writes" not in said(open_page(page, **where, known="1"))
    app = open_page("temperature", known="1")
    assert "this model writes characters" in said(app)


@pytest.mark.parametrize("page", ["cells", "compression"])
@pytest.mark.usefixtures("words")
def test_pages_about_characters_say_so_in_one_sentence(page: str) -> None:
    app = open_page(page, run="words")
    assert "words is a model of words" in said(app)


@pytest.mark.parametrize("page", ["atlas", "source", "speed", "lesson"])
@pytest.mark.usefixtures("words")
def test_the_other_pages_open(page: str) -> None:
    app = open_page(page, run="words", source="words")
    assert errors(app) == []


def test_a_run_of_words_tells_its_loss_per_token_and_per_character(words: RunFolder) -> None:
    app = open_page("train", run="words")
    labels = [each.label for each in app.metric]
    assert "Best held-out window loss, per token" in labels
    assert "Tokens/s" in labels
    bits = words.config().per_character.bits(2.9)
    assert f"{bits:.3f} bits per character of the held-out text" in said(app)
    assert sent(app, "dial")["most"] == 60


def test_the_form_offers_words_and_says_what_they_mean() -> None:
    app = open_page("train", corpus="python", level="word", vocabulary="1000")
    assert app.number_input(key="vocabulary-tbptt-word").value == 1000
    assert "a vocabulary of 1,000" in said(app)
    app = choose(app, "recipe", "book")
    assert app.session_state.level == "char"
    assert "level" not in app.query_params
    app = open_page("train", corpus="python", recipe="book", level="word")
    assert "reads characters" in said(app)
    app = open_page("train", corpus="python", level="syllable", vocabulary="7")
    assert "syllable" in said(app)


def test_a_training_of_words_starts_from_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[RunFolder] = []
    monkeypatch.setattr(standby, "start", started.append)
    app = open_page("train", corpus="python", level="word", vocabulary="300", units="16")
    press(app, "Start")
    (run,) = started
    assert run.name == "python-tbptt-word-1"
    config = run.config()
    assert (config.settings.level, config.settings.vocabulary) == ("word", 300)
    assert len(config.vocabulary) == 300
    assert "--level word --vocabulary 300" in config.command


def test_a_text_without_words_that_recur_cannot_be_started() -> None:
    app = open_page("train", corpus="paste a text", level="word")
    unlike = " ".join("".join(word) for word in itertools.product("abcdefgh", repeat=4))
    app = put(app.text_area(key="pasted"), unlike)
    assert "Hardly any word of this text occurs twice" in " ".join(errors(app))
    assert button(app, "Start").disabled
    app = choose(app, "level", "char")
    assert not button(app, "Start").disabled


def test_both_levels_race_on_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    races: list[tuple[RunFolder, ...]] = []
    monkeypatch.setattr(standby, "start_race", lambda *runs: races.append(runs))
    app = open_page("race", runners="lstm-32x1-tbptt,lstm-32x1-tbptt-word", corpus="python")
    press(app, "Start")
    (runs,) = races
    assert [run.config().settings.level for run in runs] == ["char", "word"]
    assert [run.name for run in own_runs()].count("python-tbptt-word-1") == 1
    for run in runs:
        run.append_history(history_line(10, held_out_loss=5.0))
        run.write_status(Status(status=FINISHED, best_held_out_loss=5.0))
    app = open_page("race", race=",".join(run.name for run in runs))
    measure = runs[1].config().per_character
    values = [each.value for each in app.metric[:2]]
    assert values == ["5.000 nats", f"{measure.nats(5.0):.3f} nats"]
    assert f"{measure.bits(5.0):.3f} bits per character" in said(app)
    assert f"{measure.bits(0.0):.3f} of them for unknown words" in said(app)


def test_a_runner_of_words_takes_a_recipe_that_learns_them() -> None:
    app = open_page("race", runners="lstm-32x1-book-word")
    assert "cannot race" in said(app)
    app = open_page("race", runners="lstm-32x1-tbptt-word,lstm-32x1-tbptt")
    assert app.selectbox(key="level-0").value == "word"
    app = put(app.selectbox(key="recipe-0"), "book")
    assert app.selectbox(key="level-0").value == "char"


def test_a_corpus_learned_by_words_is_split_at_the_same_character() -> None:
    corpus = load("python").lowered()
    letters = new_run(corpus, settings_for("tbptt")).config()
    by_words = new_run(corpus, settings_for("tbptt", level="word")).config()
    assert letters.training_length == by_words.training_length
    assert by_words.per_character.characters == len(corpus) - by_words.training_length
