"""Pages that became part of another page: their old addresses lead to the same view."""

from __future__ import annotations

from collections.abc import Mapping

_DEFAULT_TEXT = "The soul is the only thing that matters. The sole is the only thing that meters."

MOVED = {"whatif": "hand", "surprise": "hand", "speed": "race"}
"""The page that each of them is part of now, by their paths."""


def new_query(page: str, query: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with which the new page shows the view of the old address."""
    if page == "whatif":
        position = query.get("position", query.get("place", "0"))
        return {**{name: query[name] for name in query if name != "place"}, "position": position}
    if page != "surprise":
        return dict(query)
    # The page Surprise read its text without a prompt, at T = 1.
    own = {name: query[name] for name in ("run", "checkpoint", "text", "colour") if name in query}
    return {"text": _DEFAULT_TEXT, "prompt": "", "temperature": "1", **own}
