"""The field for a text of the viewer's own: a short one is kept in the address.

Knows streamlit and the address bar; knows nothing of what a page does with the text.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui import address
from charlstm.ui.visit import is_return, keep, kept

MOST_IN_ADDRESS = 500


def own_text(place: DeltaGenerator, default: str, most: int, height: int) -> str:
    """Show the field and return the text.

    Args:
        place: Where to.
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
    return str(address.show(place.text_area, label, text, height=height, on_change=typed))
