"""The temperature dial, with the distribution that it acts on as bars.

The dial is redrawn in the browser on dragging. Both the page and the person set the temperature;
this module decides whose value is the newest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from charlstm.data.symbols import spoken, visible
from charlstm.ui.components import component, sent
from charlstm.ui.theme import temperature_scale

MOST_BARS = 60
"""Of a model of words the likeliest are shown one by one, and all others as one bar."""

ORDERS, SCALES = ("probability", "alphabet"), ("linear", "log")

_mount = component("dial", "shared/below.css")


def temperature_dial(
    *,
    symbols: Sequence[str],
    logits: Sequence[float],
    temperature: float,
    key: str,
    maximum: float = 2.0,
    order: str = "probability",
    scale: str = "linear",
    selected: int | None = None,
    on_view: Callable[[str, str, int | None], None] | None = None,
) -> float:
    """Show the dial with the distribution it acts on, and return where it was last let go.

    Pass back what was returned last, and nothing jumps. Any temperature that was neither passed
    nor returned in the run before moves the dial; `move_dial` moves it in every case.

    The symbols are the vocabulary in its own order, with one logit each (minus infinity excludes a
    symbol, anything else must be finite). Of tokens the likeliest MOST_BARS have a bar each, and
    all others together one more. ``selected`` is the id of the symbol of the formula, None for the
    likeliest, and ``on_view`` is called with order, scale and that id when the person chooses
    others.
    """
    memory = _memory(key)
    if key not in st.session_state:
        memory.update(asked=None, shown=None)  # a new dial: nothing from before counts
    shown = _newest(memory, _clamped(temperature, maximum), _let_go(key, maximum))
    count = len(symbols)

    def viewed() -> None:
        view = sent(key, "viewed")
        asked = view if isinstance(view, dict) else {}
        order, scale, index = (asked.get(name) for name in ("order", "scale", "selected"))
        symbol = int(index) if isinstance(index, int | float) and 0 <= index < count else None
        if on_view and order in ORDERS and scale in SCALES:
            on_view(str(order), str(scale), symbol)

    _mount(
        key=key,
        on_viewed_change=viewed,
        data={
            "symbols": list(symbols),
            "labels": [visible(symbol) for symbol in symbols],
            "names": [spoken(symbol) for symbol in symbols],
            "unit": unit_of(symbols),
            "logits": [_for_json(float(logit)) for logit in logits],
            "temperature": shown,
            "revision": memory["revision"],
            "maximum": maximum,
            "colours": temperature_scale(),
            "order": order,
            "scale": scale,
            "selected": selected,
        },
    )
    return shown


def most_bars(symbols: Sequence[str]) -> int | None:
    """Return how many symbols of a vocabulary have a bar of their own, or None where all have."""
    are_words = unit_of(symbols) == "token"
    return MOST_BARS if are_words and len(symbols) > MOST_BARS else None


def unit_of(symbols: Sequence[str]) -> str:
    """Return what a symbol of a vocabulary is called: "character", or of words "token"."""
    return "token" if any(len(symbol) > 1 for symbol in symbols) else "character"


def move_dial(key: str, temperature: float) -> None:
    """Turn the dial to a temperature, whatever it was passed before; call it before mounting.

    For a button or link whose temperature may be the very one that the page passed before the
    person turned the dial away from it.
    """
    _memory(key).update(moved=temperature)


# Streamlit cannot write a component's state from Python so that the browser learns of it: the
# browser sends its old state again with the next rerun. So every turn of the dial carries the
# revision of Python's last value, and a turn with an older revision does not count.


def _memory(key: str) -> dict[str, Any]:
    """Return what this session remembers of one dial.

    It is what the page asked for and what was shown in the last run, where `move_dial` wants the
    dial since, and the revision of Python's last value.
    """
    blank = {"asked": None, "shown": None, "moved": None, "revision": 0}
    memory: dict[str, Any] = st.session_state.setdefault(f"{key}: dial memory", blank)
    return memory


def _newest(memory: dict[str, Any], asked: float, let_go: tuple[float, int] | None) -> float:
    """Return the temperature to show, given what the page passes now, and remember it."""
    moved = memory["moved"]
    if moved is not None or asked not in (memory["asked"], memory["shown"]):
        memory["revision"] += 1
        memory["shown"] = asked if moved is None else moved
    elif let_go is not None and let_go[1] == memory["revision"]:
        memory["shown"] = let_go[0]
    memory["asked"], memory["moved"] = asked, None
    return float(memory["shown"])


def _let_go(key: str, maximum: float) -> tuple[float, int] | None:
    """Return the temperature at which the person let go, and the revision that it answers."""
    turned = sent(key, "temperature")
    if not isinstance(turned, dict):
        return None
    return _clamped(float(turned["value"]), maximum), int(turned["revision"])


def _clamped(temperature: float, maximum: float) -> float:
    return min(max(float(temperature), 0.0), maximum)


def _for_json(logit: float) -> float | None:
    # JSON has no infinities: the browser reads null as minus infinity.
    if logit == -math.inf:
        return None
    if not math.isfinite(logit):
        raise ValueError(f"A logit is a number or minus infinity, not {logit}.")
    return logit
