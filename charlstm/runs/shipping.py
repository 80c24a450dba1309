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
        most: Keep at most so many checkpoints: the first, the best, the last, and those between
            whose times of training are spread best, dense at the start where most changes.

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
    steps = run.checkpoints()
    places = np.unique(np.geomspace(1, len(steps), most).round().astype(int)) - 1
    missing = [place for place in range(len(steps)) if place not in places]
    spread = {*places.tolist(), *missing[:: max(1, -(-len(missing) // max(1, most - len(places))))]}
    for step in {*(steps[place] for place in spread), best_checkpoint(run)}:
        halves = {name: array.astype(np.float16) for name, array in run.weights(step).items()}
        target.write_checkpoint(step, halves)
    return target
