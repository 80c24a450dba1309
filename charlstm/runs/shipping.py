"""Making a run small enough to ship with the app.

Knows the run folder and assets/; knows nothing of training.
"""

from __future__ import annotations

import shutil

import numpy as np

from charlstm.errors import RunError
from charlstm.runs.folder import FINISHED, RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import SHIPPED


def ship_run(run: RunFolder, most: int) -> RunFolder:
    """Copy a finished run into assets/runs, weights in float16, without what a resume needs.

    Args:
        run: A finished run.
        most: Keep at most so many checkpoints: those of the first epoch, where most changes, the
            ends of epochs, which have samples, and the best.

    Returns:
        The shipped run.

    Raises:
        RunError: If the run is not finished, keeps a text of its own, or is shipped already.
    """
    if run.status().status != FINISHED:
        raise RunError(f"The run {run.name} has not finished.")
    if run.text() is not None:
        raise RunError(f"The run {run.name} keeps its own text, and texts are not shipped.")
    target = RunFolder(SHIPPED / run.name)
    if target.path.exists():
        raise RunError(f"{target.path} exists already; remove it first.")
    target.path.mkdir(parents=True)
    for name in ("config.json", "history.jsonl", "samples.jsonl", "status.json", "model.keras"):
        shutil.copyfile(run.path / name, target.path / name)
    for step in _worth_keeping(run, most):
        halves = {name: array.astype(np.float16) for name, array in run.weights(step).items()}
        target.write_checkpoint(step, halves)
    return target


def _worth_keeping(run: RunFolder, most: int) -> list[int]:
    steps = run.checkpoints()
    best = best_checkpoint(run)
    ends = sorted({sample["step"] for sample in run.samples()} & set(steps))
    first = [step for step in steps if not ends or step < ends[0]][: most // 2]
    room = max(2, most - len(first) - 1)
    chosen = np.unique(np.linspace(0, len(ends) - 1, min(room, len(ends))).round().astype(int))
    return sorted({best, steps[-1], *first, *(ends[index] for index in chosen)})
