"""Absurd values for an address, each under a name."""

from __future__ import annotations

HOSTILE = "<script>alert(1)</script> **bold** _it_ `c` $x^2$ [a](b) :red[r] # h"
ABSURD = {
    "infinite": "inf",
    "no number": "nan",
    "negative": "-1",
    "beyond floats": "1e999",
    "a half": "0.5000001",
    "a path": "../../etc/passwd",
    "a script": "<script>alert(1)</script>",
    "markup": HOSTILE,
    "long": "x" * 5_000,
    "very long": "x" * 100_000,
    "many digits": "9" * 5000,
    "nul": "\0",
    "emoji": "🦊👩‍👩‍👧",
    "commas": ",,;;..",
    "dashes": "-,1-,-1;1.",
    "other digits": "٣",
}
