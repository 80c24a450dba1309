"""Train: choose a text and a recipe, start, and watch a run learn; or open one again."""

import streamlit as st

from charlstm.data.corpus import Corpus, check
from charlstm.errors import CharlstmError
from charlstm.runs import process
from charlstm.runs.folder import ALIVE, FINISHED, PAUSED, RUNNING, RunFolder
from charlstm.runs.new import new_run
from charlstm.runs.store import all_runs, find, is_shipped
from charlstm.training.settings import Settings
from charlstm.ui.corpus_choice import choose_corpus, corpus_panel
from charlstm.ui.entry import enter
from charlstm.ui.run_view import status_badge, watch
from charlstm.ui.settings_form import choose_settings, show_meaning
from charlstm.ui.words import literal

NEW = "new training"


def show(name: str) -> None:
    st.session_state.run_shown = name


def begin(corpus: Corpus, settings: Settings) -> None:
    try:
        run = new_run(corpus, settings)
        process.start(run)
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)
    else:
        show(run.name)


def go_on(run: RunFolder) -> None:
    try:
        process.start(run)
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)


def order(run: RunFolder, command: str) -> None:
    try:
        process.tell(run, command)
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)


enter("train")

names = [run.name for run in all_runs()]
asked = st.query_params.get("run", NEW)
if asked not in (NEW, *names):
    st.warning(literal(f"The address asks for the run {asked[:64]!r}, which is not here."))
    asked = NEW
st.session_state.setdefault("run_shown", asked)
chosen = st.selectbox("Run", [NEW, *names], key="run_shown")
st.query_params.from_dict({"run": chosen} if chosen != NEW else {})
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

if chosen == NEW:
    st.title("Teach a network to write")
    lowercase = st.toggle("Lower-case the text, as the notebook does", value=True)
    corpus = choose_corpus(lowercase=lowercase)
    usable = False
    if corpus is not None:
        try:
            check(corpus)
        except CharlstmError as error:
            st.error(literal(str(error)))
        else:
            usable = True
            corpus_panel(corpus)
    settings = choose_settings(lowercase=lowercase)
    if usable:
        show_meaning(settings, corpus)
    if unable := process.why_no_training():
        st.warning(literal(unable))
    if other := process.running_run():
        st.info(literal(f"A training is running already: {other.name}. There is one at a time."))
        st.button("Watch it", type="primary", on_click=show, args=(other.name,))
    else:
        st.button(
            "Start",
            type="primary",
            disabled=not usable or bool(unable),
            on_click=begin,
            args=(corpus, settings),
        )
    st.stop()

run = find(chosen)
for problem in run.problems():
    st.error(literal(problem))
try:
    config, status = run.config(), process.live_status(run)
except CharlstmError:
    st.stop()

title, pause_place, stop_place = st.columns([3, 1, 1], vertical_alignment="bottom")
title.title(run.name)
if status.status == RUNNING:
    pause_place.button("Pause", width="stretch", on_click=order, args=(run, process.PAUSE))
elif status.status == PAUSED:
    pause_place.button(
        "Resume", type="primary", width="stretch", on_click=order, args=(run, process.RESUME)
    )
if status.status in ALIVE:
    stop_place.button("Stop", width="stretch", on_click=order, args=(run, process.STOP))
elif status.status != FINISHED and not is_shipped(run):
    stop_place.button("Resume", type="primary", width="stretch", on_click=go_on, args=(run,))
status_badge(status)
if run.checkpoints():
    st.page_link(
        "pages/temperature.py",
        label="Write with this run",
        icon=":material/arrow_forward:",
        query_params={"run": run.name},
    )
watch(run, status)
with st.expander("The command that repeats this run"):
    st.code(config.command, language=None, wrap_lines=True)
