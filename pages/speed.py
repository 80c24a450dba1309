"""Speed: what was measured beside other programs, and a race of two recipes on this machine."""

import streamlit as st

from charlstm.analysis.measured import speed_curves, speed_table
from charlstm.data import named
from charlstm.errors import CharlstmError
from charlstm.runs import process
from charlstm.runs.folder import RunFolder
from charlstm.runs.launch import why_no_training
from charlstm.runs.new import new_run, not_started
from charlstm.runs.store import all_runs, find
from charlstm.training.settings import Settings, settings_for
from charlstm.ui import address
from charlstm.ui.charts import race_chart
from charlstm.ui.entry import enter
from charlstm.ui.model_and_prompt import show_notes
from charlstm.ui.race_view import choose_runner, is_on, watch_race
from charlstm.ui.share import Chart, csv_file, share
from charlstm.ui.words import figure, literal

SECONDS = {"10": 10, "20": 20, "40": 40, "80": 80}
USUAL_SECONDS = 20
MOST = 4
FILES = [
    csv_file("All that was measured", "charlstm-speed", speed_table),
    csv_file("The curves", "charlstm-speed-curves", speed_curves),
]
MEASURED = Chart("What was measured", "charlstm-speed")


def begin(corpus: str, runners: list[Settings]) -> None:
    made: list[RunFolder] = []
    try:
        text = named.load_named(corpus).lowered()
        made.extend(new_run(text, settings) for settings in runners)
        process.start_race(*made)
    except (CharlstmError, OSError) as error:
        for run in made:
            not_started(run)
        st.session_state.failure = str(error)
    else:
        address.write("race", ",".join(run.name for run in made))


def stop(names: list[str]) -> None:
    for name in names:
        try:
            process.tell(find(name), process.STOP)
        except CharlstmError as error:
            st.session_state.failure = str(error)


def another() -> None:
    address.write("race", None)


enter("speed")

here = [run.name for run in all_runs()]
asked = [name for name in st.query_params.get("race", "").split(",") if name]
names = [name for name in dict.fromkeys(asked) if name in here][:MOST]
address.write("race", ",".join(names) or None)
if names:
    race_place, measured_place = st.container(), st.container()
else:
    measured_place, race_place = st.container(), st.container()

with measured_place:
    st.title("How fast it learns")
    st.markdown(
        """
        The same text, the same network of 128 cells, the same two cores; the loss is measured on
        text that none of them was trained on. The lower and the further left, the better.
        """
    )
    st.altair_chart(race_chart(speed_curves(), log_seconds=True), width="stretch")
    with st.expander("All that was measured"):
        for what, rows in speed_table().groupby("what", sort=False):
            st.markdown(f"**{literal(str(what))}**")
            st.table(
                rows.assign(
                    who=rows["who"].map(literal),
                    median=[f"{figure(row.median)} {row.unit}" for row in rows.itertuples()],
                    range=[f"{figure(row.low)} to {figure(row.high)}" for row in rows.itertuples()],
                )[["who", "median", "range", "n"]].set_index("who")
            )
        st.caption("By `python -m tests.benchmarks`: in turn, in one run, n repeats of each.")

with race_place:
    st.header("A race on this machine")
    if failure := st.session_state.pop("failure", ""):
        st.error(literal(failure))
    if len(names) < len(asked):
        wanted = address.short(",".join(asked))
        st.warning(literal(f"The address asks for a race of {wanted}; not all of them are here."))
if names:
    with race_place:
        runs = [find(name) for name in names]
        try:
            watch_race(runs)
        except CharlstmError as error:
            st.error(literal(str(error)))
        if is_on(runs):
            st.button("Stop", on_click=stop, args=(names,))
        else:
            st.button("Another race", on_click=another)
    share(FILES, [Chart("This race", "charlstm-race"), MEASURED])
    st.stop()

st.markdown(
    """
    Two recipes, one text. They take turns of half a second, so that each has the whole machine
    while it learns, and the clock of each runs only while it does.
    """
)
left, right = st.columns(2, gap="large")
first, first_notes = choose_runner(left, "first", "tbptt")
second, second_notes = choose_runner(right, "second", "book")
at_hand = {name: name for name in named.names() if named.is_at_hand(name)}
usual = next(iter(at_hand))
seconds_note = address.hold_choice("seconds", USUAL_SECONDS, SECONDS)
corpus_note = address.hold_choice("corpus", usual, at_hand)
text_place, time_place, start_place = st.columns([2, 2, 1], vertical_alignment="bottom")
corpus = text_place.selectbox("Text", list(at_hand), key="corpus", format_func=literal)
seconds = time_place.segmented_control(
    "Seconds of training for each", list(SECONDS.values()), required=True, key="seconds"
)
address.keep_choice("seconds", USUAL_SECONDS, SECONDS)
address.keep_choice("corpus", usual, at_hand)
show_notes([*first_notes, *second_notes, seconds_note, corpus_note])
runners = [settings_for(s.recipe, units=s.units, seconds=float(seconds)) for s in (first, second)]
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
    args=(corpus, runners),
)
share(FILES, [MEASURED])
