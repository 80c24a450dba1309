"""The command that lists runs: a table for people, a JSON object per run for programs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from charlstm.commands.output import escaped, say, tell
from charlstm.commands.reading import of_words
from charlstm.data.words import UNITS
from charlstm.engine.process import live_status
from charlstm.errors import RunError
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import all_runs

_HEADS = ("run", "status", "recipe", "level", "corpus", "epochs", "held-out window loss, nats")
_EPOCHS = _HEADS.index("epochs")
"""The one column of numbers that stand below one another."""


def runs(arguments: argparse.Namespace) -> None:
    """List all runs; a damaged one is named on standard error and the others are listed."""
    table = []
    for run in all_runs():
        try:
            row = _row(run)
            if arguments.json:
                say(row)
            else:
                table.append(_cells(run, row))
        except RunError as error:
            tell(f"charlstm: {error}")
    if table:
        _print([_HEADS, *table])


def _row(run: RunFolder) -> dict[str, Any]:
    config, status = run.config(), live_status(run)
    best = status.best_held_out_loss
    row = {
        "run": run.name,
        "status": status.status,
        "recipe": config.settings.recipe,
        "corpus": config.corpus,
        "epochs": status.epoch,
        "best_held_out_loss": best,
    }
    return row | of_words(config, best)


def _cells(run: RunFolder, row: dict[str, Any]) -> tuple[str, ...]:
    """Return a run's row of the table."""
    level, loss = run.config().settings.level, row["best_held_out_loss"]
    # Of words the loss is that of a token: beside the losses of characters it looks like another.
    shown = "–" if loss is None else f"{loss:.3f} per {UNITS[level]}"
    epochs = str(row["epochs"])
    if row["epochs"] == 0 and (history := run.history()):
        epochs = f"{history[-1]['epoch']:.1f}"
    cells = (run.name, row["status"], row["recipe"], level, row["corpus"], epochs, shown)
    return tuple(map(escaped, cells))


def _print(table: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [
            cell.rjust(width) if number == _EPOCHS else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())
