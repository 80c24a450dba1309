"""Atlases that are kept, and the files they are kept in.

An atlas is named by what it depends on: run, checkpoint, prompt, length, seed, and what was at hand
of the learned text. It is kept beside the run as ``atlas/KEY.json``, that of a shipped run under
CHARLSTM_HOME. A shipped run may bring some, packed, which were made with the text itself and are
used whatever is at hand of it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charlstm.analysis.written import TEXT
from charlstm.errors import NewerFormat, RunError, refuse_newer
from charlstm.exploring.atlas import Atlas, usual_length
from charlstm.runs.files import publish, sweep_leftovers
from charlstm.runs.folder import RunFolder
from charlstm.runs.opening import checkpoint_of, source_kind
from charlstm.runs.store import DEFAULT_RUN, find, home, is_shipped

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 2
FOLDER = "atlas"
MOST_KEPT = 12
MOST_KEPT_BYTES = 20_000_000
MIN_LENGTH, MAX_LENGTH = 200, 20_000
"""Characters at each temperature that can be asked for."""

_DAMAGE = (
    *(KeyError, TypeError, ValueError, AttributeError, RecursionError),
    *(gzip.BadGzipFile, EOFError, zlib.error),
)


def _maybe(value: Any) -> float:
    return math.nan if value is None else float(value)


def _texts(values: Any) -> list[str]:
    return [str(value) for value in values]


_COLUMNS: dict[str, Callable[[Any], Any]] = {
    "temperature": float,
    "text": str,
    "words": int,
    "corpus_fraction": _maybe,
    "english_fraction": _maybe,
    "invented_fraction": _maybe,
    "invented": _texts,
    "best_invented": _texts,
    "copy_length": _maybe,
    "copy_start": int,
    "copy_position": int,
    "repeated_fraction": float,
    "loop_period": int,
    "loop_start": int,
    "entropy_bits": float,
    "bits_at_1": float,
    "gzip_bits": float,
}
"""The columns of an atlas's table, and how their values are read from a file."""


@dataclass(frozen=True)
class Request:
    """What an atlas depends on; the prompt is as the model reads it."""

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
        """The file of the atlas that a shipped run may have brought."""
        return self.run.path / FOLDER / f"{self._name(TEXT)}.gz"

    @property
    def found(self) -> Path | None:
        """The file of the atlas, None where there is none."""
        return next((path for path in (self.path, self.shipped) if path.is_file()), None)

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
    path = request.found
    if path is None:
        return None
    try:
        content = path.read_bytes()
        values = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
        refuse_newer(f"The kept atlas {path.name}", values["format"], FORMAT)
        return _read(values)
    except NewerFormat:
        raise
    except _DAMAGE as error:
        raise RunError(f"The kept atlas {path.name} of {request.run.name} is damaged.") from error


def make_room(folder: Path) -> None:
    """Drop a run's oldest atlases, and remains of unfinished ones, until few enough are kept.

    A file that is open stays until the next time on Windows.
    """
    sweep_leftovers(folder)
    ages: dict[str, float] = {}
    for path in folder.glob("*.*"):
        with contextlib.suppress(FileNotFoundError):  # another process makes room too
            ages[path.stem] = max(ages.get(path.stem, 0.0), path.stat().st_mtime)
    used, finished, unfinished = 0, 0, 0
    for stem in sorted(ages, key=ages.__getitem__, reverse=True):
        try:
            used += (folder / f"{stem}.json").stat().st_size
            finished += 1
            fits = finished <= MOST_KEPT and used <= MOST_KEPT_BYTES
        except FileNotFoundError:
            unfinished += 1
            fits = unfinished <= MOST_KEPT
        for path in () if fits else folder.glob(f"{stem}.*"):
            with contextlib.suppress(OSError):
                path.unlink()


def keep(request: Request, atlas: Atlas) -> None:
    """Keep an atlas, and drop the oldest of its run if there are too many."""
    _publish(request.path, atlas)
    make_room(request.path.parent)


def keep_with_run(request: Request, atlas: Atlas) -> None:
    """Keep an atlas in the folder of its run, to be shipped with it; it must know the text."""
    if atlas.source != TEXT:
        raise RunError(f"{atlas.reason} An atlas is kept with its run where the text is at hand.")
    request.shipped.parent.mkdir(exist_ok=True)
    _publish(request.shipped, atlas)


def _publish(path: Path, atlas: Atlas) -> None:
    values = {
        "format": FORMAT,
        "prompt": atlas.prompt,
        "source": atlas.source,
        "reason": atlas.reason,
        "false_positive_rate": atlas.false_positive_rate,
        "rows": rows_of(atlas.table),
    }
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


def _read(values: dict[str, Any]) -> Atlas:
    """Return an atlas from the content of its file, which is not trusted."""
    import pandas as pd

    if values["format"] != FORMAT or not values["rows"]:
        raise ValueError("another format")
    rows = [{key: read(row[key]) for key, read in _COLUMNS.items()} for row in values["rows"]]
    return Atlas(
        str(values["prompt"]),
        str(values["source"]),
        str(values["reason"]),
        float(values["false_positive_rate"]),
        pd.DataFrame(rows),
    )
