"""The Compression page: what is packed and at what cost, what is unpacked, and the experiment."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from charlstm.analysis.curves import thought_experiment
from charlstm.compression.baselines import COMPRESSORS, texts_of
from charlstm.compression.packer import open_packer
from charlstm.data.named import load_named
from charlstm.engine import standby
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import own_runs
from charlstm.sampling.ngram import MOST_ORDER
from charlstm.ui.controls import model_and_prompt
from charlstm.ui.views import packing
from tests.made import copied, made_run
from tests.pages.opened import (
    HOSTILE,
    button,
    errors,
    labels,
    open_page,
    press,
    prose,
    put,
    run,
    said,
    sent,
    shown_html,
)

WHAT_IF = "If language were compressed"


def _metrics(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in app.metric}


def _upload(app: AppTest, key: str, name: str, content: bytes) -> AppTest:
    app.file_uploader(key=key).upload(name, content, "application/octet-stream")
    return run(app)


def test_a_text_that_takes_long_is_not_packed_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "MOST", 2500)
    app = open_page("compression", source=model_and_prompt.REFERENCE)
    assert not app.metric
    app = press(app, "Compress")
    assert app.query_params["packed"] == "1"
    assert len(app.metric) == 4


def test_the_figures_are_those_of_the_public_functions() -> None:
    text = "The meaning of it, ½."
    app = open_page("compression", text=text, packed="1")
    result = open_packer().pack(text)
    metrics = _metrics(app)
    assert metrics["The text"] == ("22 bytes", "21 characters")
    assert metrics["Packed"][0] == f"{len(result.data)} bytes"
    assert metrics["Packed"][1].startswith(f"{result.head} of them")
    assert metrics["Bits per character"][0] == f"{result.bits_per_character:.3f}"
    shown = sent(app, "highlight")
    assert "".join(shown["symbols"]) == text
    for bits, words in zip(result.bits, shown["said"], strict=True):
        assert words.endswith(f"{bits:.2f} bits")
    files = [each.proto.label for each in app.get("download_button")]
    assert files == [
        "The text (text)",
        "What each character cost (CSV)",
        "Compressors compared (CSV)",
        "The packed file",
    ]
    (table,) = app.table
    assert set(COMPRESSORS) < set(table.value.index)
    assert "Unpacking also takes the model" in prose(app)


@pytest.mark.parametrize(
    ("text", "rounding"),
    [
        ("the 漢字 soul", ", over 9 of 11 characters."),
        ("the soul", "."),
        ("漢字", None),
    ],
)
def test_the_cost_of_rounding_is_over_what_the_model_knows(text: str, rounding: str | None) -> None:
    metrics = open_page("compression", text=text, packed="1").metric
    (words,) = (each.help for each in metrics if each.label == "Bits per character")
    said = re.search(r"as integers, which changes this by [+-]\d\.\d{4}(.*)", words)
    assert (said and said[1]) == rounding


def test_a_corpus_at_hand_gives_the_held_out_text_and_lets_rivals_read_the_rest(
    trained_run: RunFolder,
) -> None:
    _, held_out = texts_of(trained_run) or ("", "")
    app = open_page(
        "compression", run=trained_run.name, source=model_and_prompt.HELD_OUT, packed="1"
    )
    assert _metrics(app)["The text"][1] == f"{len(held_out):,} characters"
    assert f"All {len(held_out):,} held-out characters" in said(app)
    (table,) = app.table
    assert len(table.value) == 3 + 2 * len(COMPRESSORS) + MOST_ORDER
    orders = [who for who in table.value.index if who.startswith("n-gram")]
    assert sorted(orders) == [f"n-gram, order {order}" for order in range(1, MOST_ORDER + 1)]
    assert "Programs that learned from the training text need it too" in prose(app)
    assert len(sent(app, "highlight")["symbols"]) == 3000


def test_an_address_of_a_text_that_is_not_at_hand_says_so() -> None:
    app = open_page("compression", source=model_and_prompt.HELD_OUT)
    assert "which is not available" in said(app)
    assert app.text_area(key="text").value == model_and_prompt.DEFAULT_TEXT


def test_without_the_training_text_one_sentence_says_why_n_grams_are_missing() -> None:
    app = open_page("compression", text="the meaning of it", packed="1")
    (table,) = app.table
    assert not [who for who in table.value.index if who.startswith("n-gram")]
    assert prose(app).count("n-grams, which are counted on it, are missing") == 1


def test_with_the_training_text_nothing_is_missing(trained_run: RunFolder) -> None:
    app = open_page("compression", run=trained_run.name, text="the meaning of it", packed="1")
    assert "missing here" not in prose(app)


def test_the_first_text_is_one_that_the_model_packs_best_also_as_a_file() -> None:
    app = open_page("compression")
    (table,) = app.table
    bits = table.value["bits per character"].astype(float)
    assert bits["the model, as a file"] < bits[list(COMPRESSORS)].min()


def test_a_new_text_is_packed_anew() -> None:
    app = open_page("compression", packed="1", text="one")
    put(app.text_area(key="text"), "another text")
    assert _metrics(app)["The text"][0] == "12 bytes"
    assert app.query_params["text"] == "another text"
    put(app.text_area(key="text"), "the soul " * 100)
    assert "text" not in app.query_params
    assert "cannot hold a text of more than" in said(app)


def test_an_empty_text_is_a_text() -> None:
    app = open_page("compression", packed="1", text="")
    put(app.text_area(key="text"), "")
    metrics = _metrics(app)
    assert metrics["The text"] == ("0 bytes", "0 characters")
    assert metrics["Bits per character"] == ("–", "of no characters")


@pytest.mark.parametrize("text", [HOSTILE, "\0\u202e\ufeff\u2028", "字" * 500, "😀"])
def test_any_text_is_shown_as_it_is(text: str) -> None:
    app = open_page("compression", packed="1", text=text)
    assert "".join(sent(app, "highlight")["symbols"]) == app.text_area(key="text").value


def test_an_uploaded_file_is_packed_to_the_byte_and_unpacked() -> None:
    content = "\ufeffHello,\r\nWorld ½\r\n".encode()
    app = _upload(open_page("compression", packed="1"), "file", "a.txt", content)
    assert _metrics(app)["The text"][0] == f"{len(content)} bytes"
    data = open_packer().pack(content.decode()).data
    app = _upload(open_page("compression", view="Decompress"), "packed_file", "a.chz", data)
    assert "identical to the original" in app.success[0].value
    assert shown_html(app)[-1] == content.decode()
    (download,) = app.get("download_button")
    assert download.proto.label == "The text"


def test_an_upload_that_cannot_be_is_refused_with_a_sentence() -> None:
    app = _upload(open_page("compression"), "file", "a.txt", "schön".encode("latin-1"))
    assert "not text in UTF-8" in errors(app)[0]
    app = _upload(open_page("compression"), "file", "a.txt", b"a" * 100_001)
    assert "100,000 are compressed here" in errors(app)[0]
    app = _upload(open_page("compression", run="nietzsche-book"), "file", "a.txt", b"a" * 20_001)
    assert "20,000 are compressed here" in errors(app)[0]


def test_a_typed_text_stays_when_another_model_is_chosen() -> None:
    text = "a" * 30_000
    app = open_page("compression")
    put(app.text_area(key="text"), text)
    put(app.selectbox(key="run"), "nietzsche-book")
    assert app.text_area(key="text").value == text
    assert "20,000 are compressed here" in errors(app)[0]
    put(app.selectbox(key="run"), "nietzsche-tbptt")
    assert app.text_area(key="text").value == text
    assert not errors(app)


def test_a_text_that_the_model_has_learned_is_not_offered() -> None:
    asked = {"source": model_and_prompt.REFERENCE}
    learned = made_run(corpus_name="python")
    app = open_page("compression", run=learned.name, **asked)
    assert model_and_prompt.REFERENCE not in app.button_group(key="source").options
    assert "The address asks for source" in said(app)
    app = open_page("compression", run=made_run("other").name, **asked)
    assert app.button_group(key="source").value == model_and_prompt.REFERENCE


def test_a_damaged_file_shows_a_sentence_and_no_text() -> None:
    data = bytearray(open_packer().pack("the meaning of it").data)
    data[-2] ^= 4
    for content in (bytes(data), b"", b"CHZ1", HOSTILE.encode()):
        app = _upload(open_page("compression", view="Decompress"), "packed_file", "a", content)
        assert len(errors(app)) == 1
        assert not app.success
        assert not app.get("download_button")


def test_a_file_of_a_run_that_is_not_here_names_it() -> None:
    packer = open_packer()
    packer.run = "gone"
    data = packer.pack("the meaning of it").data
    app = _upload(open_page("compression", view="Decompress"), "packed_file", "a.chz", data)
    assert "'gone'" in errors(app)[0]


def test_work_that_is_done_leaves_no_stop_button() -> None:
    app = open_page("compression", text="the meaning of it", packed="1")
    assert "Stop" not in labels(app)
    assert "Stopped" not in said(app)


# The experiment


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[RunFolder, ...]]:
    """Keep what would be trained, instead of starting a process."""
    races: list[tuple[RunFolder, ...]] = []
    monkeypatch.setattr(standby, "start_race", lambda *runs: races.append(runs))
    return races


def test_what_was_measured_is_shown_at_once() -> None:
    app = open_page("compression", view=WHAT_IF)
    curves = thought_experiment()
    assert list(curves.columns) == ["text", "curve", "seconds", "bits"]
    (text, packed) = dict.fromkeys(curves["text"])
    held_out = curves[curves["curve"] == "held out"].groupby("text")["bits"].min()
    # The text is learned; what a compressor left of it is not, after as long.
    assert held_out[text] < 3
    assert 7.9 < held_out[packed] < 8.1
    assert [metric.value for metric in app.metric] == [
        f"{held_out[who]:.3f} bits" for who in (text, packed)
    ]


def test_learn_both_starts_a_text_and_the_same_text_compressed(
    started: list[tuple[RunFolder, ...]],
) -> None:
    app = press(open_page("compression", view=WHAT_IF), "Learn both")
    ((plain, dense),) = started
    assert (plain.config().corpus, dense.config().corpus) == ("python", "python-xz")
    assert [r.config().settings.seconds for r in (plain, dense)] == [10.0, 10.0]
    assert len(dense.config().vocabulary) == 256
    assert plain.config().length == len(load_named("python").lowered())
    assert app.query_params["race"] == f"{plain.name},{dense.name}"
    assert "Starting" in said(app)


def test_a_race_that_cannot_start_leaves_no_runs_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_runs: RunFolder) -> None:
        raise OSError("no room")

    monkeypatch.setattr(standby, "why_no_training", lambda: "")
    monkeypatch.setattr(standby, "start_race", fails)
    app = press(open_page("compression", view=WHAT_IF), "Learn both")
    assert "no room" in errors(app)[0]
    assert own_runs() == []


def test_runs_that_are_over_show_their_curves(trained_run: RunFolder) -> None:
    app = open_page("compression", view=WHAT_IF, race=f"{trained_run.name},gone")
    assert "not all of them are available" in said(app)
    assert [metric.label for metric in app.metric] == [trained_run.config().corpus]
    assert button(app, "Back")
    assert re.search(r"bits$", app.metric[0].value)
    assert "race" not in press(app, "Back").query_params


def test_two_runs_of_one_text_are_both_shown(trained_run: RunFolder) -> None:
    again = copied(trained_run, trained_run.path.with_name("again"))
    app = open_page("compression", view=WHAT_IF, race=f"{trained_run.name},{again.name}")
    assert [metric.label for metric in app.metric] == [trained_run.name, again.name]
