"""The one temperature of a page: the dial, the address bar and everything written agree on it.

Knows streamlit's query parameters and the dial; knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from charlstm.ui import address
from charlstm.ui.dial import move_dial, temperature_dial

DEFAULT = 0.5
MAXIMUM = 2.0
_KEY = "temperature_chosen"


def asked_temperature() -> tuple[float, str]:
    """Return the temperature that the address asks for, and a note if it cannot be had."""
    return address.number("temperature", DEFAULT, 0.0, MAXIMUM)


def choose_temperature(place: DeltaGenerator) -> float:
    """Show the temperature as a plain slider, keep the address in step, and return it."""
    asked, _ = asked_temperature()
    if _KEY not in st.session_state or address.changed_from_outside("temperature"):
        st.session_state[_KEY] = asked
    temperature = float(place.slider("Temperature", 0.0, MAXIMUM, step=0.01, key=_KEY))
    address.write("temperature", None if temperature == DEFAULT else repr(temperature))
    return temperature


def dial(
    symbols: Sequence[str],
    logits: NDArray[np.float64],
    *,
    key: str,
    on_pick: Callable[[int], None] | None = None,
) -> float:
    """Show the dial on a distribution, keep the address in step, and return the temperature.

    Args:
        symbols: The vocabulary.
        logits: Shape (symbols,).
        key: Names this dial among the page's widgets.
        on_pick: Called with the id of a symbol that is picked, if symbols can be.
    """
    asked, _ = asked_temperature()
    if address.changed_from_outside("temperature"):
        move_dial(key, asked)
        held = asked
    else:
        held = st.session_state.get("temperature_held", asked)
    temperature = temperature_dial(
        symbols=symbols,
        logits=logits.tolist(),
        temperature=held,
        key=key,
        maximum=MAXIMUM,
        on_pick=on_pick,
    )
    address.write("temperature", repr(temperature))
    st.session_state.temperature_held = temperature
    return temperature
