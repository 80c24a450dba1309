"""The command that scores a run's cells."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from charlstm.cells.properties import property_of
from charlstm.commands.files import corpus_given, tell_note
from charlstm.commands.output import download_progress, end_progress, escaped, say, tell_progress
from charlstm.data import named
from charlstm.errors import SettingsError
from charlstm.runs.opening import open_model
from charlstm.runs.store import find
from charlstm.sampling.network import use_one_thread

if TYPE_CHECKING:
    from charlstm.cells.scores import CellScores


def cells(arguments: argparse.Namespace) -> None:
    """Score the cells of a run on its held-out text, or on another."""
    from charlstm.cells.kept import keep_scores, reference_in, reference_of
    from charlstm.cells.scores import cell_scores

    if arguments.keep and arguments.corpus:
        raise SettingsError("Only scores on the run's own text are kept; leave out --corpus.")
    run = find(arguments.run)
    config = run.config()
    use_one_thread()
    model = open_model(run, arguments.checkpoint, np.float32)
    if arguments.corpus:
        corpus = corpus_given(arguments.corpus, lowercase=config.settings.lowercase)
        reference = reference_in(corpus, config)
    else:
        if not config.keeps_text:
            named.named_file(config.corpus, download_progress)  # a command may download
        reference = reference_of(run)
        tell_note(config.note)
    what, reading = reference.what, model.read(reference.text)
    scores = cell_scores(model, reference.text, progress=_progress)
    end_progress()
    if arguments.keep:
        keep_scores(run, model.step, scores, what)
    if arguments.json:
        _say_all(scores, what, reading.dropped_count)
        return
    counted = f" ({reading.counted})" if reading.dropped else ""
    print(
        f"{escaped(what)}{counted}: chosen on {scores.chosen_on:,} characters, scored on the"
        f" {scores.scored_on:,} after them"
    )
    for name, rows in scores.best.groupby("property", sort=False):
        each = property_of(str(name))
        found = ", ".join(_words(row) for row in rows.to_dict("records"))
        (together,) = scores.together[scores.together["property"] == name]["score"]
        measure = "rho" if each.is_position else "AUC"
        print(f"{each.label:<25}{measure} {found}; all together {together:.3f}")
    for name in scores.absent:
        print(f"{property_of(name).label:<25}not in this text")


def _say_all(scores: CellScores, what: str, dropped_count: int) -> None:
    from charlstm.cells.kept import as_dict

    kept = as_dict(scores)
    for name in [*dict.fromkeys(scores.best["property"]), *scores.absent]:
        together = [row for row in kept["together"] if row["property"] == name]
        rows = [row for row in kept["best"] if row["property"] == name]
        say(
            {
                "property": name,
                "measure": "spearman" if property_of(name).is_position else "auc",
                "text": what,
                "dropped_count": dropped_count,
                "chosen_on": scores.chosen_on,
                "scored_on": scores.scored_on,
                "together": {k: v for row in together for k, v in row.items() if k != "property"},
                "cells": [{k: v for k, v in row.items() if k != "property"} for row in rows],
            }
        )


def _words(row: dict[Any, Any]) -> str:
    sign = "" if row["sign"] > 0 else "−"
    return (
        f"{row['score']:.3f} ({row['low']:.3f}–{row['high']:.3f}) by"
        f" {sign}{row['state']}[{row['layer']}, {row['cell']}]"
    )


def _progress(done: int, total: int) -> None:
    tell_progress(f"cells: {done / max(total, 1):.0%}")
