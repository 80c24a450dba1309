"""A model of words on every page: it works there, or the page says in a sentence why not."""

from __future__ import annotations

import itertools

import pytest

from charlstm import open_model
from charlstm.data.named import load
from charlstm.engine import standby
from charlstm.runs.config import FINISHED, Status
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import own_runs
from charlstm.settings import settings_for
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
    set_in_browser,
)


@pytest.fixture
def words() -> RunFolder:
    """Return a run that reads words, more of them than the dial has bars."""
    return made_run("words", text=wordy(4000), level="word")


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
def test_the_space_at_the_end_of_a_prompt_is_left_off_and_the_page_says_so() -> None:
    model = open_model("words")
    first = next(s for s in model.vocabulary.symbols if s.startswith(" ") and s != " <unk>")
    app = open_page("temperature", run="words", prompt=f"{first.strip()} ", length="30")
    assert sent(app, "writer")["prompt"] == first.strip()
    assert "was removed" in said(app)
    assert f"{len(model.vocabulary)} symbols" in said(app)
    app.session_state["numbers"] = True
    assert len(app.run().dataframe[0].value) == len(model.vocabulary)


@pytest.mark.usefixtures("words")
def test_columns_are_of_tokens() -> None:
    app = open_page("compare", run="words", prompt="zzz", length="40")
    assert "Read as its unknown word <unk>: zzz" in said(app)
    model = open_model("words")
    texts = [model.write("zzz", temperature=0, length=40), " beedq, beedq."] * 2
    shown = sent(set_in_browser(app, "compare", text=texts), "compare")
    assert shown["invented"]["spans"][1] == [[0, 1], [2, 3]]


@pytest.mark.usefixtures("words")
def test_by_hand_tokens_are_in_the_address_by_their_ids() -> None:
    vocabulary = open_model("words").vocabulary
    address = ".".join(map(str, vocabulary.ids_of(vocabulary.symbols[4:7])))
    app = open_page("hand", run="words", prompt="", written=address, picked="0,2")
    words = sent(app, "hand")["words"]
    assert (words["written"], words["picked"]) == (address, "0,2")
    other = vocabulary.symbols[10]
    picks = "_".join(str(ord(character)) for character in other)
    app = open_page("hand", run="words", prompt="", length="12", branches=f"3-{picks}")
    assert sent(app, "hand")["words"]["branches"] == f"3-{picks}"


@pytest.mark.usefixtures("words")
def test_by_hand_another_model_reads_the_words_again() -> None:
    made_run("others", text="so and so it goes " + wordy(4000, seed=9), level="word")
    first, second = (open_model(name).vocabulary for name in ("words", "others"))
    symbols = [symbol for symbol in first.symbols if symbol in second.symbols][:3]
    before, after = (".".join(map(str, each.ids_of(symbols))) for each in (first, second))
    app = open_page("hand", run="words", prompt="", written=before)
    put(app.selectbox(key="run"), "others")
    assert sent(app, "hand")["words"]["written"] == after
    assert "Of the text in the address" not in said(app)
    letters = open_page("hand", prompt="", written="no 漢")
    put(letters.selectbox(key="run"), "words")
    assert sent(letters, "hand")["words"]["written"]


@pytest.mark.usefixtures("words")
def test_by_hand_unknown_words_of_a_text_are_named() -> None:
    app = open_page("hand", run="words", prompt="", text="Zarathustra")
    assert "Read as its unknown word <unk>: Zarathustra" in said(app)
    assert "The bits per character leave unknown words out." in said(app)


@pytest.mark.usefixtures("words")
def test_unknown_words_can_be_left_out_and_the_page_says_so() -> None:
    where = {"run": "words", "prompt": "", "temperature": "1.5"}
    app = open_page("temperature", **where, length="60", known="1")
    assert sent(app, "writer")["knownOnly"] is True
    assert "It never writes <unk>, whose probability is distributed" in said(app)
    app = put(app.toggle(key="known"), value=False)
    assert "known" not in app.query_params
    assert sent(app, "writer")["knownOnly"] is False
    for page in ("compare", "hand", "strategies"):
        app = open_page(page, **where, length="10", known="1")
        assert "It never writes <unk>, whose probability is distributed" in said(app)
    assert "never writes" not in said(open_page("atlas", **where, known="1"))
    app = open_page("temperature", known="1")
    assert "this model writes characters" in said(app)


@pytest.mark.parametrize("page", ["cells", "compression"])
@pytest.mark.usefixtures("words")
def test_pages_about_characters_say_so_in_one_sentence(page: str) -> None:
    app = open_page(page, run="words")
    assert "words is a model of words" in said(app)


@pytest.mark.parametrize("page", ["atlas", "source", "lesson"])
@pytest.mark.usefixtures("words")
def test_the_other_pages_open(page: str) -> None:
    app = open_page(page, run="words", source="words")
    assert errors(app) == []


def test_a_run_of_words_tells_its_loss_per_token_and_per_character(words: RunFolder) -> None:
    app = open_page("train", run="words")
    shown = sent(app, "training")["progress"]
    labels = [each[0] for each in shown["figures"]]
    assert "Best held-out window loss, per token" in labels
    assert "Tokens/s" in labels
    bits = words.config().per_character.bits(2.9)
    assert f"{bits:.3f} bits per character of the held-out text" in shown["note"]
    assert shown["unit"] == "token"


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
