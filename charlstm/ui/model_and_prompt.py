"""The model and the prompt that a page works with, chosen in the same way on every page.

Knows streamlit, runs and the address bar; knows nothing of what the page does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.vocabulary import Reading
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.models import model_of, readable_runs
from charlstm.ui.words import kind_of, literal, reading_notes

DEFAULT_PROMPT = "the world is "
MAX_PROMPT = 500
PROMPT_LABEL = "Prompt: what the model has read so far"


@dataclass(frozen=True)
class Chosen:
    """A model, a prompt as it reads it, and what should be said about both."""

    model: LanguageModel
    reading: Reading
    notes: list[str]


def choose_model(place: DeltaGenerator) -> tuple[LanguageModel, list[str]]:
    """Show the choice of a model; return it and notes. Where there is none, say so and stop."""
    runs, problems = readable_runs()
    if not runs:
        st.error("There is no trained run here yet. Train one on the Train page.")
        st.stop()
    # What the address asks for is read before widgets are bound to it.
    names = list(runs)
    notes = [address.choice_note("run", names[0], names)]
    with place.popover("Model", width="stretch"):
        run = runs[
            st.selectbox("Run", names, key="run", bind="query-params", on_change=_forget_checkpoint)
        ]
        steps = run.checkpoints()
        notes.append(address.choice_note("checkpoint", "best", ["best", *map(str, steps)]))
        checkpoint = st.selectbox(
            "Checkpoint (steps of training)",
            ["best", *map(str, reversed(steps))],
            key="checkpoint",
            bind="query-params",
        )
    try:
        model = model_of(run, best_checkpoint(run) if checkpoint == "best" else int(checkpoint))
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    return model, [*notes, *problems]


def choose_model_and_prompt(label: str = PROMPT_LABEL) -> Chosen:
    """Show both controls and return what was chosen."""
    cut_note = address.text_note("prompt", MAX_PROMPT)
    prompt_place, model_place = st.columns([3, 1], vertical_alignment="bottom")
    model, notes = choose_model(model_place)
    reading = model.read(prompt_input(prompt_place, label))
    return Chosen(model, reading, [cut_note, *notes, *reading_notes(reading, model.window)])


def choose_run(place: DeltaGenerator) -> tuple[RunFolder, list[str]]:
    """Show the choice of a run, for a page about all its checkpoints; return it and notes.

    Where there is none, say so and stop.
    """
    runs, problems = readable_runs()
    if not runs:
        st.error("There is no trained run here yet. Train one on the Train page.")
        st.stop()
    names = list(runs)
    note = address.choice_note("run", names[0], names)
    return runs[place.selectbox("Run", names, key="run", bind="query-params")], [note, *problems]


def prompt_input(place: DeltaGenerator, label: str = PROMPT_LABEL) -> str:
    """Show the prompt and return it as it was typed."""
    return str(
        place.text_area(
            label,
            DEFAULT_PROMPT,
            key="prompt",
            bind="query-params",
            max_chars=MAX_PROMPT,
            height=68,
        )
    )


def _forget_checkpoint() -> None:
    st.session_state.checkpoint = "best"


def show_notes(notes: list[str]) -> None:
    """Show sentences in small print, if there are any."""
    if shown := [note for note in notes if note]:
        st.caption(literal("  ".join(shown)))


def show_model(model: LanguageModel) -> None:
    """Say in small print which model it is and how it reads."""
    st.caption(
        literal(f"{model.run}, step {model.step:,}: {len(model.vocabulary)} symbols;")
        + f" the model {kind_of(model)}."
    )
