"""Surprise: any text, coloured by how surprising each character was to the model."""

import streamlit as st

from charlstm.exploring.trails import surprise
from charlstm.ui import address
from charlstm.ui.components.highlight import FRACTIONS, highlight
from charlstm.ui.components.share import csv_file, share, text_file
from charlstm.ui.computing import kept_in_session
from charlstm.ui.controls.model_and_prompt import choose_model_and_text, show_model
from charlstm.ui.text import figure, of_units, surprise_words
from charlstm.ui.views.sources import show_copies, underlined
from charlstm.ui.visit import show_notes

DEFAULT_TEXT = "The soul is the only thing that matters. The sole is the only thing that meters."
MOST = 5000
MEANING = {
    "bits": "the more bits it cost",
    "probability": "the less probable it was",
    "rank": "the more others were likelier",
}


model, reading = choose_model_and_text(DEFAULT_TEXT, MOST, height=110)
unspelled = "The bits do not pay for the letters of unknown words." if reading.unknown else ""
show_notes([unspelled])
if not reading.text:
    st.info("Write a text of characters that the model knows to see how surprising each is.")
    address.take("colour")
    show_model(model)
    st.stop()

token = (*model.key, reading.text)
result = kept_in_session("scored", token, lambda: surprise(model, reading.text), "Reading…")

count, total, mean, colour_column = st.columns([1, 1, 1, 2])
count.metric(of_units(model.vocabulary), f"{len(result.table):,}")
total.metric("Total", f"{figure(result.total_bits)} bits")
mean.metric("Per character", f"{result.bits_per_character:.3f} bits")
colour = address.show(colour_column.segmented_control, "Colour by", "colour")
(invented,), legend = underlined(model.run, "", reading.text)
highlight(
    "",
    result.table["symbol"].tolist(),
    FRACTIONS[colour](result.table, len(model.vocabulary)),
    surprise_words(result.table),
    key="highlight",
    label="The text, coloured by surprise",
    hint=(
        f"The stronger the colour, {MEANING[colour]}. Point at a {model.vocabulary.unit}, or walk"
        " along the text with the arrow keys, for its probability, rank and bits."
    ),
    invented=invented,
    legend=legend,
)
show_copies(model.run, [("", reading.text)])
show_model(model)
share(
    [
        text_file("The text", "charlstm-surprise", lambda: reading.text),
        csv_file("What each character cost", "charlstm-surprise", lambda: result.table),
    ],
)
