"""Temperature: the dial, the distribution that it acts on, and the text that follows it."""

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import distribution_table
from charlstm.runs.store import find
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.share import (
    DISTRIBUTION,
    csv_file,
    model_page,
    share,
    text_file,
)
from charlstm.ui.controls.model_and_prompt import choose_model, read_prompt, show_model
from charlstm.ui.controls.writing import strategy_popover, temperature_input
from charlstm.ui.text import DIGITS, acting_words, shown_table
from charlstm.ui.views import caption, in_row
from charlstm.ui.views.sources import show_copies
from charlstm.ui.views.written import show_server_written, writer
from charlstm.ui.visit import show_notes


def numbers() -> pd.DataFrame:
    """Return the distribution of the character after the prompt, before and after reweighting."""
    logits = model.logits(reading.text)
    return distribution_table(model.vocabulary.symbols, logits, written.temperature)


def written_again() -> str:
    """Return the text of the page, which the browser wrote, as NumPy writes it."""
    return model.write(
        reading.text,
        temperature=written.temperature,
        turns=written.turns,
        length=written.length,
        seed=written.seed,
        strategies=strategies,
    )


prompt_column, model_column = in_row(3, 1)
model = choose_model(model_column, writes=True)
strategies = strategy_popover(model_column)
reading = read_prompt(model, prompt_column)
show_notes()
if is_old_browser():
    show_server_written(model, reading, (temperature_input(st.container()),), strategies)
    st.stop()
written = writer(model, reading.text, strategies=strategies, key="writer")
if strategies:
    caption(f"The text is drawn at {acting_words(written.temperature, strategies)}.")
show_copies(model.run, [("", written.text)])
show_model(model)
label = f"All {len(model.vocabulary)} numbers of the first character"
with st.expander(label, key="numbers", on_change="rerun") as expander:
    if expander.open:
        st.dataframe(
            shown_table(numbers()),
            hide_index=True,
            column_config={
                "before": st.column_config.NumberColumn("p at T = 1", format=DIGITS),
                "after": st.column_config.NumberColumn(
                    f"p at T = {written.temperature:g}", format=DIGITS
                ),
                "logit": st.column_config.NumberColumn(format="%.4f"),
                "bits": st.column_config.NumberColumn("surprise in bits", format="%.4f"),
            },
        )
share(
    [
        text_file("Prompt and text", "charlstm-text", lambda: reading.text + written_again()),
        csv_file(DISTRIBUTION.label, DISTRIBUTION.name, numbers),
        model_page(
            find(model.run),
            model.step,
            prompt=reading.text,
            temperature=written.temperature,
            known=model.known_only,
        ),
    ],
    [DISTRIBUTION],
)
