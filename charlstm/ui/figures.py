"""Measured numbers, shares and times as people read them.

Pure text.
"""

from __future__ import annotations

import math

from charlstm.analysis.distribution import power_words, probability_words


def figure(value: float) -> str:
    """Return a measured number for people: three digits that matter, thousands set apart."""
    if math.isinf(value):
        return "infinitely many" if value > 0 else "−∞"
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    if 0 < abs(value) < 0.0001:
        return power_words(value)
    return f"{value:.3g}"


def clock(seconds: float) -> str:
    """Return a time since a start, for people: like duration, but ``0.5 s`` at the very start."""
    return f"{seconds:.1f} s" if seconds < 9.95 else duration(seconds)


def duration(seconds: float) -> str:
    """Return a time for people: ``42 s``, ``3 min 10 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 100:
        return f"{max(whole, 1)} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes < 10 else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def percent(value: float) -> str:
    """Return a percent for people: ``4.2 %``, and ``–`` where there is none."""
    return "–" if math.isnan(value) else probability_words(value)
