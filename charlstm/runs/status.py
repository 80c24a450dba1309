"""Where a run stands: what status.json holds, and the names of statuses and phases.

Knows no files, and not whether the process that wrote it lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charlstm.runs.lines import is_amount, is_count, is_number

RUNNING, PAUSED, FINISHED, STOPPED, FAILED = "running", "paused", "finished", "stopped", "failed"
STARTING = "starting"
"""The phase of a run whose process was started and has not learned yet."""

STOPPING = "stopping"
"""The phase of a run that was told to stop and has not ended yet."""

PAUSING = "pausing"
"""The phase of a run that was told to pause and still trains or saves."""

RESUMING = "resuming"
"""The phase of a paused run that was told to go on and has not begun to."""

MEASURING = "measuring"
"""The phase of a run that learns no more and measures its best checkpoint."""

DIVERGED = "diverged"
"""The phase of a run that stopped itself; going on would not mend it."""

ALIVE = (RUNNING, PAUSED)
STATUSES = (RUNNING, PAUSED, FINISHED, STOPPED, FAILED)


@dataclass(frozen=True)
class Status:
    """Where a run stands.

    Attributes:
        status: One of STATUSES.
        reason: Why it stopped or failed, in plain words, or ``""``.
        phase: What a running training is at: ``"starting"``, ``"training"``, ``"measuring"`` …
        step, steps: Steps done, and steps in all.
        epoch, epochs: Whole passes done, and in all.
        seconds: Of training.
        seconds_left: Estimated, or None where unknown.
        characters_per_second: Characters, of a model of words tokens, that the network reads per
            second of training, over the last seconds of training; a line of the history has that of
            its own interval.
        loss: Training loss of late, in nats.
        best_held_out_loss: Lowest held-out window loss in nats, or None.
        best_step: The step of the checkpoint that has it.
        heartbeat: When this was written, in seconds since 1970.
        process: Which one trains it, or is about to; see living.mark_of. ``""`` once it has ended.
    """

    status: str = RUNNING
    reason: str = ""
    phase: str = ""
    step: int = 0
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    characters_per_second: float = 0.0
    loss: float | None = None
    best_held_out_loss: float | None = None
    best_step: int | None = None
    heartbeat: float = 0.0
    process: str = ""


def status_from(values: Mapping[str, Any]) -> Status:
    """Return what status.json holds; what is not known of it is left out.

    Raises:
        ValueError: If it makes no sense.
    """
    known = {key: values[key] for key in Status.__dataclass_fields__ if key in values}
    if known.get("status") not in STATUSES or not all(map(_is_status_value, known.items())):
        raise ValueError("This is no status of a run.")
    return Status(**known)


_STATUS_TEXTS = {"status", "reason", "phase", "process"}
_STATUS_OPTIONAL = {"seconds_left", "loss", "best_held_out_loss", "best_step"}
_STATUS_COUNTS = {"step", "steps", "epoch", "epochs", "best_step"}
# Older versions wrote a little less than no seconds where the last step went beyond the limit.
_STATUS_SIGNED = {"loss", "best_held_out_loss", "seconds_left"}


def _is_status_value(item: tuple[str, Any]) -> bool:
    key, value = item
    if key in _STATUS_TEXTS:
        return isinstance(value, str)
    if value is None:
        return key in _STATUS_OPTIONAL
    if key in _STATUS_COUNTS:
        return is_count(value)
    return is_number(value) if key in _STATUS_SIGNED else is_amount(value)
