"""The model and the prompt that a page works with, chosen in the same way on every page.

Knows streamlit, runs and the address bar; knows nothing of what the page does with them.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.vocabulary import CHAR, Reading
from charlstm.data.words import UNKNOWN
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import all_runs
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.models import model_of, readable_runs
from charlstm.ui.parameters import Parameter, same
from charlstm.ui.visit import note
from charlstm.ui.words import kind_of, literal, reading_notes

_KNOWN_HELP = (
    "Rare words share one token, and at a low temperature it drives out all others. Left out, what"
    " it had is shared out among the known words in proportion."
)
PROMPT_LABEL = "Prompt: what the model has read so far"


def choose_model(container: DeltaGenerator, *, writes: bool = False) -> LanguageModel:
    """Show the choice of a model and return it. Where there is none, say so and stop.

    Args:
        container: Where it stands.
        writes: Whether the page writes with it; a model of words can then be asked to write known
            words alone.
    """
    run, wanted_run = _asked_run()
    steps = same(["best", *map(str, reversed(run.checkpoints()))])
    wanted = address.parameter("checkpoint", options=steps)
    checkpoint = str(address.held(wanted))
    of = "" if checkpoint == "best" else f", step {int(checkpoint):,}"
    with container.popover(literal(f"Model: {run.name}{of}"), width="stretch"):
        address.show(st.selectbox, "Run", wanted_run, on_change=_forget_checkpoint)
        address.show(st.selectbox, "Checkpoint (steps of training)", wanted)
        known_only = _choose_known(run) if writes else False
    try:
        model = model_of(run, best_checkpoint(run) if checkpoint == "best" else int(checkpoint))
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    return model.without_unknown() if known_only else model


def _asked_run() -> tuple[RunFolder, Parameter]:
    """Return the run that is chosen, and the parameter that its control holds.

    Where there is none, say so and stop.
    """
    runs, problems = readable_runs()
    if not runs:
        st.error("There is no trained run here yet. Train one on the Train page.")
        st.stop()
    first, asked = next(iter(runs)), address.asked("run")
    if asked not in runs and asked in {run.name for run in all_runs()}:
        note(f"The run {asked} has no checkpoint to write with yet; {first} is used.")
        address.write("run", None)
    wanted = address.parameter("run", default=first, options=same(runs))
    run = runs[str(address.held(wanted))]
    note(run.config().note, *problems)
    return run, wanted


def _choose_known(run: RunFolder) -> bool:
    """Show whether unknown words are written, if there are any, and return that."""
    if run.config().settings.level == CHAR:
        if address.asked("known") not in (None, "0"):
            note("The address asks for known words: this model writes characters.")
        address.leave_out("known")
        return False
    label = f"Never write {literal(UNKNOWN)}"
    return bool(address.show(st.toggle, label, "known", help=_KNOWN_HELP))


def choose_model_and_prompt(
    label: str = PROMPT_LABEL, *, writes: bool = True
) -> tuple[LanguageModel, Reading]:
    """Show both controls; return the model and the prompt as it reads it."""
    prompt_column, model_column = st.columns([3, 1], vertical_alignment="bottom")
    model = choose_model(model_column, writes=writes)
    reading = model.read(prompt_input(prompt_column, label))
    note(*reading_notes(reading, model.window))
    return model, reading


def choose_run(container: DeltaGenerator) -> RunFolder:
    """Show the choice of a run, for a page about all its checkpoints, and return it.

    Where there is none, say so and stop.
    """
    run, wanted = _asked_run()
    address.show(container.selectbox, "Run", wanted, on_change=_forget_checkpoint)
    return run


def prompt_input(container: DeltaGenerator, label: str = PROMPT_LABEL) -> str:
    """Show the prompt, and return it as it was typed."""
    return str(address.show(container.text_area, label, "prompt", height=68))


def _forget_checkpoint() -> None:
    """Another run is opened at its best, on this page and on others."""
    st.session_state.checkpoint = "best"
    address.write("checkpoint", None)
    address.share("checkpoint", None)


def show_model(model: LanguageModel) -> None:
    """Say in small print which model it is and how it reads."""
    left_out = (
        f" It is not asked for unknown words: what {UNKNOWN} had is shared out among the others."
        if model.known_only
        else ""
    )
    st.caption(
        literal(f"{model.run}, step {model.step:,}: {len(model.vocabulary)} symbols.")
        + f" The model {kind_of(model)}."
        + literal(left_out)
    )
