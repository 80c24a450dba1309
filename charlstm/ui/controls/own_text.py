"""The field for a text of the viewer's own: a short one is kept in the address.

Knows streamlit and the address bar; knows nothing of what a page does with the text.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui import address
from charlstm.ui.visit import is_return, keep, kept

MOST_IN_ADDRESS = 500


def own_text(place: DeltaGenerator, default: str, most: int, height: int) -> tuple[str, str]:
    """Show the field; return the text, and a note if the one in the address was cut.

    Args:
        place: Where to.
        default: The text at first.
        most: Characters that can be typed or pasted.
        height: Of the field, in pixels.
    """
    note = address.text_note("text", MOST_IN_ADDRESS)
    if "text" not in st.session_state or address.is_news("text"):
        given, long = address.asked("text"), kept("text") if is_return() else None
        st.session_state.text = (default if given is None else given)[:MOST_IN_ADDRESS]
        address.write("text", None if given is None else st.session_state.text)
        if given is None and long:
            st.session_state.text = long[:most]
    text = place.text_area(
        "A text, written or pasted", key="text", max_chars=most, height=height, on_change=_keep
    )
    return text, note


def _keep() -> None:
    text = st.session_state.text
    is_short = len(text) <= MOST_IN_ADDRESS
    address.write("text", text if is_short else None)
    keep("text", "" if is_short else text)
