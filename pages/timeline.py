"""Timeline: one prompt, one temperature and the same random numbers at every checkpoint."""

import streamlit as st

from charlstm.data.symbols import visible
from charlstm.engine import process
from charlstm.exploring.timeline import moments_table
from charlstm.runs.opening import best_checkpoint
from charlstm.ui import address
from charlstm.ui.components.share import TIMELINE, TIMELINE_BARS, Chart, csv_file, share, text_file
from charlstm.ui.components.timeline import moments_of, show_timeline
from charlstm.ui.computing import affordable
from charlstm.ui.controls.model_and_prompt import choose_run, prompt_input, reading_notes
from charlstm.ui.controls.writing import choose_length, choose_seed, temperature_input
from charlstm.ui.text import literal
from charlstm.ui.views import in_row
from charlstm.ui.views.sources import underlined
from charlstm.ui.views.trainings import what_happened
from charlstm.ui.visit import show_notes

TWINS = {
    "nietzsche-diverges": "nietzsche-steadied",
    "nietzsche-steadied": "nietzsche-diverges",
}
LOOK_AT = {
    "nietzsche-diverges": (
        "**Why does it blow up?** The notebook's recipe with four times its learning rate and"
        " batches a quarter as large, so that minutes show what takes the notebook some fifty"
        " epochs. It learns for two epochs. But the rate never falls and nothing limits the"
        " gradients: the weights keep growing, the loss creeps up again, and early in the seventh"
        " epoch it jumps within some sixty steps from 2 nats to 9, more than guessing costs."
        " **Is the model lost?** No: press *Best*. That checkpoint is kept, and it is the one that"
        " every other page opens."
    ),
    "nietzsche-steadied": (
        "**The twin.** The same text, seed, learning rate and order of the data as"
        " `nietzsche-diverges`; but the norm of the gradient is limited, and the rate falls along"
        " half a cosine to a fiftieth. The first epochs look alike. Then the steps become too"
        " small to break anything, and the loss keeps falling."
    ),
}


def keep(step: int) -> None:
    st.session_state.moment = step
    address.write("checkpoint", str(step))


def keep_pace(pace: str) -> None:
    st.session_state.pace = pace


def show_run(name: str) -> None:
    st.session_state.run = name


def written_by_all() -> str:
    return "\n".join(
        f"Step {moment.step}\n{moment.written.failure or reading.text + moment.written.text}\n"
        for moment in moments
    )


pace = address.held("pace")
prompt_column, run_column, temperature_column, seed_column, length_column = in_row(5, 3, 2, 2, 2)
run = choose_run(run_column)
config, steps = run.config(), run.checkpoints()
prompt = prompt_input(prompt_column)
reading = config.vocabulary.read(prompt)
temperature = temperature_input(temperature_column)
seed = choose_seed(seed_column)
length = choose_length(length_column, config.vocabulary)

# The checkpoint of the address counts unless this page wrote it.
same_run = st.session_state.get("moments_of") in (None, run.name)
if not same_run:
    address.write("checkpoint", None)
if not same_run or "moment" not in st.session_state or address.is_news("checkpoint"):
    names, middle = {str(step): step for step in steps}, steps[len(steps) // 2]
    frames = address.parameter("checkpoint", default=middle, options=names)
    st.session_state.moment = address.take(frames)
    st.session_state.revision = st.session_state.get("revision", 0) + 1
    address.write("checkpoint", address.asked("checkpoint"))
st.session_state.moments_of = run.name
length, cut_note = affordable(length, len(steps), config.window)
show_notes([cut_note])

moments = moments_of(run, reading.text, temperature=temperature, length=length, seed=seed)
history, best = run.history(), best_checkpoint(run)
status = process.known_status(run)
invented, legend = underlined(run, reading.text, *(each.written.text for each in moments))
show_timeline(
    moments,
    history,
    prompt=reading.text,
    symbols=config.vocabulary.symbols,
    temperature=temperature,
    invented=invented,
    legend=legend,
    best=best,
    checkpoint=st.session_state.moment,
    revision=st.session_state.revision,
    pace=pace,
    key="timeline",
    on_checkpoint=keep,
    on_pace=keep_pace,
)

words_column, twin_column = st.columns([4, 1], vertical_alignment="top")
sentences = [
    what_happened(run.name, config.settings, status),
    *reading_notes(reading, config.window),
]
if len(steps) == 1:
    sentences.append("This run has a single checkpoint, so there is nothing to play.")
words_column.caption(literal("  ".join(sentences)))
if twin := TWINS.get(run.name):
    words_column.markdown(LOOK_AT[run.name])
    twin_column.button("Show its twin", width="stretch", on_click=show_run, args=(twin,))
with st.expander("All the numbers"):
    figures = moments_table(moments, config.vocabulary.symbols, temperature)
    table = figures.copy()
    table["likeliest"] = table["likeliest"].map(visible, na_action="ignore")
    st.dataframe(table, hide_index=True)
share(
    [
        text_file(
            "What every checkpoint wrote",
            "charlstm-timeline",
            written_by_all,
        ),
        csv_file("Figures of every checkpoint", "charlstm-timeline", lambda: figures),
    ],
    [
        Chart("The loss", "charlstm-timeline-loss", TIMELINE),
        Chart("The distribution here", "charlstm-timeline-distribution", TIMELINE_BARS),
    ],
)
