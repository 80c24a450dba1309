"""Several temperatures at once: a field, and the address bar that it agrees with.

Knows streamlit; knows nothing of models.
"""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from charlstm.exploring.compare import numbers_in
from charlstm.ui import address
from charlstm.ui.controls.one_temperature import MAXIMUM
from charlstm.ui.visit import note

DEFAULT = (0.2, 0.5, 1.0, 1.2)
FEWEST, MOST = 2, 6


def choose_temperatures(container: DeltaGenerator) -> tuple[float, ...]:
    """Show the field and return the temperatures in it."""
    given = address.show(container.text_input, f"{FEWEST} to {MOST} temperatures", "temperatures")
    values = read_temperatures(str(given))
    if values is None:
        note(
            f"The temperatures are {FEWEST} to {MOST} numbers from 0 to {MAXIMUM:g}, such as 0.2,"
            " 0.5 or 0,2; 0,5; until they are, 0.2, 0.5, 1 and 1.2 are used."
        )
    return values or DEFAULT


def read_temperatures(given: str) -> tuple[float, ...] | None:
    """Return the temperatures in a text, or None if they are not some that can be compared."""
    try:
        values = tuple(numbers_in(given))
    except ValueError:
        return None
    if not FEWEST <= len(values) <= MOST:
        return None
    return values if all(0 <= value <= MAXIMUM for value in values) else None
