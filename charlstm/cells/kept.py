"""Scores kept in a run's folder.

Knows the folder's files; scores nothing. A file cells/step-000123.json holds figures only, no text.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from charlstm.cells.lstm import STATES
from charlstm.cells.properties import PROPERTIES
from charlstm.cells.scores import BEST_COLUMNS, CELL_COLUMNS, TOGETHER_COLUMNS, CellScores
from charlstm.errors import NewerFormat, RunError, disk_errors, refuse_newer
from charlstm.runs.folder import RunFolder
from charlstm.runs.publish import publish_json

FORMAT = 1


def keep_scores(run: RunFolder, step: int, scores: CellScores, what: str) -> None:
    """Write scores beside a checkpoint, so that they need not be measured again.

    Raises:
        DiskError: If the disk is full or the folder not writable.
    """
    path = run.path / _name(step)
    with disk_errors(path.parent):
        path.parent.mkdir(exist_ok=True)
        publish_json(path, as_dict(scores) | {"what": what})


def kept_scores(run: RunFolder, step: int) -> tuple[CellScores, str] | None:
    """Return scores that were kept and what text they are from, or None if there are none.

    Raises:
        RunError: If the file is damaged.
    """
    path = run.path / _name(step)
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_bytes())
        refuse_newer(f"In the run {run.name}, {_name(step)}", values["format"], FORMAT)
        return from_dict(values), str(values["what"])
    except NewerFormat:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"In the run {run.name}, the file {_name(step)} is damaged.") from error


def as_dict(scores: CellScores) -> dict[str, Any]:
    """Return scores as JSON can hold them, figures to six digits."""
    return {
        "format": FORMAT,
        "chosen_on": scores.chosen_on,
        "scored_on": scores.scored_on,
        "absent": list(scores.absent),
        "best": [_rounded(row) for row in scores.best.to_dict("records")],
        "cells": [_rounded(row) for row in scores.cells.to_dict("records")],
        "together": [_rounded(row) for row in scores.together.to_dict("records")],
    }


def from_dict(values: dict[str, Any]) -> CellScores:
    """Return the scores of :func:`as_dict`.

    Raises:
        ValueError, KeyError, TypeError: If the values are not such.
    """
    known = {each.name for each in PROPERTIES}
    tables = []
    for key, columns in _TABLES.items():
        rows = [
            {column: _checked(column, row[column]) for column in columns} for row in values[key]
        ]
        if any(row["property"] not in known or row.get("state", "c") not in STATES for row in rows):
            raise ValueError("There is a property or a state that is not known.")
        tables.append(pd.DataFrame(rows, columns=list(columns)))
    absent = tuple(str(name) for name in values["absent"])
    best, cells, together = tables
    halves = int(values["chosen_on"]), int(values["scored_on"])
    return CellScores(best, cells, together, *halves, absent)


_TABLES = {"best": BEST_COLUMNS, "cells": CELL_COLUMNS, "together": TOGETHER_COLUMNS}
_WORDS = {"property", "state"}
_WHOLE = {"place", "layer", "cell", "sign", "occurrences"}


def _checked(column: str, value: Any) -> Any:
    if column in _WORDS:
        return str(value)
    if column in _WHOLE:
        return int(value)
    return math.nan if value is None else float(value)


def _rounded(row: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, value in row.items():
        is_real = isinstance(value, float)
        if is_real and math.isnan(value):
            found[column] = None
        else:
            found[column] = round(value, 6) if is_real else value
    return found


def _name(step: int) -> str:
    return f"cells/step-{step:06d}.json"
