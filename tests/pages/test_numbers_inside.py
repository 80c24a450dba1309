"""Every number on the pages that look inside or measure: one state of each, on small runs.

As in test_numbers.py: what is left over on the page or in the API fails the test.
"""

from __future__ import annotations

import re
from itertools import product

import pandas as pd
import pytest

import charlstm
from charlstm import (
    baselines,
    beam_search,
    cell_scores,
    moments_table,
    open_model,
    open_packer,
    path_words,
    probability_words,
    race_curves,
    race_sizes,
    stage_summary,
    stage_table,
    timeline,
    weight_count,
)
from charlstm.analysis.loss import count_ngrams
from charlstm.cells.kept import keep_scores
from charlstm.compression.baselines import (
    AFTER,
    comparison,
    counts_of,
    model_rows,
    ngram_rows,
    rounding,
)
from charlstm.engine.atlases import computed, request_for
from charlstm.engine.progress import clock, duration
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import corpus_of
from charlstm.sampling.beam import scored, shared_start
from charlstm.sampling.strategies import KINDS
from charlstm.ui.views.packing import baselines_of_text
from tests.made import history_line, made_run
from tests.pages.figures import chart_data, explained, model_words, numbers, numbers_on, same
from tests.pages.opened import open_page, sent, shown_html

PROMPT = "the cat "


@pytest.fixture
def made(no_shipped_runs: object) -> RunFolder:  # noqa: ARG001
    """The only run that there is."""
    return made_run()


def test_strategies(made: RunFolder) -> None:
    address = {"strategy": "top-k:9,top-p:0.8", "length": "50", "seed": "2"}
    beams = {"width": "3", "beam": "15"}
    app = open_page("strategies", prompt=PROMPT, temperature="1.2", **address, **beams)
    model, acting = open_model(made), (("top-k", 9), ("top-p", 0.8))
    logits = model.logits(PROMPT)
    same(app.dataframe[0].value, stage_summary(logits, 1.2, acting))
    same(app.dataframe[1].value, stage_table(model.vocabulary.symbols, logits, 1.2, acting))
    found = beam_search(model, PROMPT, width=3, length=15)
    assert numbers_on(app) == explained(
        model_words(model),
        f"All {len(found)} at T = 1, the same {shared_start(found)} of 15",
        *(f"{each.keeps} {each.source}" for each in KINDS.values()),
        "(Lowerre 1976; Sutskever, Vinyals & Le 2014), width 1",
    )
    drawn = [
        scored(model, PROMPT, model.write(PROMPT, temperature=1.2, length=15, seed=2, strategies=s))
        for s in ((), acting)
    ]
    (body,) = (e.proto.body for e in app.get("html") if "written by" in e.proto.body)
    table = re.sub(r"<[^>]*>", "", body)
    for beam in (*found, *beam_search(model, PROMPT, width=1, length=15), *drawn):
        assert f"{path_words(beam.log2_probability)}{beam.bits_per_character:.2f}" in table


def test_atlas(made: RunFolder) -> None:
    computed(request_for(made, prompt=PROMPT, length=200, seed=3))
    app = open_page("atlas", prompt=PROMPT, length="200", seed="3", temperature="0.8")
    table = charlstm.atlas("made", prompt=PROMPT, length=200, seed=3)
    row = next(each for each in table.itertuples() if each.temperature == 0.8)
    shares = (
        row.corpus_fraction,
        row.english_fraction,
        row.invented_fraction,
        row.repeated_fraction,
    )
    assert numbers_on(app) == explained(
        model_words(open_model(made)),
        f"T = {row.temperature:g} {row.words}",
        *map(probability_words, shares),
        "20-grams, at T = 1",
        f"a loop of {row.loop_period} from {row.loop_start + 1}" if row.loop_period else "",
        f"{row.entropy_bits:.2f} {row.bits_at_1:.2f} {row.gzip_bits:.2f}",
        f"{row.copy_length} characters copied" if row.copy_length else "",
    )
    same(app.dataframe[0].value, table.drop(columns=["text", "invented", "best_invented"]))
    assert any(each == PROMPT + row.text for each in shown_html(app))


def test_timeline(made: RunFolder) -> None:
    app = open_page("timeline", prompt=PROMPT, temperature="0.8", seed="3", length="40")
    moments = timeline(made, PROMPT, temperature=0.8, length=40, seed=3)
    config, status = made.config(), made.status()
    asked = config.settings
    assert numbers_on(app) == explained(
        f"{asked.units} {asked.batch} {asked.chunk} {asked.learning_rate:g}",
        f"{asked.clip_norm:g} {100 * asked.final_fraction:g} %",
        f"{duration(status.seconds)} {status.best_held_out_loss:.3f} nats",
    )
    for shown, moment in zip(sent(app, "timeline")["checkpoints"], moments, strict=True):
        assert (shown["loss"], shown["heldOut"]) == (moment.loss, moment.held_out_loss)
        assert shown["time"] == clock(moment.seconds or 0.0)
    app.session_state["numbers"] = True
    app.run()
    same(app.dataframe[0].value, moments_table(moments, config.vocabulary.symbols, 0.8))


def test_cells(made: RunFolder) -> None:
    model, text = open_model(made), "the cat sat on a mat"
    scores = cell_scores(model, corpus_of(made).text)
    keep_scores(made, model.step, scores, "its own text")
    app = open_page("cells", text=text, cell="5", state="h")
    (about,) = scores.cells.query("cell == 5").to_dict("records")
    assert numbers_on(app) == explained(model_words(model))
    data = sent(app, "cells")
    assert set(numbers(data["measures"])) == explained(
        f"Chosen on {scores.chosen_on:,}, scored on {scores.scored_on:,}",
        "AUC: 0.5 is chance, 1 perfect; ρ: 0 is chance, 1 perfect; a 95 % interval",
    )
    assert set(numbers(data["about"][0]["5"])) == explained(f"{about['score']:.2f}")
    best = scores.best[scores.best["rank"] == 1]
    shown = {row["name"]: row for row in data["rows"]}
    assert set(shown) == set(best["property"])
    for row in best.to_dict("records"):
        assert shown[row["property"]]["score"] == f"{row['score']:.2f}"
        assert shown[row["property"]]["at"] == pytest.approx(row["strength"], abs=1e-6)


def test_compression(made: RunFolder) -> None:
    text = "The cat sat on a red mat."
    app = open_page("compression", text=text, packed="1")
    model, packer = open_model(made), open_packer(made)
    packing = packer.pack(text)
    cost = rounding(packer, model.lstm, packing)
    before = corpus_of(made).text[: made.config().training_length]
    rows = [*model_rows(packer, packing, cost), *baselines_of_text(text, before)]
    best = min((row for row in rows if row.way == AFTER), key=lambda row: row.bits)
    counts = counts_of(packer, before)
    assert counts is not None
    rows += ngram_rows(packer, packing, counts, min(row.needed for row in rows if row.way == AFTER))
    assert numbers_on(app) == explained(
        model_words(model),
        f"{packing.plain_bytes} bytes, {len(text)} characters",
        f"{len(packing.data)} bytes, {packing.head} of them",
        f"{packing.bits_per_character:.3f} {packing.bits.sum() / len(text):.3f}",
        f"{len(packing.data) / packing.plain_bytes:.0%}",
        f"the model: {rows[1].needed:,} bytes;"
        f" the training text: {best.needed:,} by {best.program}",
        "gzip looks back 32 kB",
    )
    table = comparison(rows, len(text))
    same(chart_data(app), table)
    assert app.table[0].value["bits per character"].tolist() == [f"{b:.3f}" for b in table["bits"]]
    for bits, words in zip(packing.bits, sent(app, "highlight")["said"], strict=True):
        assert words.endswith(f": {bits:.2f} bits")


def test_race(made: RunFolder) -> None:
    other = made_run("other", units=16)
    for run, step in product((made, other), range(30, 100, 10)):
        run.append_history(history_line(step))
    app = open_page("race", race="made,other", prompt=PROMPT, temperature="0.8", seed="1")
    config, runs = made.config(), {"made": made, "other": other}
    corpus = corpus_of(made)
    counts = count_ngrams(corpus.ids, config.training_length, len(corpus.vocabulary))
    ngrams = baselines(counts, corpus.ids[config.training_length :])
    highest = ngrams.iloc[-1]
    values = {each.label: f"{each.value} {each.delta}" for each in app.metric}
    assert values.pop(f"n-gram of order {highest['order']:.0f}") == (
        f"{highest['window_nats']:.3f} nats {highest['size']:,.0f} different n-grams"
    )
    for (_, shown), run in zip(values.items(), runs.values(), strict=True):
        status = run.status()
        assert shown == (
            f"{status.best_held_out_loss:.3f} nats {clock(status.seconds)},"
            f" {status.characters_per_second:,.0f} characters/s"
        )
    names = [re.sub(r"\W*$", "", name) for name in values]
    histories = {name: run.history() for name, run in zip(names, runs.values(), strict=True)}
    same(chart_data(app), race_curves(histories))
    weights = [
        weight_count(len(corpus.vocabulary), run.config().settings.units, 1)
        for run in runs.values()
    ]
    sizes = race_sizes(histories, dict(zip(names, weights, strict=True)))
    assert sizes["weights"].tolist() == weights
    for run in runs.values():
        text = open_model(run).write(PROMPT, temperature=0.8, length=160, seed=1)
        assert any(each.endswith(PROMPT + text) for each in shown_html(app))


def test_source(made: RunFolder) -> None:
    app = open_page("source", source=made.name, position="1200", length="45")
    text = charlstm.source_of(made).text or ""
    assert numbers_on(app) == explained(f"{1201:,} to {1245:,} of {len(text):,}")
    assert f"…{text[200:]}" in shown_html(app)


def test_if_language_were_compressed() -> None:
    app = open_page("compression", view="If language were compressed")
    curves: pd.DataFrame = chart_data(app)
    lowest = {each.label: each.value for each in app.metric}
    for text, rows in curves[curves["curve"] == "held out"].groupby("text"):
        assert f"{rows['bits'].min():.3f} bits" in lowest.values(), text
