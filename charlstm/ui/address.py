"""The address bar: what a URL asks for, and a note where it asks for what cannot be.

Knows query parameters and the controls that follow them; knows nothing of models or charts. Which
page an address belongs to, and what it shares with others, is visit's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui.visit import asked, is_news, leave_out, share, whole, write

T = TypeVar("T")
__all__ = ["asked", "is_news", "leave_out", "share", "whole", "write"]


def number(key: str, default: float, low: float, high: float) -> tuple[float, str]:
    """Return the number that the URL gives, and a note if it is not one from low to high."""
    given = asked(key)
    if given is None:
        return default, ""
    value = _number(given)
    if low <= value <= high:
        return value, ""
    return default, (
        f"The address asks for {key} {short(given)}, which is not a number from {low:,} to"
        f" {high:,}; {default:,} is used."
    )


def _number(given: str) -> float:
    """Return the number that a word is, or not-a-number."""
    try:
        return float(given) if given.isascii() else math.nan
    except ValueError:
        return math.nan


def whole_number(key: str, default: int, low: int, high: int) -> tuple[int, str]:
    """Return the whole number that the URL gives, and a note if it is not one from low to high."""
    value, note = number(key, default, low, high)
    if value == int(value):
        return int(value), note
    given = short(asked(key) or "")
    return default, f"The address asks for {key} {given}, not a whole number; {default} is used."


def whole_number_input(
    place: DeltaGenerator,
    label: str,
    key: str,
    default: int,
    low: int,
    high: int,
    step: int = 1,
    *,
    widget: str = "",
    help: str | None = None,
) -> int:
    """Show a number and keep it in the address; an absurd one there counts as the default.

    Streamlit's own binding cannot read "inf" and takes 1.5 for 1, so it is not used for numbers.

    Args:
        place: Where to.
        label: What the number is.
        key: Its name in the address.
        default: What it is unless something else was asked for; then the address says nothing.
        low: The smallest that it may be.
        high: The largest.
        step: From one press of a button to the next.
        widget: The control's own key, where it is not that in the address.
        help: More words on it.
    """
    widget = widget or key
    wanted, _ = whole_number(key, default, low, high)
    _hold(widget, key, wanted)
    value = place.number_input(label, low, high, step=step, key=widget, help=help)
    write_number(key, value, default)
    return int(value)


def number_input(
    place: DeltaGenerator,
    label: str,
    key: str,
    default: float,
    low: float,
    high: float,
    *,
    widget: str,
    step: float,
    format: str,
    help: str | None = None,
) -> float:
    """Show a number that need not be whole, and keep it in the address."""
    wanted, _ = number(key, default, low, high)
    _hold(widget, key, wanted)
    value = place.number_input(label, low, high, step=step, format=format, key=widget, help=help)
    write_number(key, value, default)
    return float(value)


def hold_choice(key: str, default: T, options: Mapping[str, T]) -> str:
    """Let the control of that key take what the address asks for; call it before showing it.

    Args:
        key: Of the control, and its name in the address.
        default: The option that is chosen unless another one was.
        options: All of them, under their names in the address.

    Returns:
        A note if the address names an option that is not there, otherwise ``""``.
    """
    given = asked(key)
    _hold(key, key, default if given is None else options.get(given, default))
    if st.session_state[key] not in options.values():
        st.session_state[key] = default
    names = {value: name for name, value in options.items()}
    return choice_note(key, names[default], list(options))


def keep_choice(key: str, default: T, options: Mapping[str, T]) -> None:
    """Keep in the address what the control of that key shows; call it after showing it."""
    names = {value: name for name, value in options.items()}
    write_unless_usual(key, names[st.session_state[key]], names[default])


def held_option(held: str, key: str, default: str, options: Sequence[str]) -> str:
    """Return the option that the session holds or the address asks for, and keep it in both.

    One that is not there now counts as the default; the session holds on to it.

    Args:
        held: Its name in the session, where callbacks put what a person chooses.
        key: Its name in the address.
        default: What it is unless something else was asked for; then the address says nothing.
        options: All others.
    """
    given = asked(key) or default
    _hold(held, key, given if given in options else default)
    value = str(st.session_state[held])
    value = value if value in options else default
    write_unless_usual(key, value, default)
    return value


def hold_text(key: str, default: str, longest: int) -> str:
    """Let the field of that key take the text that the address gives; call it before showing it.

    Returns:
        A note if the text is longer than what is used of it, otherwise ``""``.
    """
    given = asked(key)
    _hold(key, key, (default if given is None else given)[:longest])
    return text_note(key, longest)


def keep_text(key: str, default: str) -> None:
    """Keep in the address what the field of that key holds; call it after showing it.

    As the field's callback too: whoever goes to another page now may interrupt the run.
    """
    write_unless_usual(key, str(st.session_state[key]), default)


def _hold(widget: str, key: str, wanted: object) -> None:
    """Give a control the value that the address asks for, where that is news."""
    if widget not in st.session_state or is_news(key):
        st.session_state[widget] = wanted


def write_number(key: str, value: float, default: float) -> None:
    """Keep a number in the address, the way it is spelled there; of the default it says nothing.

    An address that the page writes anew is an entry of its own in the browser's history: going back
    from there would lead to the one that is written anew at once.
    """
    given = asked(key)
    if given is not None and _number(given) == value:
        write(key, given)
    else:
        write(key, None if value == default else repr(value))


def write_unless_usual(key: str, value: str, default: str) -> None:
    """Keep a word in the address; of the default it says nothing, unless it was asked for."""
    is_usual = value == default and asked(key) != default
    write(key, None if is_usual else value)


def choice_note(key: str, default: str, options: list[str]) -> str:
    """Return a note if the URL names an option that is not there, otherwise ``""``."""
    given = asked(key)
    if given is None or given in options:
        return ""
    return f"The address asks for {key} {short(given)}, which is not here; {default} is."


def text_note(key: str, longest: int) -> str:
    """Return a note if the text that the URL gives is longer than what is used of it."""
    if len(asked(key) or "") <= longest:
        return ""
    return f"The {key} in the address was cut to {longest} characters."


def places(key: str, length: int) -> tuple[list[int], str]:
    """Return the places of a text that the URL gives, such as ``3,7,12``, and a note on others."""
    given = asked(key) or ""
    words = given.split(",") if given else []
    found = sorted({int(word) for word in words if _is_place(word) and int(word) < length})
    if len(found) == len(set(words)):
        return found, ""
    return found, (
        f"The address asks for {key} {short(given)}, not all of them places in the text; the"
        " others are left out."
    )


def _is_place(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 6


def short(given: str) -> str:
    """Return what an address gives, quoted and cut, for a sentence."""
    return repr(given if len(given) <= 40 else given[:40] + "…")
