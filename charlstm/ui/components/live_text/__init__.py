"""A text area that counts at once, so that no button beside it waits for Ctrl+Enter."""

from __future__ import annotations

from charlstm.ui.components.mount import component

_mount = component("live_text")


def count_at_once(key: str, *, typing: bool) -> None:
    """Let what is pasted into the text area with this key count without Ctrl+Enter.

    If typing, what is typed counts too, after a pause of half a second.
    """
    _mount(key=f"live_{key}", data={"key": key, "typing": typing})
