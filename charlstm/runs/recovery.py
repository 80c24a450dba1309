"""What is intact of a run whose training was cut off, by a kill or a power cut.

Knows the run folder; knows nothing of networks. What is damaged is removed, because a resume writes
it anew.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from charlstm.errors import RunError
from charlstm.runs.folder import HISTORY, RESUME, RESUME_BEFORE, RunFolder

_FIRST = 1
"""The step of the first checkpoint; a run may end before there is more than that."""


@dataclass(frozen=True)
class Intact:
    """Where a training can go on.

    Attributes:
        arrays: Of resume.npz, or of the one before it, or None if neither can be read.
        weights: Of the newest checkpoint, where ``arrays`` is None and there is a checkpoint.
        step: Steps done.
        seconds: Of training, as far as is known.
        message: What was lost, in a sentence or two, or ``""``.
    """

    arrays: dict[str, NDArray[Any]] | None = None
    weights: dict[str, NDArray[Any]] | None = None
    step: int = 0
    seconds: float = 0.0
    message: str = ""


def recover(run: RunFolder) -> Intact:
    """Return what of a run a training can go on from; remove what is damaged.

    Raises:
        RunError: If resume.npz can be read and does not say where it stands.
    """
    run.sweep_leftovers()
    best = run.lost_best()
    steps = [*([] if best is None else [best]), *run.remove_damaged_checkpoints()]
    lost = [f"checkpoint {step:,}" for step in steps]
    for name in (RESUME, RESUME_BEFORE):
        try:
            arrays = run.resume(name)
        except RunError:
            run.remove_resume(name)
            lost.append(name)
            continue
        if arrays is None:
            if name == RESUME and run.has_resume_before:
                lost.append(name)
            continue
        try:
            step, seconds = int(arrays["progress/step"]), float(arrays["progress/seconds"])
        except (KeyError, ValueError, TypeError) as error:
            raise RunError(f"In the run {run.name}, {name} does not fit its network.") from error
        what = f"went on from step {step:,}"
        lost += _lost_lines(run, step)
        return Intact(arrays, step=step, seconds=seconds, message=_message(lost, what))
    steps = run.checkpoints()
    if RESUME not in lost and max(_stated_step(run), *steps[-1:], 0) > _FIRST:
        lost.append(RESUME)
    if not steps or RESUME not in lost:
        return Intact(message=_message(lost, "started anew"))
    lost += _lost_lines(run, steps[-1])
    what = f"went on with the weights of step {steps[-1]:,}, its optimizer anew"
    seconds = _seconds_at(run, steps[-1])
    return Intact(None, run.weights(steps[-1]), steps[-1], seconds, _message(lost, what))


def _message(lost: list[str], what: str) -> str:
    if not lost:
        return ""
    were = "was" if len(lost) == 1 else "were"
    listed = " and ".join(filter(None, [", ".join(lost[:-1]), lost[-1]]))
    return f"Damaged or missing, as after a power cut, {were} {listed}; the run {what}."


def _lost_lines(run: RunFolder, step: int) -> list[str]:
    """Return the history's file if it does not tell of a step, at which it had a line."""
    with contextlib.suppress(RunError):
        if step == 0 or any(line["step"] >= step for line in run.history()):
            return []
    return [HISTORY]


def _stated_step(run: RunFolder) -> int:
    """Return how many steps were done by the status, 0 where it cannot be read."""
    with contextlib.suppress(RunError):
        return int(run.status().step)
    return 0


def _seconds_at(run: RunFolder, step: int) -> float:
    """Return the seconds of training at a step, as the history tells."""
    with contextlib.suppress(RunError):
        return max((line["seconds"] for line in run.history() if line["step"] <= step), default=0.0)
    return 0.0
