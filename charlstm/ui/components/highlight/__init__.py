"""Text whose characters are coloured and explained one by one."""

from __future__ import annotations

from collections.abc import Sequence

from charlstm.ui.components import component

_mount = component("highlight")

STRONGEST_BITS = 10.0


def fraction_of_bits(bits: float) -> float:
    """Return how strongly a surprise is coloured, from 0 to 1 at ten bits and more."""
    return min(bits / STRONGEST_BITS, 1.0)


def highlight(
    symbols: Sequence[str],
    fractions: Sequence[float],
    figures: Sequence[str],
    *,
    key: str,
    label: str,
    hint: str = "",
) -> None:
    """Show a text character by character; nothing in it is read as Markdown or HTML.

    Each symbol has a fraction of colour from 0 to 1 and its figures, which are shown under the text
    while the pointer is on the symbol; otherwise the hint is shown.
    """
    data = {
        "symbols": list(symbols),
        "fractions": [round(fraction, 4) for fraction in fractions],
        "said": list(figures),
        "label": label,
        "hint": hint,
    }
    _mount(key=key, data=data)
