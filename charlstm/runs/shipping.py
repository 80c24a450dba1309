"""Making a run small enough to ship with the app.

Knows the run folder and assets/; knows nothing of training.
"""

from __future__ import annotations

import shutil

import numpy as np

from charlstm.errors import RunError, SettingsError
from charlstm.runs.folder import HISTORY, SAMPLES, RunFolder
from charlstm.runs.keras_file import halved, shrink
from charlstm.runs.lines import by_moment
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.publish import publish_lines
from charlstm.runs.sources import ensure_fingerprint
from charlstm.runs.status import FINISHED
from charlstm.runs.store import SHIPPED

MOST_LINES = 1000
"""Lines of a history that are shipped; a curve on a page has fewer points."""

MOST_EPOCHS = 30
"""Epochs whose samples are shipped, besides those of checkpoints."""


def ship_run(run: RunFolder, most: int) -> RunFolder:
    """Copy a finished run into assets/runs, weights in float16, without what a resume needs.

    The fingerprint of its text goes to assets/fingerprints, unless it is there.
    A weight that float16 cannot hold stays as it is.

    Args:
        run: A finished run.
        most: Keep at most so many checkpoints. One is the best; of more, those of the first epoch,
            where most changes, the ends of epochs, which have samples, and the last; of the others
            those for which there is room.

    Returns:
        The shipped run.

    Raises:
        RunError: If the run is not finished, keeps a text of its own, or is shipped already.
        CharlstmError: If its text is not to be had for the fingerprint.
    """
    if run.status().status != FINISHED:
        raise RunError(f"The run {run.name} has not finished.")
    if most < 1:
        raise SettingsError(f"At least 1 checkpoint is kept, not {most}.")
    if run.config().keeps_text:
        raise RunError(f"The run {run.name} keeps its own text, and texts are not shipped.")
    target = RunFolder(SHIPPED / run.name)
    if target.path.exists():
        raise RunError(f"{target.path} exists already; remove it first.")
    exported = run.path / "model.keras"
    for_keras = shrink(exported.read_bytes()) if exported.exists() else None
    ensure_fingerprint(run)
    target.path.mkdir(parents=True)
    target.write_config(run.config())
    shutil.copyfile(run.path / "status.json", target.path / "status.json")
    if for_keras is not None:
        (target.path / exported.name).write_bytes(for_keras)
    kept = _worth_keeping(run, most)
    for step in kept:
        small = {name: halved(array) for name, array in run.weights(step).items()}
        target.write_checkpoint(step, small)
    _write_lines(run, target, kept)
    return target


def _write_lines(run: RunFolder, target: RunFolder, kept: list[int]) -> None:
    """Copy the history and the samples of a run; of a long one some lines, evenly spread."""
    history = run.history()
    of_kept = [line["step"] for line in history if line["step"] in kept]
    steps = {*of_kept, *_spread([line["step"] for line in history], MOST_LINES - len(of_kept))}
    publish_lines(target.path / HISTORY, [line for line in history if line["step"] in steps])
    samples = run.samples()
    written = {sample["step"] for sample in samples} & set(kept)
    written |= set(_spread(_ends_of_epochs(run), MOST_EPOCHS - len(written)))
    publish_lines(target.path / SAMPLES, [line for line in samples if line["step"] in written])


def _worth_keeping(run: RunFolder, most: int) -> list[int]:
    steps = run.checkpoints()
    if most == 1:
        return [best_checkpoint(run)]
    must = {best_checkpoint(run), steps[-1]}
    ends = [step for step in _ends_of_epochs(run) if step in steps]
    first = [step for step in steps if not ends or step < ends[0]]
    chosen = set(_spread(first, min(most // 2, most - len(must)))) | must
    chosen |= set(_spread(ends, most - len(chosen)))
    others = [step for step in steps if step not in chosen]
    return sorted(chosen | set(_spread(others, most - len(chosen))))


def _ends_of_epochs(run: RunFolder) -> list[int]:
    """Return the steps at which an epoch ended and samples were written."""
    moments = by_moment(run.samples())
    return [lines[0]["step"] for name, lines in moments.items() if name.isdecimal()]


def _spread(steps: list[int], count: int) -> list[int]:
    """Return at most ``count`` of the steps, evenly spread."""
    if count < 1 or not steps:
        return []
    places = np.linspace(0, len(steps) - 1, min(count, len(steps))).round().astype(int)
    return [steps[place] for place in np.unique(places)]
