"""A race: the curves and sizes of its runs, what each writes, and n-grams for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.curves import race_curves, race_sizes
from charlstm.analysis.loss import PerCharacter, baselines, count_ngrams
from charlstm.data.corpus import HELD_OUT_WINDOWS
from charlstm.data.vocabulary import CHAR
from charlstm.engine.process import known_status
from charlstm.engine.progress import STARTED, clock, seconds_done
from charlstm.errors import CharlstmError, RunError
from charlstm.runs.config import ALIVE, STOPPING
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import corpus_of
from charlstm.runs.store import shipped_runs
from charlstm.sampling.language_model import LanguageModel
from charlstm.settings import Settings, weight_count
from charlstm.training.checkpoints import TOKENS_FOR_CHARACTERS
from charlstm.ui import address
from charlstm.ui.charts.loss_charts import by_seconds, by_size, legend, scale_of_losses
from charlstm.ui.components.share import Chart, Download, Offer, csv_file
from charlstm.ui.computing import kept_by_run, model_of, newest_checkpoint
from charlstm.ui.controls.model_and_prompt import change_notes, prompt_input
from charlstm.ui.controls.writing import choose_seed, choose_temperature
from charlstm.ui.text import literal
from charlstm.ui.views import WITHOUT_ARROW, caption, in_row, link, trainings
from charlstm.ui.views.sources import show_legends, show_sample
from charlstm.ui.visit import show_notes

RECORDED = ("race-lstm", "race-gru", "race-conv1d")
RECORDED_ON = "two cores of an AMD EPYC"
LENGTH = 160
MOST_CHARACTERS = 5_000_000
"""A longer text would take too much of the web process's memory, and too long."""

_NO_NGRAMS = pd.DataFrame({"label": [], "order": [], "size": [], "nats": []})
_CHARTS = [
    Chart("Loss against seconds", "charlstm-race-seconds"),
    Chart("Loss against weights", "charlstm-race-weights"),
]

Runs = Mapping[str, RunFolder]
"""Runs under the names that they have on the page."""


Writing = tuple[str, float, int]
"""The prompt, temperature and seed of every text."""

Counted = tuple[pd.DataFrame, dict[int, LanguageModel]]
"""The n-grams of a text as a table, and the models by their order.

The table has their losses on all held-out windows as window_nats, and as nats those on the windows
that a training is measured on while it learns.
"""


def recorded_race() -> list[RunFolder]:
    """Return the shipped runs that raced each other, if they exist."""
    shipped = {run.name: run for run in shipped_runs()}
    return [shipped[name] for name in RECORDED if name in shipped]


def about_recorded(run: RunFolder) -> str:
    """Return what the recorded race learned, when and where, given one of its runs."""
    config = run.config()
    day = datetime.fromtimestamp(config.created, UTC)
    return (
        f"{config.settings.seconds:g} seconds each on {config.corpus}, recorded on"
        f" {day.day} {day:%B %Y} on {RECORDED_ON}. Your own race, started above, replaces it."
    )


def show_race(folders: list[RunFolder], *, can_leave: bool) -> Offer:
    """Show one to four runs that race or have raced."""
    prompt_column, temperature_column, seed_column, stop_column = in_row(4, 5, 1, 2)
    label = "Prompt: all continue it, with the same random numbers"
    prompt = prompt_input(prompt_column, label)
    temperature = choose_temperature(temperature_column)
    seed = choose_seed(seed_column)
    if can_leave:
        with stop_column:
            trainings.stop_or_leave(folders, "Another race")
    writing = (prompt, temperature, seed)
    runs = _named(folders)
    counted, no_ngrams = _counted_for(folders)
    show_notes([no_ngrams])
    forward = None
    if len(runs) > 1:
        names = {str(number): name for number, name in enumerate(runs, start=1)}
        wanted = address.parameter("forward", options={"all": None} | names)
        forward = address.show(st.pills, "Highlight", wanted, options=list(runs), required=False)
    else:
        address.write("forward", None)
    if counted is None:
        address.read("ngram")
        address.write("ngram", None)
    _watch(runs, writing, counted, forward)
    if counted is not None:
        _show_ngrams(counted, writing, folders[0])
    return _files(runs, counted), _CHARTS


def _named(folders: list[RunFolder]) -> Runs:
    """Return runs by name, numbered if two have the same name."""
    names = [runner_name(run.config().settings) for run in folders]
    return {
        f"{name} ({number})" if names.count(name) > 1 else name: run
        for number, (name, run) in enumerate(zip(names, folders, strict=True), start=1)
    }


def _counted_for(folders: list[RunFolder]) -> tuple[Counted | None, str]:
    """Return the n-grams of the runs' text, or why there are none, in one sentence."""
    configs = [run.config() for run in folders]
    first = configs[0]
    if len({(config.sha256, config.training_length) for config in configs}) > 1:
        return None, "These runs learn different texts: their losses cannot be compared."
    try:
        if first.training_length == first.length:
            name = folders[0].name
            raise RunError(f"The run {name} has no held-out text to measure on.")
        if first.length > MOST_CHARACTERS:
            raise RunError(
                f"The text has {first.length:,} characters; a page counts at most"
                f" {MOST_CHARACTERS:,}."
            )
        return _counted(folders[0], first.training_length), ""
    except CharlstmError as error:
        return None, f"There are no n-grams to compare with. {error}"


@kept_by_run(2, spinner="Counting n-grams…")
def _counted(run: RunFolder, training_length: int) -> Counted:
    corpus = corpus_of(run)
    vocabulary = corpus.vocabulary
    counts = count_ngrams(corpus.ids, training_length, len(vocabulary))
    held_out = corpus.ids[training_length:]
    table = baselines(counts, held_out)
    live = baselines(counts, held_out, HELD_OUT_WINDOWS)["window_nats"]
    labels = [f"n-gram, order {order}" for order in table["order"]]
    models = {
        int(order): LanguageModel(vocabulary, counts.of_order(int(order)), None)
        for order in table["order"]
    }
    return table.assign(label=labels, nats=live), models


def _watch(runs: Runs, writing: Writing, counted: Counted | None, forward: str | None) -> None:
    """Show a race; while it runs, the view renews itself about every second.

    The run with the name ``forward`` is highlighted in the charts.
    """
    folders = list(runs.values())
    on = trainings.is_on(folders)

    @st.fragment(run_every=trainings.TICK_SECONDS if on else None)
    def renew() -> None:
        if on and not trainings.is_on(folders):
            st.rerun()
        _show_charts(runs, counted, forward)
        legends = []
        for container, (name, run) in zip(st.columns(len(runs)), runs.items(), strict=True):
            with container:
                legends.append(_show_runner(name, run, writing))
        show_legends(legends)

    renew()
    if len(runs) > 1:
        caption(
            "Seconds count each network's own learning, with all cores of the machine: in a race"
            " they take turns, and runs that were trained separately had it to themselves."
        )
    if len({run.config().settings.level for run in folders}) > 1:
        caption(
            "Characters and words are drawn on one scale, from windows of 60"
            " symbols: 60 tokens are more context than 60 characters. On the whole held-out"
            " text, without windows, `evaluate` compares them."
        )


def _show_charts(runs: Runs, counted: Counted | None, forward: str | None) -> None:
    curves = _curves(runs)
    if not len(curves):
        st.info(STARTED)
        return
    ngrams = _NO_NGRAMS if counted is None else counted[0][list(_NO_NGRAMS)]
    nats = scale_of_losses(curves, ngrams)
    names = list(runs)
    st.html(legend(names))
    left, right = st.columns([3, 2])
    left.altair_chart(
        by_seconds(curves, ngrams, nats, forward),
        key="by_seconds",
        alt="Held-out loss against seconds of training, a line for each network",
    )
    right.altair_chart(
        by_size(_sizes(runs), ngrams, nats, names, forward),
        key="by_size",
        alt="Held-out loss against the number of weights, a point for each network",
    )


def _show_runner(name: str, run: RunFolder, writing: Writing) -> str:
    """Show the progress of one run of a race, how well it predicts, and what it writes now.

    Return the legend of its text.
    """
    status = known_status(run)
    config, best = run.config(), status.best_held_out_loss
    measure, unit = config.per_character, config.vocabulary.unit
    seconds = seconds_done(status, config) or clock(status.seconds)
    st.metric(
        literal(name),
        "–" if best is None else f"{measure.nats(best):.3f} nats",
        f"{seconds}, {status.characters_per_second:,.0f} {unit}s/s",
        **WITHOUT_ARROW,
    )
    if best is not None:
        spelled = f", {measure.bits(0.0):.3f} of them for unknown words" if measure.unknown else ""
        st.caption(f"{measure.bits(best):.3f} bits per character{spelled}")
    if status.status in ALIVE and status.phase == STOPPING:
        st.caption("Stopping: it ends at its next turn")
    elif status.reason:
        caption(status.reason)
    try:
        legend = _show_text(model_of(run, newest_checkpoint(run)), writing, run)
    except CharlstmError as error:
        caption(str(error))
        return ""
    link(st.container(), "The whole run", "train", run=run.name)
    return legend


def _show_text(model: LanguageModel, writing: Writing, run: RunFolder) -> str:
    """Show what a model of a run's text writes, and return the legend."""
    length = LENGTH if model.vocabulary.level == CHAR else LENGTH // TOKENS_FOR_CHARACTERS
    prompt, temperature, seed = writing
    text = model.write(prompt, temperature=temperature, length=length, seed=seed)
    reading = model.read(prompt)
    legend = show_sample(text, temperature, run, reading.text)
    show_notes(change_notes(reading))
    return legend


def _show_ngrams(counted: Counted, writing: Writing, run: RunFolder) -> None:
    """Show how well the n-gram model of an order predicts, and what it writes."""
    st.header("Counting alone")
    table, models = counted
    orders = {str(order): order for order in models}
    wanted = address.parameter("ngram", default=max(models), options=orders)
    order = address.show(st.segmented_control, "Order", wanted)
    (row,) = table[table["order"] == order].to_dict("records")
    figures, text_column = st.columns([1, 2], gap="large")
    figures.metric(
        f"n-gram of order {order}",
        f"{row['window_nats']:.3f} nats",
        f"{row['size']:,} different n-grams",
        **WITHOUT_ARROW,
    )
    with text_column:
        show_legends([_show_text(models[order], writing, run)])
    st.caption(
        "An n-gram model of order n looks up the last n − 1 characters in a table of what"
        " followed them in the training text, and falls back on shorter contexts if they"
        " were rarely seen (interpolated modified Kneser-Ney smoothing). Nothing is trained."
        " The grey marks in the charts are on the same sample of held-out windows as the"
        " curves; the figure here is on all of them, like the networks' final losses."
    )


def _files(runs: Runs, counted: Counted | None) -> list[Download]:
    files = [
        csv_file("The curves", "charlstm-race-curves", lambda: _curves(runs)),
        csv_file("Weights and lowest losses", "charlstm-race-weights", lambda: _sizes(runs)),
    ]
    if counted is not None:
        files.append(csv_file("The n-grams", "charlstm-ngrams", lambda: counted[0]))
    return files


def _curves(runs: Runs) -> pd.DataFrame:
    return race_curves(_histories(runs), _per_character(runs))


def _sizes(runs: Runs) -> pd.DataFrame:
    weights = {}
    for name, run in runs.items():
        config = run.config()
        asked = config.settings
        sizes = (len(config.vocabulary), asked.units, asked.layers)
        weights[name] = weight_count(*sizes, asked.network)
    return race_sizes(_histories(runs), weights, _per_character(runs))


def _per_character(runs: Runs) -> dict[str, PerCharacter]:
    """Return the conversions of each run's losses into losses per character."""
    return {name: run.config().per_character for name, run in runs.items()}


def _histories(runs: Runs) -> dict[str, list[dict[str, Any]]]:
    return {name: run.history() for name, run in runs.items()}


def runner_name(settings: Settings) -> str:
    """Return the name of a run among others: its network, size and recipe."""
    layers = "" if settings.layers == 1 else f"{settings.layers} × "
    level = "" if settings.level == CHAR else ", words"
    return f"{settings.network} {layers}{settings.units}, {settings.recipe_data.label}{level}"
