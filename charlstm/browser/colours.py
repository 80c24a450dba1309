"""The colours of a temperature and of what charts and texts show, the same everywhere."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

# Okabe & Ito's palette (2008): people with any colour vision can tell its colours apart.
BLUE, VERMILION, GREEN = "#0072b2", "#d55e00", "#009e73"
PURPLE, ORANGE, SKY_BLUE = "#cc79a7", "#e69f00", "#56b4e9"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY_BLUE)
"""In the order in which lines, points and bars use them."""

TRAINING, HELD_OUT = "#56a0d3", VERMILION
GREY = "#808080"
"""Between black and white, readable on either."""

INVENTED = "#b8478f"
"""The colour of the wavy line under an invented word."""

# The one colour of a temperature: blue is cold, grey is the model's own T = 1, vermilion is hot.
# Blue and vermilion stay apart for every kind of colour blindness, and lightness rises with the
# temperature, so the order survives in greyscale too. The steps lie on two straight lines in OKLab
# through the grey, their saturation growing as |T - 1|^0.7: near 1 the eye needs larger steps.
# Every colour has a contrast of 3.4 or more on white and on #14161a.
_STEPS: tuple[tuple[float, str], ...] = (
    (0.0, "#1a6acb"),
    (0.2, "#326fc0"),
    (0.5, "#4d75ad"),
    (0.8, "#6a7b95"),
    (1.0, "#867f78"),
    (1.2, "#a87963"),
    (1.5, "#c5714c"),
    (2.0, "#e8601c"),
)


def temperature_colour(temperature: float) -> str:
    """Return the colour of a temperature as ``#rrggbb``; below 0 it is that of 0, above 2 of 2."""
    clamped = min(max(temperature, _STEPS[0][0]), _STEPS[-1][0])
    upper = min(bisect_right(_STEPS, clamped, key=lambda step: step[0]), len(_STEPS) - 1)
    (cold, start), (hot, end) = _STEPS[upper - 1], _STEPS[upper]
    fraction = (clamped - cold) / (hot - cold)
    channels = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * fraction):02x}" for a, b in channels)


@cache
def temperature_scale() -> list[str]:
    """Return the 201 colours of the temperatures 0.00, 0.01, …, 2.00."""
    return [temperature_colour(step / 100) for step in range(201)]


def _channels(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])
