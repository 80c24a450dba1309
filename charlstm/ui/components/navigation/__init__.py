"""What the browser does around Streamlit: history, a lost server, typed texts."""

from __future__ import annotations

from charlstm.ui.components import component

_mount = component("navigation")
_mount_live_text = component("live_text")


def watch_navigation() -> None:
    """Add the script to the page, once for all pages; called by pages/navigation.py."""
    _mount(key="navigation", width="content", data={})


def count_at_once(key: str, *, typing: bool) -> None:
    """Submit what is pasted into the text area with this key at once, without Ctrl+Enter.

    If ``typing``, typed text is submitted too, after a pause of half a second.
    """
    _mount_live_text(key=f"live_{key}", data={"key": key, "typing": typing})
