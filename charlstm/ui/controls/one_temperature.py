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
from charlstm.ui.components.dial import move_dial, temperature_dial
from charlstm.ui.parameters import same

MAXIMUM = 2.0
_HELD = "temperature_held"


def held_temperature() -> float:
    """Return the temperature of the page: the one asked for, until the dial is turned."""
    is_held = _HELD in st.session_state and not address.is_news("temperature")
    return float(st.session_state[_HELD] if is_held else address.read("temperature"))


def keep_temperature(temperature: float) -> None:
    """Hold this temperature, and let the address say so."""
    st.session_state[_HELD] = temperature
    address.keep("temperature", temperature)


def temperature_input(container: DeltaGenerator, label: str = "Temperature") -> float:
    """Show the temperature as a number where there is no room for the dial, and return it."""
    return float(
        address.show(
            container.number_input, label, "temperature", key=_HELD, step=0.1, format="%.4g"
        )
    )


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
    held = held_temperature()
    if address.is_news("temperature"):
        move_dial(key, held)
    order, scale = held_view("order"), held_view("scale")
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


def hold_scale(scale: str) -> None:
    """Let all bars take another scale from the next run on."""
    st.session_state.dial_scale = scale


def held_view(name: str) -> str:
    """Return how bars stand or what their lengths mean, the same wherever bars are."""
    return str(address.held(name, f"dial_{name}"))


def _held_symbol(symbols: Sequence[str]) -> int | None:
    symbol = address.held(address.parameter("symbol", options=same(symbols)), "dial_symbol")
    return symbols.index(symbol) if symbol else None
