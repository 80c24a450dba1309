"""One of those who race: how far it is, how well it predicts, and what it would write now.

Knows streamlit and run folders; every figure comes from charlstm's public functions.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from charlstm.analysis.copies import Source
from charlstm.data.vocabulary import CHAR
from charlstm.engine.process import known_status
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.training.checkpoints import TOKENS_FOR_CHARACTERS
from charlstm.ui.controls.model_and_prompt import change_notes
from charlstm.ui.models import model_of, newest_checkpoint
from charlstm.ui.text import clock, literal
from charlstm.ui.views.baselines import Baselines
from charlstm.ui.views.cards import sample_card
from charlstm.ui.views.run_status import is_stopping, seconds_done
from charlstm.ui.views.sources import invented_in, source_for
from charlstm.ui.visit import show_notes

LENGTH = 160


@dataclass(frozen=True)
class Writing:
    """What each writes from, all with the same random numbers."""

    prompt: str
    temperature: float
    seed: int


def show_runner(name: str, run: RunFolder, writing: Writing) -> None:
    """Show how far one of a race is, how well it predicts, and what it would write now."""
    status = known_status(run)
    config, best = run.config(), status.best_held_out_loss
    measure, unit = config.per_character, config.vocabulary.unit
    seconds = seconds_done(status, config) or clock(status.seconds)
    st.metric(
        literal(name),
        "–" if best is None else f"{measure.nats(best):.3f} nats",
        f"{seconds}, {status.characters_per_second:,.0f} {unit}s/s",
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
    reading = model.read(writing.prompt)
    _card(text, writing.temperature, reading.text, source_for(run))
    show_notes(change_notes(reading))
    st.page_link(
        "pages/train.py",
        label="The whole run",
        icon=":material/arrow_forward:",
        query_params={"run": run.name},
    )


def _card(text: str, temperature: float, prompt: str, source: Source) -> None:
    """Show what was written, invented words underlined."""
    st.html(sample_card(text, temperature, invented_in(source, text, prompt), prompt))


def show_ngram(baselines: Baselines, order: int, writing: Writing, run: RunFolder) -> None:
    """Show how well the n-gram model of an order predicts, and what it writes.

    Args:
        baselines: What was counted.
        order: Of the model.
        writing: What it writes from.
        run: One that learned the same text.
    """
    (row,) = baselines.table[baselines.table["order"] == order].to_dict("records")
    figures, text_column = st.columns([1, 2], gap="large")
    figures.metric(
        f"n-gram of order {order}",
        f"{row['window_nats']:.3f} nats",
        f"{row['size']:,} different n-grams",
        delta_color="off",
        delta_arrow="off",
    )
    model = baselines.model(order)
    text = model.write(
        writing.prompt, temperature=writing.temperature, length=LENGTH, seed=writing.seed
    )
    reading = model.read(writing.prompt)
    with text_column:
        _card(text, writing.temperature, reading.text, source_for(run))
        show_notes(change_notes(reading))
