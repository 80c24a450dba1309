"""Temperature: the distribution of the next character, the dial, and writing at what it says."""

import streamlit as st

from charlstm.analysis.distribution import distribution_table
from charlstm.ui import address
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import DIAL, Chart, csv_file, share, text_file
from charlstm.ui.components.typewriter import Column, typewriter
from charlstm.ui.controls.asking import is_written, presses, write, write_again
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.one_temperature import dial
from charlstm.ui.controls.strategy_choice import strategy_popover
from charlstm.ui.entry import enter
from charlstm.ui.strategy_words import acting_words
from charlstm.ui.tables import DIGITS
from charlstm.ui.views.sources import invented_in, legend, show_copies, source_for
from charlstm.ui.visit import show_notes
from charlstm.ui.words import literal, of_units, shown_table

PROGRESS_EVERY = 50


enter("")


model, reading = choose_model_and_prompt()
logits = model.logits(reading.text)
show_notes()

temperature = dial(model.vocabulary.symbols, logits, key="dial")

write_container, draw_column, strategy_column, seed_column, length_column = st.columns(
    [2, 2, 2, 1, 1], vertical_alignment="bottom"
)
write_container.button("Write", type="primary", width="stretch", on_click=write)
counted_button(draw_column, "Another draw", write_again, width="stretch")
strategies = strategy_popover(strategy_column)
seed = address.show(seed_column.number_input, "Seed", "seed")
length = address.show(length_column.number_input, of_units(model.vocabulary), "length", step=100)
if strategies:
    st.caption(
        literal(
            f"The text is drawn at {acting_words(temperature, strategies)}; the dial shows the"
            " distribution before anything is cut."
        )
    )

files = []
if is_written(model):
    asked = (*model.key, temperature, strategies, seed, length, presses(), reading.text)
    token = " ".join(map(str, asked))
    if st.session_state.get("written", ("", ""))[0] != token:
        progress = st.empty()
        written = []
        stream = model.stream(
            reading.text,
            temperature=temperature,
            length=length,
            seed=seed,
            strategies=strategies,
        )
        for count, symbol in enumerate(stream, start=1):
            written.append(symbol)
            if model.window is not None and count % PROGRESS_EVERY == 0:
                progress.progress(count / length, f"Writing: {count} of {length} characters")
        progress.empty()
        st.session_state.written = (token, "".join(written))
    text, source = st.session_state.written[1], source_for(model.run)
    invented = invented_in(source, text, reading.text)
    typewriter(
        reading.text,
        [Column(text, temperature, invented=invented)],
        key="text",
        token=token,
        asked=presses(),
        legend=legend(source, text),
    )
    show_copies(model.run, [("", text)])
    whole = reading.text + st.session_state.written[1]
    files.append(text_file("Prompt and text", "charlstm-text", lambda: whole))

show_model(model)
table = distribution_table(model.vocabulary.symbols, logits, temperature)
with st.expander(f"All {len(model.vocabulary)} numbers"):
    st.dataframe(
        shown_table(table),
        hide_index=True,
        column_config={
            "before": st.column_config.NumberColumn("p at T = 1", format=DIGITS),
            "after": st.column_config.NumberColumn(f"p at T = {temperature:g}", format=DIGITS),
            "logit": st.column_config.NumberColumn(format="%.4f"),
            "bits": st.column_config.NumberColumn("surprise in bits", format="%.4f"),
        },
    )
files.append(csv_file("The distribution", "charlstm-distribution", lambda: table))
share(files, [Chart("The distribution", "charlstm-distribution", DIAL)])
