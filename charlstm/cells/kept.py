"""The text on which a run's cells are scored, and scores that are kept in the run's folder.

A file cells/step-000123.json holds figures only, no text.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pandas as pd

from charlstm.cells.properties import PROPERTIES
from charlstm.cells.scores import BEST_COLUMNS, CELL_COLUMNS, TOGETHER_COLUMNS, CellScores
from charlstm.cells.states import STATES
from charlstm.data import named
from charlstm.data.corpus import Learnable, part
from charlstm.errors import NewerFormat, RunError, disk_errors, refuse_newer
from charlstm.runs.config import RunConfig
from charlstm.runs.files import publish_json
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import text_to_learn

MOST_CHARACTERS = 60_000
_MOST_STATES = 30_000_000
"""The most states of a text in memory at once; in float32 they take 120 MB."""

FORMAT = 1
_TABLES = {"best": BEST_COLUMNS, "cells": CELL_COLUMNS, "together": TOGETHER_COLUMNS}
_KINDS = {"property": str, "state": str} | dict.fromkeys(
    ("rank", "layer", "cell", "sign", "occurrences"), int
)
"""The types of the columns that do not hold floats."""


class Reference(NamedTuple):
    """A text for a run's cells, as the network sees it, and a phrase that names its source."""

    text: str
    what: str


def reference_of(run: RunFolder) -> Reference:
    """Return the held-out text of a run or, if there is none, the end of its training text.

    Raises a CharlstmError if the text is not on this machine, or not the one that was learned.
    """
    reference_words(run)
    return reference_in(text_to_learn(run), run.config())


def reference_words(run: RunFolder) -> str:
    """Return the source of a run's reference, without reading it.

    Raises a RunError if the text is not on this machine.
    """
    config = run.config()
    if not config.keeps_text and not named.is_at_hand(config.corpus):
        raise RunError(f"The text of the run {run.name}, {config.corpus}, is not on this machine.")
    return _own_part(config)[2]


def reference_in(corpus: Learnable, config: RunConfig) -> Reference:
    """Return the part of a text on which a run's cells are scored.

    It is the held-out part of the run's own text, or the beginning of any other text.
    """
    if corpus.sha256 == config.sha256:
        start, stop, what = _own_part(config)
    else:
        start, stop = 0, min(len(corpus), _most(config))
        what = f"the first {stop:,} characters of {corpus.name}"
    return Reference(part(corpus.pieces(), start, stop), what)


def most_characters(cells: int) -> int:
    """Return how long a text can be if the states of so many cells are in memory at once."""
    return min(MOST_CHARACTERS, _MOST_STATES // (len(STATES) * cells))


def _most(config: RunConfig) -> int:
    return most_characters(config.settings.layers * config.settings.units)


def _own_part(config: RunConfig) -> tuple[int, int, str]:
    """Return the start, the stop and the name of the reference in a run's own text."""
    most, name, length = _most(config), config.corpus, config.length
    start = config.training_length
    if start < length:
        stop = min(start + most, length)
        return start, stop, f"{stop - start:,} held-out characters of {name}"
    start = length - min(most, length // 10)
    return start, length, f"the last {length - start:,} characters of {name}, which it learned"


def keep_scores(run: RunFolder, step: int, scores: CellScores, what: str) -> None:
    """Write the scores of a checkpoint and the name of their text; may raise a DiskError."""
    path = run.path / _name(step)
    with disk_errors(path.parent):
        path.parent.mkdir(exist_ok=True)
        publish_json(path, as_dict(scores) | {"what": what})


def kept_scores(run: RunFolder, step: int) -> tuple[CellScores, str] | None:
    """Return kept scores and the name of their text, or None if there are none.

    Raises a RunError if the file is damaged.
    """
    path = run.path / _name(step)
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_bytes())
        refuse_newer(f"In the run {run.name}, {_name(step)}", values["format"], FORMAT)
        best, cells, together = (_table(values[name], names) for name, names in _TABLES.items())
        halves = int(values["chosen_on"]), int(values["scored_on"])
        absent = tuple(map(str, values["absent"]))
        return CellScores(best, cells, together, *halves, absent), str(values["what"])
    except NewerFormat:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RunError(f"In the run {run.name}, the file {_name(step)} is damaged.") from error


def as_dict(scores: CellScores) -> dict[str, Any]:
    """Return scores for JSON: figures to six digits, None for those that do not exist."""
    values = {"format": FORMAT, **scores.__dict__, "absent": list(scores.absent)}
    for name in _TABLES:
        table = values[name].round(6)
        values[name] = table.astype(object).where(table.notna(), None).to_dict("records")
    return values


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    found = pd.DataFrame([[row[name] for name in columns] for row in rows], columns=list(columns))
    found = found.astype({name: _KINDS.get(name, float) for name in columns})
    known = {each.name for each in PROPERTIES}
    if not found["property"].isin(known).all() or not set(found.get("state", ())) <= set(STATES):
        raise ValueError("There is a property or a state that is not known.")
    return found


def _name(step: int) -> str:
    return f"cells/step-{step:06d}.json"
