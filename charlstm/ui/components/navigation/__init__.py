"""What the browser does around Streamlit on every page: its history, and presses that count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui.components.mount import component
from charlstm.ui.visit import KEPT

_COUNTED = f"{KEPT}counted"

_mount = component("navigation")


def watch_navigation() -> None:
    """Add the script to the page, once for all pages; called by app.py."""
    counted = st.session_state.get(_COUNTED, 0)
    _mount(key="navigation", width="content", data={"counted": counted})


def counted_button(
    container: DeltaGenerator,
    label: str,
    on_click: Callable[..., None],
    *args: object,
    **options: Any,
) -> None:
    """Show a button of ``st.button``'s options of which every press counts, however fast they come.

    The function is called once for every press, with the arguments.
    """

    def press() -> None:
        st.session_state[_COUNTED] = st.session_state.get(_COUNTED, 0) + 1
        on_click(*args)

    container.button(label, on_click=press, key=f"counted_{label}", **options)
