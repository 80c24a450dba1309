"""Cells: what every cell of the network holds, character by character, and what it knows."""

import streamlit as st

from charlstm.cells.states import STATES, activations
from charlstm.errors import CharlstmError
from charlstm.runs.store import find as find_run
from charlstm.ui import cell_address
from charlstm.ui.components.share import share, text_file
from charlstm.ui.controls.model_and_prompt import show_model, show_notes
from charlstm.ui.controls.model_and_text import choose_model_and_text
from charlstm.ui.entry import enter
from charlstm.ui.views.cell_find import find
from charlstm.ui.views.cell_look import Look
from charlstm.ui.views.cell_off import switch_off
from charlstm.ui.views.cell_scoring import scores_of
from charlstm.ui.views.cell_views import one_step, see
from charlstm.ui.views.cell_words import STATE_MEANING, about_words
from charlstm.ui.words import literal

DEFAULT_TEXT = (
    'he said: "what is truth (if there is such a thing)?" and then--as if\n'
    'nothing had happened--he went on: "the will to truth is a will to\n'
    'power." this was, of course, 1886; since then we have read him again.'
)
FIRST_PROPERTY = "word"  # its course is easily seen on any text
MOST = 2000
VIEWS = {"see": see, "find": find, "off": switch_off, "step": one_step}
TITLES = {"see": "See", "find": "Find", "off": "Switch off", "step": "One step"}


enter("cells")

chosen = choose_model_and_text(DEFAULT_TEXT, MOST, height=112)
model, reading, notes = chosen.model, chosen.reading, chosen.notes
try:
    network = model.lstm
except CharlstmError as error:
    st.info(literal(str(error)))
    share()
    st.stop()
if not reading.text:
    show_notes(notes)
    st.info("Write a text of characters that the model knows to see its cells at work.")
    share()
    st.stop()

token = (model.run, model.step, reading.text)
if st.session_state.get("states", (None, None))[0] != token:
    with st.spinner("Reading…", show_time=True):
        st.session_state.states = (token, activations(model, reading.text))
read = st.session_state.states[1]

run = find_run(model.run)
scored = scores_of(run, model.step)
first = (0, 0, "c")
if scored is not None and len(scored[0].best):
    best = scored[0].best.sort_values("strength", ascending=False, kind="stable")
    row = best.iloc[int((best["property"] == FIRST_PROPERTY).argmax())]
    first = (int(row["layer"]), int(row["cell"]), str(row["state"]))
view, view_note = cell_address.choice("look", "see", list(VIEWS))
layer, layer_note = cell_address.whole("layer", first[0], network.layers)
cell, cell_note = cell_address.whole("cell", first[1], network.units)
state, state_note = cell_address.choice("state", first[2], list(STATES))
place, place_note = cell_address.whole("place", 0, len(reading.text))
show_notes([*notes, view_note, layer_note, cell_note, state_note, place_note])

look_place, cell_place, state_place, layer_place = st.columns([4, 1.5, 3.2, 1.1])
look_place.segmented_control(
    "What to do",
    list(VIEWS),
    format_func=TITLES.__getitem__,
    required=True,
    key="look",
    on_change=cell_address.keep,
    args=("look",),
)
if network.layers > 1:
    layer_place.selectbox(
        "Layer", range(network.layers), key="layer", on_change=cell_address.keep, args=("layer",)
    )
cell_place.number_input(
    "Cell", 0, network.units - 1, step=1, key="cell", on_change=cell_address.keep, args=("cell",)
)
state_place.segmented_control(
    "Coloured by its",
    list(STATES),
    format_func=lambda name: f"{STATES[name]} {name}",
    required=True,
    key="state",
    on_change=cell_address.keep,
    args=("state",),
)
known = about_words(scored, layer, cell)
st.caption(literal(STATE_MEANING + (f" Mostly about: {known}." if known else "")))

files, charts = VIEWS[view](Look(run, model, read, scored, layer, cell, state, place))
show_model(model)
share(
    [text_file("The text", "charlstm-cells", lambda: reading.text), *files],
    charts,
    chosen.long_note,
)
