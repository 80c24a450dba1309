"""The theme of pages: their colours, and the layout that Streamlit's theme has no setting for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from charlstm.browser.colours import (
    BLUE,
    GREY,
    HELD_OUT,
    INVENTED,
    PALETTE,
    SKY_BLUE,
    TRAINING,
    VERMILION,
    temperature_colour,
    temperature_scale,
)

__all__ = [
    "BLUE",
    "GREY",
    "HELD_OUT",
    "INVENTED",
    "PALETTE",
    "SKY_BLUE",
    "TRAINING",
    "VERMILION",
    "apply_style",
    "temperature_colour",
    "temperature_scale",
]


def apply_style() -> None:
    """Add the rules of theme.css to the page; called once by pages/navigation.py."""
    st.html(Path(__file__).with_name("theme.css"))
