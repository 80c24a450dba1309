"""One run as it goes: progress, curves, samples, the dial on the model as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.analysis.curves import loss_curves
from charlstm.engine.process import known_status
from charlstm.errors import CharlstmError
from charlstm.runs.config import ALIVE, Status
from charlstm.runs.files import by_moment
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.ui import address
from charlstm.ui.charts.loss_charts import loss_chart
from charlstm.ui.components.share import Download, csv_file, text_file
from charlstm.ui.controls.model_and_prompt import reading_notes
from charlstm.ui.controls.writing import dial
from charlstm.ui.models import model_of, newest_checkpoint
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views import caption, errors_shown
from charlstm.ui.views.run_actions import write_link
from charlstm.ui.views.sources import show_legends, show_sample
from charlstm.ui.views.trainings import STARTED, TICK_SECONDS, progress, status_word
from charlstm.ui.visit import show_notes

EPOCHS_SHOWN = 12
COLUMNS = 6


def watch(run: RunFolder, status: Status, write_container: DeltaGenerator) -> None:
    """Show a run; while it is alive the view renews itself about every second.

    The last container holds the link to the page that writes.
    """
    alive = status.status in ALIVE
    _progress_and_curves(run, status, alive)
    st.header("The model as it is now" if alive else "The model at its best")
    show_notes()
    prompt = str(address.show(st.text_input, "Prompt", "prompt"))

    @st.fragment(run_every=4 * TICK_SECONDS if alive else None)
    def renew() -> None:
        _dial(run, prompt, alive, write_container)
        with errors_shown():
            _samples(run)

    renew()


def run_files(run: RunFolder) -> list[Download]:
    """Return what of a run can be taken along as text and tables."""
    return [
        csv_file("The loss", f"{run.name}-loss", lambda: pd.DataFrame(run.history())),
        text_file("What it wrote", f"{run.name}-samples", lambda: samples_text(run.samples())),
    ]


def _progress_and_curves(run: RunFolder, status: Status, alive: bool) -> None:
    config = run.config()

    @st.fragment(run_every=TICK_SECONDS if alive else None)
    def renew() -> None:
        now = known_status(run)
        if status_word(now) != status_word(status):
            st.rerun()
        progress(now, config)
        with errors_shown():
            curves = loss_curves(run.history())
            if len(curves):
                st.altair_chart(
                    loss_chart(curves, unit=config.vocabulary.unit),
                    key="curves",
                    alt="Training loss and held-out loss over seconds of training",
                )
            elif alive:
                st.info(STARTED)

    renew()


def _dial(run: RunFolder, prompt: str, alive: bool, write_container: DeltaGenerator) -> None:
    try:
        model = model_of(run, newest_checkpoint(run) if alive else best_checkpoint(run))
        reading = model.read(prompt)
        logits = model.logits(reading.text)
    except CharlstmError as error:
        # A fragment may later write where it writes now, and nowhere else outside of itself.
        write_link(write_container)
        st.info(literal(str(error)))
        return
    symbols = model.vocabulary.symbols
    step = f"Checkpoint at step {model.step:,}."
    show_notes([step, *reading_notes(reading, model.window)])
    temperature = dial(symbols, logits, key=f"dial_{run.name}")
    query = {"run": run.name, "checkpoint": str(model.step), "prompt": prompt}
    write_link(write_container, query | {"temperature": repr(temperature)})


def _samples(run: RunFolder) -> None:
    named = by_moment(run.samples())
    if len(named) <= EPOCHS_SHOWN + 1:  # all of them are shown, and there is no choice
        all_shown = address.parameter("epoch", options=same(named), usual="every epoch")
        address.read(all_shown)
        address.write("epoch", None)
    if not named:
        return
    st.header("What it wrote as it learned")
    legends = _epoch(run, *named.popitem())
    legend_container, epochs = st.container(), list(named.items())
    # A link to an older epoch shows it; once a person has closed the others, they stay closed.
    is_asked = st.session_state.setdefault("older_epoch_asked", address.asked("epoch") is not None)
    if epochs:
        with st.expander("Earlier texts", expanded=is_asked):
            for name, lines in epochs[: -EPOCHS_SHOWN - 1 : -1]:
                legends += _epoch(run, name, lines)
            if older := dict(reversed(epochs[:-EPOCHS_SHOWN])):
                chosen = _choose_epoch(list(older))
                legends += _epoch(run, chosen, older[chosen])
    with legend_container:
        show_legends(legends)


def _choose_epoch(names: list[str]) -> str:
    """Show the choice among the texts that are too many to show all, and return it."""
    wanted = address.parameter("epoch", default=names[0], options=same(names))
    epoch = address.show(
        st.selectbox, "An older epoch", wanted, format_func=lambda name: literal(moment_words(name))
    )
    return str(epoch)


def _epoch(run: RunFolder, name: str, lines: list[dict[str, Any]]) -> list[str]:
    """Show the texts of one moment side by side and return their legends.

    Temperatures are checked: the file can hold anything.
    """
    prompt = str(lines[0]["prompt"])
    caption(f"{moment_words(name)}, from the text “{prompt}”")
    shown = [
        line
        for line in lines
        if isinstance(line["temperature"], int | float) and line["temperature"] >= 0
    ][:COLUMNS]
    legends = []
    for container, line in zip(st.columns(max(1, len(shown))), shown, strict=False):
        with container:
            text, temperature = str(line["text"]), float(line["temperature"])
            legends.append(show_sample(text, temperature, run, prompt, with_prompt=False))
    return legends


def samples_text(samples: Sequence[dict[str, Any]]) -> str:
    """Return all samples of a run as a text file, each with its prompt."""
    return "\n".join(
        f"{moment_words(name)}, T = {line['temperature']:g}\n{line['prompt']}{line['text']}\n"
        for name, lines in by_moment(samples).items()
        for line in lines
    )


def moment_words(name: str) -> str:
    """Return when samples were written, as a heading, from a name of by_moment."""
    return f"Epoch {name}" if name.isdecimal() else name.capitalize()
