"""Text whose characters are coloured, explained one by one, and can be chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from charlstm.ui.components.mount import component, sent_numbers, with_token

_mount = component("highlight", scripts=("highlight/span.js",))

STRONGEST_BITS = 10.0


def fraction_of_bits(bits: float) -> float:
    """Return how strongly a surprise is coloured, from 0 to 1 at ten bits and more."""
    return min(bits / STRONGEST_BITS, 1.0)


FRACTIONS: dict[str, Callable[[pd.DataFrame, int], list[float]]] = {
    "bits": lambda table, _: [fraction_of_bits(bits) for bits in table["bits"]],
    "probability": lambda table, _: [1.0 - p for p in table["probability"]],
    "rank": lambda table, symbols: [
        math.log(rank) / math.log(max(symbols, 2)) for rank in table["rank"]
    ],
}
"""How strongly each character of a table of surprise is coloured, by what, given the size of the
vocabulary."""


def highlight(
    prompt: str,
    symbols: Sequence[str],
    fractions: Sequence[float],
    said: Sequence[str],
    *,
    key: str,
    label: str,
    hint: str = "",
    marked: Sequence[int] = (),
    invented: Sequence[tuple[int, int]] = (),
    legend: str = "",
    current: int | None = None,
    on_choose: Callable[[int], None] | None = None,
    span: tuple[int, int] | None = None,
    on_span: Callable[[int, int], None] | None = None,
) -> None:
    """Show a text character by character.

    Args:
        prompt: What comes before it, set apart by weight and colour; cannot be chosen.
        symbols: Its characters; never read as Markdown or HTML.
        fractions: How strongly each is coloured, 0 to 1; below 0 in the other colour, down to -1.
        said: The tooltip of each, which a screen reader says too.
        key: Names this text among the page's widgets.
        label: What the text is, for screen readers.
        hint: The text under it while no character is pointed at.
        marked: Positions with a blue frame.
        invented: Start and end of each invented word; a wavy line runs under them.
        legend: What the wavy line means, in small print under the text.
        current: A position with a frame, or None.
        on_choose: Called with the position that is clicked, if positions can be chosen.
        span: A span that is marked, stop excluded, or None.
        on_span: Called with the span that is drawn with the pointer, or with Shift and the arrows,
            if spans can be drawn.
    """
    data = {
        "prompt": prompt,
        "symbols": list(symbols),
        "fractions": [round(fraction, 4) for fraction in fractions],
        "said": list(said),
        "label": label,
        "hint": hint,
        "marked": list(marked),
        "invented": [list(span) for span in invented],
        "legend": legend,
        "current": current,
        "choosable": on_choose is not None,
        "span": span,
        "spans": on_span is not None,
    }
    count = len(symbols)

    def chosen() -> None:
        if on_choose and (at := sent_numbers(key, "chosen", count)):
            on_choose(*at)

    def spanned() -> None:
        ends = sent_numbers(key, "spanned", count, count + 1)
        if on_span and ends and ends[0] < ends[1]:
            on_span(*ends)

    _mount(
        key=key,
        data=with_token(data),
        on_chosen_change=chosen,
        on_spanned_change=spanned,
    )
