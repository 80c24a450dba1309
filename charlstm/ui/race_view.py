"""Runs that race: how far each is, and what each would write now; n-grams beside them.

Knows streamlit and run folders; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from charlstm.analysis.curves import race_curves, race_sizes
from charlstm.analysis.per_character import PerCharacter
from charlstm.data.vocabulary import CHAR
from charlstm.errors import CharlstmError
from charlstm.exploring.source import Source
from charlstm.runs.folder import RunFolder
from charlstm.runs.process import known_status
from charlstm.runs.status import ALIVE, Status
from charlstm.training.samples import TOKENS_FOR_CHARACTERS
from charlstm.training.settings import weight_count
from charlstm.ui.cards import sample_card
from charlstm.ui.figures import clock
from charlstm.ui.models import model_of, newest_checkpoint
from charlstm.ui.race_charts import by_seconds, by_size, legend, scale_of_losses
from charlstm.ui.run_status import is_stopping
from charlstm.ui.run_view import TICK_SECONDS
from charlstm.ui.share import Download, csv_file
from charlstm.ui.sources import invented_in, source_for
from charlstm.ui.sources import legend as underlining
from charlstm.ui.words import literal, runner_name
from charlstm.ui.yardstick import Yardsticks, yardsticks_of

LENGTH = 160
_NO_NGRAMS = pd.DataFrame({"label": [], "order": [], "size": [], "nats": []})


@dataclass(frozen=True)
class Writing:
    """What each writes from, all with the same luck."""

    prompt: str
    temperature: float
    seed: int


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


def is_on(runs: Sequence[RunFolder]) -> bool:
    """Return whether one of them is still being trained."""
    return any(known_status(run).status in ALIVE for run in runs)


def counted_for(runs: Sequence[RunFolder]) -> tuple[Yardsticks | None, str]:
    """Return the n-grams of the runs' text, or why there are none, in one sentence."""
    texts = {(config.sha256, config.training_length) for run in runs if (config := run.config())}
    if len(texts) > 1:
        return None, "These runs learn different texts: their losses cannot be compared."
    try:
        return yardsticks_of(runs[0]), ""
    except CharlstmError as error:
        return None, f"There are no n-grams beside them. {error}"


def race_files(runs: Sequence[RunFolder], yardsticks: Yardsticks | None) -> list[Download]:
    """Return the figures of a race, to take along."""
    files = [
        csv_file("The curves", "charlstm-race-curves", lambda: _curves(runs)),
        csv_file(
            "Weights and lowest losses",
            "charlstm-race-weights",
            lambda: race_sizes(_histories(runs), _weights(runs), _levels(runs)),
        ),
    ]
    if yardsticks is not None:
        files.append(csv_file("The n-grams", "charlstm-ngrams", lambda: yardsticks.table))
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
    yardsticks: Yardsticks | None,
    forward: str | None,
) -> None:
    """Show a race; while it is on the view renews itself about every second.

    Args:
        runs: Who races, one to four.
        writing: What each writes from.
        yardsticks: The n-grams of their text, if there are any.
        forward: The name of who is brought forward in the charts, or None.
    """
    names = runner_names(runs)
    on = is_on(runs)

    @st.fragment(run_every=TICK_SECONDS if on else None)
    def renew() -> None:
        if on and not is_on(runs):
            st.rerun()
        _charts(names, runs, yardsticks, forward)
        for place, name, run in zip(st.columns(len(runs)), names, runs, strict=True):
            with place:
                _runner(name, run, known_status(run), writing)
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
    yardsticks: Yardsticks | None,
    forward: str | None,
) -> None:
    histories = _histories(runs)
    levels = _levels(runs)
    curves = race_curves(histories, levels)
    if not len(curves):
        st.info("Starting: the first points appear in a few seconds.")
        return
    sizes = race_sizes(histories, _weights(runs), levels)
    ngrams = _NO_NGRAMS if yardsticks is None else yardsticks.table[list(_NO_NGRAMS)]
    nats = scale_of_losses(curves, ngrams)
    st.html(legend(names))
    left, right = st.columns([3, 2])
    left.altair_chart(
        by_seconds(curves, ngrams, nats, forward),
        width="stretch",
        key="seconds",
        alt="Held-out loss over seconds of training, a line for each network",
    )
    right.altair_chart(
        by_size(sizes, ngrams, nats, names, forward),
        width="stretch",
        key="sizes",
        alt="Held-out loss over the number of weights, a point for each network",
    )


def _runner(name: str, run: RunFolder, status: Status, writing: Writing) -> None:
    config, best = run.config(), status.best_held_out_loss
    measure, unit = config.per_character, config.vocabulary.unit
    st.metric(
        literal(name),
        "–" if best is None else f"{measure.nats(best):.3f} nats",
        f"{clock(status.seconds)}, {status.characters_per_second:,.0f} {unit}s/s",
        delta_color="off",
        delta_arrow="off",
    )
    if best is not None:
        spelled = f", {measure.bits(0.0):.3f} of them for unknown words" if measure.unknown else ""
        st.caption(f"{measure.bits(best):.3f} bits per character{spelled}")
    if is_stopping(status):
        st.caption("Stopping: it ends at its next turn")
    elif status.reason:
        st.caption(literal(status.reason))
    try:
        model = model_of(run, newest_checkpoint(run))
        length = LENGTH if model.vocabulary.level == CHAR else LENGTH // TOKENS_FOR_CHARACTERS
        text = model.write(
            writing.prompt, temperature=writing.temperature, length=length, seed=writing.seed
        )
    except CharlstmError as error:
        st.caption(literal(str(error)))
        return
    _card(text, writing.temperature, model.read(writing.prompt).text, source_for(run))
    st.page_link(
        "pages/train.py",
        label="The whole run",
        icon=":material/arrow_forward:",
        query_params={"run": run.name},
    )


def _card(text: str, temperature: float, prompt: str, source: Source) -> None:
    """Show what was written, invented words underlined."""
    st.html(sample_card(text, temperature, invented_in(source, text, prompt), prompt))


def show_ngram(yardsticks: Yardsticks, order: int, writing: Writing, run: RunFolder) -> None:
    """Show how well the n-gram model of an order predicts, and what it writes.

    Args:
        yardsticks: What was counted.
        order: Of the model.
        writing: What it writes from.
        run: One that learned the same text.
    """
    (row,) = yardsticks.table[yardsticks.table["order"] == order].to_dict("records")
    figures, text_place = st.columns([1, 2], gap="large")
    figures.metric(
        f"n-gram of order {order}",
        f"{row['window_nats']:.3f} nats",
        f"{row['size']:,} different n-grams",
        delta_color="off",
        delta_arrow="off",
    )
    model = yardsticks.model(order)
    text = model.write(
        writing.prompt, temperature=writing.temperature, length=LENGTH, seed=writing.seed
    )
    with text_place:
        _card(text, writing.temperature, model.read(writing.prompt).text, source_for(run))
