"""What buttons beside a written text do: ask for it, with the same seed or a new one.

Knows streamlit's session and the address; knows nothing of how a text is written.
"""

from __future__ import annotations

import streamlit as st

from charlstm.sampling.language_model import LanguageModel
from charlstm.settings.settings import FIELDS
from charlstm.ui import address
from charlstm.ui.visit import KEPT

MAX_SEED = int(FIELDS["seed"].high)
"""Everywhere the same, so that what a page shows a command repeats."""

_PRESSES = f"{KEPT}presses"


def draw_again() -> None:
    """Take the next seed."""
    seed, _ = address.whole_number("seed", 0, 0, MAX_SEED)
    # Not from the control: the browser may send what it showed before the last draw.
    st.session_state.seed = (seed + 1) % (MAX_SEED + 1)
    address.write_number("seed", st.session_state.seed, 0)


def write_note() -> str:
    """Return a note if the address can make nothing of whether a text is shown, else ``""``."""
    note = address.choice_note("write", "the usual one", ["0", "1"])
    if note:
        address.write("write", None)
    return note


def is_written(model: LanguageModel) -> bool:
    """Return whether the text is shown: at once, unless a model reads a window for every symbol.

    That takes seconds, so the text is asked for.
    """
    return (address.asked("write") or ("1" if model.window is None else "0")) == "1"


def write() -> None:
    """Ask for the text, and for it to be scrolled to."""
    address.write("write", "1")
    st.session_state[_PRESSES] = presses() + 1


def presses() -> int:
    """Return how often a text was asked for in this session."""
    return int(st.session_state.get(_PRESSES, 0))


def write_again() -> None:
    """Ask for the text with the next seed."""
    draw_again()
    write()
