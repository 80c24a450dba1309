"""Compare: two to six temperatures from one prompt, the same random numbers; why they differ."""

import pandas as pd
import streamlit as st

from charlstm.exploring.compare import Comparison, compare, fork_table
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.comparison import compare_columns, compared_text
from charlstm.ui.components.share import FORK, csv_file, share, text_file
from charlstm.ui.controls.model_and_prompt import choose_model, read_prompt, show_model
from charlstm.ui.controls.writing import choose_temperatures, strategy_popover
from charlstm.ui.views import in_row
from charlstm.ui.views.sources import show_copies
from charlstm.ui.views.written import show_server_written
from charlstm.ui.visit import show_notes


def compared() -> Comparison:
    """Return the columns of the page, which the browser wrote, as NumPy writes them."""
    return compare(
        model,
        reading.text,
        shown.temperatures,
        length=shown.length,
        seed=shown.seed,
        strategies=strategies,
    )


def forked() -> pd.DataFrame:
    """Return both distributions where two neighbours differ, or nothing if none do."""
    result = compared()
    if not result.forks:
        return pd.DataFrame()
    return fork_table(model, result, result.forks[min(shown.fork, len(result.forks) - 1)])


with st.container(key="below_on_phone"):
    prompt_column, model_column = in_row(3, 1)
    model = choose_model(model_column, writes=True)
    strategies = strategy_popover(model_column)
    reading = read_prompt(model, prompt_column)
show_notes()
if is_old_browser():
    show_server_written(model, reading, choose_temperatures(st.container()), strategies)
    st.stop()
shown = compare_columns(model, reading.text, strategies=strategies, key="compare")
names = [f"T = {temperature:g}" for temperature in shown.temperatures]
show_copies(model.run, list(zip(names, shown.texts, strict=False)))
show_model(model)
share(
    [
        text_file("All columns", "charlstm-compared", lambda: compared_text(compared())),
        csv_file("Where these two differ", FORK.name, forked),
    ],
    [FORK],
)
