"""What makes sense as a line of a run's history or samples, and as a number.

Knows values that JSON gave; knows no files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby
from typing import Any


def is_number(value: Any) -> bool:
    """Return whether a value of a JSON file is a finite number; true and false are none."""
    try:
        return (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        )
    except OverflowError:
        return False


def is_amount(value: Any) -> bool:
    """Return whether this is a number from 0 upwards."""
    return is_number(value) and value >= 0


def is_count(value: Any) -> bool:
    """Return whether this is a whole number from 0 upwards."""
    return isinstance(value, int) and is_amount(value)


def is_history(line: Any) -> bool:
    """Return whether this is a line of history.jsonl, with its losses or null."""
    return (
        isinstance(line, dict)
        and is_count(line.get("step"))
        and is_amount(line.get("epoch"))
        and is_amount(line.get("seconds"))
        and all(
            key in line and (line[key] is None or is_number(line[key]))
            for key in ("loss", "held_out_loss")
        )
    )


def is_sample(line: Any) -> bool:
    """Return whether this is a line of samples.jsonl."""
    return (
        isinstance(line, dict)
        and is_count(line.get("step"))
        and is_count(line.get("epoch"))
        and is_amount(line.get("temperature"))
        and isinstance(line.get("prompt"), str)
        and isinstance(line.get("text"), str)
    )


def by_moment(samples: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return lines of samples.jsonl by when they were written, oldest first.

    Those at the end of an epoch are under its number, such as ``"3"``; those within one, which come
    after its number has been used, or is 0, are under their step, such as ``"step 1234"``.
    """
    found = dict[str, list[dict[str, Any]]]()
    for (epoch, step), lines in groupby(samples, lambda line: (line["epoch"], line["step"])):
        within = epoch < 1 or str(epoch) in found
        found[f"step {step}" if within else str(epoch)] = list(lines)
    return found
