"""What the Cells page keeps in the address: a cell, a character, a span, cells switched off.

Knows the address bar and the session; knows nothing of models but how many of each there are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from charlstm.cells.states import Cell
from charlstm.ui import address


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


def span(count: int) -> tuple[tuple[int, int] | None, str]:
    """Return the span as start and stop, and a note if the address asks for one that is none."""
    note = ""
    if "span" not in st.session_state or address.is_news("span"):
        given = address.asked("span")
        found = re.fullmatch(r"(\d{1,6})-(\d{1,6})", given or "", re.ASCII)
        address.write("span", given if found else None)
        st.session_state.span = (int(found[1]), int(found[2])) if found else None
        if given and not found:
            note = f"The address asks for the span {address.short(given)}, which is none."
    kept: tuple[int, int] | None = st.session_state.span
    if kept and not 0 <= kept[0] < kept[1] <= count:
        note = note or (
            f"The address asks for the span {kept[0]}-{kept[1]}; there is none in this text of"
            f" {count} characters."
        )
        put_span(None)
        kept = None
    return kept, note


def put_span(span: tuple[int, int] | None) -> None:
    """Keep a span, or none."""
    st.session_state.span = span
    address.write("span", f"{span[0]}-{span[1]}" if span else None)


def off(layers: int, units: int) -> tuple[list[Cell], str]:
    """Return the cells that are switched off, and a note if the address asks for others."""
    note = ""
    if "off" not in st.session_state or address.is_news("off"):
        given = address.asked("off") or ""
        pairs = re.findall(r"(?:^|,)(\d{1,4})\.(\d{1,4})(?=,|$)", given, re.ASCII)
        put_off([(int(layer), int(cell)) for layer, cell in pairs])
        if given and len(pairs) != given.count(",") + 1:
            note = f"The address asks to switch off {address.short(given)}; not all of it is cells."
    asked: list[Cell] = st.session_state.off
    there = [each for each in dict.fromkeys(asked) if each[0] < layers and each[1] < units]
    if len(there) < len(set(asked)):
        note = note or "This model does not have all the cells that are to be switched off."
    if there != asked:
        put_off(there)
    return there, note


def put_off(cells: list[Cell]) -> None:
    """Keep the cells that are switched off."""
    st.session_state.off = cells
    address.write("off", ",".join(f"{layer}.{cell}" for layer, cell in cells) or None)
