"""Source: the place in a corpus that a written text was copied from, in its context."""

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.runs.store import find
from charlstm.ui import address
from charlstm.ui.components.share import share
from charlstm.ui.controls.model_and_prompt import show_notes
from charlstm.ui.entry import enter
from charlstm.ui.marked import marked_html
from charlstm.ui.views.sources import source_for
from charlstm.ui.words import literal, place_words

AROUND = 1000
MOST = 20_000

enter("source")
share()

name = address.asked("source") or ""
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
position, position_note = address.whole_number("position", 0, 0, len(text) - 1)
length, length_note = address.whole_number("length", 1, 1, MOST)
show_notes([position_note, length_note, config.note])
for key, is_absurd in (("position", position_note), ("length", length_note)):
    if is_absurd:
        address.write(key, None)
end = min(position + length, len(text))
st.markdown(literal(place_words(config, position, end)))
start, stop = max(position - AROUND, 0), min(end + AROUND, len(text))
passage = marked_html(text[start:stop], copied=[(position - start, end - start)])
before, after = "…" if start else "", "…" if stop < len(text) else ""
st.html(f'<div class="passage" dir="auto">{before}{passage}{after}</div>')
