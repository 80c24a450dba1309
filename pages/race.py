"""Race: up to four networks learn the same text on this machine; counting stands beside them."""

import os

import streamlit as st

from charlstm.data import named
from charlstm.errors import CharlstmError
from charlstm.runs import process
from charlstm.runs.folder import RunFolder
from charlstm.runs.launch import why_no_training
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find
from charlstm.training.settings import Settings
from charlstm.ui import address
from charlstm.ui.entry import enter
from charlstm.ui.model_and_prompt import MAX_PROMPT, show_notes
from charlstm.ui.one_temperature import asked_temperature, choose_temperature
from charlstm.ui.race_view import Writing, counted_for, is_on, runner_names, show_ngram, watch_race
from charlstm.ui.runners import MOST, asked_runners, choose_runners
from charlstm.ui.words import literal

SECONDS = [10, 20, 40, 80, 160]
USUAL_SECONDS = 20
PROMPT = "the meaning of "
MAX_SEED = 2**32 - 1


def begin(corpus: str, runners: list[Settings]) -> None:
    made: list[RunFolder] = []
    try:
        text = named.load_named(corpus).lowered()
        for settings in runners:
            made.append(new_run(text, settings))  # noqa: PERF401 (those made so far are kept)
        process.start_race(*made)
    except (CharlstmError, OSError) as error:
        for run in made:
            not_started(run)
        st.session_state.failure = str(error)
    else:
        st.query_params["race"] = ",".join(run.name for run in made)


def stop(names: list[str]) -> None:
    for name in names:
        try:
            process.tell(find(name), process.STOP)
        except CharlstmError as error:
            st.session_state.failure = str(error)


def another() -> None:
    st.query_params.pop("race", None)


enter("race")

here = [run.name for run in all_runs()]
asked = [name for name in st.query_params.get("race", "").split(",") if name]
names = [name for name in dict.fromkeys(asked) if name in here][:MOST]
if failure := st.session_state.pop("failure", ""):
    st.error(literal(failure))
if len(names) < len(asked):
    wanted = address.short(",".join(asked))
    st.warning(literal(f"The address asks for a race of {wanted}; not all of them are here."))

if names:
    runs = [find(name) for name in names]
    _, seed_note = address.whole_number("seed", 0, 0, MAX_SEED)
    _, temperature_note = asked_temperature()
    cut_note = address.text_note("prompt", MAX_PROMPT)
    prompt_place, temperature_place, seed_place, stop_place = st.columns(
        [4, 3, 1, 2], vertical_alignment="bottom"
    )
    prompt = prompt_place.text_input(
        "Prompt: all write on from it, with the same luck",
        PROMPT,
        key="prompt",
        bind="query-params",
        max_chars=MAX_PROMPT,
    )
    temperature = choose_temperature(temperature_place)
    seed = address.whole_number_input(seed_place, "Seed", "seed", 0, 0, MAX_SEED)
    show_notes([cut_note, seed_note, temperature_note])
    if is_on(runs):
        stop_place.button("Stop", width="stretch", on_click=stop, args=(names,))
    else:
        stop_place.button("Another race", width="stretch", on_click=another)
    try:
        shown = runner_names(runs)
        yardsticks, no_ngrams = counted_for(runs)
        forward = None
        if len(shown) > 1:
            notes = [address.choice_note("forward", "none", shown)]
            forward = st.pills(
                "Bring forward in both charts", shown, key="forward", bind="query-params"
            )
            show_notes(notes)
        writing = Writing(prompt, temperature, seed)
        watch_race(runs, writing, yardsticks, forward)
    except CharlstmError as error:
        st.error(literal(str(error)))
        st.stop()
    if yardsticks is None:
        show_notes([no_ngrams])
        st.stop()
    st.subheader("Counting alone")
    orders = list(yardsticks.table["order"])
    asked_order, order_note = address.whole_number("order", orders[-1], 1, orders[-1])
    order = int(
        st.segmented_control("Order", orders, default=asked_order, required=True, key="order")
    )
    address.write("order", None if order == orders[-1] else str(order))
    show_notes([order_note])
    show_ngram(yardsticks, order, writing)
    st.caption(
        "An n-gram model of order n looks up the last n − 1 characters in a table of what followed"
        " them in the training text, and falls back on shorter contexts where they were rarely seen"
        " (interpolated modified Kneser-Ney smoothing). Nothing is trained. The grey marks in the"
        " charts are on the same sample of held-out windows as the curves; the figure here is on"
        " all of them, as those of networks are when they have finished."
    )
    st.stop()

st.title("Let networks race")
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
runners = choose_runners()
at_hand = [name for name in named.names() if named.is_at_hand(name)]
notes = [runners_note, address.choice_note("text", at_hand[0], at_hand)]
text_place, time_place, start_place = st.columns([2, 3, 1], vertical_alignment="bottom")
corpus = text_place.selectbox("Text", at_hand, key="text", bind="query-params", format_func=literal)
asked_seconds, seconds_note = address.whole_number(
    "seconds", USUAL_SECONDS, SECONDS[0], SECONDS[-1]
)
if asked_seconds not in SECONDS:
    seconds_note = f"A race lasts {', '.join(map(str, SECONDS))} seconds for each."
    asked_seconds = USUAL_SECONDS
seconds = time_place.segmented_control(
    "Seconds of training for each", SECONDS, default=asked_seconds, required=True, key="seconds"
)
address.write("seconds", None if seconds == USUAL_SECONDS else str(seconds))
show_notes([*notes, seconds_note])
other = process.running_run()
if unable := why_no_training():
    st.warning(literal(unable))
elif other:
    st.info(literal(f"{other.name} is being trained; there is one training at a time."))
start_place.button(
    "Start",
    type="primary",
    width="stretch",
    disabled=bool(unable or other),
    on_click=begin,
    args=(corpus, [runner.settings(float(seconds)) for runner in runners]),
)
