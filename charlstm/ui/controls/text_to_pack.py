"""The choice of a text to pack: typed, uploaded, held out from training, or Python's reference.

Knows streamlit and the address bar; knows nothing of packing.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data import named
from charlstm.data.decoding import exactly
from charlstm.errors import CorpusError
from charlstm.ui import address
from charlstm.ui.controls.model_and_text import MOST_IN_ADDRESS, own_text
from charlstm.ui.parameters import same

MOST_TYPED = 100_000
"""Characters of the field, whatever the model: with another length it would be a new, empty one."""

OWN, HELD_OUT, REFERENCE = "your own text", "the held-out text", "Python's reference"
DEFAULT_TEXT = (
    "A compressor has to guess. What it expects costs it next to nothing; what surprises it must be"
    " written down in full. A model that has read a book expects the words of that book, and the"
    " turns of its sentences, and so it needs fewer bits for a text like this one than a program"
    " that has read nothing at all."
)
"""Long enough for the head of the file not to decide who packs best."""

NO_FILE = "A link to this page does not hold the file."


def choose_source(container: DeltaGenerator, held_out: str, learned: str) -> str:
    """Show where a text can come from, and return what was chosen.

    Args:
        container: Where it stands.
        held_out: The text that the model was not shown, or ``""``.
        learned: The name of the text that it learned, which is not offered.
    """
    options = [OWN]
    if held_out:
        options.append(HELD_OUT)
    if learned != named.PYTHON:
        options.append(REFERENCE)
    source = address.parameter("source", default=OWN, options=same(options))
    return str(address.show(container.pills, "What to compress", source, required=True))


def text_of(source: str, held_out: str, most: int) -> tuple[str, str]:
    """Return the text and what is said of it, or ``""``.

    Raises:
        CorpusError: If it is too long for the model, or a file and not text in UTF-8.
    """
    if source == HELD_OUT:
        text = held_out[:most]
        if len(text) == len(held_out):
            return text, f"All {len(text):,} characters that were held out."
        return text, f"The first {len(text):,} of the {len(held_out):,} characters held out."
    if source == REFERENCE:
        text = named.load_named(named.PYTHON).text[:most]
        return text, f"The first {len(text):,} characters of Python's own language reference."
    return _own(most)


def _own(most: int) -> tuple[str, str]:
    typed_column, file_column = st.columns([2, 1])
    text, note = own_text(typed_column, DEFAULT_TEXT, MOST_TYPED, height=160), ""
    file = file_column.file_uploader(
        f"Or a text file, at most {most:,} characters", key="file", max_upload_size=1
    )
    if file is not None:
        text, note = exactly(file.getvalue()), NO_FILE
    elif len(text) > MOST_IN_ADDRESS:
        note = f"A link to this page holds no text of more than {MOST_IN_ADDRESS} characters."
    if len(text) > most:
        raise CorpusError(
            f"This text has {len(text):,} characters; with this model {most:,} are compressed here,"
            " and up to 20 million by python -m charlstm compress."
        )
    return text, note
