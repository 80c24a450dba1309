"""Every number on a page comes from the public functions: one state of each page, number by number.

Numbers that a component draws in the browser are made from what is sent to it, which is compared
here, and by the browser tests of that component. Pages that look inside or measure are in
test_numbers_inside.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from charlstm import (
    distribution_table,
    load_corpus,
    loss_curves,
    nats_to_bits,
    open_model,
    open_run,
    plan,
    settings_for,
    speed_curves,
    speed_table,
    symbol_counts,
    window_count,
)
from charlstm.engine.progress import clock
from charlstm.ui.charts.loss_charts import LOG_FROM
from charlstm.ui.text import figure
from tests.pages.figures import chart_data, explained, model_words, numbers_on, same
from tests.pages.opened import open_page, sent, shown_html, text_box

PROMPT = "the soul "
RUN = "nietzsche-tbptt"


def test_temperature() -> None:
    app = open_page("temperature", prompt=PROMPT, temperature="0.8", seed="3", length="60")
    model = open_model()
    assert numbers_on(app) == explained(model_words(model))
    app.session_state["numbers"] = True
    same(
        app.run().dataframe[0].value,
        distribution_table(model.vocabulary.symbols, model.logits(PROMPT), 0.8),
    )
    assert sent(app, "writer")["prompt"] == PROMPT


def test_compare() -> None:
    app = open_page("compare", prompt=PROMPT, temperatures="0.3 0.9", seed="4", length="90")
    assert numbers_on(app) == explained(model_words(open_model()))
    asked = {"temperatures": "0.3 0.9", "seed": "4", "length": "90"}
    assert asked.items() <= sent(app, "compare")["words"].items()


def test_a_run() -> None:
    app = open_page("train", run=RUN, prompt=PROMPT, temperature="0.8")
    run, model = open_run(RUN), open_model()
    status = run.status()
    losses = [status.loss, status.best_held_out_loss]
    epochs = run.samples()
    command = run.config().command
    last = [line for line in epochs if line["epoch"] == epochs[-1]["epoch"]]
    earlier = _earlier_epochs(epochs)  # as many of them as are shown
    said = explained(f"Epoch {last[0]['epoch']}", last[0]["prompt"])
    assert numbers_on(app) - earlier == said - earlier
    assert app.code[0].value == command
    shown, curves = sent(app, "training")["progress"], loss_curves(run.history())
    for name, curve in (("training", "training"), ("held_out", "held out")):
        points = curves[curves["curve"] == curve][["seconds", "nats"]]
        np.testing.assert_allclose(shown[name], points, atol=5e-5)
    assert shown["checkpoint"] == model.step
    figures = [" ".join(each[1:]) for each in shown["figures"]]
    assert figures == [
        f"{status.epoch} of {status.epochs} step {status.step:,}",
        *(f"{nats:.3f} nats {nats_to_bits(nats):.3f} bits" for nats in losses if nats),
        f"{status.characters_per_second:,.0f} {clock(status.seconds)} of training",
    ]
    cards = [each for each in shown_html(app) if each.startswith("T = ")]
    assert cards[: len(last)] == [f"T = {line['temperature']:g}{line['text']}" for line in last]


def _earlier_epochs(samples: list[dict[str, Any]]) -> set[str]:
    return explained(*(f"Epoch {line['epoch']} {line['prompt']}" for line in samples[:-4]))


def test_a_training_that_has_not_begun() -> None:
    app = open_page("train", corpus="python", recipe="book", units="48", epochs="3")
    corpus = load_corpus("python").lowered()
    meant = plan(settings_for("book", units=48, epochs=3), len(corpus), len(corpus.vocabulary))
    values = {each.label: each.value for each in app.metric}
    assert values == {
        "Characters": f"{len(corpus):,}",
        "Symbols": f"{len(corpus.vocabulary):,}",
        "Windows of 60": f"{window_count(len(corpus)):,}",
        "Weights": f"{meant.weights:,}",
        "Steps": f"{meant.steps:,}",
        "Time of training": "not known yet",
    }
    assert [each.delta for each in app.metric if each.label == "Steps"] == [
        f"{meant.steps_per_epoch:,} per epoch"
    ]
    assert text_box(app) == corpus.text[:600] + "…"
    same(chart_data(app), symbol_counts(corpus).head(60))


def test_speed() -> None:
    app = open_page("race")
    shown = [table.value for table in app.table]
    for table, (_, rows) in zip(shown, speed_table().groupby("what", sort=False), strict=True):
        assert table["median"].tolist() == [
            f"{figure(r.median)} {r.unit}" for r in rows.itertuples()
        ]
        assert table["range"].tolist() == [
            f"{figure(r.low)} to {figure(r.high)}" for r in rows.itertuples()
        ]
        assert table["n"].tolist() == rows["n"].tolist()
    curves = speed_curves()
    drawn = chart_data(app, -1)
    same(drawn, curves[curves["seconds"] >= LOG_FROM].reset_index(drop=True))
