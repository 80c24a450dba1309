"""Text whose characters are coloured, explained one by one, and can be chosen.

Knows how to mount the component; knows nothing of models or of what the colours mean.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from charlstm.ui.components.mount import component

_mount = component("highlight", scripts=("highlight/span.js",))

STRONGEST_BITS = 10.0


def fraction_of_bits(bits: float) -> float:
    """Return how strongly a surprise is coloured, from 0 to 1 at ten bits and more."""
    return min(bits / STRONGEST_BITS, 1.0)


def _by_bits(table: pd.DataFrame, _symbols: int) -> list[float]:
    return [fraction_of_bits(bits) for bits in table["bits"]]


def _by_probability(table: pd.DataFrame, _symbols: int) -> list[float]:
    return [1.0 - p for p in table["probability"]]


def _by_rank(table: pd.DataFrame, symbols: int) -> list[float]:
    return [math.log(rank) / math.log(max(symbols, 2)) for rank in table["rank"]]


SHARES: dict[str, Callable[[pd.DataFrame, int], list[float]]] = {
    "bits": _by_bits,
    "probability": _by_probability,
    "rank": _by_rank,
}
"""How strongly each character of a table of surprise is coloured, by what, given the size of the
vocabulary."""


def letters(
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
        prompt: What stands before it, apart by weight and colour; cannot be chosen.
        symbols: Its characters; never read as Markdown or HTML.
        fractions: How strongly each is coloured, 0 to 1; below 0 in the other colour, down to -1.
        said: What a pointer on each says, and a screen reader.
        key: Names this text's place on the page.
        label: What the text is, for screen readers.
        hint: What stands under it while no character is pointed at.
        marked: Places with a blue frame.
        invented: Start and end of each invented word; a wavy line runs under them.
        legend: What the wavy line means, in small print under the text.
        current: A place with a frame, or None.
        on_choose: Called with the place that is clicked, if places can be.
        span: A span that is marked, stop excluded, or None.
        on_span: Called with the span that is drawn with the pointer, or with Shift and the arrows,
            if spans can be.
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
    token = hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]

    def chosen() -> None:
        index = getattr(st.session_state.get(key), "chosen", None)
        if on_choose and isinstance(index, int | float) and 0 <= index < len(symbols):
            on_choose(int(index))

    def spanned() -> None:
        drawn = getattr(st.session_state.get(key), "spanned", None)
        if not on_span or not isinstance(drawn, list) or len(drawn) != 2:
            return
        if all(isinstance(end, int | float) for end in drawn):
            start, stop = (int(end) for end in drawn)
            if 0 <= start < stop <= len(symbols):
                on_span(start, stop)

    _mount(
        key=key,
        data=data | {"token": token},
        on_chosen_change=chosen,
        on_spanned_change=spanned,
    )
