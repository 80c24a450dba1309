"""Cells: what every cell of the network holds, character by character, and what it knows."""

import streamlit as st

from charlstm.cells.states import STATES, activations
from charlstm.runs.store import find as find_run
from charlstm.ui import address
from charlstm.ui.components.share import share, text_file
from charlstm.ui.computing import kept_in_session
from charlstm.ui.controls.model_and_prompt import choose_model_and_text, show_model
from charlstm.ui.parameters import same
from charlstm.ui.views import caption, cell_views
from charlstm.ui.views.cell_find import find
from charlstm.ui.visit import show_notes

DEFAULT_TEXT = (
    'he said: "what is truth (if there is such a thing)?" and then--as if\n'
    'nothing had happened--he went on: "the will to truth is a will to\n'
    'power." this was, of course, 1886; since then we have read him again.'
)
FIRST_PROPERTY = "word"  # its course is easily seen on any text
MOST = 2000
VIEWS = {
    "see": cell_views.see,
    "find": find,
    "off": cell_views.switch_off,
    "step": cell_views.one_step,
}
TITLES = {"see": "See", "find": "Find", "off": "Switch off", "step": "One step"}


model, reading = choose_model_and_text(DEFAULT_TEXT, MOST, height=112)
network = model.lstm
show_notes()
if not reading.text:
    st.info("Write a text of characters that the model knows to see its cells at work.")
    st.stop()

token = (model.run, model.step, reading.text)
read = kept_in_session("states", token, lambda: activations(model, reading.text), "Reading…")

run = find_run(model.run)
scored = cell_views.scores_of(run, model.step)
first = (0, 0, "c")
if scored is not None and len(scored[0].best):
    best = scored[0].best.sort_values("strength", ascending=False, kind="stable")
    row = best.iloc[int((best["property"] == FIRST_PROPERTY).argmax())]
    first = (int(row["layer"]), int(row["cell"]), str(row["state"]))
look_column, cell_column, state_column, layer_column = st.columns([4, 1.5, 3.2, 1.1])
view = address.show(
    look_column.segmented_control,
    "What to do",
    address.parameter("look", options=same(VIEWS)),
    format_func=TITLES.__getitem__,
)
layers = {str(number): number for number in range(network.layers)}
layer_of = address.parameter("layer", default=first[0], options=layers)
if network.layers > 1:
    layer = address.show(layer_column.selectbox, "Layer", layer_of)
else:
    layer = address.take(layer_of)
cell = address.show(
    cell_column.number_input,
    "Cell",
    address.parameter("cell", default=first[1], high=network.units - 1),
)
state = address.show(
    state_column.segmented_control,
    "Coloured by its",
    address.parameter("state", default=first[2], options=same(STATES)),
    format_func=lambda name: f"{STATES[name]} {name}",
)
position = address.held(address.parameter("position", high=len(reading.text) - 1))
known = cell_views.about_words(scored, layer, cell)
caption(cell_views.STATE_MEANING + (f" Mostly about: {known}." if known else ""))

files, charts = VIEWS[view](cell_views.Look(run, model, read, scored, layer, cell, state, position))
show_model(model)
share([text_file("The text", "charlstm-cells", lambda: reading.text), *files], charts)
