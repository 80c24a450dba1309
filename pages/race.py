"""Race: up to four networks learn the same text on this machine; counting stands beside them."""

import os

import streamlit as st

from charlstm.data import named
from charlstm.engine import process
from charlstm.errors import CharlstmError
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run, not_started
from charlstm.settings.settings import Settings
from charlstm.ui import address
from charlstm.ui.components.share import Chart, share
from charlstm.ui.controls.corpus_choice import loaded
from charlstm.ui.controls.runners import choose_runners
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views.race_page import about_recorded, recorded_race, show_race
from charlstm.ui.views.trainings import asked_runs, can_start, failures_shown
from charlstm.ui.visit import enter, show_notes

CHARTS = [
    Chart("Loss against seconds", "charlstm-race-seconds"),
    Chart("Loss against weights", "charlstm-race-weights"),
]


def begin(corpus: str, runners: list[Settings]) -> None:
    if process.running_run():
        return  # a second click, or someone else was faster: the page says so
    made: list[RunFolder] = []
    with failures_shown():
        try:
            text = named.load_named(corpus).lowered()
            made.extend(new_run(text, settings) for settings in runners)
            process.start_race(*made)
        except (CharlstmError, OSError):
            for run in made:
                not_started(run)
            raise
        address.write("race", ",".join(run.name for run in made))


def another() -> None:
    address.write("race", None)


enter("race")

if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))
if runs := asked_runs():
    files = show_race(runs, another)
    share(files, CHARTS if files else [])
    st.stop()

cores = os.cpu_count() or 1
st.markdown(
    f"""
    The same text for all, and a clock for each. They **take turns** of half a second in one
    process, so whoever learns has all {cores} cores of this machine, and its clock runs only
    then. Side by side they would share the cores, and their seconds could not be compared. So
    the race takes as long as all of them together.
    """
)
runners_container = st.container()  # above the choice of the text, on which their weights depend
at_hand = [name for name in named.names() if named.is_at_hand(name)]
texts = address.parameter("corpus", default=at_hand[0], options=same(at_hand))
text_column, time_column, start_column = st.columns([2, 3, 1], vertical_alignment="bottom")
corpus = address.show(text_column.selectbox, "Text", texts, format_func=literal)
seconds = address.show(
    time_column.segmented_control, "Seconds of training for each", "seconds", required=True
)
try:
    text = loaded(corpus, lowercase=True)
except CharlstmError:
    text = None  # Start says why
with runners_container:
    runners = choose_runners(text)
show_notes([text.note if text else ""])
free = can_start()
start_column.button(
    "Start",
    type="primary",
    width="stretch",
    disabled=not free,
    on_click=begin,
    args=(corpus, [runner.settings(float(seconds)) for runner in runners]),
)
files = []
if recorded := recorded_race():
    st.header("A recorded race")
    st.markdown(literal(about_recorded(recorded)))
    files = show_race(recorded)
share(files, CHARTS if files else [])
