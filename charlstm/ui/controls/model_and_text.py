"""A text of the viewer's own, and a model that reads it: on every page that looks at a text.

Knows streamlit and the address bar; knows nothing of what the page does with the text.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.vocabulary import Reading
from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.controls.model_and_prompt import choose_model
from charlstm.ui.visit import is_return, keep, kept, note
from charlstm.ui.words import change_notes

MOST_IN_ADDRESS = 500


def choose_model_and_text(
    default: str, most: int, height: int
) -> tuple[LanguageModel, Reading, str]:
    """Show both controls; return the model, the text as it reads it, and a note or ``""``.

    The note says that the text does not fit into the address. The arguments are those of own_text.
    """
    text_column, model_column = st.columns([3, 1], vertical_alignment="bottom")
    model = choose_model(model_column)
    text = own_text(text_column, default, most, height)
    long_note = (
        f"A text of more than {MOST_IN_ADDRESS} characters does not fit into the address: a link to"
        " this page will not hold it."
        if len(text) > MOST_IN_ADDRESS
        else ""
    )
    reading = model.read(text)
    note(long_note, *change_notes(reading), f"{reading.counted}." if reading.dropped else "")
    return model, reading, long_note


def own_text(container: DeltaGenerator, default: str, most: int, height: int) -> str:
    """Show the field and return the text.

    Args:
        container: Where it stands.
        default: The text at first.
        most: Characters that can be typed or pasted.
        height: Of the field, in pixels.
    """
    long = kept("text") if is_return() else None
    text = address.parameter("text", default=(long or default)[:most], most=most)

    def typed() -> None:
        now = st.session_state.text
        address.keep(text, now)
        keep("text", now if len(now) > MOST_IN_ADDRESS else "")

    label = "A text, written or pasted"
    return str(address.show(container.text_area, label, text, height=height, on_change=typed))
