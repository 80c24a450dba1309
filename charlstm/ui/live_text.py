"""A text area that counts at once, so that no button beside it waits for Ctrl+Enter.

Knows how to mount the component that watches the field.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_mount = st.components.v2.component(
    "charlstm_live_text",
    html="<span></span>",
    js=(Path(__file__).parent / "live_text.js").read_text(encoding="utf-8"),
)


def count_at_once(key: str, *, typing: bool) -> None:
    """Let what is pasted into a text area count without Ctrl+Enter.

    Args:
        key: Of the text area.
        typing: Whether what is typed counts too, after half a second's rest.
    """
    _mount(key=f"live_{key}", data={"key": key, "typing": typing})
