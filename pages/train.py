"""Train: choose a text and a recipe, start, and watch a run learn; or open one again."""

import streamlit as st

from charlstm.data.corpus import Corpus, check, shortest, symbol_counts
from charlstm.data.vocabulary import CHAR
from charlstm.engine import process, standby
from charlstm.engine.standby import why_no_training
from charlstm.errors import CharlstmError
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find
from charlstm.settings.settings import Settings
from charlstm.ui import address
from charlstm.ui.components.share import DIAL, Chart, csv_file, share
from charlstm.ui.controls.corpus_choice import LOWERCASE, choose_corpus, corpus_panel
from charlstm.ui.controls.settings_form import SETTINGS_IN_ADDRESS, choose_settings
from charlstm.ui.controls.settings_meaning import show_meaning, words_in
from charlstm.ui.entry import enter
from charlstm.ui.views.run_actions import import_panel, run_buttons, run_menu
from charlstm.ui.views.run_view import run_files, watch
from charlstm.ui.views.trainings import failures_shown, say_it_is_running, show_reason, status_badge
from charlstm.ui.visit import show_notes
from charlstm.ui.words import literal

NEW = "new training"
CASES = {"lower": True, "kept": False}
OF_A_RUN = ("prompt", "temperature", "order", "scale", "symbol", "epoch")


def show(name: str, words: str = "") -> None:
    st.session_state.run_next = name or NEW
    st.session_state.news = words


def begin(corpus: Corpus, settings: Settings) -> None:
    if other := process.running_run():
        show(other.name)
        return
    with failures_shown():
        run = new_run(corpus, settings)
        try:
            process.start(run)
        except (CharlstmError, OSError):
            not_started(run)
            raise
        show(run.name)


enter("train")

names = [run.name for run in all_runs()]
asked = NEW if (given := address.asked("run")) is None else given
if asked not in (NEW, *names):
    st.warning(literal(f"The address asks for the run {address.short(asked)}, which is not here."))
    asked = NEW
held = asked if address.is_news("run") else st.session_state.get("run_shown", asked)
shown = st.session_state.pop("run_next", held)
if shown not in (NEW, *names):
    st.info(literal(f"The run {shown} is no longer here."))
    shown = NEW
st.session_state.run_shown = shown
# Where Start stands, a run has nothing: a second click must not stop what the first has started.
choice, badge_column, start_column, menu_column = st.columns(
    [4, 3.4, 1.8, 1.8], vertical_alignment="bottom"
)
chosen = choice.selectbox("Run", [NEW, *names], key="run_shown")
address.write("run", None if chosen == NEW else chosen)
if chosen != NEW:
    # The other pages work with the run that is watched here.
    address.share("run", chosen)
    address.share("checkpoint", None)
address.leave_out(*(OF_A_RUN if chosen == NEW else SETTINGS_IN_ADDRESS))
if news := st.session_state.pop("news", ""):
    st.info(literal(news))
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))

if chosen == NEW:
    text_column, recipe_column = st.columns([1, 1], gap="large")
    usable = False
    with text_column:
        st.header("The text")
        case_note = address.hold_choice("case", True, CASES)
        lowercase = st.toggle(LOWERCASE, key="case")
        address.keep_choice("case", True, CASES)
        corpus, corpus_note = choose_corpus(lowercase=lowercase)
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
        settings, settings_notes = choose_settings(lowercase=lowercase)
        show_notes([case_note, corpus_note, *settings_notes])
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
        say_it_is_running(other, recipe_column)
        start_column.button(
            "Watch it", type="primary", width="stretch", on_click=show, args=(other.name,)
        )
    else:
        # No callback: what was typed last may come together with the click.
        if start_column.button(
            "Start",
            type="primary",
            width="stretch",
            disabled=not usable or bool(unable),
            help=None if usable else f"It takes a text of at least {shortest():,} characters.",
        ):
            begin(corpus, settings)
            st.rerun()
        if usable:
            standby.prepare(settings, symbols, length)
    if usable:
        counts = csv_file("Its symbols", "charlstm-symbols", lambda: symbol_counts(corpus))
        share([counts], [Chart("Its symbols", "charlstm-symbols")], corpus_note)
    else:
        share()
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

with badge_column:
    status_badge(status)
write_container = run_buttons(run, status)
show_reason(status)
watch(run, status, write_container)
with st.expander("The command that repeats this run"):
    st.code(config.command, language=None, wrap_lines=True)
show_notes([config.note])
share(
    run_files(run),
    [Chart("The loss", f"{run.name}-loss"), Chart("The distribution", f"{run.name}-next", DIAL)],
)
