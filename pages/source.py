"""Source: the place in a corpus that a written text was copied from, in its context."""

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.runs.store import find
from charlstm.ui import address
from charlstm.ui.components.share import share
from charlstm.ui.entry import enter
from charlstm.ui.marked import marked_html
from charlstm.ui.views.sources import source_for
from charlstm.ui.visit import show_notes
from charlstm.ui.words import literal, place_words

AROUND = 1000

enter("source")
share()

name = address.read("source")
if not name:
    st.info("This page is opened by the link of a copied passage, below the text that has it.")
    st.stop()
try:
    config = find(name).config()
except CharlstmError as error:
    st.info(literal(str(error)))
    address.write("source", None)
    st.stop()
source = source_for(name)
if source.text is None:
    st.info(literal(f"{source.reason} So the place cannot be shown."))
    st.stop()
text = source.text
position = address.take(address.parameter("position", high=len(text) - 1))
length = address.take("length")
show_notes([config.note])
end = min(position + length, len(text))
st.markdown(literal(place_words(config, position, end)))
start, stop = max(position - AROUND, 0), min(end + AROUND, len(text))
passage = marked_html(text[start:stop], copied=[(position - start, end - start)])
before, after = "…" if start else "", "…" if stop < len(text) else ""
st.html(f'<div class="passage" dir="auto">{before}{passage}{after}</div>')
