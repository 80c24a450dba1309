"""Source: the passage of a corpus that a written text was copied from, in its context."""

import streamlit as st

from charlstm.errors import CharlstmError
from charlstm.runs.store import find
from charlstm.ui import address
from charlstm.ui.text import literal, marked_html
from charlstm.ui.views.sources import source_for
from charlstm.ui.visit import show_notes

AROUND = 1000

name = address.read("source")
if not name:
    st.info("To open this page, follow the link of a copied passage below a written text.")
    st.stop()
try:
    config = find(name).config()
except CharlstmError as error:
    st.info(literal(str(error)))
    address.write("source", None)
    st.stop()
source = source_for(name)
if source.text is None:
    st.info(literal(f"{source.reason} So the passage cannot be shown."))
    st.stop()
text = source.text
position = address.take(address.parameter("position", high=len(text) - 1))
length = address.take("length")
show_notes([config.note])
end = min(position + length, len(text))
if end <= config.training_length:
    part = "in the part that the model was trained on"
elif position >= config.training_length:
    part = "in the part that was held out: the model has never seen it"
else:
    part = "partly in the training text, partly in the held-out text"
span = f"characters {position + 1:,} to {end:,} of {config.length:,}"
st.markdown(literal(f"{config.corpus}: {span}, {part}."))
start, stop = max(position - AROUND, 0), min(end + AROUND, len(text))
passage = marked_html(text[start:stop], copied=[(position - start, end - start)])
before, after = "…" if start else "", "…" if stop < len(text) else ""
st.html(f'<div class="passage" dir="auto">{before}{passage}{after}</div>')
