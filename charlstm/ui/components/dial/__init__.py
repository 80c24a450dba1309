"""The temperature as a small dial, on pages where the server computes what it changes."""

from __future__ import annotations

from typing import Any

from charlstm.browser.colours import temperature_scale
from charlstm.exploring.compare import MAXIMUM
from charlstm.ui import address
from charlstm.ui.components import component

_mount = component("dial")


def dial_data() -> dict[str, Any]:
    """Return what the dial of any component needs."""
    return {"maximum": MAXIMUM, "colours": temperature_scale()}


def small_dial(*, key: str, step: float = 0.01) -> float:
    """Show the temperature of the page as a dial without a distribution, and return it.

    By the slider it moves in steps; any temperature can be typed. The address follows when the dial
    has come to rest.
    """
    words, revision = address.exchange(key, ["temperature"])
    data = {"words": words, "revision": revision, "step": step}
    _mount(key=key, data=data | dial_data())
    return float(address.read("temperature"))
