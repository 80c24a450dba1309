"""Race: up to four networks learn the same text on this machine; counting stands beside them."""

import os

import streamlit as st

from charlstm.data import named
from charlstm.errors import CharlstmError
from charlstm.runs import process
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find
from charlstm.sampling.ngram import MOST_ORDER
from charlstm.training.settings import Settings
from charlstm.ui import address
from charlstm.ui.asking import MAX_SEED
from charlstm.ui.corpus_choice import loaded
from charlstm.ui.entry import enter
from charlstm.ui.model_and_prompt import prompt_input, show_notes
from charlstm.ui.one_temperature import asked_temperature, temperature_input
from charlstm.ui.race_runner import Writing, show_ngram
from charlstm.ui.race_view import counted_for, race_files, runner_names, watch_race
from charlstm.ui.runners import MOST, asked_runners, choose_runners
from charlstm.ui.share import Chart, share
from charlstm.ui.trainings import can_start, failures_told, stop_or_leave
from charlstm.ui.words import literal

SECONDS = {"5": 5, "10": 10, "20": 20, "40": 40, "80": 80, "160": 160}
USUAL_SECONDS = 20
CHARTS = [
    Chart("Loss against seconds", "charlstm-race-seconds"),
    Chart("Loss against weights", "charlstm-race-weights"),
]


def begin(corpus: str, runners: list[Settings]) -> None:
    if process.running_run():
        return  # a second click, or someone else was faster: the page says so
    made: list[RunFolder] = []
    with failures_told():
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

here = [run.name for run in all_runs()]
asked = [name for name in (address.asked("race") or "").split(",") if name]
names = [name for name in dict.fromkeys(asked) if name in here][:MOST]
address.write("race", ",".join(names) or None)
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))
if len(names) < len(asked):
    wanted = address.short(",".join(asked))
    st.warning(literal(f"The address asks for a race of {wanted}; not all of them are here."))

if names:
    runs = [find(name) for name in names]
    _, seed_note = address.whole_number("seed", 0, 0, MAX_SEED)
    _, temperature_note = asked_temperature()
    _, ngram_note = address.whole_number("ngram", MOST_ORDER, 1, MOST_ORDER)
    prompt_place, temperature_place, seed_place, stop_place = st.columns(
        [5, 2, 2, 3], vertical_alignment="bottom"
    )
    prompt, cut_note = prompt_input(
        prompt_place, "Prompt: all go on from it, with the same random numbers"
    )
    temperature = temperature_input(temperature_place)
    seed = address.whole_number_input(seed_place, "Seed", "seed", 0, 0, MAX_SEED)
    with stop_place:
        stop_or_leave(runs, "Another race", another)
    writing = Writing(prompt, temperature, seed)
    try:
        shown = runner_names(runs)
        yardsticks, no_ngrams = counted_for(runs)
        forward, forward_note = None, ""
        if len(shown) > 1:
            ways = {"all": None} | {str(place): name for place, name in enumerate(shown, start=1)}
            forward_note = address.hold_choice("forward", None, ways)
            forward = st.pills("Highlight", shown, key="forward")
            address.keep_choice("forward", None, ways)
        else:
            address.write("forward", None)
        if yardsticks is None:
            address.write("ngram", None)
        show_notes([cut_note, seed_note, temperature_note, ngram_note, forward_note, no_ngrams])
        watch_race(runs, writing, yardsticks, forward)
    except CharlstmError as error:
        st.error(literal(str(error)))
        share()
        st.stop()
    if yardsticks is not None:
        st.header("Counting alone")
        orders = {str(order): order for order in yardsticks.table["order"]}
        highest = max(orders.values())
        address.hold_choice("ngram", highest, orders)
        order = st.segmented_control("Order", list(orders.values()), required=True, key="ngram")
        address.keep_choice("ngram", highest, orders)
        show_ngram(yardsticks, int(order), writing, runs[0])
        st.caption(
            "An n-gram model of order n looks up the last n − 1 characters in a table of what"
            " followed them in the training text, and falls back on shorter contexts where they"
            " were rarely seen (interpolated modified Kneser-Ney smoothing). Nothing is trained."
            " The grey marks in the charts are on the same sample of held-out windows as the"
            " curves; the figure here is on all of them, as those of networks are at their end."
        )
    share(race_files(runs, yardsticks), CHARTS)
    st.stop()

_, runners_note = asked_runners()
cores = os.cpu_count() or 1
st.markdown(
    f"""
    The same text for all, and a clock for each. They **take turns** of half a second in one
    process, so whoever learns has all {cores} cores of this machine, and its clock runs only
    then. Side by side they would share the cores, and their seconds could not be compared. So
    the race takes as long as all of them together.
    """
)
runners_place = st.container()  # above the choice of the text, on which their weights depend
at_hand = {name: name for name in named.names() if named.is_at_hand(name)}
usual = next(iter(at_hand))
seconds_note = address.hold_choice("seconds", USUAL_SECONDS, SECONDS)
corpus_note = address.hold_choice("corpus", usual, at_hand)
text_place, time_place, start_place = st.columns([2, 3, 1], vertical_alignment="bottom")
corpus = text_place.selectbox("Text", list(at_hand), key="corpus", format_func=literal)
seconds = time_place.segmented_control(
    "Seconds of training for each", list(SECONDS.values()), required=True, key="seconds"
)
address.keep_choice("seconds", USUAL_SECONDS, SECONDS)
address.keep_choice("corpus", usual, at_hand)
try:
    text = loaded(corpus, lowercase=True)
except CharlstmError:
    text = None  # Start says why
with runners_place:
    runners = choose_runners(text)
show_notes([runners_note, seconds_note, corpus_note, text.note if text else ""])
free = can_start()
start_place.button(
    "Start",
    type="primary",
    width="stretch",
    disabled=not free,
    on_click=begin,
    args=(corpus, [runner.settings(float(seconds)) for runner in runners]),
)
share()
