"""Computing an atlas in a process of its own: starting it, its progress, stopping it.

Beside a kept atlas there are ``KEY.status`` (its progress), ``KEY.lock`` (held by the process that
computes it), ``KEY.stop`` (asks that process to end) and ``KEY.log``. An atlas is being computed
while its lock is held or the process in its status lives; two requests for the same atlas share one
computation.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from charlstm.analysis.loss import Progress as Report
from charlstm.engine.atlases import Request, keep, kept, make_room, request_for
from charlstm.engine.process import is_locked
from charlstm.engine.standby import launch
from charlstm.errors import CharlstmError, RunError, disk_errors
from charlstm.exploring.atlas import Atlas, atlas_of
from charlstm.runs.config import lives, mark_of, own_mark
from charlstm.runs.files import publish_or_overwrite
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import open_model, source_of
from charlstm.runs.store import DEFAULT_RUN, home

if TYPE_CHECKING:
    import pandas as pd

COMPUTING, FAILED, STOPPED, ABSENT = "computing", "failed", "stopped", "absent"

MOST_AT_A_TIME = 2
"""Atlases that are computed at the same time; the next one waits."""

_PUBLISH_SECONDS = 0.2


@dataclass(frozen=True)
class AtlasStatus:
    """How far the computation of an atlas is.

    Attributes:
        state: COMPUTING, FAILED, STOPPED, or ABSENT if it was never asked for.
        done, length: Characters written at every temperature, and their total.
        reason: Why it failed, or ``""``.
    """

    state: str
    done: int = 0
    length: int = 0
    reason: str = ""


def atlas(
    run: str | RunFolder = DEFAULT_RUN,
    checkpoint: int | None = None,
    *,
    prompt: str,
    length: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the temperature atlas of a run: 41 texts from T = 0 to 2 and their figures.

    It is computed in this process and not kept. ``charlstm.exploring.atlas.atlas_of`` explains the
    columns.

    Args:
        run: Its name or folder; the shipped ``tbptt`` run by default.
        checkpoint: A step that has one; by default the best.
        prompt: What the texts continue.
        length: Characters at each temperature; by default 4,000, and 1,000 for a ``book`` run.
        seed: Of the uniforms, which all temperatures share.

    Raises:
        RunError: If there is no such run or checkpoint, or a file is damaged.
    """
    request = request_for(run, checkpoint, prompt=prompt, length=length, seed=seed)
    return _made(request, None).table


def computed(request: Request, report: Report | None = None) -> Atlas:
    """Return the kept atlas, or compute and keep it; wait if another process computes the same."""
    path = request.path
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            with contextlib.suppress(RunError):  # a damaged one is replaced
                if atlas := kept(request):
                    return atlas
            return _computed(request, report)


def progress_of(request: Request) -> AtlasStatus:
    """Return how far the computation of an atlas is, and check that its process lives."""
    path = request.path
    try:
        values = json.loads(path.with_suffix(".status").read_bytes())
        known = AtlasStatus(
            str(values["state"]),
            int(values["done"]),
            int(values["length"]),
            str(values["reason"]),
        )
        process = str(values.get("process", ""))
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return AtlasStatus(COMPUTING if is_locked(path.with_suffix(".lock")) else ABSENT)
    if known.state != COMPUTING or is_locked(path.with_suffix(".lock")) or lives(process):
        return known
    return AtlasStatus(FAILED, reason="The process that computed this atlas crashed.")


def start(request: Request) -> bool:
    """Compute an atlas in a process of its own; return False if too many are being computed."""
    if progress_of(request).state == COMPUTING:
        return True
    if all(is_locked(slot) for slot in _slots()):
        return False
    path = request.path
    words = ["--run", request.run.name, "--checkpoint", str(request.step)]
    words += [f"--prompt={request.prompt}"]
    words += ["--length", str(request.length), "--seed", str(request.seed)]
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        make_room(path.parent)
        path.with_suffix(".stop").unlink(missing_ok=True)
        # The process waits for its lock until its status is published.
        try:
            with (
                FileLock(path.with_suffix(".lock"), timeout=0),
                path.with_suffix(".log").open("wb") as log,
            ):
                launched = launch(["atlas", *words], log)
                _publish(path, AtlasStatus(COMPUTING, 0, request.length), mark_of(launched.pid))
        except Timeout:
            return True  # another process has begun to compute it meanwhile
    return True


def stop(request: Request) -> None:
    """Ask the process that computes an atlas to end, which it does within a moment."""
    if progress_of(request).state == COMPUTING:
        path = request.path.with_suffix(".stop")
        with disk_errors(path.parent):
            path.touch()  # an empty file has room on a full disk


class _Stopped(RunError):
    """The computation was asked to end."""


def _made(request: Request, report: Report | None) -> Atlas:
    return atlas_of(
        open_model(request.run, request.step),
        request.prompt,
        length=request.length,
        seed=request.seed,
        source=source_of(request.run),
        report=report,
    )


def _computed(request: Request, report: Report | None) -> Atlas:
    path = request.path
    reported = 0.0

    def publish(done: int, length: int) -> None:
        nonlocal reported
        if path.with_suffix(".stop").exists():
            raise _Stopped("The computation of this atlas was stopped.")
        if time.monotonic() - reported > _PUBLISH_SECONDS:
            reported = time.monotonic()
            _publish(path, AtlasStatus(COMPUTING, done, length))
        if report:
            report(done, length)

    try:
        publish(0, request.length)
        with _slot(lambda: publish(0, request.length)):
            atlas = _made(request, publish)
    except (_Stopped, KeyboardInterrupt):
        _publish(path, AtlasStatus(STOPPED))
        path.with_suffix(".stop").unlink(missing_ok=True)
        raise
    except BaseException as error:
        reason = str(error) if isinstance(error, CharlstmError) else f"It failed: {error!r}"
        _publish(path, AtlasStatus(FAILED, reason=reason))
        raise
    keep(request, atlas)
    path.with_suffix(".status").unlink(missing_ok=True)
    return atlas


def _publish(path: Path, progress: AtlasStatus, process: str = "") -> None:
    values = {**progress.__dict__, "process": process or own_mark()}
    publish_or_overwrite(path.with_suffix(".status"), values)


def _slots() -> list[Path]:
    return [home() / f"atlas-{number}.lock" for number in range(1, MOST_AT_A_TIME + 1)]


@contextlib.contextmanager
def _slot(still_wanted: Callable[[], None]) -> Iterator[None]:
    """Hold one of the few slots for computations; wait until one is free."""
    home().mkdir(parents=True, exist_ok=True)
    while True:
        for slot in _slots():
            lock = FileLock(slot)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            try:
                yield
            finally:
                lock.release()
            return
        still_wanted()
        time.sleep(0.2)
