"""Train: choose a text and a recipe, start, and watch a run learn; or open one again."""

import streamlit as st

from charlstm.data.corpus import Corpus, check
from charlstm.errors import CharlstmError
from charlstm.runs import process, standby
from charlstm.runs.folder import ALIVE, DIVERGED, FINISHED, PAUSED, RUNNING, RunFolder
from charlstm.runs.launch import why_no_training
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find, is_shipped
from charlstm.training.settings import Settings
from charlstm.ui.corpus_choice import choose_corpus, corpus_panel
from charlstm.ui.entry import enter
from charlstm.ui.run_view import show_reason, status_badge, watch
from charlstm.ui.settings_form import choose_settings, show_meaning
from charlstm.ui.words import literal

NEW = "new training"


def show(name: str) -> None:
    st.session_state.run_shown = name


def begin(corpus: Corpus, settings: Settings) -> None:
    if other := process.running_run():
        show(other.name)
        return
    try:
        run = new_run(corpus, settings)
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)
        return
    try:
        process.start(run)
    except (CharlstmError, OSError) as error:
        not_started(run)
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
        process.tell(run, command, patience=0.6)
    except (CharlstmError, OSError) as error:
        st.session_state.failure = str(error)


enter("train")

names = [run.name for run in all_runs()]
asked = st.query_params.get("run", NEW)
if asked not in (NEW, *names):
    st.warning(literal(f"The address asks for the run {asked[:64]!r}, which is not here."))
    asked = NEW
st.session_state.setdefault("run_shown", asked)
if st.session_state.run_shown not in (NEW, *names):
    st.session_state.run_shown = NEW
choice, badge_place, left_place, right_place = st.columns([4, 2, 2, 2], vertical_alignment="bottom")
chosen = choice.selectbox("Run", [NEW, *names], key="run_shown")
if chosen == NEW:
    for key in ("run", "temperature"):
        st.query_params.pop(key, None)
else:
    st.query_params["run"] = chosen
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

if chosen == NEW:
    text_place, recipe_place = st.columns([1, 1], gap="large")
    usable = False
    with text_place:
        st.subheader("The text")
        lowercase = st.toggle("Lower-case it, as the notebook does", value=True)
        corpus = choose_corpus(lowercase=lowercase)
        if corpus is not None:
            try:
                check(corpus)
            except CharlstmError as error:
                st.error(literal(str(error)))
            else:
                usable = True
                corpus_panel(corpus)
    with recipe_place:
        st.subheader("The recipe")
        settings = choose_settings(lowercase=lowercase)
        if usable:
            show_meaning(settings, corpus)
        if unable := why_no_training():
            st.warning(literal(unable))
    if other := process.running_run():
        recipe_place.info(
            literal(f"{other.name} is being trained; there is one training at a time.")
        )
        right_place.button(
            "Watch it", type="primary", width="stretch", on_click=show, args=(other.name,)
        )
    else:
        right_place.button(
            "Start",
            type="primary",
            width="stretch",
            disabled=not usable or bool(unable),
            on_click=begin,
            args=(corpus, settings),
        )
        if usable:
            standby.prepare(settings, len(corpus.vocabulary), len(corpus))
    st.stop()

run = find(chosen)
for problem in run.problems():
    st.error(literal(problem))
try:
    config = run.config()
except CharlstmError:
    st.stop()
status = process.known_status(run)

with badge_place:
    status_badge(status)
if status.status == RUNNING:
    left_place.button("Pause", width="stretch", on_click=order, args=(run, process.PAUSE))
elif status.status == PAUSED:
    left_place.button(
        "Resume", type="primary", width="stretch", on_click=order, args=(run, process.RESUME)
    )
if status.status in ALIVE:
    right_place.button("Stop", width="stretch", on_click=order, args=(run, process.STOP))
elif status.status != FINISHED and status.phase != DIVERGED and not is_shipped(run):
    left_place.button("Resume", type="primary", width="stretch", on_click=go_on, args=(run,))
show_reason(status)
watch(run, status)
with st.expander("The command that repeats this run"):
    st.code(config.command, language=None, wrap_lines=True)
