"""Scores kept in a run's folder.

Knows the folder's files; scores nothing. A file cells/step-000123.json holds figures only, no text.

The text that a run's cells are scored on and searched in: which part of it, and whose it is.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from charlstm.cells.properties import PROPERTIES
from charlstm.cells.scores import BEST_COLUMNS, CELL_COLUMNS, TOGETHER_COLUMNS, CellScores
from charlstm.cells.states import STATES
from charlstm.data import named
from charlstm.data.corpus import Learnable, part
from charlstm.errors import CharlstmError, NewerFormat, RunError, disk_errors, refuse_newer
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import text_to_learn
from charlstm.runs.publish import publish_json

if TYPE_CHECKING:
    pass

MOST_CHARACTERS = 60_000
_MOST_STATES = 30_000_000
"""Numbers that the states of a text may be: in float32, 120 MB."""


@dataclass(frozen=True)
class Reference:
    """A text for a run's cells.

    Attributes:
        text: As the network sees it.
        what: Where it is from, a phrase for people.
    """

    text: str
    what: str


def reference_of(run: RunFolder) -> Reference:
    """Return the held-out text of a run; where nothing is held out, the end of what it learned.

    Raises:
        RunError: If the text is not on this machine, or no longer the one that was learned.
    """
    reference_words(run)
    try:
        return reference_in(text_to_learn(run), run.config())
    except RunError:
        raise
    except CharlstmError as error:
        raise RunError(str(error)) from error


def reference_words(run: RunFolder) -> str:
    """Return where the reference of a run is from, without reading it.

    Raises:
        RunError: If the text is not on this machine.
    """
    config = run.config()
    if not config.keeps_text and not named.is_at_hand(config.corpus):
        raise RunError(
            f"The text of the run {run.name}, {config.corpus}, is not on this machine, so its cells"
            " cannot be scored here."
        )
    return _own_part(config)[2]


def reference_in(corpus: Learnable, config: RunConfig) -> Reference:
    """Return the part of any text that a run's cells are scored on.

    Of the text that the run learned it is what was held out, of another text its beginning.

    Args:
        corpus: The text, as the network sees it.
        config: Of the run.
    """
    if corpus.sha256 == config.sha256:
        start, stop, what = _own_part(config)
    else:
        start, stop = 0, min(len(corpus), most_characters(_cells(config)))
        what = f"the first {stop:,} characters of {corpus.name}"
    return Reference(part(corpus.pieces(), start, stop), what)


def most_characters(cells: int) -> int:
    """Return how long a text can be whose states, of so many cells, are held at once."""
    return min(MOST_CHARACTERS, _MOST_STATES // (len(STATES) * cells))


def _own_part(config: RunConfig) -> tuple[int, int, str]:
    """Return from where to where the own text of a run is its reference, and how that is said."""
    most, name = most_characters(_cells(config)), config.corpus
    start = config.training_length
    if start < config.length:
        stop = min(start + most, config.length)
        return start, stop, f"{stop - start:,} held-out characters of {name}"
    count = min(most, config.length // 10)
    what = f"the last {count:,} characters of {name}, which it learned"
    return config.length - count, config.length, what


def _cells(config: RunConfig) -> int:
    return config.settings.layers * config.settings.units


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
    import pandas as pd

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
_WHOLE = {"rank", "layer", "cell", "sign", "occurrences"}


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
