"""Temperature: the distribution of the next character, the dial, and a text written with them."""

import streamlit as st

from charlstm.analysis.distribution import distribution_table
from charlstm.ui.comparison import acting_words
from charlstm.ui.components.navigation import counted_button
from charlstm.ui.components.share import DISTRIBUTION, distribution_csv, share, text_file
from charlstm.ui.components.typewriter import Column, typewriter
from charlstm.ui.computing import Progress, kept_in_session, work
from charlstm.ui.controls import writing
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.strategy_choice import strategy_popover
from charlstm.ui.text import DIGITS, shown_table
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import show_copies, underlined
from charlstm.ui.visit import show_notes


def written(report: Progress) -> str:
    stream = model.stream(
        reading.text, temperature=temperature, length=length, seed=seed, strategies=strategies
    )
    symbols = []
    for symbol in stream:
        symbols.append(symbol)
        report(len(symbols), length)
    return "".join(symbols)


model, reading = choose_model_and_prompt()
logits = model.logits(reading.text)
show_notes()

temperature = writing.dial(model.vocabulary.symbols, logits, key="dial")

write_container, draw_column, strategy_column, seed_column, length_column = in_row(2, 2, 2, 1, 1)
write_container.button("Write", type="primary", width="stretch", on_click=writing.write)
counted_button(draw_column, "Another draw", writing.write_again, width="stretch")
strategies = strategy_popover(strategy_column)
seed = writing.choose_seed(seed_column)
length = writing.choose_length(length_column, model.vocabulary)
if strategies:
    caption(
        f"The text is drawn at {acting_words(temperature, strategies)}; the dial shows the"
        " distribution before anything is cut."
    )

files = []
if writing.is_written(model):
    asked = (*model.key, temperature, strategies, seed, length, writing.presses(), reading.text)
    token = " ".join(map(str, asked))
    text = kept_in_session("written", token, lambda: work("Writing", written))
    (invented,), legend = underlined(model.run, reading.text, text)
    typewriter(
        reading.text,
        [Column(text, temperature, invented=invented)],
        key="text",
        token=token,
        asked=writing.presses(),
        legend=legend,
    )
    show_copies(model.run, [("", text)])
    files.append(text_file("Prompt and text", "charlstm-text", lambda: reading.text + text))

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
files.append(distribution_csv(model.vocabulary.symbols, logits, temperature))
share(files, [DISTRIBUTION])
