"""Compare: two to six temperatures from one prompt, the same random numbers; why they differ."""

import streamlit as st

from charlstm.exploring.compare import Comparison, compare, fork_table
from charlstm.ui import address, comparison
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import Chart, csv_file, share, text_file
from charlstm.ui.computing import affordable, kept_in_session
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.strategy_choice import strategy_popover
from charlstm.ui.controls.writing import choose_length, choose_seed, choose_temperatures, draw_again
from charlstm.ui.text import literal, on_one_line, probability_columns, shown_table
from charlstm.ui.views import in_row
from charlstm.ui.views.sources import show_copies
from charlstm.ui.visit import show_notes

SHOWN_BEFORE = 40
WHY = "why"


def open_fork(column: int, mark: int) -> None:
    """Show why two columns differ; where a third does too, another click shows that."""
    here = [forks.index(fork) for fork in comparison.forks_of(result, column)[mark]]
    others = [number for number in here if number != st.session_state.get("fork")]
    st.session_state.fork = others[0] if others else here[0]


def compared() -> Comparison:
    return compare(
        model, reading.text, temperatures, length=length, seed=seed, strategies=strategies
    )


model, reading = choose_model_and_prompt()
which_column, draw_column, strategy_column, seed_column, length_column = in_row(3, 2, 2, 1, 1)
temperatures = choose_temperatures(which_column)
counted_button(draw_column, "Another draw", draw_again, type="primary", width="stretch")
strategies = strategy_popover(strategy_column)
seed = choose_seed(seed_column)
length = choose_length(length_column, model.vocabulary)
length, cut_note = affordable(length, len(temperatures), model.window)
show_notes([cut_note])

token = f"{model.key} {temperatures} {strategies} {seed} {length} {reading.text}"
result = kept_in_session("compared", token, compared, "Writing…")
forks = result.forks
comparison.show_columns(
    model.run, result, model.vocabulary.unit, token=token, on_mark=open_fork, mark_leads_to=WHY
)
names = [comparison.column_name(result, number) for number in range(len(temperatures))]
show_copies(model.run, list(zip(names, result.texts, strict=True)))

files = [text_file("All columns", "charlstm-compared", lambda: comparison.compared_text(result))]
charts = []
st.header("Why do they differ?", anchor=WHY)
if not forks:
    st.markdown("They do not: all columns produced the same text.")
else:
    names = [
        f"{result.temperatures[fork.left]:g} | {result.temperatures[fork.right]:g}"
        for fork in forks
    ]
    numbers = address.parameter("fork", options={str(n): n for n in range(len(forks))})
    number = address.show(
        st.segmented_control,
        "Two neighbours",
        numbers,
        format_func=lambda each: names[each],
    )
    fork = forks[number]
    sentence = comparison.fork_sentence(result, fork, model.vocabulary.unit)
    before = result.prompt + "".join(result.written_before(fork))
    shown_before = f"{'…' * (len(before) > SHOWN_BEFORE)}{on_one_line(before[-SHOWN_BEFORE:])}"
    st.markdown(literal(f"Both texts were the same up to “{shown_before}”. {sentence}"))
    table = fork_table(model, result, fork)
    is_grouped = comparison.show_fork(table, fork, sentence)
    st.caption(
        "Each line is all probability, from 0 to 1, cut into one piece for every symbol in the"
        " order of the vocabulary. The random number is at the same point of both lines; the"
        " temperature has moved the cuts."
        + (" Unlikely words that are neighbours share a piece." if is_grouped else "")
    )
    with st.expander("All the numbers"):
        st.dataframe(
            shown_table(table),
            hide_index=True,
            column_config=probability_columns(["probability", "from", "to"]),
        )
    files.append(csv_file("Where these two differ", "charlstm-fork", lambda: table))
    charts.append(Chart("Where these two differ", "charlstm-fork"))
show_model(model)
share(files, charts)
