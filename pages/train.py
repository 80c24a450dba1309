"""Train: choose a text and a recipe, start, and watch a run learn; or open an earlier run."""

import streamlit as st

from charlstm.data.corpus import Corpus, check, shortest, symbol_counts
from charlstm.data.vocabulary import CHAR
from charlstm.engine import process, standby
from charlstm.engine.progress import status_word
from charlstm.engine.standby import why_no_training
from charlstm.errors import CharlstmError
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find
from charlstm.settings import Settings
from charlstm.ui import address
from charlstm.ui.components.share import DIAL, LOSSES, Chart, csv_file, share
from charlstm.ui.controls.corpus_choice import LOWERCASE, choose_corpus, corpus_panel
from charlstm.ui.controls.settings_form import (
    SETTINGS_IN_ADDRESS,
    choose_settings,
    show_meaning,
    words_in,
)
from charlstm.ui.parameters import same
from charlstm.ui.text import literal
from charlstm.ui.views import in_row, trainings
from charlstm.ui.views.run_view import import_panel, run_files, run_menu, watch
from charlstm.ui.visit import show_notes

NEW = "new training"
OF_A_RUN = ("prompt", "temperature", "order", "scale", "symbol", "epoch")


def show(name: str, words: str = "") -> None:
    st.session_state.run_next = name or NEW
    st.session_state.news = words


def begin(corpus: Corpus, settings: Settings) -> None:
    if other := process.running_run():
        show(other.name)
        return
    with trainings.failures_shown():
        run = new_run(corpus, settings)
        try:
            standby.start(run)
        except (CharlstmError, OSError):
            not_started(run)
            raise
        show(run.name)


names = [run.name for run in all_runs()]
if shown := st.session_state.pop("run_next", ""):
    st.session_state.run_shown = shown
if (gone := st.session_state.get("run_shown", NEW)) not in (NEW, *names):
    st.info(literal(f"The run {gone} no longer exists."))
    st.session_state.run_shown = NEW
# A run has no button where Start is, so that a second click cannot stop what the first started.
choice, badge_column, start_column, menu_column = in_row(4, 3.4, 1.8, 1.8)
runs = address.parameter("run", default=NEW, options=same([NEW, *names]))
chosen = address.show(choice.selectbox, "Run", runs, key="run_shown")
if chosen != NEW:
    # The other pages work with the run that is watched here.
    address.set_for_other_pages("run", chosen)
    address.set_for_other_pages("checkpoint", None)
address.leave_out(*(OF_A_RUN if chosen == NEW else SETTINGS_IN_ADDRESS))
if news := st.session_state.pop("news", ""):
    st.info(literal(news))
trainings.show_failure()

if chosen == NEW:
    text_column, recipe_column = st.columns([1, 1], gap="large")
    usable = False
    with text_column:
        st.header("The text")
        lowercase = bool(address.show(st.toggle, LOWERCASE, "case"))
        corpus = choose_corpus(lowercase=lowercase)
        if corpus is not None:
            try:
                level = st.session_state.get("level", address.asked("level") or CHAR)
                check(corpus, level=level)
            except CharlstmError as error:
                st.error(literal(str(error)))
            else:
                usable = True
                corpus_panel(corpus)
    with recipe_column:
        st.header("The recipe")
        settings = choose_settings(lowercase=lowercase)
        show_notes()
        symbols, length = (len(corpus.vocabulary), len(corpus)) if usable else (0, 0)
        if usable:
            try:
                words = words_in(settings, corpus)
            except CharlstmError as error:
                st.error(literal(str(error)))
                usable = False
            else:
                show_meaning(settings, corpus, words)
                if words is not None:
                    symbols, length = words.symbols, words.tokens + words.held_out_tokens
        if unable := why_no_training():
            st.warning(literal(unable))
    import_panel(menu_column, show)
    if other := process.running_run():
        trainings.show_running(other, recipe_column)
        start_column.button(
            "Watch it", type="primary", width="stretch", on_click=show, args=(other.name,)
        )
    else:
        # No callback: the last typed value may come together with the click.
        if start_column.button(
            "Start",
            type="primary",
            width="stretch",
            disabled=not usable or bool(unable),
            help=None if usable else f"Choose a text of at least {shortest():,} characters.",
        ):
            begin(corpus, settings)
            st.rerun()
        if usable:
            standby.prepare(settings, symbols, length)
    if usable:
        counts = csv_file("Its symbols", "charlstm-symbols", lambda: symbol_counts(corpus))
        share([counts], [Chart("Its symbols", "charlstm-symbols")])
    st.stop()

run = find(chosen)
run_menu(menu_column, run, show)
for problem in run.problems():
    st.error(literal(problem))
try:
    config = run.config()
except CharlstmError:
    st.stop()
status = process.known_status(run)

badge_column.badge(status_word(status), color=trainings.COLOURS[status.status])
watch(run, status)
with st.expander("The command that repeats this run"):
    st.code(config.command, language=None, wrap_lines=True)
show_notes([config.note])
share(
    run_files(run),
    [
        Chart("The loss", f"{run.name}-loss", LOSSES),
        Chart("The distribution", f"{run.name}-next", DIAL),
    ],
)
