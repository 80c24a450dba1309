"""A race on the Race page, and the one that comes with the app.

Knows streamlit, the address bar and run folders; every figure comes from charlstm's functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import shipped_runs
from charlstm.ui import address
from charlstm.ui.components.share import Download
from charlstm.ui.controls.model_and_prompt import prompt_input
from charlstm.ui.controls.writing import temperature_input
from charlstm.ui.text import literal
from charlstm.ui.views.race_runner import Writing, show_ngram
from charlstm.ui.views.race_view import counted_for, race_files, runner_names, watch_race
from charlstm.ui.views.trainings import stop_or_leave
from charlstm.ui.visit import show_notes

RECORDED = ("race-lstm", "race-gru", "race-conv1d")
RECORDED_ON = "two cores of an AMD EPYC"


def recorded_race() -> list[RunFolder]:
    """Return the shipped runs that raced each other, as far as they are there."""
    shipped = {run.name: run for run in shipped_runs()}
    return [shipped[name] for name in RECORDED if name in shipped]


def about_recorded(runs: Sequence[RunFolder]) -> str:
    """Return what the recorded race was, when and where."""
    config = runs[0].config()
    day = datetime.fromtimestamp(config.created, UTC)
    return (
        f"{config.settings.seconds:g} seconds each on {config.corpus}, recorded on"
        f" {day.day} {day:%B %Y} on {RECORDED_ON}. Start your own race above, and it takes the"
        " place of this one."
    )


def show_race(
    runs: Sequence[RunFolder], another: Callable[[], None] | None = None
) -> list[Download]:
    """Show runs that race or have raced; return their figures, none if they cannot be read.

    Args:
        runs: One to four.
        another: Called when somebody wants another race instead; None where there is no way back.
    """
    prompt_column, temperature_column, seed_column, stop_column = st.columns(
        [5, 2, 2, 3], vertical_alignment="bottom"
    )
    prompt = prompt_input(prompt_column, "Prompt: all go on from it, with the same random numbers")
    temperature = temperature_input(temperature_column)
    seed = address.show(seed_column.number_input, "Seed", "seed")
    if another:
        with stop_column:
            stop_or_leave(runs, "Another race", another)
    writing = Writing(prompt, temperature, seed)
    try:
        shown = runner_names(runs)
        baselines, no_ngrams = counted_for(runs)
        show_notes([no_ngrams])
        forward = None
        if len(shown) > 1:
            names = {str(number): name for number, name in enumerate(shown, start=1)}
            wanted = address.parameter("forward", options={"all": None} | names)
            forward = address.show(st.pills, "Highlight", wanted, options=shown)
        else:
            address.write("forward", None)
        if baselines is None:
            address.read("ngram")
            address.write("ngram", None)
        watch_race(runs, writing, baselines, forward)
    except CharlstmError as error:
        st.error(literal(str(error)))
        return []
    if baselines is not None:
        st.header("Counting alone")
        orders = {str(order): int(order) for order in baselines.table["order"]}
        wanted = address.parameter("ngram", default=max(orders.values()), options=orders)
        order = address.show(st.segmented_control, "Order", wanted, required=True)
        show_ngram(baselines, order, writing, runs[0])
        st.caption(
            "An n-gram model of order n looks up the last n − 1 characters in a table of what"
            " followed them in the training text, and falls back on shorter contexts where they"
            " were rarely seen (interpolated modified Kneser-Ney smoothing). Nothing is trained."
            " The grey marks in the charts are on the same sample of held-out windows as the"
            " curves; the figure here is on all of them, like the networks' final losses."
        )
    return race_files(runs, baselines)
