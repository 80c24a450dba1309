"""Race: up to four networks learn the same text on this machine, compared with n-grams."""

import os

import streamlit as st

from charlstm.data import named
from charlstm.data.corpus import Corpus
from charlstm.errors import CharlstmError
from charlstm.settings.settings import Settings
from charlstm.ui import address
from charlstm.ui.components.share import share
from charlstm.ui.controls.corpus_choice import choose_text_at_hand, loaded
from charlstm.ui.controls.runners import choose_runners
from charlstm.ui.text import literal
from charlstm.ui.views import in_row
from charlstm.ui.views.race_view import about_recorded, recorded_race, show_race
from charlstm.ui.views.speed_view import show_speed
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
speed_files, speed_charts = show_speed()
share([*files, *speed_files], [*charts, *speed_charts])
