"""Runs that race: their curves and sizes, and n-grams beside them.

Knows streamlit and run folders; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.curves import race_curves, race_sizes
from charlstm.analysis.loss import PerCharacter
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.settings.settings import weight_count
from charlstm.ui.charts.loss_charts import by_seconds, by_size, legend, scale_of_losses
from charlstm.ui.components.share import Download, csv_file
from charlstm.ui.views.baselines import Baselines, baselines_of
from charlstm.ui.views.race_runner import Writing, show_runner
from charlstm.ui.views.run_view import TICK_SECONDS
from charlstm.ui.views.sources import legend as underlining
from charlstm.ui.views.sources import source_for
from charlstm.ui.views.trainings import is_on
from charlstm.ui.words import literal, runner_name

_NO_NGRAMS = pd.DataFrame({"label": [], "order": [], "size": [], "nats": []})


def runner_names(runs: Sequence[RunFolder]) -> list[str]:
    """Return what each is called, with its number where two are the same.

    Raises:
        RunError: If what was asked of a run cannot be read.
    """
    names = [runner_name(run.config().settings) for run in runs]
    return [
        f"{name} ({number})" if names.count(name) > 1 else name
        for number, name in enumerate(names, start=1)
    ]


def counted_for(runs: Sequence[RunFolder]) -> tuple[Baselines | None, str]:
    """Return the n-grams of the runs' text, or why there are none, in one sentence."""
    texts = {(config.sha256, config.training_length) for run in runs if (config := run.config())}
    if len(texts) > 1:
        return None, "These runs learn different texts: their losses cannot be compared."
    try:
        return baselines_of(runs[0]), ""
    except CharlstmError as error:
        return None, f"There are no n-grams beside them. {error}"


def race_files(runs: Sequence[RunFolder], baselines: Baselines | None) -> list[Download]:
    """Return the figures of a race, to take along."""
    files = [
        csv_file("The curves", "charlstm-race-curves", lambda: _curves(runs)),
        csv_file(
            "Weights and lowest losses",
            "charlstm-race-weights",
            lambda: race_sizes(_histories(runs), _weights(runs), _levels(runs)),
        ),
    ]
    if baselines is not None:
        files.append(csv_file("The n-grams", "charlstm-ngrams", lambda: baselines.table))
    return files


def _curves(runs: Sequence[RunFolder]) -> pd.DataFrame:
    return race_curves(_histories(runs), _levels(runs))


def _levels(runs: Sequence[RunFolder]) -> dict[str, PerCharacter]:
    """Return what turns the losses of each into losses per character."""
    names = runner_names(runs)
    return {name: run.config().per_character for name, run in zip(names, runs, strict=True)}


def _histories(runs: Sequence[RunFolder]) -> dict[str, list[dict[str, Any]]]:
    return {name: run.history() for name, run in zip(runner_names(runs), runs, strict=True)}


def _weights(runs: Sequence[RunFolder]) -> dict[str, int]:
    found = {}
    for name, run in zip(runner_names(runs), runs, strict=True):
        config = run.config()
        asked = config.settings
        sizes = (len(config.vocabulary), asked.units, asked.layers)
        found[name] = weight_count(*sizes, asked.network)
    return found


def watch_race(
    runs: Sequence[RunFolder],
    writing: Writing,
    baselines: Baselines | None,
    forward: str | None,
) -> None:
    """Show a race; while it is on the view renews itself about every second.

    Args:
        runs: Who races, one to four.
        writing: What each writes from.
        baselines: The n-grams of their text, if there are any.
        forward: The name of who is brought forward in the charts, or None.
    """
    names = runner_names(runs)
    on = is_on(runs)

    @st.fragment(run_every=TICK_SECONDS if on else None)
    def renew() -> None:
        if on and not is_on(runs):
            st.rerun()
        _charts(names, runs, baselines, forward)
        for container, name, run in zip(st.columns(len(runs)), names, runs, strict=True):
            with container:
                show_runner(name, run, writing)
        for words in dict.fromkeys(underlining(source_for(run)) for run in runs):
            st.caption(literal(words))

    renew()
    if len(runs) > 1:
        st.caption(
            literal(
                "Seconds are those of each network's own learning, with all cores of the machine:"
                " in a race they take turns, and runs that were trained apart had it to themselves."
            )
        )
    if len({run.config().settings.level for run in runs}) > 1:
        st.caption(
            literal(
                "Characters and words are drawn on one scale, from windows of 60"
                " symbols: 60 tokens are more context than 60 characters. On the whole held-out"
                " text, without windows, `evaluate` compares them."
            )
        )


def _charts(
    names: list[str],
    runs: Sequence[RunFolder],
    baselines: Baselines | None,
    forward: str | None,
) -> None:
    histories = _histories(runs)
    levels = _levels(runs)
    curves = race_curves(histories, levels)
    if not len(curves):
        st.info("Starting: the first points appear in a few seconds.")
        return
    sizes = race_sizes(histories, _weights(runs), levels)
    ngrams = _NO_NGRAMS if baselines is None else baselines.table[list(_NO_NGRAMS)]
    nats = scale_of_losses(curves, ngrams)
    st.html(legend(names))
    left, right = st.columns([3, 2])
    left.altair_chart(
        by_seconds(curves, ngrams, nats, forward),
        width="stretch",
        key="by_seconds",
        alt="Held-out loss over seconds of training, a line for each network",
    )
    right.altair_chart(
        by_size(sizes, ngrams, nats, names, forward),
        width="stretch",
        key="by_size",
        alt="Held-out loss over the number of weights, a point for each network",
    )
