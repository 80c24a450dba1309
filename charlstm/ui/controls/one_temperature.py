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
from charlstm.ui.components.dial import ORDERS, SCALES, move_dial, temperature_dial

DEFAULT = 0.5
MAXIMUM = 2.0
_VIEWS = {"order": ORDERS, "scale": SCALES}
"""How the bars can stand, under the names in the address; the first of each unless another one is
asked for."""


def asked_temperature() -> tuple[float, str]:
    """Return the temperature that the address asks for, and a note on what the dial cannot do.

    The note also covers how the bars of the dial are asked to stand.
    """
    value, note = address.number("temperature", DEFAULT, 0.0, MAXIMUM)
    views = [address.choice_note(name, words[0], list(words)) for name, words in _VIEWS.items()]
    return value, "  ".join(each for each in (note, *views) if each)


def held_temperature(asked: float) -> float:
    """Return the temperature that the page holds: the one asked for, until the dial is turned.

    Args:
        asked: What the address asks for.
    """
    if address.is_news("temperature"):
        return asked
    return float(st.session_state.get("temperature_held", asked))


def keep_temperature(temperature: float) -> None:
    """Hold this temperature, and let the address say so."""
    st.session_state.temperature_held = temperature
    address.write_number("temperature", temperature, DEFAULT)


def temperature_input(place: DeltaGenerator, label: str = "Temperature") -> float:
    """Show the temperature as a number where there is no room for the dial, and return it.

    It is the one that a dial on another page would show, and the address is kept in step.
    """
    asked, _ = asked_temperature()
    st.session_state.temperature_number = held_temperature(asked)

    def typed() -> None:
        keep_temperature(float(st.session_state.temperature_number))

    temperature = float(
        place.number_input(
            label,
            0.0,
            MAXIMUM,
            step=0.1,
            format="%.4g",
            key="temperature_number",
            on_change=typed,
        )
    )
    keep_temperature(temperature)
    return temperature


def dial(
    symbols: Sequence[str],
    logits: NDArray[np.float64],
    *,
    key: str,
    on_pick: Callable[[int], None] | None = None,
    compact: bool = False,
) -> float:
    """Show the dial on a distribution, keep the address in step, and return the temperature.

    Args:
        symbols: The vocabulary.
        logits: Shape (symbols,).
        key: Names this dial among the page's widgets.
        on_pick: Called with the id of a symbol that is picked, if symbols can be.
        compact: Whether to show the slider without the distribution.
    """
    asked, _ = asked_temperature()
    if address.is_news("temperature"):
        move_dial(key, asked)
    held = held_temperature(asked)
    order, scale = (_held_view(name) for name in _VIEWS)
    keeps_symbol = on_pick is None and not compact

    def viewed(order: str, scale: str, selected: int | None) -> None:
        st.session_state.dial_order, st.session_state.dial_scale = order, scale
        if keeps_symbol:
            st.session_state.dial_symbol = "" if selected is None else symbols[selected]

    temperature = temperature_dial(
        symbols=symbols,
        logits=logits.tolist(),
        temperature=held,
        key=key,
        maximum=MAXIMUM,
        on_pick=on_pick,
        compact=compact,
        order=order,
        scale=scale,
        selected=_held_symbol(symbols) if keeps_symbol else None,
        on_view=viewed,
    )
    keep_temperature(temperature)
    return temperature


def held_scale() -> str:
    """Return what lengths of bars mean, the same wherever bars are, and keep it in the address."""
    return _held_view("scale")


def hold_scale(scale: str) -> None:
    """Let all bars take another scale from the next run on."""
    st.session_state.dial_scale = scale


def _held_view(name: str) -> str:
    options = list(_VIEWS[name])
    return address.held_option(f"dial_{name}", name, options[0], options)


def asked_symbol(symbols: Sequence[str]) -> str:
    """Return a note if the address asks for the formula of a symbol that the model does not know.

    Where symbols are picked, the formula is about the bar in focus, and no address holds it.
    """
    return address.choice_note("symbol", "the likeliest", list(symbols))


def _held_symbol(symbols: Sequence[str]) -> int | None:
    symbol = address.held_option("dial_symbol", "symbol", "", symbols)
    return symbols.index(symbol) if symbol else None
