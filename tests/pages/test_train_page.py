"""The Train page: what it refuses, what it offers, and how it shows a run."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest

from charlstm.data.corpus import shortest
from charlstm.engine import process, standby
from charlstm.runs.config import (
    FAILED,
    MEASURING,
    PAUSED,
    PAUSING,
    RESUMING,
    RUNNING,
    STARTING,
    STOPPED,
    STOPPING,
    own_mark,
)
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import own_runs
from charlstm.settings import FIELDS, PRESETS, settings_for
from charlstm.ui.views.run_view import samples_text
from tests.made import history_line, made_run, prose
from tests.pages.opened import (
    HOSTILE,
    button,
    choose,
    components,
    errors,
    labels,
    open_page,
    press,
    put,
    read,
    run,
    said,
    sent,
    shown_html,
    text_box,
    unescaped_markup,
)

_HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""

PASTE, UPLOAD = "paste a text", "upload files"
WRITE = "Write with this model"


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    """Note what would be started, and start nothing."""
    started: list[RunFolder] = []
    monkeypatch.setattr(standby, "start", started.append)
    return started


@contextlib.contextmanager
def trained_elsewhere(
    name: str = "busy", status: str = RUNNING, **settings: Any
) -> Iterator[RunFolder]:
    """Let another process hold the lock of a run that says it is being trained."""
    made = made_run(name, **settings)
    made.write_status(replace(made.status(), status=status, phase="training", steps=40))
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(made.path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        try:
            yield made
        finally:
            other.kill()


def pasted(text: str) -> AppTest:
    """Return the page after a text was pasted."""
    app = choose(open_page("train"), "corpus", PASTE)
    app.text_area(key="pasted").set_value(text)
    return run(app)


def uploaded(name: str, content: bytes) -> AppTest:
    """Return the page after a file was uploaded."""
    return uploaded_together([(name, content)])


def uploaded_together(files: list[tuple[str, bytes]]) -> AppTest:
    """Return the page after several files were uploaded."""
    app = choose(open_page("train"), "corpus", UPLOAD)
    app.file_uploader(key="uploaded").set_value([(*file, "text/plain") for file in files])
    return run(app)


# The text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  \n\t  \n", "This text is white space only; give at least a few hundred letters."),
        ("aaaa" * 300, "This text repeats one symbol, 'a'"),
        ("Aa" * 600, "This text repeats one symbol, 'a'"),
        ("too short", "This text has 9 characters; with windows of 60"),
        (prose(600), "the minimum is "),
        (prose(900) + "\0", "This text holds NUL characters"),
        ("\0", "This text holds NUL characters"),
    ],
)
def test_a_text_that_nothing_can_be_learned_from_is_refused(text: str, sentence: str) -> None:
    app = pasted(text)
    assert len(errors(app)) == 1
    assert sentence in errors(app)[0]
    assert "\n" not in errors(app)[0]
    assert button(app, "Start").disabled
    assert app.text_area(key="pasted").value == text


def test_an_empty_text_cannot_be_started() -> None:
    app = pasted("")
    assert button(app, "Start").disabled
    assert app.text_area(key="pasted").value == ""


def test_what_a_start_takes_is_said_before_anything_is_pasted() -> None:
    app = choose(open_page("train"), "corpus", PASTE)
    needed = f"at least {shortest():,} characters"
    assert needed in app.text_area(key="pasted").placeholder
    assert needed in button(app, "Start").help
    app = pasted((prose(700) * 2)[: shortest()])
    assert not button(app, "Start").disabled
    assert not button(app, "Start").help
    app = pasted((prose(700) * 2)[: shortest() - 1])
    assert button(app, "Start").disabled
    assert f"the minimum is {shortest():,}." in errors(app)[0]


def test_a_text_that_was_emptied_again_says_so() -> None:
    app = pasted(prose(700))
    app.text_area(key="pasted").set_value("")
    run(app)
    assert button(app, "Start").disabled
    assert "empty" in said(app)


def test_a_good_text_can_be_started_and_its_panel_says_what_it_is() -> None:
    text = prose(2000).upper()
    app = pasted(text)
    assert not app.error
    assert not button(app, "Start").disabled
    figures = {each.label: each.value for each in app.metric}
    assert figures["Characters"] == "2,000"
    assert figures["Symbols"] == str(len(set(text.lower())))
    assert figures["Windows of 60"] == "647"
    assert text_box(app) == text.lower()[:600] + "…"


def test_keeping_capitals_is_a_choice() -> None:
    app = pasted("Ab" * 600)
    app.toggle[0].set_value(False)
    run(app)
    assert text_box(app).startswith("AbAb")


def test_the_text_survives_a_change_of_mind() -> None:
    app = pasted("short but dear to me")
    choose(app, "recipe", "book")
    assert app.text_area(key="pasted").value == "short but dear to me"


def test_starting_writes_down_what_was_asked_and_shows_the_run(no_process: list[RunFolder]) -> None:
    app = pasted(prose(2000))
    app.number_input(key="units-tbptt").set_value(32)
    app.number_input(key="epochs-tbptt").set_value(3)
    run(app)
    press(app, "Start")
    (started,) = no_process
    asked = started.config()
    assert (asked.settings.units, asked.settings.epochs, asked.length) == (32, 3, 2000)
    assert started.text() == prose(2000)
    assert app.query_params["run"] == started.name
    assert app.selectbox(key="run_shown").value == started.name
    assert "Start" not in labels(app)


def test_a_start_trains_what_was_typed_last(no_process: list[RunFolder]) -> None:
    app = pasted(prose(2000))
    app.text_area(key="pasted").set_value(prose(2000) + "zyx")  # comes together with the click
    press(app, "Start")
    (started,) = no_process
    assert started.text() == prose(2000) + "zyx"


def test_a_file_in_latin_1_names_its_encoding() -> None:
    text = "Ein schöner Satz über Käse, Öl und süße Grüße an alle Gäste.\n" * 40
    app = uploaded("gruß.txt", text.encode("latin-1"))
    assert not app.error
    assert "gruß.txt was read as cp1252." in said(app)
    assert "schöner" in text_box(app)
    assert not button(app, "Start").disabled


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_in_utf_8_needs_no_word_about_it(encoding: str) -> None:
    app = uploaded("text.txt", ("Grüße\r\n" * 200).encode(encoding))
    assert "read as" not in said(app)
    assert text_box(app).startswith("grüße\ngrüße")


@pytest.mark.parametrize(
    "content",
    [
        b"\0\x01\x02\xff" * 500,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8,
        b"a\0" * 800,
    ],
)
def test_a_binary_file_is_refused_with_a_sentence(content: bytes) -> None:
    app = uploaded("picture.png", content)
    assert len(errors(app)) == 1
    assert "save it as plain text in UTF-8" in errors(app)[0]
    assert button(app, "Start").disabled


def test_an_empty_file_is_refused_with_a_sentence() -> None:
    app = uploaded("empty.txt", b"")
    assert errors(app) == ["This text is empty; give at least a few hundred characters."]
    assert button(app, "Start").disabled


def test_several_files_become_one_text_in_the_order_shown(no_process: list[RunFolder]) -> None:
    german = "Ein schöner Satz über Käse, Öl und süße Grüße an alle Gäste.\n" * 40
    files = [("b tale.txt", prose(900).encode()), ("a.txt", german.encode("latin-1"))]
    app = uploaded_together(files)
    assert not app.error
    assert "a.txt was read as cp1252." in said(app)
    press(app, "Start")
    (started,) = no_process
    assert started.text() == prose(900) + "\n\n" + german.lower()
    assert started.config().corpus == "b-tale-and-1-more"


def test_of_several_files_the_one_that_is_no_text_is_named() -> None:
    app = uploaded_together([("a.txt", prose(900).encode()), ("b.txt", b"a\0" * 800)])
    assert len(errors(app)) == 1
    assert errors(app)[0].startswith("b.txt holds NUL characters")
    assert button(app, "Start").disabled


def test_files_that_are_too_large_together_are_refused() -> None:
    app = uploaded_together([("a.txt", b"a" * 12_000_000), ("b.txt", b"b" * 12_000_000)])
    assert errors(app) == ["These 2 files have 24.0 MB; the limit is 20 MB."]
    assert button(app, "Start").disabled


# Named texts, without a network


def test_without_a_network_and_without_files_python_is_offered() -> None:
    app = open_page("train")
    assert app.button_group(key="corpus").value == "python"
    assert not app.error
    assert not button(app, "Start").disabled


def test_a_text_that_is_not_here_says_so_and_what_works() -> None:
    app = choose(open_page("train"), "corpus", "nietzsche")
    assert "Without a network, use python or a text of your own." in said(app)
    assert button(app, "Start").disabled


def test_a_download_without_a_network_fails_with_a_sentence() -> None:
    app = press(choose(open_page("train"), "corpus", "shakespeare"), "Download shakespeare")
    assert len(errors(app)) == 1
    assert "cannot be downloaded (no connection)" in errors(app)[0]
    assert app.get("progress") == []
    assert button(app, "Start").disabled


def test_a_text_in_the_folder_of_texts_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text(prose(900))
    monkeypatch.setenv("CHARLSTM_DATA", str(tmp_path))
    app = choose(open_page("train"), "corpus", "mine")
    assert {each.label: each.value for each in app.metric}["Characters"] == "900"


# The recipe


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_every_setting_keeps_within_its_limits(recipe: str) -> None:
    app = choose(open_page("train"), "recipe", recipe)
    numbers = ("units", "layers", "learning_rate", "batch", "epochs", "seed")
    names = (*numbers, "clip_norm", "final_fraction", "dropout")
    controls = {name: app.number_input(key=f"{name}-{recipe}") for name in names}
    limits = {name: (control.min, control.max) for name, control in controls.items()}
    for name, control in controls.items():
        lowest = 0.0 if name == "clip_norm" else FIELDS[name].low  # 0 clips nothing
        assert control.min == lowest, name
        assert control.min <= control.value <= control.max <= FIELDS[name].high, name
    for end in (0, 1):
        for name in names:
            app.number_input(key=f"{name}-{recipe}").set_value(limits[name][end])
        run(app)
        for name in names:
            assert app.number_input(key=f"{name}-{recipe}").value == limits[name][end], name
    assert not app.error


def test_another_network_keeps_its_size_and_has_a_rate_of_its_own() -> None:
    app = put(open_page("train").number_input(key="units-tbptt"), 40)
    app = put(app.number_input(key="learning_rate-tbptt"), 0.5)
    app = choose(app, "network", "gru")
    values = {name: app.number_input(key=f"{name}-tbptt-gru").value for name in ("units", "batch")}
    assert values == {"units": 40, "batch": settings_for("tbptt", network="gru").batch}
    rate = app.number_input(key="learning_rate-tbptt-gru").value
    assert rate == settings_for("tbptt", network="gru").learning_rate
    assert "learning_rate" not in app.query_params


def test_another_network_under_a_preset_has_the_settings_of_the_command_line() -> None:
    app = choose(choose(open_page("train"), "preset", "overnight"), "network", "gru")
    asked = PRESETS["overnight"].settings(network="gru")
    for name in ("units", "learning_rate", "batch", "chunk", "weight_decay", "dropout", "epochs"):
        assert app.number_input(key=f"{name}-overnight-gru").value == getattr(asked, name), name


def test_a_preset_fills_the_settings_and_says_what_came_of_it() -> None:
    app = choose(open_page("train"), "preset", "overnight")
    assert app.query_params["preset"] == "overnight"
    values = {name: app.number_input(key=f"{name}-overnight").value for name in ("units", "epochs")}
    assert values == {"units": 256, "epochs": 24}
    for name in ("learning_rate", "batch", "chunk", "weight_decay", "dropout"):
        expected = getattr(PRESETS["overnight"].settings(), name)
        assert app.number_input(key=f"{name}-overnight").value == expected, name
    assert app.number_input(key="seconds-overnight").value == 8 * 3600
    assert "Not measured yet." in said(app) or "held-out window loss" in said(app)
    app = put(app.number_input(key="units-overnight"), 400)
    assert "Some settings differ from the preset's." in said(app)
    assert app.query_params["units"] == "400"
    app = choose(app, "recipe", "book")
    assert "preset" not in app.query_params
    assert "units" not in app.query_params
    assert app.number_input(key="units-book").value == 128


def test_a_link_with_old_names_asks_for_the_same() -> None:
    app = open_page("train", final_share="0.25", guard="0")
    assert app.number_input(key="final_fraction-tbptt").value == 0.25
    assert app.toggle(key="stop_on_divergence").value is False
    assert app.query_params == {"final_fraction": "0.25", "stop_on_divergence": "0"}


@pytest.mark.parametrize(
    ("given", "where"),
    [({"recipe": "book", "chunk": "30"}, "recipe tbptt"), ({"vocabulary": "500"}, "level word")],
)
def test_a_setting_that_means_nothing_here_is_left_out_with_a_note(
    given: dict[str, str], where: str
) -> None:
    app = open_page("train", **given)
    name, value = list(given.items())[-1]
    assert f"The address asks for {name} '{value}', which only the {where} has." in said(app)
    assert name not in app.query_params
    assert not [each for each in app.number_input if each.key.startswith(f"{name}-")]


def test_a_preset_comes_by_its_address() -> None:
    app = open_page("train", preset="3-minutes", dropout="0.2")
    assert app.number_input(key="units-3-minutes").value == 192
    assert app.number_input(key="dropout-3-minutes").value == 0.2
    assert "Some settings differ from the preset's." in said(app)
    app = open_page("train", preset="a-week")
    assert "asks for preset" in said(app)


def test_the_choice_means_weights_and_steps() -> None:
    app = pasted(prose(2000))
    app.number_input(key="units-tbptt").set_value(8)
    run(app)
    symbols = len(set(prose(2000)))
    figures = {each.label: each.value for each in app.metric}
    assert figures["Weights"] == f"{4 * 8 * (symbols + 8 + 1) + symbols * 9:,}"
    assert int(figures["Steps"].replace(",", "")) > 0


def test_the_time_is_not_known_before_anything_was_measured() -> None:
    app = open_page("train")
    assert {each.label: each.value for each in app.metric}["Time of training"] == "not known yet"


def test_the_time_comes_from_the_last_run_of_the_same_shape() -> None:
    made_run("before", units=128)
    app = pasted(prose(1500))
    (time,) = (each for each in app.metric if each.label == "Time of training")
    assert time.value.startswith("about ")
    assert time.delta == "1,000 characters/s"  # with more beside it, it would be cut off
    assert "Speed as in the run before" in said(app)


def test_a_measurement_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby.sys, "executable", "/nowhere/python")
    app = press(open_page("train"), "Measure")
    assert "The speed could not be measured" in errors(app)[0]


def _progress(app: AppTest) -> dict[str, Any]:
    """Return how far the run is, as the browser is told at first."""
    shown: dict[str, Any] = sent(app, "training")["progress"]
    return shown


def _figures(app: AppTest) -> dict[str, str]:
    return {label: value for label, value, _ in _progress(app)["figures"]}


def test_where_nothing_can_be_trained_the_page_says_why_and_the_rest_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(standby, "why_no_training", lambda: "Training needs *TensorFlow*.")
    made_run("made")
    app = open_page("train")
    assert "Training needs *TensorFlow*." in said(app)
    assert button(app, "Start").disabled
    assert "charlstm_training" in components(open_page("train", run="made"))
    assert "charlstm_writer" in components(open_page("temperature", run="made"))
    open_page("lesson")


def test_a_start_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: RunFolder) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(standby, "start", fail)
    app = press(pasted(prose(900)), "Start")
    assert "No space left on device" in errors(app)[0]


# One training at a time


def test_a_second_start_offers_to_watch_the_running_one() -> None:
    with trained_elsewhere("busy"):
        app = open_page("train")
        assert "Start" not in labels(app)
        assert "busy is being trained; only one training can run at a time." in said(app)
        press(app, "Watch it")
        assert app.selectbox(key="run_shown").value == "busy"
        assert {"Pause", "Stop"} <= set(labels(app))


def test_a_lock_held_by_this_process_counts_too() -> None:
    made = made_run("busy")
    made.write_status(replace(made.status(), status=RUNNING, phase="training"))
    with FileLock(made.path / "lock"):
        assert "Watch it" in labels(open_page("train"))
    assert "Start" in labels(open_page("train"))


@pytest.mark.parametrize(
    ("status", "pressed", "command"),
    [
        (RUNNING, "Pause", process.PAUSE),
        (RUNNING, "Stop", process.STOP),
        (PAUSED, "Resume", process.RESUME),
        (PAUSED, "Stop", process.STOP),
    ],
)
def test_the_buttons_of_a_living_run_tell_it_what_to_do(
    status: str, pressed: str, command: str
) -> None:
    with trained_elsewhere("busy", status) as made:
        press(open_page("train", run="busy"), pressed)
        assert process.take_command(made) == command


def test_pause_and_stop_say_how_they_differ() -> None:
    with trained_elsewhere("busy"):
        app = open_page("train", run="busy")
        assert "no other training can start" in button(app, "Pause").help
        assert "another training can start" in button(app, "Stop").help


@pytest.mark.parametrize("status", [RUNNING, PAUSED])
def test_a_run_that_was_told_to_stop_says_that_it_is_stopping(status: str) -> None:
    with trained_elsewhere("busy", status) as made:
        app = press(open_page("train", run="busy"), "Stop")
        assert STOPPING in " ".join(each.value for each in app.markdown)
        shown = _progress(app)
        assert shown["sentence"].startswith("Stopping")
        assert all(button(app, each).disabled for each in ("Resume", "Pause", "Stop"))
        process.take_command(made)
        assert STOPPING not in " ".join(each.value for each in run(app).markdown)


def test_a_run_that_has_learned_all_says_that_it_is_measuring_and_can_still_be_stopped() -> None:
    with trained_elsewhere("busy") as made:
        app = open_page("train", run="busy")
        made.write_status(replace(made.status(), phase=MEASURING))
        run(app)
        assert MEASURING in " ".join(each.value for each in app.markdown)
        shown = _progress(app)
        assert shown["sentence"].startswith("Measuring")
        assert button(app, "Pause").disabled and not button(app, "Stop").disabled
        # What cannot be done now says why.
        assert "The best checkpoint of busy is being measured" in button(app, "Delete").help
        assert "The best checkpoint of busy is being measured" in said(app)


@pytest.mark.parametrize(
    ("status", "pressed", "word"),
    [(RUNNING, "Pause", PAUSING), (PAUSED, "Resume", RESUMING)],
)
def test_a_run_that_was_told_to_pause_or_to_go_on_says_so_before_its_process_does(
    status: str, pressed: str, word: str
) -> None:
    with trained_elsewhere("busy", status):
        app = press(open_page("train", run="busy"), pressed)
        assert word in " ".join(each.value for each in app.markdown)
        shown = _progress(app)
        assert shown["sentence"].startswith(word.capitalize())
        assert button(app, pressed).disabled
        assert not button(app, "Stop").disabled


def test_a_second_press_of_resume_starts_no_second_process(no_process: list[RunFolder]) -> None:
    with trained_elsewhere("busy") as made:
        made.write_status(replace(made.status(), status=STOPPED))
        app = open_page("train", run="busy")
        made.write_status(replace(made.status(), status=RUNNING, phase="training"))
        press(app, "Resume")
        assert no_process == []


@pytest.mark.parametrize("status", [RUNNING, PAUSED])
def test_where_seconds_end_a_run_its_progress_is_in_seconds(status: str) -> None:
    with trained_elsewhere("busy", status, seconds=30.0, epochs=1000) as made:
        done = {"step": 5, "steps": 217_000, "epoch": 0, "epochs": 1000}
        clock = {"seconds": 12.2, "seconds_left": 17.8}
        made.write_status(replace(made.status(), **done, **clock))
        app = open_page("train", run="busy")
        shown = _progress(app)
        figures = _figures(app)
        assert (
            shown["sentence"]
            == {RUNNING: "12 of 30 s, 18 s left", PAUSED: "Paused at 12 of 30 s"}[status]
        )
        assert round(100 * shown["fraction"]) == 41
        assert figures["Training time"] == "12 of 30 s"
        assert "Epochs" not in figures


def test_where_steps_end_a_run_before_its_seconds_do_its_progress_is_in_steps() -> None:
    with trained_elsewhere("busy", seconds=3000.0) as made:
        made.write_status(replace(made.status(), step=20, steps=40, seconds=12.2, epoch=1))
        app = open_page("train", run="busy")
        shown = _progress(app)
        assert shown["sentence"].startswith("Step 20 of 40")
        assert _figures(app)["Epochs"] == "1 of 2"


def test_the_first_thing_to_do_with_a_finished_run_is_to_write_with_it() -> None:
    made_run("mine")
    app = open_page("train", run="mine")
    (link,) = (each.proto for each in app.get("page_link"))
    assert link.label == WRITE
    assert not link.disabled
    query = {"run": "mine", "checkpoint": "20", "prompt": "the ", "temperature": "0.5"}
    assert dict(parse_qsl(link.query_string)) == query
    assert set(labels(app)) == {"Rename", "Delete"}


def test_a_run_without_a_checkpoint_is_resumed_first_and_says_why_it_cannot_write() -> None:
    made = made_run("mine")
    for file in (made.path / "checkpoints").iterdir():
        file.unlink()
    made.write_status(replace(made.status(), status=STOPPED))
    app = open_page("train", run="mine")
    (link,) = (each.proto for each in app.get("page_link"))
    assert link.disabled
    assert "no checkpoint" in link.help
    assert button(app, "Resume").proto.type == "primary"


def test_a_resumed_run_shows_what_is_known_of_it_while_its_process_starts() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), status=STOPPED, characters_per_second=1234.0))
    before = _figures(open_page("train", run="mine"))
    made.write_status(replace(made.status(), status=RUNNING, phase=STARTING, process=own_mark()))
    app = open_page("train", run="mine")
    assert _progress(app)["sentence"].startswith("Starting")
    assert _figures(app) == before
    assert (before["Epochs"], before["Characters/s"]) == ("2 of 2", "1,234")


def test_the_first_seconds_are_not_rounded_up() -> None:
    made = made_run("mine")
    made.write_status(replace(made.status(), seconds=0.37))
    (speed,) = (
        each for each in _progress(open_page("train", run="mine"))["figures"] if "/s" in each[0]
    )
    assert speed[2] == "0.4 s of training"


def test_a_run_whose_process_died_shows_as_stopped_and_can_be_resumed(
    no_process: list[RunFolder],
) -> None:
    made = made_run("dead")
    made.write_status(replace(made.status(), status=RUNNING, phase="training"))
    app = open_page("train", run="dead")
    assert "The training process crashed." in said(app)
    assert STOPPED in " ".join(each.value for each in app.markdown)
    press(app, "Resume")
    assert [each.name for each in no_process] == ["dead"]


# Runs reopened


def test_the_list_holds_own_and_shipped_runs() -> None:
    made_run("mine")
    options = open_page("train").selectbox(key="run_shown").options
    assert options[:4] == ["new training", "mine", "nietzsche-tbptt", "nietzsche-book"]
    assert options[4:] == [
        *("nietzsche-diverges", "nietzsche-overnight", "nietzsche-steadied"),
        *("race-conv1d", "race-gru", "race-lstm"),
    ]


@pytest.mark.parametrize("name", ["nietzsche-tbptt", "nietzsche-book", "mine"])
def test_a_run_can_be_reopened_by_its_address(name: str) -> None:
    made_run("mine")
    app = open_page("train", run=name)
    assert app.selectbox(key="run_shown").value == name
    assert components(app) == ["charlstm_training"]
    assert _progress(app)["training"]
    assert app.code[0].value.startswith("python -m charlstm train --corpus ")
    assert app.query_params["run"] == name


def test_choosing_a_run_puts_it_into_the_address_and_leaving_it_takes_it_out() -> None:
    made_run("mine")
    app = open_page("train")
    put(app.selectbox(key="run_shown"), "mine")
    assert app.query_params["run"] == "mine"
    put(app.selectbox(key="run_shown"), "new training")
    assert "run" not in app.query_params


def test_a_shipped_run_cannot_be_changed() -> None:
    app = open_page("train", run="nietzsche-tbptt")
    assert not {"Resume", "Stop", "Pause", "Start"} & set(labels(app))


@pytest.mark.parametrize("name", ["no-such-run", "../..", "a" * 400, "", HOSTILE])
def test_an_unknown_run_in_the_address_becomes_a_note(name: str) -> None:
    app = open_page("train", run=name)
    assert "which is not available" in said(app)
    assert app.selectbox(key="run_shown").value == "new training"
    assert [mark for each in app.warning for mark in unescaped_markup(each.value)] == []


def test_samples_are_shown_for_every_epoch() -> None:
    made = made_run("mine")
    for epoch in range(3, 30):
        for temperature in (0.2, 0.5, 1.0, 1.2):
            line = {"epoch": epoch, "step": epoch * 10, "prompt": "the ", "seed": 1}
            made.append_samples(line | {"temperature": temperature, "text": f"of epoch {epoch}"})
    shown = shown_html(open_page("train", run="mine"))
    assert [each.startswith("T = ") for each in shown[:4]] == [True] * 4
    assert all("of epoch 29" in each for each in shown[:4])
    assert "of epoch 28" in " ".join(shown[4:])


def test_samples_within_an_epoch_are_shown_under_their_step_and_old_links_find_epochs() -> None:
    made = made_run("mine")
    (made.path / "samples.jsonl").unlink()
    moments = [(0, 1), (0, 1400), *[(epoch, epoch * 2000) for epoch in range(1, 15)], (14, 28500)]
    for epoch, step in moments:
        line = {"epoch": epoch, "step": step, "prompt": "the ", "temperature": 0.5, "seed": 1}
        made.append_samples(line | {"text": f"of step {step}"})
    app = open_page("train", run="mine", epoch="1")
    captions = [each.value for each in app.caption if "from the text" in each.value]
    assert captions[0].startswith("Step 28500")
    assert captions[1].startswith("Epoch 14")
    assert app.selectbox(key="epoch").value == "1"
    assert any(each.endswith("of step 2000") for each in shown_html(app))
    put(app.selectbox(key="epoch"), "step 1400")
    assert app.query_params["epoch"] == "step 1400"
    assert any(each.endswith("of step 1400") for each in shown_html(app))
    assert samples_text(made.samples()).startswith("Step 1, T = 0.5\nthe of step 1\n")


# Damage


def test_a_damaged_run_is_named_and_the_others_open() -> None:
    (made_run("broken").path / "config.json").write_bytes(b"{")
    made_run("whole")
    app = open_page("train", run="broken")
    assert errors(app) == ["In the run broken, the file config.json is missing or damaged."]
    put(app.selectbox(key="run_shown"), "whole")
    assert not app.error
    assert components(app)


def test_a_damaged_status_is_named() -> None:
    (made_run("broken").path / "status.json").unlink()
    app = open_page("train", run="broken")
    assert errors(app) == ["In the run broken, the file status.json is missing or damaged."]


@pytest.mark.parametrize("name", ["history.jsonl", "samples.jsonl"])
def test_unreadable_lines_are_counted_and_the_rest_is_shown(name: str) -> None:
    made = made_run("broken")
    with (made.path / name).open("ab") as file:
        file.write(b"\xff\xfe{\n[]\n")
    app = open_page("train", run="broken")
    assert errors(app) == [f"In the run broken, 2 lines of {name} are unreadable."]
    assert components(app)
    assert _progress(app)["training"]
    assert any("T = 0.5" in each for each in shown_html(app))


def test_a_damaged_checkpoint_is_named_and_the_curves_are_shown() -> None:
    made = made_run("broken")
    (made.path / "checkpoints" / "step-000010.npz").write_bytes(b"PK")
    app = open_page("train", run="broken")
    assert "checkpoints/step-000010.npz is missing or damaged" in " ".join(errors(app))
    assert _progress(app)["training"]


@pytest.mark.parametrize(
    "line",
    [
        history_line(30, loss="x", held_out_loss="y", seconds="z"),
        history_line(30, loss=None, held_out_loss=None),
        history_line(30, epoch={}, seconds=[]) | {"step": [1]},
        history_line(30, loss=1e308, held_out_loss=-1e308),
    ],
)
def test_nonsense_in_a_history_does_not_break_the_page(line: dict[str, object]) -> None:
    made = made_run("odd")
    made.append_history(line)
    assert open_page("train", run="odd").selectbox(key="run_shown").value == "odd"


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": "hot"},
        {"temperature": None},
        {"temperature": -5},
        {"text": None},
        {"prompt": 7},
        {"epoch": [1]},
    ],
)
def test_nonsense_in_samples_does_not_break_the_page(changes: dict[str, object]) -> None:
    made = made_run("odd")
    line = {"epoch": 3, "step": 30, "prompt": "the ", "temperature": 1.0, "seed": 1, "text": "cat"}
    made.append_samples(line | changes)
    assert open_page("train", run="odd").selectbox(key="run_shown").value == "odd"


def test_a_damaged_run_does_not_keep_others_from_being_started() -> None:
    made = made_run("broken")
    for file in made.path.rglob("*.*"):
        file.write_bytes(b"\0")
    app = pasted(prose(900))
    assert not button(app, "Start").disabled


def test_a_run_that_has_just_begun_shows_without_a_checkpoint(no_process: list[RunFolder]) -> None:
    app = press(pasted(prose(900)), "Start")
    assert own_runs()[0].path == no_process[0].path
    assert (_progress(app)["model"], _progress(app)["training"]) == (None, [])


# Text is data


def test_markup_in_samples_reasons_and_commands_is_data() -> None:
    made = made_run("hostile")
    line = {"epoch": 3, "step": 30, "temperature": 1.0, "seed": 1}
    made.append_samples(line | {"prompt": HOSTILE, "text": HOSTILE})
    made.write_status(replace(made.status(), status=FAILED, reason=HOSTILE))
    made.write_config(replace(made.config(), corpus=HOSTILE))
    app = open_page("train", run="hostile")
    assert any(each.endswith(HOSTILE) for each in shown_html(app))
    assert errors(app) == [HOSTILE]
    assert HOSTILE in said(app)
    assert app.code[0].value == made.config().command
    shown = [each.value for each in (*app.caption, *app.error)]
    assert [mark for each in shown for mark in unescaped_markup(each)] == []


def test_markup_in_a_text_to_learn_is_data() -> None:
    app = pasted(HOSTILE * 40)
    assert text_box(app) == (HOSTILE * 40).lower()[:600] + "…"
    assert read(app.caption[0].value)


def test_markup_in_a_prompt_for_a_run_is_data() -> None:
    made_run("mine")
    app = open_page("train", run="mine", prompt=HOSTILE)
    assert sent(app, "training")["words"]["prompt"] == HOSTILE
    assert [mark for each in app.caption for mark in unescaped_markup(each.value)] == []


def test_an_older_epoch_can_be_chosen_and_is_in_the_address() -> None:
    run = made_run()
    for epoch in range(3, 20):
        run.append_samples(run.samples()[-1] | {"epoch": epoch, "text": f"epoch {epoch}"})
    app = open_page("train", run="made", epoch="4")
    assert app.selectbox(key="epoch").value == "4"
    assert any(each.endswith("epoch 4") for each in shown_html(app))
    put(app.selectbox(key="epoch"), "3")
    assert app.query_params["epoch"] == "3"
    app = open_page("train", run="made", epoch="18")
    assert "asks for epoch '18', which is not available; 6 is" in said(app)
    assert app.selectbox(key="epoch").value == "6"


def test_a_training_starts_from_a_run_with_the_network_of_that_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_run(network="gru", units=16)
    started: list[RunFolder] = []
    monkeypatch.setattr(standby, "start", started.append)
    app = open_page("train", start_from="made", corpus="python")
    assert "The training has the network of made: network gru, level char, cells 16" in said(app)
    assert not [field for field in app.number_input if field.label in ("Cells", "Layers")]
    press(app, "Start")
    settings = started[0].config().settings
    assert (settings.start_from, settings.network, settings.units) == ("made", "gru", 16)
    assert started[0].checkpoints() == [0]
