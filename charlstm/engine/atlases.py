"""Atlases that are kept in files, and the processes that compute them.

An atlas is named by what it depends on: run, checkpoint, prompt, length, seed, and what was
available of the learned text. It is kept in the run's folder as ``atlas/KEY.json``; that of a
shipped run is kept under CHARLSTM_HOME. A shipped run may include packed atlases, which were made
with the text itself and are used no matter what is available of it.

Next to a kept atlas there are ``KEY.status`` (its progress), ``KEY.lock`` (held by the process that
computes it), ``KEY.stop`` (asks that process to end) and ``KEY.log``. An atlas is being computed
while its lock is held or the process in its status lives; two requests for the same atlas share one
computation.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import math
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from filelock import FileLock, Timeout

from charlstm.analysis.loss import Progress
from charlstm.analysis.written import TEXT
from charlstm.engine.process import is_locked
from charlstm.engine.standby import launch
from charlstm.errors import CharlstmError, NewerFormat, RunError, disk_errors, refuse_newer
from charlstm.exploring.atlas import Atlas, atlas_of, usual_length
from charlstm.runs.config import lives, mark_of, own_mark
from charlstm.runs.files import publish, publish_or_overwrite, sweep_leftovers
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import checkpoint_of, open_model, source_kind, source_of
from charlstm.runs.store import DEFAULT_RUN, find, home, is_shipped

FORMAT = 2
FOLDER = "atlas"
MOST_KEPT = 12
MOST_KEPT_BYTES = 20_000_000
MIN_LENGTH, MAX_LENGTH = 200, 20_000  # Characters at each temperature that can be asked for

COMPUTING, FAILED, STOPPED, ABSENT = "computing", "failed", "stopped", "absent"

MOST_AT_A_TIME = 2  # Atlases that are computed at the same time; the next one waits

_PUBLISH_SECONDS = 0.2

_DAMAGE = (
    *(KeyError, TypeError, ValueError, AttributeError, RecursionError),
    *(gzip.BadGzipFile, EOFError, zlib.error),
)
_COLUMNS = (
    *("temperature", "text", "words", "corpus_fraction", "english_fraction", "invented_fraction"),
    *("invented", "best_invented", "copy_length", "copy_start", "copy_position"),
    *("repeated_fraction", "loop_period", "loop_start", "entropy_bits", "bits_at_1", "gzip_bits"),
)
_KINDS = {"text": str, "invented": object, "best_invented": object} | dict.fromkeys(
    ("words", "copy_start", "copy_position", "loop_period", "loop_start"), int
)
"""The types of the columns that do not hold floats."""


@dataclass(frozen=True)
class Request:
    """Everything that an atlas depends on; the prompt is as the model reads it."""

    run: RunFolder
    step: int
    prompt: str
    length: int
    seed: int

    @property
    def path(self) -> Path:
        """The file that the atlas is kept in."""
        folder = home() / FOLDER / self.run.name if is_shipped(self.run) else self.run.path / FOLDER
        return folder / self._name(source_kind(self.run))

    @property
    def shipped(self) -> Path:
        """The file of the atlas that a shipped run may include."""
        return self.run.path / FOLDER / f"{self._name(TEXT)}.gz"

    @property
    def found(self) -> Path | None:
        """The file of the atlas, or None if there is none."""
        return next((path for path in (self.path, self.shipped) if path.is_file()), None)

    def compute(self, report: Progress | None = None) -> Atlas:
        """Compute the atlas in this process."""
        return atlas_of(
            open_model(self.run, self.step),
            self.prompt,
            length=self.length,
            seed=self.seed,
            source=source_of(self.run),
            report=report,
        )

    def _name(self, source: str) -> str:
        made = self.run.config().created
        values = [FORMAT, made, source, self.step, self.prompt, self.length, self.seed]
        key = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
        return f"{key}.json"


def request_for(
    run: str | RunFolder = DEFAULT_RUN,
    checkpoint: int | None = None,
    *,
    prompt: str,
    length: int | None = None,
    seed: int = 0,
) -> Request:
    """Return a request; the arguments are those of atlas, and have the same defaults."""
    folder = find(run) if isinstance(run, str) else run
    config = folder.config()
    step = checkpoint_of(folder, checkpoint)
    length = usual_length(config.window) if length is None else length
    return Request(folder, step, config.vocabulary.read(prompt).text, length, seed)


def kept(request: Request) -> Atlas | None:
    """Return the kept atlas, or None; raise RunError if its file is damaged."""
    if (path := request.found) is None:
        return None
    try:
        content = path.read_bytes()
        values = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        refuse_newer(f"The kept atlas {path.name}", values["format"], FORMAT)
        if values["format"] != FORMAT or not values["rows"]:
            raise ValueError("another format")
        rows = [[row[name] for name in _COLUMNS] for row in values["rows"]]
        prompt, source, reason = (str(values[key]) for key in ("prompt", "source", "reason"))
        rate = float(values["false_positive_rate"])
        table = pd.DataFrame(rows, columns=list(_COLUMNS))
        table = table.astype({name: _KINDS.get(name, float) for name in _COLUMNS})
        return Atlas(prompt, source, reason, rate, table)
    except NewerFormat:
        raise
    except _DAMAGE as error:
        raise RunError(f"The kept atlas {path.name} of {request.run.name} is damaged.") from error


def make_room(folder: Path) -> None:
    """Remove a run's oldest atlases, and files of unfinished ones, until few enough are kept.

    On Windows a file that is open stays until the next time.
    """
    sweep_leftovers(folder)
    ages: dict[str, float] = {}
    for path in folder.glob("*.*"):
        with contextlib.suppress(FileNotFoundError):  # another process is removing them too
            ages[path.stem] = max(ages.get(path.stem, 0.0), path.stat().st_mtime)
    used, counts = 0, [0, 0]
    for stem in sorted(ages, key=ages.__getitem__, reverse=True):
        with contextlib.suppress(OSError):
            file = folder / f"{stem}.json"
            is_finished = file.exists()
            used += file.stat().st_size if is_finished else 0
            counts[is_finished] += 1
            if counts[is_finished] > MOST_KEPT or (is_finished and used > MOST_KEPT_BYTES):
                for path in folder.glob(f"{stem}.*"):
                    path.unlink()


def keep(request: Request, atlas: Atlas) -> None:
    """Keep an atlas, and remove the oldest of its run if there are too many."""
    _write(request.path, atlas)
    make_room(request.path.parent)


def keep_with_run(request: Request, atlas: Atlas) -> None:
    """Keep an atlas in the folder of its run, to ship it; its source must be the text."""
    if atlas.source != TEXT:
        raise RunError(f"{atlas.reason} An atlas is kept with its run if the text is available.")
    request.shipped.parent.mkdir(exist_ok=True)
    _write(request.shipped, atlas)


def _write(path: Path, atlas: Atlas) -> None:
    values = {"format": FORMAT, **atlas.__dict__, "rows": rows_of(atlas.table)}
    del values["table"]
    content = json.dumps(values, allow_nan=False).encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    publish(path, lambda file: file.write(content))


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return an atlas's table as rows for JSON; NaN becomes None."""
    return [
        {str(key): None if isinstance(v, float) and math.isnan(v) else v for key, v in row.items()}
        for row in table.to_dict("records")
    ]


class AtlasStatus(NamedTuple):
    """The progress of the computation of an atlas; ABSENT if it was never requested.

    ``done`` and ``length`` are the characters written at every temperature, and their total.
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
        prompt: The text that all texts continue.
        length: Characters at each temperature; by default 4,000, and 1,000 for a ``book`` run.
        seed: Of the uniforms, which all temperatures share.

    Raises:
        RunError: If there is no such run or checkpoint, or a file is damaged.
    """
    request = request_for(run, checkpoint, prompt=prompt, length=length, seed=seed)
    return request.compute().table


def computed(request: Request, report: Progress | None = None) -> Atlas:
    """Return the kept atlas, or compute and keep it; wait while another process computes it."""
    path = request.path
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            with contextlib.suppress(RunError):  # a damaged one is replaced
                if atlas := kept(request):
                    return atlas
            return _computed(request, report)


def progress_of(request: Request) -> AtlasStatus:
    """Return the progress of the computation of an atlas, after checking that its process lives."""
    path = request.path
    try:
        values = json.loads(path.with_suffix(".status").read_bytes())
        process = str(values.pop("process"))
        known = AtlasStatus(**values)
    except (OSError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return AtlasStatus(COMPUTING if is_locked(path.with_suffix(".lock")) else ABSENT)
    if known.state != COMPUTING or is_locked(path.with_suffix(".lock")) or lives(process):
        return known
    return AtlasStatus(FAILED, reason="The process that computed this atlas crashed.")


def start(request: Request) -> bool:
    """Compute an atlas in a new process; return False if too many are being computed."""
    if progress_of(request).state == COMPUTING:
        return True
    if all(is_locked(slot) for slot in _slots()):
        return False
    path = request.path
    words = ["atlas", "--run", request.run.name, "--checkpoint", str(request.step)]
    words += ["--length", str(request.length), "--seed", str(request.seed)]
    words += [f"--prompt={request.prompt}"]
    with disk_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        make_room(path.parent)
        path.with_suffix(".stop").unlink(missing_ok=True)
        # The process waits for its lock until its status is published. If the lock is held, another
        # process has begun to compute the atlas meanwhile.
        with (
            contextlib.suppress(Timeout),
            FileLock(path.with_suffix(".lock"), timeout=0),
            path.with_suffix(".log").open("wb") as log,
        ):
            launched = launch(words, log)
            _publish(path, AtlasStatus(COMPUTING, 0, request.length), mark_of(launched.pid))
    return True


def stop(request: Request) -> None:
    """Ask the process that computes an atlas to end, which it soon does."""
    if progress_of(request).state == COMPUTING:
        path = request.path.with_suffix(".stop")
        with disk_errors(path.parent):
            path.touch()  # an empty file has room on a full disk


class _Stopped(RunError):
    """The computation was asked to end."""


def _computed(request: Request, report: Progress | None) -> Atlas:
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
            atlas = request.compute(publish)
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
    values = progress._asdict() | {"process": process or own_mark()}
    publish_or_overwrite(path.with_suffix(".status"), values)


def _slots() -> list[Path]:
    return [home() / f"atlas-{number}.lock" for number in range(1, MOST_AT_A_TIME + 1)]


@contextlib.contextmanager
def _slot(still_wanted: Callable[[], None]) -> Iterator[None]:
    """Hold one of the few slots for computations; wait until one is free."""
    home().mkdir(parents=True, exist_ok=True)
    for slot in cycle(_slots()):
        lock = FileLock(slot)
        try:
            lock.acquire(timeout=0.1)
        except Timeout:
            still_wanted()
            continue
        try:
            yield
        finally:
            lock.release()
        return
