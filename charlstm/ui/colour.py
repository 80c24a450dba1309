"""The one colour of a temperature: blue is cold, grey is the model's own T = 1, vermilion is hot.

Knows numbers and hex colours; knows nothing of charts, themes or pages.
"""

from __future__ import annotations

from bisect import bisect_right

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
    """Return the colour of a temperature.

    Args:
        temperature: Any number; below 0 counts as 0, above 2 as 2.

    Returns:
        A colour as "#rrggbb", in lower case.
    """
    clamped = min(max(temperature, _STEPS[0][0]), _STEPS[-1][0])
    upper = min(bisect_right(_STEPS, clamped, key=lambda step: step[0]), len(_STEPS) - 1)
    (cold, start), (hot, end) = _STEPS[upper - 1], _STEPS[upper]
    fraction = (clamped - cold) / (hot - cold)
    channels = zip(_channels(start), _channels(end), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * fraction):02x}" for a, b in channels)


def temperature_scale() -> list[str]:
    """Return the 201 colours of the temperatures 0.00, 0.01, …, 2.00."""
    return [temperature_colour(step / 100) for step in range(201)]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
