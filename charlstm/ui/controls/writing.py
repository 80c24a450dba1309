"""How a text is drawn: the temperature and its dial, the seed, the buttons.

There is one temperature on a page: dial, address and everything written agree on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from charlstm.data.vocabulary import Vocabulary
from charlstm.exploring.compare import (
    FEWEST,
    MAXIMUM,
    MOST,
    NO_TEMPERATURES,
    SEVERAL,
    numbers_in,
)
from charlstm.ui import address
from charlstm.ui.components.dial import move_dial, temperature_dial
from charlstm.ui.parameters import same
from charlstm.ui.text import of_units
from charlstm.ui.visit import note

USUAL_LENGTH = 200
"""Symbols of a text that is changed by hand."""

_HELD = "temperature_held"


def held_temperature() -> float:
    """Return the temperature of the page: the one asked for, until the dial is turned."""
    is_held = _HELD in st.session_state and not address.is_news("temperature")
    return float(st.session_state[_HELD] if is_held else address.read("temperature"))


def keep_temperature(temperature: float) -> None:
    """Hold this temperature, in the session and in the address."""
    st.session_state[_HELD] = temperature
    address.keep("temperature", temperature)


def temperature_input(container: DeltaGenerator) -> float:
    """Show the temperature as a number where there is no room for the dial, and return it."""
    widget, name = container.number_input, "temperature"
    return float(address.show(widget, "Temperature", name, key=_HELD, step=0.1, format="%.4g"))


def dial(
    symbols: Sequence[str],
    logits: NDArray[np.float64],
    *,
    key: str,
) -> float:
    """Show the dial on a distribution, keep the address in step, and return the temperature.

    ``logits`` has shape (symbols,).
    """
    held = held_temperature()
    if address.is_news("temperature"):
        move_dial(key, held)
    order, scale = held_view("order"), held_view("scale")
    symbol = address.held(address.parameter("symbol", options=same(symbols)), "dial_symbol")
    selected = symbols.index(symbol) if symbol else None

    def viewed(order: str, scale: str, selected: int | None) -> None:
        st.session_state.dial_order, st.session_state.dial_scale = order, scale
        st.session_state.dial_symbol = "" if selected is None else symbols[selected]

    temperature = temperature_dial(
        symbols=symbols,
        logits=logits.tolist(),
        temperature=held,
        key=key,
        maximum=MAXIMUM,
        order=order,
        scale=scale,
        selected=selected,
        on_view=viewed,
    )
    keep_temperature(temperature)
    return temperature


def held_view(name: str) -> str:
    """Return the order or the scale of the bars, the same wherever there are bars."""
    return str(address.held(name, f"dial_{name}"))


def choose_temperatures(container: DeltaGenerator) -> tuple[float, ...]:
    """Show a field for several temperatures and return them."""
    given = address.show(container.text_input, f"{FEWEST} to {MOST} temperatures", "temperatures")
    values = read_temperatures(str(given))
    if values is None:
        note(NO_TEMPERATURES)
    return values or SEVERAL


def read_temperatures(given: str) -> tuple[float, ...] | None:
    """Return the temperatures in a text, or None if they are not some that can be compared."""
    try:
        values = tuple(numbers_in(given))
    except ValueError:
        return None
    if not FEWEST <= len(values) <= MOST:
        return None
    return values if all(0 <= value <= MAXIMUM for value in values) else None


def choose_seed(container: DeltaGenerator) -> int:
    """Show the seed and return it."""
    return int(address.show(container.number_input, "Seed", "seed"))


def choose_length(container: DeltaGenerator, vocabulary: Vocabulary) -> int:
    """Show the length of a text in symbols and return it."""
    length = address.parameter("length")
    if length.default is None:  # by hand it depends on the text
        length = address.parameter("length", default=USUAL_LENGTH)
    return int(address.show(container.number_input, of_units(vocabulary), length, step=100))
