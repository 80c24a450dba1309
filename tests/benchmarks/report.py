"""Rows of figures with their spread, and the ratio of pairs that were measured in turn."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def row(name: str, values: Sequence[float], unit: str) -> None:
    """Print the median and the range of repeated measurements."""
    low, middle, high = min(values), median(values), max(values)
    print(f"{name:<52}{middle:>12,.1f} {unit:<14} ({low:,.1f} to {high:,.1f}, n = {len(values)})")


def ratio(name: str, ours: Sequence[float], peers: Sequence[float]) -> None:
    """Print ours over the peer's, pair by pair."""
    row(name, [a / b for a, b in zip(ours, peers, strict=True)], "times")
