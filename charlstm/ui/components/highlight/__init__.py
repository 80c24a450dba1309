"""Text whose characters are coloured, explained one by one, and can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from charlstm.ui.components import component, on_numbers, with_token

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
    current: int | None = None,
    on_choose: Callable[[int], None] | None = None,
    span: tuple[int, int] | None = None,
    on_span: Callable[[int, int], None] | None = None,
) -> None:
    """Show a text character by character; nothing in it is read as Markdown or HTML.

    Each symbol has a fraction of colour from 0 to 1 (below 0, down to -1, in the other colour) and
    its figures as a tooltip; the hint is under the text while nothing is pointed at. The
    ``current`` position has a frame. ``on_choose`` is called with a position that is clicked,
    ``on_span`` with a span (stop excluded) that is drawn with the pointer or the keyboard.
    """
    data = {
        "symbols": list(symbols),
        "fractions": [round(fraction, 4) for fraction in fractions],
        "said": list(figures),
        "label": label,
        "hint": hint,
        "current": current,
        "choosable": on_choose is not None,
        "span": span,
        "spans": on_span is not None,
    }
    count = len(symbols)

    def spanned(start: int, stop: int) -> None:
        if on_span and start < stop:
            on_span(start, stop)

    _mount(
        key=key,
        data=with_token(data),
        on_chosen_change=on_numbers(key, "chosen", count, call=on_choose),
        on_spanned_change=on_numbers(key, "spanned", count, count + 1, call=spanned),
    )
