"""A text area that counts at once, so that no button beside it waits for Ctrl+Enter.

Knows how to mount the component that watches the field.
"""

from __future__ import annotations

from charlstm.ui.components.mount import component

_mount = component("live_text")


def count_at_once(key: str, *, typing: bool) -> None:
    """Let what is pasted into a text area count without Ctrl+Enter.

    Args:
        key: Of the text area.
        typing: Whether what is typed counts too, after half a second's rest.
    """
    _mount(key=f"live_{key}", data={"key": key, "typing": typing})
