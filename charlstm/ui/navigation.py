"""What the browser does around Streamlit on every page: its history, and presses that count.

Knows how to mount the script. A button whose every press counts has a key that begins with COUNTED.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

COUNTED = "counted_"

_mount = st.components.v2.component(
    "charlstm_navigation",
    html="<span></span>",
    js=(Path(__file__).parent / "navigation.js").read_text(encoding="utf-8"),
)


def watch_navigation() -> None:
    """Add the script to the page, once for all pages; called by app.py."""
    _mount(key="navigation", width="content")
