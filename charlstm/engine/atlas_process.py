"""The process that computes an atlas: starting it, knowing how far it is, stopping it.

Knows processes, locks and the files beside a kept atlas: ``KEY.status`` (how far it is),
``KEY.lock`` (held by who computes it), ``KEY.stop`` (asks it to end), ``KEY.log``. One is being
computed while its lock is held, or the process lives that its status names; two who want the same
share one computation.
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
from charlstm.runs.folder import RunFolder
from charlstm.runs.living import lives, mark_of, own_mark
from charlstm.runs.opening import open_model, source_of
from charlstm.runs.publish import publish_or_overwrite
from charlstm.runs.store import DEFAULT_RUN, home

if TYPE_CHECKING:
    import pandas as pd

COMPUTING, FAILED, STOPPED, ABSENT = "computing", "failed", "stopped", "absent"

MOST_AT_A_TIME = 2
"""Atlases that are computed at the same time; the next one waits for its turn."""

_TELL_SECONDS = 0.2


@dataclass(frozen=True)
class Progress:
    """How far the computing of an atlas is.

    Attributes:
        state: COMPUTING, FAILED, STOPPED, or ABSENT where nobody has asked for it.
        done, length: Characters written at every temperature, and to write.
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

    It is computed here and now, and not kept. The columns are explained at
    ``charlstm.exploring.atlas.atlas_of``.

    Args:
        run: Its name or folder; the shipped ``tbptt`` run by default.
        checkpoint: A step that has one; by default the best.
        prompt: What the texts go on from.
        length: Characters at each temperature; by default 4,000, and 1,000 for a ``book`` run.
        seed: Of the uniforms, which all temperatures share.

    Raises:
        RunError: If there is no such run or checkpoint, or a file is damaged.
    """
    request = request_for(run, checkpoint, prompt=prompt, length=length, seed=seed)
    return _made(request, None).table


def computed(request: Request, report: Report | None = None) -> Atlas:
    """Return the kept atlas, or compute and keep it; whoever computes the same is waited for.

    Args:
        request: What it is asked of.
        report: Told how far the writing is.

    Raises:
        RunError: If the run cannot be read, the computing was stopped, or nothing can be kept.
    """
    path = request.path
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            with contextlib.suppress(RunError):  # a damaged one is replaced
                if atlas := kept(request):
                    return atlas
            return _computed(request, report)


def progress_of(request: Request) -> Progress:
    """Return how far the computing of an atlas is, with its process looked at."""
    path = request.path
    try:
        values = json.loads(path.with_suffix(".status").read_bytes())
        known = Progress(
            str(values["state"]),
            int(values["done"]),
            int(values["length"]),
            str(values["reason"]),
        )
        process = str(values.get("process", ""))
    except (OSError, KeyError, TypeError, ValueError, RecursionError):
        return Progress(COMPUTING if is_locked(path.with_suffix(".lock")) else ABSENT)
    if known.state != COMPUTING or is_locked(path.with_suffix(".lock")) or lives(process):
        return known
    return Progress(FAILED, reason="The process that computed this atlas crashed.")


def start(request: Request) -> bool:
    """Compute an atlas in a process of its own; return False where too many are computed already.

    Raises:
        RunError: If nothing can be kept.
    """
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
        # It waits for its lock until all know of it.
        try:
            with (
                FileLock(path.with_suffix(".lock"), timeout=0),
                path.with_suffix(".log").open("wb") as log,
            ):
                launched = launch(["atlas", *words], log)
                _tell(path, Progress(COMPUTING, 0, request.length), mark_of(launched.pid))
        except Timeout:
            return True  # someone has begun to compute it meanwhile
    return True


def stop(request: Request) -> None:
    """Let the process that computes an atlas end; it obeys within a moment."""
    if progress_of(request).state == COMPUTING:
        path = request.path.with_suffix(".stop")
        with disk_errors(path.parent):
            path.touch()  # an empty file has room on a full disk


class _Stopped(RunError):
    """Someone has asked the computing to end."""


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

    def tell(done: int, length: int) -> None:
        nonlocal reported
        if path.with_suffix(".stop").exists():
            raise _Stopped("The computing of this atlas was stopped.")
        if time.monotonic() - reported > _TELL_SECONDS:
            reported = time.monotonic()
            _tell(path, Progress(COMPUTING, done, length))
        if report:
            report(done, length)

    try:
        tell(0, request.length)
        with _slot(lambda: tell(0, request.length)):
            atlas = _made(request, tell)
    except (_Stopped, KeyboardInterrupt):
        _tell(path, Progress(STOPPED))
        path.with_suffix(".stop").unlink(missing_ok=True)
        raise
    except BaseException as error:
        reason = str(error) if isinstance(error, CharlstmError) else f"It failed: {error!r}"
        _tell(path, Progress(FAILED, reason=reason))
        raise
    keep(request, atlas)
    path.with_suffix(".status").unlink(missing_ok=True)
    return atlas


def _tell(path: Path, progress: Progress, process: str = "") -> None:
    values = {**progress.__dict__, "process": process or own_mark()}
    publish_or_overwrite(path.with_suffix(".status"), values)


def _slots() -> list[Path]:
    return [home() / f"atlas-{number}.lock" for number in range(1, MOST_AT_A_TIME + 1)]


@contextlib.contextmanager
def _slot(still_wanted: Callable[[], None]) -> Iterator[None]:
    """Hold one of the few places for those who compute, waiting until one is free."""
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
