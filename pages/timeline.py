"""Timeline: one prompt, one temperature and the same random numbers at every checkpoint."""

import pandas as pd
import streamlit as st

from charlstm.data.vocabulary import visible
from charlstm.engine import process
from charlstm.exploring.timeline import Moment, Written, moments_table, timeline, written_at
from charlstm.runs.folder import RunFolder
from charlstm.ui import address
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.share import DIAL, TIMELINE, Chart, csv_file, share, text_file
from charlstm.ui.components.timeline import show_timeline
from charlstm.ui.computing import Progress, kept_in_session, model_of, work
from charlstm.ui.controls.model_and_prompt import choose_run, prompt_input, reading_notes
from charlstm.ui.controls.writing import temperature_input
from charlstm.ui.text import literal
from charlstm.ui.views import in_row
from charlstm.ui.views.trainings import what_happened
from charlstm.ui.views.written import show_server_written
from charlstm.ui.visit import show_notes

TWINS = {
    "nietzsche-diverges": "nietzsche-steadied",
    "nietzsche-steadied": "nietzsche-diverges",
}
LOOK_AT = {
    "nietzsche-diverges": (
        "**Why does it blow up?** The notebook's recipe with four times its learning rate and"
        " batches a quarter as large, so that it fails within minutes as the notebook does after"
        " some fifty epochs. It learns for two epochs. But the rate never falls and nothing limits"
        " the gradients: the weights keep growing, the loss creeps up again, and early in the"
        " seventh epoch it jumps within some sixty steps from 2 nats to 9, worse than guessing."
        " **Is the model lost?** No: press *Best*. That checkpoint is kept, and every other page"
        " opens it."
    ),
    "nietzsche-steadied": (
        "**The twin.** The same text, seed, learning rate and order of the data as"
        " `nietzsche-diverges`; but the norm of the gradient is limited, and the rate falls along"
        " half a cosine to a fiftieth. The first epochs look alike. Then the steps become too"
        " small to break anything, and the loss keeps falling."
    ),
}


def show_run(name: str) -> None:
    st.session_state.run = name
    address.write("checkpoint", None)


def moments() -> list[Moment]:
    """Return what the browser shows, as NumPy writes it."""
    return timeline(run, reading.text, **how)


def written_by_all() -> str:
    return "\n".join(
        f"Step {moment.step}\n{moment.written.failure or reading.text + moment.written.text}\n"
        for moment in moments()
    )


def figures(of: list[Moment]) -> pd.DataFrame:
    return moments_table(of, config.vocabulary.symbols, how["temperature"])


def figures_with_progress(report: Progress) -> pd.DataFrame:
    def write(folder: RunFolder, step: int) -> Written:
        report(steps.index(step), len(steps))
        return written_at(folder, step, reading.text, **how)

    return figures(timeline(run, reading.text, **how, write=write))


prompt_column, run_column = in_row(3, 1)
run = choose_run(run_column)
config, steps = run.config(), run.checkpoints()
reading = config.vocabulary.read(prompt_input(prompt_column))
show_notes()
if is_old_browser():
    words = {str(step): step for step in steps}
    checkpoint = address.parameter("checkpoint", default=steps[len(steps) // 2], options=words)
    model = model_of(run, int(address.show(st.selectbox, "Checkpoint", checkpoint)))
    show_server_written(model, reading, (temperature_input(st.container()),))
    st.stop()
show_timeline(run, reading.text, key="timeline")
how = {name: address.read(name) for name in ("temperature", "length", "seed")}

words_column, twin_column = st.columns([4, 1], vertical_alignment="top")
sentences = [
    what_happened(run.name, config.settings, process.known_status(run)),
    *reading_notes(reading, config.window),
]
if len(steps) == 1:
    sentences.append("This run has a single checkpoint, so there is nothing to play.")
words_column.caption(literal("  ".join(sentences)))
if twin := TWINS.get(run.name):
    words_column.markdown(LOOK_AT[run.name])
    twin_column.button("Show its twin", width="stretch", on_click=show_run, args=(twin,))
with st.expander("All the numbers", key="numbers", on_change="rerun") as numbers:
    if numbers.open:
        token = (run.path, steps, reading.text, how)
        table = kept_in_session(
            "timeline_numbers", token, lambda: work("Checkpoints", figures_with_progress)
        )
        likeliest = table["likeliest"].map(visible, na_action="ignore")
        st.dataframe(table.assign(likeliest=likeliest), hide_index=True)
share(
    [
        text_file("What every checkpoint wrote", "charlstm-timeline", written_by_all),
        csv_file("Figures of every checkpoint", "charlstm-timeline", lambda: figures(moments())),
    ],
    [
        Chart("The loss", "charlstm-timeline-loss", TIMELINE),
        Chart("The distribution here", "charlstm-timeline-distribution", DIAL),
    ],
)
