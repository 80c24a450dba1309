"""Written text, revealed character by character in the browser; several texts advance together.

Knows how to mount the component and keeps the speed that a person chooses in the address; knows
nothing of models or of how the text was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from charlstm.ui import address
from charlstm.ui.colour import temperature_colour

SPEEDS = ("10", "30", "100", "300", "all")
"""Characters per second, under their names in the address; the browser's own choice is 30, or all
at once where a person wants little motion."""

_HERE = Path(__file__).parent

_SCRIPTS = ("copy.js", "pieces.js", "reveal.js", "reveal_columns.js")

_mount = st.components.v2.component(
    "charlstm_reveal_text",
    html=(_HERE / "reveal.html").read_text(encoding="utf-8"),
    css=(_HERE / "reveal.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def speed_note() -> str:
    """Return a note if the address asks for a speed that there is not, otherwise ``""``."""
    note = address.choice_note("speed", "the usual one", list(SPEEDS))
    _speed()
    return note


def _speed() -> str:
    return address.held_option("reveal_speed", "speed", "", SPEEDS)


@dataclass(frozen=True)
class Column:
    """One text.

    Attributes:
        text: What was written, any characters; never read as Markdown or HTML.
        temperature: What it was written at; colours the edge.
        heading: What stands above it, or ``""``.
        marks: Places in the text that are marked, with what a pointer on them says; in order.
        invented: Start and end of each invented word in the text; they are underlined.
    """

    text: str
    temperature: float
    heading: str = ""
    marks: tuple[tuple[int, str], ...] = ()
    invented: Sequence[tuple[int, int]] = ()


def reveal_columns(
    prompt: str,
    columns: Sequence[Column],
    *,
    key: str,
    token: str,
    asked: int = 0,
    legend: str = "",
) -> None:
    """Show a prompt and, directly after it, the texts written from it as they appear, together.

    Args:
        prompt: What the texts go on from; shown at once, set apart by weight.
        columns: The texts, side by side.
        key: Names their place on the page.
        token: Names these texts: with the same token a rerun leaves the reading where it is, with a
            new one it starts from the first character.
        asked: How often texts were asked for by now; the page scrolls to them when this has grown.
        legend: What the underlining means, in small print under the texts.
    """

    def chosen() -> None:
        speed = getattr(st.session_state.get(key), "speed", None)
        if speed in SPEEDS:
            st.session_state.reveal_speed = speed

    _mount(
        key=key,
        on_speed_change=chosen,
        data={
            "columns": [
                {
                    "heading": column.heading,
                    "prompt": prompt,
                    "text": column.text,
                    "colour": temperature_colour(column.temperature),
                    "marks": [{"position": place, "title": title} for place, title in column.marks],
                    "invented": [list(span) for span in column.invented],
                }
                for column in columns
            ],
            "key": key,
            "token": token,
            "asked": asked,
            "legend": legend,
            "speed": _speed(),
        },
    )


def reveal_text(
    *,
    prompt: str,
    text: str,
    temperature: float,
    key: str,
    token: str,
    asked: int = 0,
    invented: Sequence[tuple[int, int]] = (),
    legend: str = "",
) -> None:
    """Show one text; see reveal_columns."""
    column = Column(text, temperature, invented=invented)
    reveal_columns(prompt, [column], key=key, token=token, asked=asked, legend=legend)
