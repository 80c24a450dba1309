"""Written text, shown character by character in the browser; several texts advance together.

The address keeps the speed that a person chooses, and where the texts were paused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from charlstm.ui import address
from charlstm.ui.components import component, sent
from charlstm.ui.theme import temperature_colour

_mount = component("typewriter", "shared/writing.css")


@dataclass(frozen=True)
class Column:
    """One text, whose temperature colours its edge, with an optional heading above it.

    The marks are positions in the text, in order, each with its tooltip. Invented words, start and
    end of each, are underlined.
    """

    text: str
    temperature: float
    heading: str = ""
    marks: Sequence[tuple[int, str]] = ()
    invented: Sequence[tuple[int, int]] = ()


def typewriter(
    prompt: str,
    columns: Sequence[Column],
    *,
    key: str,
    token: str,
    legend: str = "",
) -> None:
    """Show a prompt and, directly after it, the texts written from it as they appear, together.

    The token identifies these texts: with the same token a rerun keeps the position, with another
    the texts start from the first character.
    """

    def chosen() -> None:
        speed = sent(key, "speed")
        if isinstance(speed, str) and address.parameter("speed").fit(speed) == speed:
            st.session_state.typewriter_speed = speed

    def paused() -> None:
        count = sent(key, "shown")
        if isinstance(count, int | float):
            st.session_state.typewriter_shown = (token, int(count) if count >= 0 else None)

    _mount(
        key=key,
        on_speed_change=chosen,
        on_shown_change=paused,
        data={
            "columns": [
                {
                    "heading": column.heading,
                    "prompt": prompt,
                    "text": column.text,
                    "colour": temperature_colour(column.temperature),
                    "marks": [{"position": at, "title": title} for at, title in column.marks],
                    "invented": [list(span) for span in column.invented],
                }
                for column in columns
            ],
            "key": key,
            "token": token,
            "legend": legend,
            "speed": address.held("speed", "typewriter_speed"),
            "shown": _shown(token),
        },
    )


def check_typewriter() -> None:
    """Note the parameters of the address that have no effect while no text is shown."""
    address.take("speed")
    address.take("shown")


def _shown(token: str) -> int | None:
    """Return how many characters of these texts were shown when a person paused them, or None.

    An address refers to the texts that are shown when it is opened; others start from the first
    character.
    """
    if "typewriter_shown" not in st.session_state or address.is_news("shown"):
        st.session_state.typewriter_shown = (token, address.read("shown"))
    held: tuple[str, int | None] = st.session_state.typewriter_shown
    shown = held[1] if held[0] == token else None
    address.keep("shown", shown)
    return shown
