"""The Race page: the networks, the running race, and n-grams to compare with."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from charlstm import open_model
from charlstm.analysis.loss import baselines, count_ngrams
from charlstm.data.corpus import Corpus
from charlstm.data.named import load
from charlstm.data.words import word_figures
from charlstm.engine import standby
from charlstm.runs.config import RUNNING
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import own_runs
from charlstm.settings import FIELDS, settings_for, weight_count
from charlstm.ui.controls.runners import DEFAULT, MOST, read_runners
from tests.made import copied, made_run, wordy
from tests.pages.opened import button, labels, open_page, press, put, read, run, said, shown_html

Races = list[tuple[RunFolder, ...]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Races:
    """Keep what would race, instead of starting a process."""
    races: Races = []
    monkeypatch.setattr(standby, "start_race", lambda *runs: races.append(runs))
    return races


# Who races


def test_runners_that_are_usual_stay_in_an_address_that_asks_for_them() -> None:
    words = ",".join(runner.word for runner in DEFAULT[:3])
    assert open_page("race", runners=words).query_params["runners"] == words
    assert "runners" not in open_page("race").query_params


def test_runners_come_back_from_their_words() -> None:
    words = ",".join(runner.word for runner in DEFAULT)
    assert read_runners(words) == DEFAULT
    assert len(DEFAULT) == MOST == 4
    assert DEFAULT[1].word == "gru-128x1-tbptt"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "lstm",
        "lstm-128x1",
        "cake-128x1-tbptt",
        "lstm-128x1-cake",
        "lstm-100x1-tbptt",
        "lstm-128x9-tbptt",
        "lstm-128x1-tbptt," * 5,
        "lstm-128x1-tbptt,<b>",
        "١" * 20,
    ],
)
def test_an_address_of_runners_that_cannot_race_is_a_note(given: str) -> None:
    with pytest.raises(ValueError, match="cannot race"):
        read_runners(given)
    app = open_page("race", runners=given)
    assert "cannot race" in said(app)
    assert app.selectbox(key="network-0").value == "lstm"


def test_start_makes_runs_of_the_same_length_and_shows_their_race(started: Races) -> None:
    address = "lstm-32x1-tbptt,conv1d-64x2-book"
    app = open_page("race", runners=address, seconds="10", corpus="python")
    assert [box.value for box in app.selectbox][:4] == ["lstm", 32, 1, "tbptt"]
    count = weight_count(len(load("python").lowered().vocabulary), 64, 2, "conv1d")
    assert f"{count:,} weights" in [read(each.value) for each in app.markdown]
    put(app.selectbox(key="network-0"), "gru")
    assert app.query_params["runners"] == "gru-32x1-tbptt,conv1d-64x2-book"
    press(app, "Start")
    ((first, second),) = started
    asked = [each.config().settings for each in (first, second)]
    assert [(s.network, s.recipe, s.units, s.layers, s.seconds) for s in asked] == [
        ("gru", "tbptt", 32, 1, 10.0),
        ("conv1d", "book", 64, 2, 10.0),
    ]
    assert app.query_params["race"] == f"{first.name},{second.name}"
    assert "Starting" in app.info[0].value


def test_the_weights_are_those_on_the_chosen_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weighed.txt").write_text(wordy(4000))
    (tmp_path / "no-text.txt").write_bytes(b"a\0" * 800)
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    runners = "lstm-32x1-tbptt,lstm-32x1-tbptt-word"

    def weights(symbols: int) -> str:
        return f"{weight_count(symbols, 32, 1):,} weights"

    mine = Corpus("weighed", wordy(4000))
    python = load("python").lowered()

    def known(corpus: Corpus) -> tuple[int, int]:
        return len(corpus.vocabulary), word_figures(
            corpus, FIELDS["vocabulary"].default, 0.1
        ).symbols

    for corpus, symbols, sentence in [
        ("weighed", known(mine), "On weighed, with its"),
        ("python", known(python), "On python, with its"),
        ("no-text", (57, FIELDS["vocabulary"].default), "those of the chosen text are unknown"),
    ]:
        app = open_page("race", runners=runners, corpus=corpus)
        shown = [each for each in app.markdown if re.search(r"\d weights", each.value)]
        assert [read(each.value) for each in shown] == [weights(count) for count in symbols]
        for each, count in zip(shown, symbols, strict=True):
            assert f"{count:,} symbols" in read(each.help)
            assert sentence in read(each.help)


def test_the_first_seconds_are_not_rounded_up() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), seconds=0.37, characters_per_second=1234.5))
    assert read(open_page("race", race="mine").metric[0].delta) == "0.4 s, 1,234 characters/s"


def test_a_runner_that_was_told_to_stop_says_so() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), status=RUNNING, phase="training"))
    with FileLock(made.path / "lock"):
        assert "Stopping" not in said(open_page("race", race="mine"))
        app = press(open_page("race", race="mine"), "Stop")
        assert "Stopping" in said(app)


def test_as_many_race_as_are_chosen(started: Races) -> None:
    app = open_page("race", corpus="python")
    app.button_group(key="runner_count").set_value(4)
    run(app)
    press(app, "Start")
    (runs,) = started
    found = [each.config().settings for each in runs]
    wanted = [runner.settings(20.0) for runner in DEFAULT]
    assert found == wanted


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"seconds": "17"}, "asks for seconds '17', which is not available"),
        ({"seconds": "1e99"}, "asks for seconds '1e99', which is not available"),
        ({"corpus": "<script>"}, "asks for corpus '<script>', which is not available"),
    ],
)
def test_an_absurd_address_is_a_note(address: dict[str, str], sentence: str) -> None:
    app = open_page("race", **address)
    assert sentence in said(app)
    assert not button(app, "Start").disabled


def test_a_race_that_cannot_start_leaves_no_runs_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_page("race", corpus="python")
    monkeypatch.setattr(standby, "why_no_training", lambda: "")
    monkeypatch.setattr(standby, "start_race", _fails)
    press(app, "Start")
    assert "no room" in app.error[0].value
    assert own_runs() == []


def _fails(*_runs: RunFolder) -> None:
    raise OSError("no room")


# The race


def test_an_address_of_runs_that_are_not_here_is_named_and_the_rest_shown(
    trained_run: RunFolder,
) -> None:
    app = open_page("race", race=f"{trained_run.name},<b>gone</b>")
    assert "not all of them are available" in app.warning[0].value
    assert "Another race" in labels(app)
    app = open_page("race", race="../../etc")
    assert app.warning
    assert "Start" in labels(app)


def test_a_race_that_is_over_shows_what_each_learned_and_writes(
    trained_run: RunFolder, own_home: Path
) -> None:
    copy = copied(trained_run, own_home / "runs" / "other")
    app = open_page(
        "race", race=f"{trained_run.name},{copy.name}", prompt="the ", temperature="0.8", seed="3"
    )
    assert [read(metric.label) for metric in app.metric] == [
        "lstm 64, fast (1)",
        "lstm 64, fast (2)",
        "n-gram of order 6",
    ]
    assert "in a race they take turns" in said(app)
    assert "60 tokens are more context" not in said(app)
    best = trained_run.status().best_held_out_loss
    assert [metric.value for metric in app.metric][:2] == [f"{best:.3f} nats"] * 2
    model = open_model(trained_run, trained_run.checkpoints()[-1])
    text = model.write("the ", temperature=0.8, length=160, seed=3)
    cards = [each for each in shown_html(app) if "T = 0.8" in each]
    assert [card.removeprefix("T = 0.8") for card in cards[:2]] == [f"the {text}"] * 2


def test_what_a_prompt_loses_is_said_of_each_who_reads_it(trained_run: RunFolder) -> None:
    other = made_run("other", text="THE ☃ IS UP. THE ☃ IS DOWN. " * 60, lowercase=False)
    names = f"{trained_run.name},{other.name}"
    words = said(open_page("race", race=names, prompt="THE ☃ is "))
    assert words.count("Capitals are read as lower case.") == 1
    assert words.count("Dropped, because the model has never seen them: ☃.") == 1
    assert words.count("Dropped, because the model has never seen them: i s.") == 1
    words = said(open_page("race", race=trained_run.name, prompt="THE ☃ is "))
    # By the network, and by the n-gram beside it.
    assert words.count("Capitals are read as lower case.") == 2


def test_each_figure_of_the_n_grams_is_that_of_the_function(trained_run: RunFolder) -> None:
    app = open_page("race", race=trained_run.name, ngram="3", prompt="the ")
    config = trained_run.config()
    ids = load("python").lowered().ids
    counts = count_ngrams(ids, config.training_length, len(config.vocabulary))
    row = baselines(counts, ids[config.training_length :]).set_index("order").loc[3]
    (metric,) = (each for each in app.metric if "n-gram" in each.label)
    assert metric.value == f"{row['window_nats']:.3f} nats"
    assert f"{int(row['size']):,} different" in read(metric.delta)
    assert app.query_params["ngram"] == "3"


@pytest.mark.parametrize(
    "address", [{"ngram": "9"}, {"forward": "<b>"}, {"seed": "x"}, {"temperature": "hot"}]
)
def test_an_absurd_address_of_a_race_is_a_note(
    trained_run: RunFolder, address: dict[str, str]
) -> None:
    app = open_page("race", race=trained_run.name, **address)
    if "forward" not in address:  # one alone is not brought forward
        assert "The address asks for" in said(app)
    assert "Another race" in labels(app)


def test_characters_beside_words_are_said_to_have_less_context() -> None:
    names = [made_run(level, text=wordy(4000), level=level).name for level in ("char", "word")]
    assert "60 tokens are more context than 60 characters" in said(
        open_page("race", race=",".join(names))
    )


def test_runs_of_different_texts_are_shown_without_n_grams() -> None:
    one = made_run("one")
    other = new_run(load("python").lowered(), settings_for("tbptt", units=8), "other")
    app = open_page("race", race=f"{one.name},{other.name}")
    assert "learn different texts" in said(app)
    assert not [metric for metric in app.metric if "n-gram" in metric.label]


def test_a_text_that_is_no_longer_here_leaves_the_race_without_n_grams() -> None:
    run_of_own_text = made_run("mine")
    (run_of_own_text.path / "corpus.txt").unlink()
    app = open_page("race", race="mine")
    assert "There are no n-grams to compare with" in said(app)
    assert app.metric[0].value == "2.900 nats"
