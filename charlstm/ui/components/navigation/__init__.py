"""What the browser does around Streamlit: its history, presses that count, texts that are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui.components import component
from charlstm.ui.visit import KEPT

_COUNTED = f"{KEPT}counted"

_mount = component("navigation")
_mount_live_text = component("live_text")


def watch_navigation() -> None:
    """Add the script to the page, once for all pages; called by pages/navigation.py."""
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


def count_at_once(key: str, *, typing: bool) -> None:
    """Let what is pasted into the text area with this key count at once, without Ctrl+Enter.

    If typing, what is typed counts too, after a pause of half a second.
    """
    _mount_live_text(key=f"live_{key}", data={"key": key, "typing": typing})
