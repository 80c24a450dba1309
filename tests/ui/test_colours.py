"""A temperature has one colour that everyone can tell from its neighbours and from the page."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from charlstm.browser.colours import temperature_colour, temperature_scale


def _luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" as WCAG 2 defines it, from 0 to 1."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_scale_has_a_colour_for_every_hundredth_from_0_to_2() -> None:
    scale = temperature_scale()
    assert len(scale) == 201
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in scale)
    assert scale[137] == temperature_colour(1.37)


def test_temperatures_outside_the_scale_take_the_colour_of_its_ends() -> None:
    assert temperature_colour(-1.0) == temperature_colour(0.0)
    assert temperature_colour(5.0) == temperature_colour(2.0)
    assert temperature_colour(float("inf")) == temperature_colour(2.0)


@pytest.mark.parametrize("background", ["#ffffff", "#14161a"])
def test_every_colour_stands_out_on_white_and_on_near_black(background: str) -> None:
    assert min(_contrast(colour, background) for colour in temperature_scale()) >= 3.0


def test_cold_is_blue_and_hot_is_vermilion_and_neither_is_green() -> None:
    cold, hot = temperature_colour(0.0), temperature_colour(2.0)
    assert int(cold[5:7], 16) > int(cold[1:3], 16) + 100
    assert int(hot[1:3], 16) > int(hot[5:7], 16) + 100
    for colour in temperature_scale():
        red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
        assert green <= max(red, blue)


def test_the_model_s_own_temperature_is_almost_grey() -> None:
    red, green, blue = (int(temperature_colour(1.0)[start : start + 2], 16) for start in (1, 3, 5))
    assert max(red, green, blue) - min(red, green, blue) < 20


def test_hotter_is_never_darker_so_the_order_survives_without_hue() -> None:
    lightness = [_luminance(colour) for colour in temperature_scale()]
    assert all(after >= before - 0.005 for before, after in pairwise(lightness))
    assert lightness[-1] > lightness[100] > lightness[0]


def test_one_drag_step_never_jumps_in_colour() -> None:
    scale = temperature_scale()
    for one, other in pairwise(scale):
        steps = [abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5)]
        assert max(steps) <= 4
