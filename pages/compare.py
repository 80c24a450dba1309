"""Compare: two to six temperatures from one prompt, the same random numbers; why they differ."""

import streamlit as st

from charlstm.exploring.compare import MOST_PIECES, Fork, compare, fork_table, segments
from charlstm.ui import address
from charlstm.ui.charts.bar_charts import fork_chart
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import Chart, csv_file, share, text_file
from charlstm.ui.components.typewriter import Column, typewriter
from charlstm.ui.controls.asking import draw_again
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.strategy_choice import strategy_popover
from charlstm.ui.controls.temperatures import choose_temperatures
from charlstm.ui.downloads import compared_text
from charlstm.ui.entry import enter
from charlstm.ui.symbols import visible
from charlstm.ui.tables import probability_columns
from charlstm.ui.turns import affordable, turn
from charlstm.ui.views.sources import invented_in, legend, show_copies, source_for
from charlstm.ui.visit import show_notes
from charlstm.ui.words import column_name, fork_sentence, literal, of_units

SHOWN_BEFORE = 40
WHY = "why"


def forks_of(column: int) -> list[list[Fork]]:
    """Return the forks of a column by the places where they are, in order of these."""
    here = [fork for fork in forks if column in (fork.left, fork.right)]
    positions = sorted({fork.position for fork in here})
    return [[fork for fork in here if fork.position == position] for position in positions]


def open_fork(column: int, mark: int) -> None:
    """Show why two columns differ; where it is three, another click shows the other two."""
    here = [forks.index(fork) for fork in forks_of(column)[mark]]
    others = [number for number in here if number != st.session_state.get("fork")]
    st.session_state.fork = others[0] if others else here[0]


enter("compare")

model, reading = choose_model_and_prompt()
which_column, draw_column, strategy_column, seed_column, length_column = st.columns(
    [3, 2, 2, 1, 1], vertical_alignment="bottom"
)
temperatures = choose_temperatures(which_column)
counted_button(draw_column, "Another draw", draw_again, type="primary", width="stretch")
strategies = strategy_popover(strategy_column)
seed = address.show(seed_column.number_input, "Seed", "seed")
length = address.show(length_column.number_input, of_units(model.vocabulary), "length", step=100)
length, cut_note = affordable(length, len(temperatures), model.window)
show_notes([cut_note])

token = f"{model.key} {temperatures} {strategies} {seed} {length} {reading.text}"
if st.session_state.get("compared", ("", None))[0] != token:
    with turn(), st.spinner("Writing…", show_time=True):
        result = compare(
            model, reading.text, temperatures, length=length, seed=seed, strategies=strategies
        )
    st.session_state.compared = (token, result)
result = st.session_state.compared[1]
forks = result.forks
source = source_for(model.run)

unit = model.vocabulary.unit
sentences = {fork: fork_sentence(result, fork, unit) for fork in forks}
columns = [
    Column(
        text,
        temperature,
        heading=column_name(result, number),
        invented=invented_in(source, text, reading.text),
        marks=tuple(
            (
                len("".join(result.symbols[number][: here[0].position])),
                " ".join(sentences[fork] for fork in here),
            )
            for here in forks_of(number)
        ),
    )
    for number, (temperature, text) in enumerate(zip(temperatures, result.texts, strict=True))
]
typewriter(
    reading.text,
    columns,
    key="columns",
    token=token,
    legend=("Marked: where neighbours begin to differ; click it to see why. " if forks else "")
    + legend(source, *result.texts),
    on_mark=open_fork,
    mark_leads_to=WHY,
)
show_copies(model.run, [(column.heading, column.text) for column in columns])

files = [text_file("All columns", "charlstm-compared", lambda: compared_text(result))]
charts = []
st.header("Why do they differ?", anchor=WHY)
if not forks:
    st.markdown("They do not: every draw picked the same symbol in all of them.")
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
        required=True,
        format_func=lambda each: names[each],
    )
    fork = forks[number]
    before = result.prompt + "".join(result.written_before(fork))
    shown_before = "".join(visible(c) if c == "\n" else c for c in before[-SHOWN_BEFORE:])
    st.markdown(
        literal(f"After “{'…' * (len(before) > SHOWN_BEFORE)}{shown_before}”")
        + f" both stood at the same place. {literal(sentences[fork])}"
    )
    table = fork_table(model, result, fork)
    pieces = segments(table, MOST_PIECES)
    st.altair_chart(
        fork_chart(pieces, fork.uniform),
        width="stretch",
        alt=f"Two cumulative distributions. {sentences[fork]}",
    )
    st.caption(
        "Each line is the whole of probability, from 0 to 1, cut into one piece for every symbol in"
        " the order of the vocabulary. The random number falls at the same place on"
        " both; the temperature has moved the cuts."
        + (" Unlikely words that are neighbours share a piece." if len(pieces) < len(table) else "")
    )
    with st.expander("All the numbers"):
        st.dataframe(
            table.assign(symbol=[visible(symbol) for symbol in table["symbol"]]),
            hide_index=True,
            column_config=probability_columns(["probability", "from", "to"]),
        )
    files.append(csv_file("Where these two differ", "charlstm-fork", lambda: table))
    charts.append(Chart("Where these two differ", "charlstm-fork"))
show_model(model)
share(files, charts)
