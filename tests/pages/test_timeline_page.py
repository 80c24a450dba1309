"""The Timeline page: what it sends to be scrubbed is what the public functions give."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from charlstm import entropy_bits, open_model, timeline
from charlstm.engine.progress import clock
from charlstm.runs.config import STOPPED, Status
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import find
from charlstm.settings.schedule import DIVERGENCE_FACTOR
from charlstm.settings.settings import settings_for
from charlstm.ui.views.trainings import what_happened
from tests.made import history_line, made_run
from tests.pages.opened import HOSTILE, errors, labels, open_page, press, put, run, said, sent

PROMPT = "the soul "
STATE = {"prompt": PROMPT, "temperature": "0.8", "seed": "3", "length": "60"}


def test_every_checkpoint_shows_what_the_python_api_gives() -> None:
    app = open_page("timeline", run="nietzsche-tbptt", **STATE)
    data = sent(app, "timeline")
    moments = timeline("nietzsche-tbptt", PROMPT, temperature=0.8, length=60, seed=3)
    assert len(data["moments"]) == len(moments) == len(find("nietzsche-tbptt").checkpoints())
    for shown, moment in zip(data["moments"], moments, strict=True):
        model = open_model("nietzsche-tbptt", moment.step)
        assert shown["step"] == moment.step
        assert shown["text"] == model.write(PROMPT, temperature=0.8, length=60, seed=3)
        assert shown["probabilities"] == model.next(PROMPT, 0.8).tolist()
        assert shown["entropy"] == entropy_bits(model.next(PROMPT, 0.8))
        assert (shown["loss"], shown["heldOut"]) == (moment.loss, moment.held_out_loss)
        assert shown["lossBits"] == pytest.approx(moment.loss / np.log(2))
        assert shown["failure"] == ""


@pytest.mark.parametrize("name", ["nietzsche-tbptt", "nietzsche-diverges"])
def test_symbols_stand_by_their_probability_at_the_best_checkpoint(name: str) -> None:
    data = sent(open_page("timeline", run=name, **STATE), "timeline")
    assert sorted(data["order"]) == list(range(len(data["labels"])))
    assert (np.diff(open_model(name).next(PROMPT, 0.8)[data["order"]]) <= 0).all()
    assert {"␣", "⏎"} <= set(data["labels"])


def test_the_curves_lie_among_the_checkpoints_and_meet_their_losses() -> None:
    data = sent(open_page("timeline", **STATE), "timeline")
    for curve in (data["training"], data["heldOut"]):
        positions = [position for position, _ in curve]
        assert positions == sorted(positions)
        assert 0 <= positions[0] < 0.1
        assert len(data["moments"]) - 1.1 < positions[-1] <= len(data["moments"]) - 1
    assert data["heldOut"][-1][1] == pytest.approx(data["moments"][-1]["heldOut"], abs=0.05)
    best = best_checkpoint(find("nietzsche-tbptt"))
    assert data["moments"][data["best"]]["step"] == best


def _middle(name: str) -> int:
    steps = find(name).checkpoints()
    return steps[len(steps) // 2]


def test_it_starts_in_the_middle_or_at_the_checkpoint_of_the_address() -> None:
    last = find("nietzsche-tbptt").checkpoints()[-1]
    assert sent(open_page("timeline"), "timeline")["checkpoint"] == _middle("nietzsche-tbptt")
    app = open_page("timeline", checkpoint=str(last))
    assert sent(app, "timeline")["checkpoint"] == last
    assert app.query_params["checkpoint"] == str(last)


def test_the_film_has_the_pace_of_the_address() -> None:
    made_run()
    app = open_page("timeline", run="made", pace="5")
    assert sent(app, "timeline")["pace"] == "5"
    assert app.query_params["pace"] == "5"
    assert sent(open_page("timeline", run="made"), "timeline")["pace"] == "2"


@pytest.mark.parametrize("given", ["7", "best", "-1", HOSTILE])
def test_a_checkpoint_that_is_not_there_becomes_a_note(given: str) -> None:
    app = open_page("timeline", checkpoint=given)
    assert not errors(app)
    assert "The address asks for checkpoint" in said(app)
    assert sent(app, "timeline")["checkpoint"] == _middle("nietzsche-tbptt")


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("run", HOSTILE),
        ("temperature", "inf"),
        ("temperature", "-1"),
        ("seed", "1.5"),
        ("length", "601"),
        ("length", "nan"),
    ],
)
def test_what_the_address_cannot_ask_for_becomes_a_note(key: str, given: str) -> None:
    app = open_page("timeline", **{key: given})
    assert not errors(app)
    assert f"The address asks for {key}" in said(app)
    assert len(sent(app, "timeline")["moments"][0]["text"]) == 200


def test_the_controls_change_what_is_written_and_the_address() -> None:
    app = open_page("timeline", **STATE)
    put(app.number_input(key="temperature_held"), 0.3)
    put(app.number_input(key="seed"), 4)
    put(app.number_input(key="length"), 30)
    assert app.query_params["temperature"] == "0.3"
    assert (app.query_params["seed"], app.query_params["length"]) == ("4", "30")
    shown = sent(app, "timeline")["moments"][-1]
    model = open_model("nietzsche-tbptt", shown["step"])
    assert shown["text"] == model.write(PROMPT, temperature=0.3, length=30, seed=4)
    assert shown["probabilities"] == model.next(PROMPT, 0.3).tolist()


def test_the_temperature_is_the_one_of_the_other_pages() -> None:
    app = open_page("timeline", **STATE)
    put(app.number_input(key="temperature_held"), 1.3)
    app.switch_page("hand.py")
    for name, value in STATE.items():
        app.query_params[name] = value
    app.query_params["temperature"] = "1.3"
    run(app)
    assert sent(app, "dial")["temperature"] == 1.3


def test_another_run_starts_in_its_own_middle() -> None:
    app = open_page("timeline", checkpoint="562", length="20")
    before = sent(app, "timeline")
    app.selectbox(key="run").set_value("nietzsche-book")
    run(app)
    data = sent(app, "timeline")
    assert data["checkpoint"] == _middle("nietzsche-book")
    assert data["revision"] > before["revision"]
    assert "checkpoint" not in app.query_params


def test_a_run_whose_weights_are_no_longer_numbers_is_shown_all_the_same() -> None:
    made = made_run()
    lost = {name: np.full_like(w, np.nan) for name, w in made.weights(20).items()}
    made.write_checkpoint(30, lost)
    made.append_history(history_line(30, loss=None, held_out_loss=None))
    app = open_page("timeline", run="made", prompt="the cat", length="20")
    assert not errors(app)
    shown = sent(app, "timeline")["moments"]
    assert [len(each["text"]) for each in shown] == [20, 20, 0]
    assert "not finite numbers" in shown[-1]["failure"]
    assert shown[-1]["probabilities"] is None
    assert shown[-1]["loss"] is None


def test_a_hostile_prompt_is_data() -> None:
    app = open_page("timeline", prompt=HOSTILE, length="20")
    assert not errors(app)
    known = open_model().vocabulary.read(HOSTILE).text
    assert sent(app, "timeline")["prompt"] == known


def test_a_home_of_damaged_runs_is_said_and_the_shipped_ones_stay() -> None:
    made = made_run()
    (made.path / "config.json").write_text("{")
    app = open_page("timeline")
    assert "config.json is missing or damaged" in said(app)
    assert sent(app, "timeline")["moments"]


def test_the_twins_lead_to_each_other() -> None:
    app = open_page("timeline", run="nietzsche-diverges", prompt=PROMPT, length="40")
    assert "no clipping" in said(app)
    press(app, "Show its twin")
    assert app.selectbox(key="run").value == "nietzsche-steadied"
    assert app.text_area(key="prompt").value == PROMPT
    assert "clipping to" in said(app)
    press(app, "Show its twin")
    assert app.selectbox(key="run").value == "nietzsche-diverges"
    assert "Show its twin" not in labels(open_page("timeline"))


def _rises(name: str) -> list[float]:
    """Return the training loss of a history from its best line on, over the best."""
    losses = [inf if line["loss"] is None else line["loss"] for line in find(name).history()]
    best = losses.index(min(losses))
    assert losses[best] < 2.0
    return [loss / losses[best] for loss in losses[best:]]


def test_the_diverging_run_diverges_and_its_twin_does_not() -> None:
    diverges, steadied = (
        find(name).config().settings for name in ("nietzsche-diverges", "nietzsche-steadied")
    )
    assert diverges.seed == steadied.seed
    assert max(_rises("nietzsche-diverges")) > DIVERGENCE_FACTOR
    assert _rises("nietzsche-diverges")[-1] > 1.5
    assert max(_rises("nietzsche-steadied")) < 1.5


def test_what_happened_is_said_in_words() -> None:
    status = Status(status=STOPPED, seconds=75.0, best_held_out_loss=1.625, reason="By hand.")
    assert what_happened("mine", settings_for("book", stop_on_divergence=False), status) == (
        "mine: recipe “as in the book”, 128 cells, batches of 128, learning rate 0.01, no clipping,"
        " a constant rate, no stop on divergence. Stopped after 75 s of training; best held-out"
        " window loss 1.625 nats. By hand."
    )
    assert "clipping to 1, a rate that falls to 2 %. Running" in what_happened(
        "x", settings_for("tbptt"), Status()
    )


def test_times_at_the_very_start_have_a_tenth_of_a_second() -> None:
    assert [clock(seconds) for seconds in (0.04, 0.5, 9.0, 42.4, 200)] == [
        "0.0 s",
        "0.5 s",
        "9.0 s",
        "42 s",
        "3 min 20 s",
    ]
