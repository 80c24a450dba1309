"""By hand: one text, what each of its characters cost, and what else each could have been."""

import pandas as pd
import streamlit as st

from charlstm.analysis.distribution import distribution_table
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.hand import by_hand
from charlstm.ui.components.share import DISTRIBUTION, csv_file, share, text_file
from charlstm.ui.controls.model_and_prompt import choose_model_and_prompt, show_model
from charlstm.ui.controls.writing import temperature_input
from charlstm.ui.views.sources import show_copies
from charlstm.ui.views.written import show_server_written
from charlstm.ui.visit import show_notes

model, reading = choose_model_and_prompt()
show_notes()
if is_old_browser():
    show_server_written(model, reading, (temperature_input(st.container()),))
    st.stop()
sheet = by_hand(model, reading.text, key="hand")
show_copies(model.run, [("", sheet.text)])
show_model(model)


def text() -> str:
    return reading.text + (sheet.text or sheet.trail(sheet.shown).text)


def costs() -> pd.DataFrame:
    return sheet.trail(sheet.shown).table


def distribution() -> pd.DataFrame:
    return distribution_table(model.vocabulary.symbols, sheet.logits(), sheet.temperature)


share(
    [
        text_file("Prompt and text", "charlstm-by-hand", text),
        csv_file("What each character cost", "charlstm-by-hand", costs),
        csv_file("The tree", "charlstm-tree", sheet.tree_table),
        csv_file(DISTRIBUTION.label, DISTRIBUTION.name, distribution),
    ],
    [DISTRIBUTION],
)
