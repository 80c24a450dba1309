"""The Timeline page: what the browser is given, and what it may set."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from charlstm import invented_spans, moments_table, open_model, source_of, timeline
from charlstm.browser.handout import model_file
from charlstm.data.vocabulary import visible
from charlstm.engine.progress import clock
from charlstm.errors import RunError
from charlstm.runs.config import STOPPED, Status
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import find
from charlstm.settings import settings_for
from charlstm.settings.schedule import DIVERGENCE_FACTOR
from charlstm.ui.text import NO_SPACES
from charlstm.ui.views.sources import LEGEND
from charlstm.ui.views.trainings import what_happened
from charlstm.web.addresses import model_address
from tests.absurd import ABSURD
from tests.made import history_line, made_run
from tests.pages.figures import same
from tests.pages.opened import (
    HOSTILE,
    errors,
    labels,
    open_page,
    press,
    run,
    said,
    sent,
    shown_html,
)

PROMPT = "the soul "
STATE = {"prompt": PROMPT, "temperature": "0.8", "seed": "3", "length": "60"}


def _set(app: AppTest, text: str | None = None, **words: str | None) -> AppTest:
    """Let the browser set something, as its state."""
    data = sent(app, "timeline")
    state = {"words": data["words"] | words, "revision": data["revision"], "text": text}
    app.session_state["timeline"] = {"state": state}
    return run(app)


def test_every_checkpoint_has_its_model_and_the_figures_of_the_python_api() -> None:
    app = open_page("timeline", run="nietzsche-tbptt", **STATE)
    data = sent(app, "timeline")
    folder = find("nietzsche-tbptt")
    moments = timeline(folder, PROMPT, length=1)
    assert len(data["checkpoints"]) == len(moments) == len(folder.checkpoints())
    for shown, moment in zip(data["checkpoints"], moments, strict=True):
        assert shown["step"] == moment.step
        assert shown["model"] == model_address(folder, moment.step)
        assert (shown["epoch"], shown["time"]) == (moment.epoch, clock(moment.seconds or 0.0))
        assert (shown["loss"], shown["heldOut"]) == (moment.loss, moment.held_out_loss)
    assert data["prompt"] == PROMPT
    asked = {key: data["words"][key] for key in ("temperature", "seed", "length")}
    assert asked == {"temperature": "0.8", "seed": "3", "length": "60"}


def test_the_page_writes_nothing_until_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("charlstm.runs.opening.Network", lambda *_: opened.append(_))
    app = open_page("timeline", run="nietzsche-tbptt", **STATE)
    _set(app, checkpoint="562", temperature="1.1")
    assert opened == []
    assert not app.dataframe


def test_all_the_numbers_are_computed_when_they_are_opened() -> None:
    app = open_page("timeline", run="nietzsche-diverges", **STATE)
    app.session_state["numbers"] = True
    run(app)
    moments = timeline("nietzsche-diverges", PROMPT, temperature=0.8, length=60, seed=3)
    symbols = find("nietzsche-diverges").config().vocabulary.symbols
    expected = moments_table(moments, symbols, 0.8)
    same(app.dataframe[0].value, expected)
    assert (
        app.dataframe[0].value["likeliest"].tolist() == expected["likeliest"].map(visible).tolist()
    )


def test_the_invented_words_of_the_text_at_rest_are_underlined() -> None:
    app = open_page("timeline", **STATE)
    text = open_model("nietzsche-tbptt", 562).write(PROMPT, temperature=1.5, length=60, seed=3)
    _set(app, text, temperature="1.5", checkpoint="562")
    lexicon = source_of("nietzsche-tbptt").lexicon
    assert lexicon is not None
    spans = [list(span) for span in invented_spans(text, PROMPT, lexicon)]
    assert spans
    assert sent(app, "timeline")["invented"] == {"text": text, "spans": spans, "legend": LEGEND}


def test_no_clause_of_a_script_without_spaces_is_underlined_and_it_is_said() -> None:
    clause = "我喜欢读书也喜欢写字。"
    made_run(text=clause * 200)
    app = _set(open_page("timeline", run="made", prompt=clause), clause[::-1] * 3)
    shown = sent(app, "timeline")["invented"]
    assert shown["spans"] == []
    assert shown["legend"] == f"{NO_SPACES} Nothing is underlined there."


def test_in_an_old_browser_the_server_writes_at_the_checkpoint_of_the_address() -> None:
    app = open_page("timeline", checkpoint="562", **STATE)
    app.session_state["kept_is_old_browser"] = True
    run(app)
    text = open_model("nietzsche-tbptt", 562).write(PROMPT, temperature=0.8, length=60, seed=3)
    assert PROMPT + text in " ".join(shown_html(app))
    assert app.selectbox(key="checkpoint").value == 562


def test_the_curves_lie_among_the_checkpoints_and_meet_their_losses() -> None:
    data = sent(open_page("timeline", **STATE), "timeline")
    for curve in (data["training"], data["heldOut"]):
        positions = [position for position, _ in curve]
        assert positions == sorted(positions)
        assert 0 <= positions[0] < 0.1
        assert len(data["checkpoints"]) - 1.1 < positions[-1] <= len(data["checkpoints"]) - 1
    last = data["checkpoints"][-1]["heldOut"]
    assert data["heldOut"][-1][1] == pytest.approx(last, abs=0.05)
    best = best_checkpoint(find("nietzsche-tbptt"))
    assert data["checkpoints"][data["best"]]["step"] == best


def _asked(app: AppTest) -> dict[str, Any]:
    """Return what the browser is asked to show; words of the address."""
    words: dict[str, Any] = sent(app, "timeline")["words"]
    return words


def _middle(name: str) -> int:
    steps = find(name).checkpoints()
    return steps[len(steps) // 2]


def test_it_starts_in_the_middle_or_at_the_checkpoint_of_the_address() -> None:
    last = find("nietzsche-tbptt").checkpoints()[-1]
    assert _asked(open_page("timeline"))["checkpoint"] == str(_middle("nietzsche-tbptt"))
    app = open_page("timeline", checkpoint=str(last))
    assert _asked(app)["checkpoint"] == str(last)
    assert app.query_params["checkpoint"] == str(last)


def test_the_film_has_the_pace_of_the_address() -> None:
    made_run()
    app = open_page("timeline", run="made", pace="5")
    assert _asked(app)["pace"] == "5"
    assert app.query_params["pace"] == "5"
    assert _asked(open_page("timeline", run="made"))["pace"] == "2"


@pytest.mark.parametrize("given", ["7", "best", "-1", HOSTILE])
def test_a_checkpoint_that_is_not_there_becomes_a_note(given: str) -> None:
    app = open_page("timeline", checkpoint=given)
    assert not errors(app)
    assert "The address asks for checkpoint" in said(app)
    assert _asked(app)["checkpoint"] == str(_middle("nietzsche-tbptt"))


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
    usual = {"temperature": "0.5", "seed": "0", "length": "200"}
    assert usual.items() <= _asked(app).items()


def test_what_is_set_in_the_browser_is_in_the_address_and_the_browser_keeps_it() -> None:
    app = open_page("timeline", **STATE)
    before = sent(app, "timeline")
    _set(app, temperature="0.3", seed="4", length="30", checkpoint="562", pace="1", symbol="e")
    assert app.query_params["temperature"] == "0.3"
    assert (app.query_params["seed"], app.query_params["length"]) == ("4", "30")
    assert (app.query_params["checkpoint"], app.query_params["pace"]) == ("562", "1")
    assert app.query_params["symbol"] == "e"
    assert sent(app, "timeline")["revision"] == before["revision"]


@pytest.mark.parametrize("given", [*ABSURD.values(), 7, None, ["0.3"], {}])
def test_whatever_a_browser_sends_the_page_stays(given: Any) -> None:
    app = open_page("timeline")
    _set(app, given, **dict.fromkeys(_asked(app), given))
    assert 0 <= float(_asked(app)["temperature"]) <= 2
    assert int(_asked(app)["checkpoint"]) in find("nietzsche-tbptt").checkpoints()
    assert not app.error


def test_the_temperature_is_the_one_of_the_other_pages() -> None:
    app = open_page("timeline", **STATE)
    _set(app, temperature="1.3")
    app.switch_page("temperature.py")
    for name, value in STATE.items():
        app.query_params[name] = value
    app.query_params["temperature"] = "1.3"
    run(app)
    assert sent(app, "writer")["words"]["temperature"] == "1.3"


def test_another_run_starts_in_its_own_middle() -> None:
    app = open_page("timeline", checkpoint="562", length="20")
    before = sent(app, "timeline")
    app.selectbox(key="run").set_value("nietzsche-book")
    run(app)
    assert _asked(app)["checkpoint"] == str(_middle("nietzsche-book"))
    assert sent(app, "timeline")["revision"] != before["revision"]
    assert "checkpoint" not in app.query_params


def test_a_run_whose_weights_are_no_longer_numbers_is_shown_all_the_same() -> None:
    made = made_run()
    lost = {name: np.full_like(w, np.nan) for name, w in made.weights(20).items()}
    made.write_checkpoint(30, lost)
    made.append_history(history_line(30, loss=None, held_out_loss=None))
    app = open_page("timeline", run="made", prompt="the cat", length="20")
    assert not errors(app)
    shown = sent(app, "timeline")["checkpoints"]
    assert [each["step"] for each in shown] == [10, 20, 30]
    assert shown[-1]["loss"] is None
    with pytest.raises(RunError, match="not finite numbers"):  # what the browser is told
        model_file(made, 30)


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
    assert sent(app, "timeline")["checkpoints"]


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
