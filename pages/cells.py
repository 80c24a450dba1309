"""Cells: what every cell of the network holds, character by character, and what it knows."""

import streamlit as st

from charlstm.cells.states import activations
from charlstm.runs.store import find as find_run
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.cells import cells
from charlstm.ui.components.share import share, text_file
from charlstm.ui.controls.model_and_prompt import choose_model_and_text, show_model
from charlstm.ui.views import caption, cell_views
from charlstm.ui.views.cell_find import find
from charlstm.ui.views.written import OLD_BROWSER
from charlstm.ui.visit import show_notes

DEFAULT_TEXT = (
    'he said: "what is truth (if there is such a thing)?" and then--as if\n'
    'nothing had happened--he went on: "the will to truth is a will to\n'
    'power." this was, of course, 1886; since then we have read him again.'
)
MOST = 2000
VIEWS = {
    "see": cell_views.see,
    "find": find,
    "off": cell_views.switch_off,
    "step": cell_views.one_step,
}


model, reading = choose_model_and_text(DEFAULT_TEXT, MOST, height=112)
show_notes()
if not reading.text:
    st.info("Write a text of characters that the model knows to see its cells at work.")
    st.stop()

if is_old_browser():
    caption(f"{OLD_BROWSER} This is the memory c of all cells.")
    st.dataframe(activations(model, reading.text).table("c"), hide_index=True)
    st.stop()
run = find_run(model.run)
scored = cell_views.scores_of(run, model.step)
shown = cells(model, reading.text, scored, views=list(VIEWS), key="cells")
look = cell_views.Look(run, model, reading, scored, shown)
files, charts = VIEWS[shown.look](look)
show_model(model)
share([text_file("The text", "charlstm-cells", lambda: reading.text), *files], charts)
