"""How a text is drawn: the temperature, the seed, the length.

A page has one temperature: the dial, the address and all texts use it.
"""

from __future__ import annotations

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
from charlstm.ui.components import is_old_browser
from charlstm.ui.components.dial import small_dial
from charlstm.ui.text import of_units
from charlstm.ui.visit import note

USUAL_LENGTH = 200
"""Symbols of a text that is changed by hand."""


def choose_temperature(container: DeltaGenerator, *, step: float = 0.01) -> float:
    """Show the temperature as a small dial and return it; see small_dial."""
    if is_old_browser():
        return temperature_input(container)
    with container:
        return small_dial(key="dial", step=step)


def temperature_input(container: DeltaGenerator) -> float:
    """Show the temperature as a number, for a browser that cannot show the dial; return it."""
    widget = container.number_input
    return float(address.show(widget, "Temperature", "temperature", step=0.1, format="%.4g"))


def choose_temperatures(container: DeltaGenerator) -> tuple[float, ...]:
    """Show a field for several temperatures and return them."""
    given = address.show(container.text_input, f"{FEWEST} to {MOST} temperatures", "temperatures")
    values = read_temperatures(str(given))
    if values is None:
        note(NO_TEMPERATURES)
    return values or SEVERAL


def read_temperatures(given: str) -> tuple[float, ...] | None:
    """Return the temperatures in a text, or None if they cannot be compared."""
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
    if length.default is None:  # on By hand it depends on the text
        length = address.parameter("length", default=USUAL_LENGTH)
    return int(address.show(container.number_input, of_units(vocabulary), length, step=100))
