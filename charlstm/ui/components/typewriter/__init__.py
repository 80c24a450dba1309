"""Written text, revealed character by character in the browser; several texts advance together.

Knows how to mount the component and keeps in the address the speed that a person chooses, and where
the texts were halted; knows nothing of models or of how the text was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from charlstm.ui import address
from charlstm.ui.components.mount import component
from charlstm.ui.theme import temperature_colour

_mount = component(
    "typewriter",
    scripts=(
        "shared/copy.js",
        "shared/pieces.js",
        "typewriter/columns.js",
    ),
)


def _shown(token: str) -> int | None:
    """Return how many characters of these texts were shown when somebody halted them, or None.

    An address speaks of the texts that are there when it is opened; others start anew.
    """
    if "reveal_shown" not in st.session_state or address.is_news("shown"):
        st.session_state.reveal_shown = (token, address.read("shown"))
    held: tuple[str, int | None] = st.session_state.reveal_shown
    shown = held[1] if held[0] == token else None
    address.keep("shown", shown)
    return shown


def check_reveal() -> None:
    """Note what the address asks for in vain, where no text is shown yet."""
    address.take("speed")
    address.take("shown")


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
    on_mark: Callable[[int, int], None] | None = None,
    mark_leads_to: str = "",
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
        on_mark: Called with the number of a column and of a mark in it, when that is clicked.
        mark_leads_to: The anchor of what a click on a mark scrolls to.
    """

    speed = address.held("speed", "reveal_speed")

    def chosen() -> None:
        speed = getattr(st.session_state.get(key), "speed", None)
        if isinstance(speed, str) and address.parameter("speed").fit(speed) == speed:
            st.session_state.reveal_speed = speed

    def halted() -> None:
        count = getattr(st.session_state.get(key), "shown", None)
        if isinstance(count, int | float):
            st.session_state.reveal_shown = (token, int(count) if count >= 0 else None)

    def marked() -> None:
        position = getattr(st.session_state.get(key), "marked", None)
        if not on_mark or not isinstance(position, list) or len(position) != 2:
            return
        if all(isinstance(each, int | float) and each >= 0 for each in position):
            column, mark = (int(each) for each in position)
            if column < len(columns) and mark < len(columns[column].marks):
                on_mark(column, mark)

    _mount(
        key=key,
        on_speed_change=chosen,
        on_shown_change=halted,
        on_marked_change=marked,
        data={
            "columns": [
                {
                    "heading": column.heading,
                    "prompt": prompt,
                    "text": column.text,
                    "colour": temperature_colour(column.temperature),
                    "marks": [
                        {"position": position, "title": title} for position, title in column.marks
                    ],
                    "invented": [list(span) for span in column.invented],
                }
                for column in columns
            ],
            "key": key,
            "token": token,
            "asked": asked,
            "legend": legend,
            "speed": speed,
            "shown": _shown(token),
            "marksOpen": on_mark is not None,
            "marksLeadTo": mark_leads_to,
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
