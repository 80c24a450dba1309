"""The temperature as a small dial, for pages whose results the server computes."""

from __future__ import annotations

from typing import Any

from charlstm.exploring.compare import MAXIMUM
from charlstm.ui import address
from charlstm.ui.components import component
from charlstm.ui.theme import temperature_scale

_mount = component("dial")


def dial_data() -> dict[str, Any]:
    """Return the data that the dial of any component needs."""
    return {"maximum": MAXIMUM, "colours": temperature_scale()}


def small_dial(*, key: str, step: float = 0.01) -> float:
    """Show the temperature of the page as a dial without a distribution, and return it.

    The slider moves in steps; any temperature can be typed. The address follows once the dial is
    at rest.
    """
    words, revision = address.exchange(key, ["temperature"])
    data = {"words": words, "revision": revision, "step": step}
    _mount(key=key, data=data | dial_data())
    return float(address.read("temperature"))
