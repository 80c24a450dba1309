"""What buttons beside a written text do: ask for it, with the same luck or with other luck.

Knows streamlit's session and the address; knows nothing of models or of how a text is written.
"""

from __future__ import annotations

import streamlit as st

from charlstm.training.settings import LIMITS

MAX_SEED = int(LIMITS["seed"].high)
"""Everywhere the same, so that what a page shows a command repeats."""


def draw_again() -> None:
    """Take the next seed."""
    st.session_state.seed = (st.session_state.seed + 1) % (MAX_SEED + 1)


def write() -> None:
    """Ask for the text, and for it to be scrolled to."""
    st.query_params["write"] = "1"
    st.session_state.presses = st.session_state.get("presses", 0) + 1


def write_again() -> None:
    """Ask for the text with the next seed."""
    draw_again()
    write()
