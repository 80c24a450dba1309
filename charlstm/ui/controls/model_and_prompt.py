"""The model and the prompt that a page works with, chosen in the same way on every page.

Knows streamlit, runs and the address bar; knows nothing of what the page does with them.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from charlstm.ui.words import kind_of, literal, reading_notes

DEFAULT_PROMPT = "the world is "
MAX_PROMPT = 500
_KNOWN = {"0": False, "1": True}
_KNOWN_HELP = (
    "Rare words share one token, and at a low temperature it drives out all others. Left out, what"
    " it had is shared out among the known words in proportion."
)
PROMPT_LABEL = "Prompt: what the model has read so far"


@dataclass(frozen=True)
class Chosen:
    """A model, a prompt as it reads it, and what should be said about both."""

    model: LanguageModel
    reading: Reading
    notes: list[str]


def choose_model(place: DeltaGenerator, *, writes: bool = False) -> tuple[LanguageModel, list[str]]:
    """Show the choice of a model; return it and notes. Where there is none, say so and stop.

    Args:
        place: Where to.
        writes: Whether the page writes with it; a model of words can then be asked to write known
            words alone.
    """
    runs, problems = readable_runs()
    if not runs:
        st.error("There is no trained run here yet. Train one on the Train page.")
        st.stop()
    run, notes = _held_run(runs)
    steps = {"best": "best"} | {str(step): str(step) for step in reversed(run.checkpoints())}
    notes.append(address.hold_choice("checkpoint", "best", steps))
    checkpoint = str(st.session_state.checkpoint)
    of = "" if checkpoint == "best" else f", step {int(checkpoint):,}"
    with place.popover(literal(f"Model: {run.name}{of}"), width="stretch"):
        st.selectbox("Run", list(runs), key="run", on_change=_forget_checkpoint)
        address.keep_choice("run", next(iter(runs)), {name: name for name in runs})
        st.selectbox("Checkpoint (steps of training)", list(steps), key="checkpoint")
        address.keep_choice("checkpoint", "best", steps)
        known_only, known_note = _choose_known(run) if writes else (False, "")
        notes.append(known_note)
    try:
        model = model_of(run, best_checkpoint(run) if checkpoint == "best" else int(checkpoint))
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    return model.without_unknown() if known_only else model, [*notes, *problems]


def _held_run(runs: dict[str, RunFolder]) -> tuple[RunFolder, list[str]]:
    """Return the run that the control of runs is to show, and notes on it and its text."""
    first, wanted = next(iter(runs)), address.asked("run")
    note = address.hold_choice("run", first, {name: name for name in runs})
    if note and wanted in {run.name for run in all_runs()}:
        note = f"The run {wanted} has no checkpoint to write with yet; {first} is used."
    run = runs[str(st.session_state.run)]
    return run, [note, run.config().note]


def _choose_known(run: RunFolder) -> tuple[bool, str]:
    """Show whether unknown words are written, if there are any; return that and a note."""
    if run.config().settings.level == CHAR:
        note = address.choice_note("known", "what it writes", ["0"])
        address.leave_out("known")
        return False, note and "The address asks for known words: this model writes characters."
    note = address.hold_choice("known", False, _KNOWN)
    known_only = st.toggle(f"Never write {literal(UNKNOWN)}", key="known", help=_KNOWN_HELP)
    address.keep_choice("known", False, _KNOWN)
    return bool(known_only), note


def choose_model_and_prompt(label: str = PROMPT_LABEL, *, writes: bool = True) -> Chosen:
    """Show both controls and return what was chosen.

    Args:
        label: Of the prompt.
        writes: As for choose_model.
    """
    prompt_place, model_place = st.columns([3, 1], vertical_alignment="bottom")
    model, notes = choose_model(model_place, writes=writes)
    prompt, cut_note = prompt_input(prompt_place, label)
    reading = model.read(prompt)
    return Chosen(model, reading, [cut_note, *notes, *reading_notes(reading, model.window)])


def choose_run(place: DeltaGenerator) -> tuple[RunFolder, list[str]]:
    """Show the choice of a run, for a page about all its checkpoints; return it and notes.

    Where there is none, say so and stop.
    """
    runs, problems = readable_runs()
    if not runs:
        st.error("There is no trained run here yet. Train one on the Train page.")
        st.stop()
    run, notes = _held_run(runs)
    place.selectbox("Run", list(runs), key="run", on_change=_forget_checkpoint)
    address.keep_choice("run", next(iter(runs)), {name: name for name in runs})
    return run, [*notes, *problems]


def prompt_input(place: DeltaGenerator, label: str = PROMPT_LABEL) -> tuple[str, str]:
    """Show the prompt; return it as it was typed, and a note if the address has a longer one."""
    note = address.hold_text("prompt", DEFAULT_PROMPT, MAX_PROMPT)
    prompt = place.text_area(
        label,
        key="prompt",
        max_chars=MAX_PROMPT,
        height=68,
        on_change=address.keep_text,
        args=("prompt", DEFAULT_PROMPT),
    )
    address.keep_text("prompt", DEFAULT_PROMPT)
    return str(prompt), note


def _forget_checkpoint() -> None:
    """Another run is opened at its best, on this page and on others."""
    st.session_state.checkpoint = "best"
    address.write("checkpoint", None)
    address.share("checkpoint", None)


def show_notes(notes: list[str]) -> None:
    """Show sentences in small print, if there are any."""
    if shown := [note for note in notes if note]:
        st.caption(literal("  ".join(shown)))


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
