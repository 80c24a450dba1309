"""Race: up to four networks learn the same text, compared with n-grams and other programs."""

import os

import streamlit as st

from charlstm.analysis.curves import speed_curves, speed_table
from charlstm.data import named
from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError
from charlstm.settings import Settings
from charlstm.ui import address
from charlstm.ui.charts.loss_charts import race_chart
from charlstm.ui.components.share import Chart, csv_file, share
from charlstm.ui.controls.corpus_choice import choose_text_at_hand, loaded
from charlstm.ui.controls.runners import choose_runners
from charlstm.ui.text import figure, literal
from charlstm.ui.views import in_row
from charlstm.ui.views.race_view import about_recorded, recorded_race, show_race
from charlstm.ui.views.trainings import asked_runs, can_start, show_failure, start_race
from charlstm.ui.visit import show_notes


def begin(corpus: str, runners: list[Settings]) -> None:
    def with_text() -> list[tuple[Corpus, Settings]]:
        text = named.load_named(corpus).lowered()
        return [(text, settings) for settings in runners]

    start_race(with_text)


show_failure()
if runs := asked_runs():
    share(*show_race(runs, can_leave=True))
    st.stop()

cores = os.cpu_count() or 1
st.markdown(
    f"""
    All networks learn the same text, and each has its own clock. They **take turns** of half a
    second in one process, so each learns with all {cores} cores of this machine, and its clock
    runs only while it learns. In parallel they would share the cores, and their seconds could not
    be compared. So the race takes as long as all of them together.
    """
)
runners_container = st.container()  # above the choice of the text, on which their weights depend
text_column, time_column, start_column = in_row(2, 3, 1)
corpus = choose_text_at_hand(text_column)
seconds = address.show(time_column.segmented_control, "Seconds of training for each", "seconds")
try:
    text = loaded(corpus, lowercase=True)
except CharlstmError:
    text = None  # Start says why
with runners_container:
    runners = choose_runners(text)
show_notes([text.note if text else ""])
start_column.button(
    "Start",
    type="primary",
    width="stretch",
    disabled=not can_start(),
    on_click=begin,
    args=(corpus, [runner.settings(float(seconds)) for runner in runners]),
)
files, charts = [], []
if recorded := recorded_race():
    st.header("A recorded race")
    st.markdown(literal(about_recorded(recorded[0])))
    files, charts = show_race(recorded, can_leave=False)

st.header("Other programs", anchor="speed")
st.markdown(
    """
    How fast this program learns, compared with Keras, PyTorch and the notebook's program: the
    same text, the same network of 128 cells, the same two cores. The loss is measured on text
    that none of them was trained on. Lower and further left is better.
    """
)
st.altair_chart(
    race_chart(speed_curves(), log_seconds=True),
    alt="Held-out loss against seconds of training, a line for each program",
)
with st.expander("All measurements"):
    for what, rows in speed_table().groupby("what", sort=False):
        st.markdown(f"**{literal(str(what))}**")
        st.table(
            rows.assign(
                who=rows["who"].map(literal),
                median=rows["median"].map(figure) + " " + rows["unit"],
                range=rows["low"].map(figure) + " to " + rows["high"].map(figure),
            )[["who", "median", "range", "n"]].set_index("who")
        )
    st.caption(
        "By `python -m tests.benchmarks`, n times each."
        " The programs are benchmarked in alternation."
    )
speed_files = [
    csv_file("All measurements", "charlstm-speed", speed_table),
    csv_file("The curves", "charlstm-speed-curves", speed_curves),
]
share([*files, *speed_files], [*charts, Chart("What was measured", "charlstm-speed")])
