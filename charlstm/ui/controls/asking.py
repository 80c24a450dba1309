"""What buttons beside a written text do: ask for it, with the same seed or with a new one.

Knows streamlit's session and the address; knows nothing of how a text is written.
"""

from __future__ import annotations

import streamlit as st

from charlstm.sampling.language_model import LanguageModel
from charlstm.ui import address
from charlstm.ui.components.typewriter import check_typewriter
from charlstm.ui.visit import KEPT

_PRESSES = f"{KEPT}presses"


def draw_again() -> None:
    """Take the next seed."""
    # Not from the control: the browser may send what it showed before the last draw.
    st.session_state.seed = (address.read("seed") + 1) % (address.MAX_SEED + 1)
    address.keep("seed", st.session_state.seed)


def is_written(model: LanguageModel) -> bool:
    """Return whether the text is shown: at once, unless a model reads a window for every symbol.

    That takes seconds, so the text is asked for.
    """
    if address.take(address.parameter("write", default=model.window is None)):
        return True
    check_typewriter()
    return False


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
