"""The model of a page, and what it reads: a prompt, a person's own text, a text to compress."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data import named
from charlstm.data.decoding import exactly
from charlstm.data.vocabulary import CHAR, UNKNOWN, Reading, visible
from charlstm.errors import CorpusError
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import all_runs
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.computing import model_of, readable_runs
from charlstm.ui.parameters import Parameter, same
from charlstm.ui.text import literal
from charlstm.ui.views import caption, in_row
from charlstm.ui.visit import is_return, keep, kept, note

PROMPT_LABEL = "Prompt: what the model has read so far"
MOST_IN_ADDRESS = 500
"""Characters of a text that an address holds."""

MOST_TYPED = 100_000
"""Characters of the field, for every model: another limit would make a new, empty field."""

OWN, HELD_OUT, REFERENCE = "your own text", "the held-out text", "Python's reference"
DEFAULT_TEXT = (
    "A compressor predicts. What it expects costs it next to nothing; what surprises it must be"
    " written down in full. A model that has read a book expects the words and phrases of that"
    " book, and so it needs fewer bits for a similar text than a program that has read nothing"
    " at all."
)
"""Long enough that the header of the file does not decide which program compresses best."""

NO_FILE = "A link to this page does not hold the file."

_KNOWN_HELP = (
    "Rare words share one token, and at a low temperature it crowds out all others. If it is left"
    " out, its probability is distributed among the known words in proportion."
)


def choose_model(container: DeltaGenerator, *, writes: bool = False) -> LanguageModel:
    """Show the choice of a model and return it. If there is none, say so and stop.

    On a page that writes, a model of words can be restricted to known words.
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
    model = model_of(run, best_checkpoint(run) if checkpoint == "best" else int(checkpoint))
    return model.without_unknown() if known_only else model


def choose_run(container: DeltaGenerator) -> RunFolder:
    """Show the choice of a run, for a page about all its checkpoints, and return it.

    If there is none, say so and stop.
    """
    run, wanted = _asked_run()
    address.show(container.selectbox, "Run", wanted, on_change=_forget_checkpoint)
    return run


def _asked_run() -> tuple[RunFolder, Parameter]:
    """Return the chosen run and the parameter of its control; stop if there is none."""
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
    """Show the switch for unknown words, if the model has any, and return its state."""
    if run.config().settings.level == CHAR:
        if address.asked("known") not in (None, "0"):
            note("The address asks for known words: this model writes characters.")
        address.leave_out("known")
        return False
    label = f"Never write {literal(UNKNOWN)}"
    return bool(address.show(st.toggle, label, "known", help=_KNOWN_HELP))


def _forget_checkpoint() -> None:
    """Open another run at its best checkpoint, on this page and on others."""
    st.session_state.checkpoint = "best"
    address.write("checkpoint", None)
    address.set_for_other_pages("checkpoint", None)


def show_model(model: LanguageModel) -> None:
    """Show in small print which model it is and how it reads."""
    field, reads = model.network.receptive_field, "remembers everything so far"
    if field is not None and field <= (model.window or field):
        reads = f"sees the last {field} {model.vocabulary.unit}s and nothing before them"
    elif model.window is not None:
        reads = f"rereads the last {model.window} characters at every step"
    left_out = (
        f" It never writes {UNKNOWN}, whose probability is distributed among the other tokens."
        if model.known_only
        else ""
    )
    caption(
        f"{model.run}, step {model.step:,}: {len(model.vocabulary)} symbols. The model {reads}."
        + left_out
    )


def choose_model_and_prompt(*, writes: bool = True) -> tuple[LanguageModel, Reading]:
    """Show both controls; return the model, and the prompt as the model reads it."""
    prompt_column, model_column = in_row(3, 1)
    model = choose_model(model_column, writes=writes)
    return model, read_prompt(model, prompt_column)


def read_prompt(model: LanguageModel, container: DeltaGenerator) -> Reading:
    """Show the prompt and return it as a model reads it; notes report what was changed."""
    reading = model.read(prompt_input(container))
    note(*reading_notes(reading, model.window))
    return reading


def prompt_input(container: DeltaGenerator, label: str = PROMPT_LABEL) -> str:
    """Show the prompt, and return it as it was typed."""
    return str(address.show(container.text_area, label, "prompt", height=68))


def reading_notes(reading: Reading, window: int | None) -> list[str]:
    """Return sentences on how a prompt is read; none if it is read unchanged."""
    notes = []
    if not reading.text:
        notes.append(
            "Empty prompt: this is the distribution of a network that has read nothing yet."
        )
    elif window is not None and len(reading.text) < window:
        notes.append(
            f"The prompt has {len(reading.text)} of the {window} characters that this model reads"
            " at once; it is read from a zero state, without padding."
        )
    elif window is not None and len(reading.text) > window:
        notes.append(f"This model reads the last {window} of {len(reading.text)} characters.")
    return notes + change_notes(reading)


def change_notes(reading: Reading) -> list[str]:
    """Return sentences on what was folded, dropped, unknown or read in another form in a text."""
    notes = []
    if reading.folded:
        notes.append("Capitals are read as lower case.")
    if reading.reformed:
        notes.append(f"Read in the other form of Unicode: {'  '.join(reading.reformed)}.")
    if reading.dropped:
        notes.append(f"Dropped, because the model has never seen them: {_listed(reading.dropped)}.")
    if reading.unknown:
        notes.append(f"Read as its unknown word {UNKNOWN}: {_listed(reading.unknown)}.")
    if reading.space_left_off:
        notes.append("The space at the end was removed: the next word brings its own.")
    return notes


def _listed(symbols: tuple[str, ...], most: int = 12) -> str:
    shown = "  ".join(visible(symbol) for symbol in symbols[:most])
    return shown + (f"  and {len(symbols) - most} more" if len(symbols) > most else "")


def choose_model_and_text(default: str, most: int, height: int) -> tuple[LanguageModel, Reading]:
    """Show both controls; return the model, and the text as the model reads it; see own_text."""
    text_column, model_column = in_row(3, 1)
    model = choose_model(model_column)
    text = own_text(text_column, default, most, height)
    reading = model.read(text)
    note(*change_notes(reading), f"{reading.counted}." if reading.dropped else "")
    return model, reading


def own_text(container: DeltaGenerator, default: str, most: int, height: int) -> str:
    """Show a field of so many pixels for a text of at most ``most`` characters; return the text.

    A note says if a link does not hold it.
    """
    long = kept("text") if is_return() else None
    text = address.parameter("text", default=(long or default)[:most], most=most)

    def typed() -> None:
        changed = st.session_state.text
        address.keep(text, changed)
        keep("text", changed if len(changed) > MOST_IN_ADDRESS else "")

    label = "A text, written or pasted"
    now = str(address.show(container.text_area, label, text, height=height, on_change=typed))
    if len(now) > MOST_IN_ADDRESS:
        note(f"A link to this page cannot hold a text of more than {MOST_IN_ADDRESS} characters.")
    return now


def text_to_compress(container: DeltaGenerator, held_out: str, learned: str, most: int) -> str:
    """Show the sources of a text to compress; return the text. A note says which text it is.

    ``held_out`` is the text that the model was not trained on, or ``""``; the text named
    ``learned``, which it was trained on, is not offered. CorpusError if the text has more than
    ``most`` characters, or a file is not text in UTF-8.
    """
    options = [OWN]
    if held_out:
        options.append(HELD_OUT)
    if learned != named.PYTHON:
        options.append(REFERENCE)
    sources = address.parameter("source", default=OWN, options=same(options))
    source = address.show(container.pills, "What to compress", sources)
    if source == HELD_OUT:
        text = held_out[:most]
        part = "All" if len(text) == len(held_out) else f"The first {len(text):,} of the"
        note(f"{part} {len(held_out):,} held-out characters.")
        return text
    if source == REFERENCE:
        text = named.load_named(named.PYTHON).text[:most]
        note(f"The first {len(text):,} characters of Python's own language reference.")
        return text
    typed_column, file_column = st.columns([2, 1])
    text = own_text(typed_column, DEFAULT_TEXT, MOST_TYPED, height=160)
    file = file_column.file_uploader(
        f"Or a text file, at most {most:,} characters", key="file", max_upload_size=1
    )
    if file is not None:
        text = exactly(file.getvalue())
        note(NO_FILE)
    if len(text) > most:
        raise CorpusError(
            f"This text has {len(text):,} characters; with this model {most:,} are compressed here,"
            " and up to 20 million by python -m charlstm compress."
        )
    return text
