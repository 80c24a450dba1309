"""What the Cells page keeps in the address: a cell, a character, a span, cells switched off.

Knows the address bar and the session; knows nothing of models but how many of each there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from charlstm.cells.states import Cell
from charlstm.ui import address

NONE = "none"
"""What the address says where a person has taken away what is there usually."""

_SPAN = re.compile(rf"\d{{1,6}}-\d{{1,6}}|{NONE}", re.ASCII)


def put(**values: object) -> None:
    """Keep values in the session and, as text, in the address; for callbacks."""
    for key, value in values.items():
        st.session_state[key] = value
        address.write(key, str(value))


def whole(key: str, default: int, count: int) -> tuple[int, str]:
    """Return a number from 0 that counts things, and a note if the address asks for another.

    Args:
        key: In session and address alike.
        default: What counts otherwise.
        count: How many things there are, at least one.
    """
    note = ""
    if key not in st.session_state or address.is_news(key):
        st.session_state[key], note = address.whole_number(key, default, 0, count - 1)
        address.write(key, None if note else address.asked(key))
    value = int(st.session_state[key])
    if value >= count:  # another model or text has fewer
        put(**{key: default})
        value = default
    return value, note


def choice(key: str, default: str, options: Sequence[str]) -> tuple[str, str]:
    """Return one of a few words, and a note if the address asks for another.

    Streamlit's own binding keeps what is shown in the address, not the word behind it.
    """
    note = ""
    if key not in st.session_state or address.is_news(key):
        note = address.choice_note(key, default, list(options))
        given = address.asked(key)
        st.session_state[key] = given if given in options else default
        address.write(key, None if note else given)
    return str(st.session_state[key]), note


def keep(key: str) -> None:
    """Keep what a widget of that key holds; for callbacks."""
    address.write(key, str(st.session_state[key]))


def span(count: int, usual: tuple[int, int] | None) -> tuple[tuple[int, int] | None, str]:
    """Return the span as start and stop, and a note if the address asks for one that is none.

    Args:
        count: Of characters in the text.
        usual: What is marked where the address says nothing.
    """
    note = ""
    if "span" not in st.session_state or address.is_news("span"):
        given = address.asked("span") or None
        if given and not _SPAN.fullmatch(given):
            note = f"The address asks for the span {address.short(given)}, which is none."
        _hold_span(None if note else given)
    held: str | None = st.session_state.span
    if held is None or held == NONE:
        return (usual if held is None else None), note
    start, stop = map(int, held.split("-"))
    if start < stop <= count:
        return (start, stop), note
    _hold_span(None)
    return usual, (
        f"The address asks for the span {held}; there is none in this text of {count} characters."
    )


def put_span(span: tuple[int, int] | None) -> None:
    """Keep a span, or that there is none."""
    _hold_span(f"{span[0]}-{span[1]}" if span else NONE)


def _hold_span(word: str | None) -> None:
    st.session_state.span = word
    address.write("span", word)


def off(layers: int, units: int, usual: Cell) -> tuple[list[Cell], str]:
    """Return the cells that are switched off, and a note if the address asks for others.

    Args:
        layers: Of the network.
        units: Cells of each.
        usual: What is off where the address says nothing.
    """
    note = ""
    if "off" not in st.session_state or address.is_news("off"):
        given = address.asked("off")
        pairs = re.findall(r"(?:^|,)(\d{1,4})\.(\d{1,4})(?=,|$)", given or "", re.ASCII)
        if pairs or given == NONE:
            put_off([(int(layer), int(cell)) for layer, cell in pairs])
        else:
            address.write("off", None)
            st.session_state.off = None
        if given and given != NONE and len(pairs) != given.count(",") + 1:
            note = f"The address asks to switch off {address.short(given)}; not all of it is cells."
    asked: list[Cell] | None = st.session_state.off
    if asked is None:
        return [usual], note
    there = [each for each in dict.fromkeys(asked) if each[0] < layers and each[1] < units]
    if len(there) < len(set(asked)):
        note = note or "This model does not have all the cells that are to be switched off."
    if there != asked:
        put_off(there)
    return there, note


def put_off(cells: list[Cell]) -> None:
    """Keep the cells that are switched off."""
    st.session_state.off = cells
    address.write("off", ",".join(f"{layer}.{cell}" for layer, cell in cells) or NONE)
