"""Surprise: any text, coloured by how surprising each character was to the model."""

import streamlit as st

from charlstm.exploring.surprise import surprise
from charlstm.ui import address
from charlstm.ui.entry import enter
from charlstm.ui.letters import SHARES, letters
from charlstm.ui.model_and_prompt import choose_model, show_model, show_notes
from charlstm.ui.share import csv_file, share, text_file
from charlstm.ui.sources import invented_in, legend, show_copies, source_for
from charlstm.ui.words import change_notes, figure, surprise_words

DEFAULT_TEXT = "The soul is the only thing that matters. The sole is the only thing that meters."
MOST, MOST_IN_ADDRESS = 5000, 500
COLOURS = {name: name for name in SHARES}
HINT = "Point at a character for its probability, its rank and its bits."


def keep() -> None:
    text = st.session_state.text
    address.write("text", text if len(text) <= MOST_IN_ADDRESS else None)


enter("surprise")

text_note = address.text_note("text", MOST_IN_ADDRESS)
colour_note = address.hold_choice("colour", next(iter(COLOURS)), COLOURS)
text_place, model_place = st.columns([3, 1], vertical_alignment="bottom")
model, model_notes = choose_model(model_place)
if "text" not in st.session_state or address.changed_from_outside("text"):
    given = st.query_params.get("text")
    st.session_state.text = (DEFAULT_TEXT if given is None else given)[:MOST_IN_ADDRESS]
    address.write("text", None if given is None else st.session_state.text)
text = text_place.text_area(
    "A text, written or pasted", key="text", max_chars=MOST, height=110, on_change=keep
)
long_note = (
    f"A text of more than {MOST_IN_ADDRESS} characters does not fit into the address: a link to"
    " this page will not hold it."
    if len(text) > MOST_IN_ADDRESS
    else ""
)
reading = model.read(text)
show_notes([text_note, colour_note, long_note, *model_notes, *change_notes(reading)])

token = (model.run, model.step, reading.text)
if st.session_state.get("scored", (None, None))[0] != token:
    with st.spinner("Reading…", show_time=True):
        st.session_state.scored = (token, surprise(model, reading.text))
result = st.session_state.scored[1]

count, total, mean, colour_place = st.columns([1, 1, 1, 2], vertical_alignment="bottom")
count.metric("Characters", f"{len(result.table):,}")
total.metric("In all", f"{figure(result.total_bits)} bits")
mean.metric("Per character", f"{result.bits_per_character:.3f} bits")
colour = colour_place.segmented_control("Colour by", list(COLOURS), required=True, key="colour")
address.keep_choice("colour", next(iter(COLOURS)), COLOURS)
source = source_for(model.run)
letters(
    "",
    result.table["symbol"].tolist(),
    SHARES[colour](result.table, len(model.vocabulary)),
    surprise_words(result.table),
    key="letters",
    label="The text, coloured by surprise",
    hint=HINT,
    invented=invented_in(source, reading.text, ""),
    legend=legend(source),
)
show_copies(model.run, [("", reading.text)])
show_model(model)
share(
    [
        text_file("The text", "charlstm-surprise", lambda: reading.text),
        csv_file("What each character cost", "charlstm-surprise", lambda: result.table),
    ],
    note=long_note,
)
