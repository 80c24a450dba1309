"""Making a run small enough to ship with the app.

Knows the run folder and assets/; knows nothing of training.
"""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError, SettingsError
from charlstm.runs.folder import FINISHED, RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.sources import ensure_fingerprint
from charlstm.runs.store import SHIPPED


def ship_run(run: RunFolder, most: int) -> RunFolder:
    """Copy a finished run into assets/runs, weights in float16, without what a resume needs.

    The fingerprint of its text goes to assets/fingerprints, unless it is there.
    A weight that float16 cannot hold stays as it is.

    Args:
        run: A finished run.
        most: Keep at most so many checkpoints: those of the first epoch, where most changes, the
            ends of epochs, which have samples, and the best; of the others those for which there
            is room.

    Returns:
        The shipped run.

    Raises:
        RunError: If the run is not finished, keeps a text of its own, or is shipped already.
        CharlstmError: If its text is not to be had for the fingerprint.
    """
    if run.status().status != FINISHED:
        raise RunError(f"The run {run.name} has not finished.")
    if most < 2:
        raise SettingsError(f"At least 2 checkpoints are kept, not {most}.")
    if run.config().keeps_text:
        raise RunError(f"The run {run.name} keeps its own text, and texts are not shipped.")
    target = RunFolder(SHIPPED / run.name)
    if target.path.exists():
        raise RunError(f"{target.path} exists already; remove it first.")
    ensure_fingerprint(run)
    target.path.mkdir(parents=True)
    target.write_config(run.config())
    for name in ("history.jsonl", "samples.jsonl", "status.json", "model.keras"):
        if (run.path / name).exists():
            shutil.copyfile(run.path / name, target.path / name)
    for step in _worth_keeping(run, most):
        small = {name: _halved(array) for name, array in run.weights(step).items()}
        target.write_checkpoint(step, small)
    return target


def _halved(weight: NDArray[Any]) -> NDArray[Any]:
    """Return a weight in half precision; as it is where that would make a number infinite.

    Half precision ends at 65,504, and the weights of a training that diverged do not.
    """
    with np.errstate(over="ignore"):
        half = weight.astype(np.float16)
    return half if (np.isfinite(half) == np.isfinite(weight)).all() else weight


def _worth_keeping(run: RunFolder, most: int) -> list[int]:
    steps = run.checkpoints()
    must = {best_checkpoint(run), steps[-1]}
    ends = sorted({sample["step"] for sample in run.samples()} & set(steps))
    first = [step for step in steps if not ends or step < ends[0]]
    chosen = set(_spread(first, min(most // 2, most - len(must)))) | must
    chosen |= set(_spread(ends, most - len(chosen)))
    others = [step for step in steps if step not in chosen]
    return sorted(chosen | set(_spread(others, most - len(chosen))))


def _spread(steps: list[int], count: int) -> list[int]:
    """Return at most ``count`` of the steps, evenly spread."""
    if count < 1 or not steps:
        return []
    places = np.linspace(0, len(steps) - 1, min(count, len(steps))).round().astype(int)
    return [steps[place] for place in np.unique(places)]
