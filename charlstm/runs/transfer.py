"""A run as one file, to be taken to another machine: a zip of JSON and arrays.

Knows the run folder and what of it travels; a file that arrives is a stranger's until every part
of it has been read and checked (see unpacking), and only what was understood is written.

What travels: what was asked, how it went, the samples, every checkpoint, and the fingerprint of a
text that the run keeps. What does not: that text itself, unless it is asked for; what a resume
needs; ``model.keras``, which Keras would have to open to know what is in it.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from charlstm.errors import CharlstmError, RunError, disk_errors, refuse_newer
from charlstm.runs.config import ALIVE, STOPPED, RunConfig
from charlstm.runs.files import is_number
from charlstm.runs.folder import CORPUS, STAMP, RunFolder, checkpoint_name
from charlstm.runs.new import config_under
from charlstm.runs.opening import OWN, exported_fingerprint, open_model
from charlstm.runs.publish import publish_arrays, sweep_leftovers
from charlstm.runs.store import (
    changing_runs,
    check_new_name,
    check_room,
    find,
    folder_bytes,
    free_variant,
    home,
    made_at,
    own_folder,
    remember_name,
    sweep,
)
from charlstm.runs.unpacking import Archive, Budget, check_text, read_arrays, rewrite, rewrite_lines
from charlstm.settings.settings import command_for

FORMAT = 1
MAX_FILE_BYTES = 1_000_000_000
"""Of a file with a run, on the command line; pages take less."""

MOST_ENTRIES = 5000
_MANIFEST, _FINGERPRINT = "charlstm-run.json", OWN
_LARGEST = {
    _MANIFEST: 10_000,
    "config.json": 1_000_000,
    "status.json": 100_000,
    "history.jsonl": 50_000_000,
    "samples.jsonl": 50_000_000,
    CORPUS: 200_000_000,
    _FINGERPRINT: 10_000_000,
}
_LARGEST_CHECKPOINT = 400_000_000
_MOST_LINES = 500_000
"""Lines of one file; the run keeps as many of them as are read of a run."""

_ROOM, _RATIO = 50_000_000, 20
"""A file may unpack to so many bytes and so many times its own size: history and samples shrink to
a sixth, weights hardly at all."""

_EXPORT = "charlstm-export"
_STILL = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the same run gives the same bytes."""


def export_run(run: RunFolder | str, file: IO[bytes], *, with_text: bool = False) -> None:
    """Write a run as a zip archive.

    Args:
        run: Its folder or its name.
        file: Where to; it is empty, and can be read, too.
        with_text: Whether the text goes along that the run keeps, if it keeps one.

    Raises:
        RunError: If there is no such run, it has no checkpoint yet, or a file of it is damaged:
            what import_run would not take is not given out.
    """
    run = find(run) if isinstance(run, str) else run
    if not run.checkpoints():
        raise RunError(f"The run {run.name} has no checkpoint yet; there is nothing to take along.")
    small = list(_small_files(run, with_text=with_text))
    steps = run.checkpoints()  # after the status, which tells of the best of them
    if len(steps) > MOST_ENTRIES - len(_LARGEST):
        raise RunError(f"The run {run.name} has {len(steps):,} checkpoints, too many for a file.")
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in small:
            _put(archive, name, data, zipfile.ZIP_DEFLATED)
        for step in steps:
            run.check_checkpoint(step)  # a damaged one is named here, and not only where it arrives
            name = checkpoint_name(step)
            _put(archive, name, (run.path / name).read_bytes(), zipfile.ZIP_STORED)
    _try_import(file, run.name)


def _try_import(file: IO[bytes], name: str) -> None:
    """Refuse a file that import_run would refuse.

    It is not unpacked in the home, which may be full: a run is taken along to make room, too.
    """
    folder = Path(tempfile.gettempdir())
    sweep_leftovers(folder, _EXPORT)
    with (
        disk_errors(folder),
        tempfile.TemporaryDirectory(prefix=f".{_EXPORT}.", suffix=".tmp") as beside,
    ):
        _, archive, budget = _opened(file, MAX_FILE_BYTES)
        _name_in(archive)
        _unpack(archive, budget, RunFolder(Path(beside) / name))


def _small_files(run: RunFolder, *, with_text: bool) -> Iterator[tuple[str, bytes]]:
    """Yield all that travels besides the checkpoints, under its name."""
    yield _MANIFEST, _json({"format": FORMAT, "name": run.name})
    config, status, text = run.config(), run.status(), run.text() if with_text else None
    yield "config.json", _json(_exported_config(config, text is not None).as_dict())
    ended = {"status": STOPPED, "phase": ""} if status.status in ALIVE else {}
    yield "status.json", _json({**status.__dict__, **ended, "process": ""})
    yield "history.jsonl", _lines(run.history())
    yield "samples.jsonl", _lines(run.samples())
    if text is not None:
        yield CORPUS, text.encode()
    if (fingerprint := exported_fingerprint(run, with_text=text is not None)) is not None:
        yield _FINGERPRINT, fingerprint


def _exported_config(config: RunConfig, with_text: bool) -> RunConfig:
    """Return what was asked without what only this machine knows: where a kept text lies."""
    text = CORPUS if config.keeps_text else config.corpus
    return replace(
        config,
        keeps_text=with_text,
        command=command_for(config.settings, text),
        imported=True,
    )


def _put(archive: zipfile.ZipFile, name: str, data: bytes, compression: int) -> None:
    entry = zipfile.ZipInfo(name, _STILL)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    entry.compress_type = compression
    archive.writestr(entry, data)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()


def _lines(values: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(value, allow_nan=False) + "\n" for value in values).encode()


def import_run(
    file: IO[bytes], name: str | None = None, *, most_bytes: int = MAX_FILE_BYTES
) -> RunFolder:
    """Take in a run from a file that export_run wrote, after checking all of it.

    Nothing of a file that is refused stays on disk.

    Args:
        file: The archive; it must be readable at any place.
        name: What to call the run; by default what it was called, with a number if that is taken,
            or was by another run. A run that was deleted here comes back under its own name.
        most_bytes: How large the archive may be.

    Raises:
        SettingsError: If the name is not allowed.
        RunError: If the file is too large, damaged or holds anything else than a run, the name is
            taken, or a limit on runs or disk is exceeded.
    """
    if name is not None:
        check_new_name(name)
    sweep()
    beside = home() / f".import-{uuid.uuid4().hex}"
    try:
        with disk_errors(home()):
            size, archive, budget = _opened(file, most_bytes)
            came_from, made = _name_in(archive), _made_in(archive)
            check_room(name or free_variant(check_new_name(came_from), made), size, made)
            run = RunFolder(beside / (name or came_from))
            _unpack(archive, budget, run)
            with changing_runs():
                name = name or free_variant(came_from, made)
                check_room(name, folder_bytes(run.path), made)
                for moment in (made, made_at(run)):
                    remember_name(name, moment)
                imported = own_folder(name)
                if config := config_under(run, imported):
                    run.write_config(config)
                return RunFolder(run.path.rename(imported.path))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _opened(file: IO[bytes], most_bytes: int) -> tuple[int, Archive, Budget]:
    """Return the size of an archive, its entries, and how much of them may be unpacked."""
    size = file.seek(0, io.SEEK_END)
    if size > most_bytes:
        raise RunError(
            f"This file has {size / 1e6:,.1f} MB; a run of at most {most_bytes / 1e6:,.0f} MB is"
            " taken in."
        )
    budget = Budget(_ROOM + _RATIO * size)
    archive = Archive(
        file, allowed=_is_allowed, most_entries=MOST_ENTRIES, budget=budget, root=_MANIFEST
    )
    return size, archive, budget


def _unpack(archive: Archive, budget: Budget, run: RunFolder) -> None:
    """Write the run that an archive holds into a folder, after checking all of it."""
    run.path.mkdir(parents=True)
    _write(run, archive, budget)


def _is_allowed(name: str) -> bool:
    return name in _LARGEST or _step_of(name) is not None


def _step_of(name: str) -> int | None:
    """Return the step of a checkpoint, if that is what an entry is called."""
    match = re.fullmatch(r"checkpoints/step-(\d{6,12})\.npz", name, re.ASCII)
    step = int(match[1]) if match else -1
    return step if name == checkpoint_name(step) else None


def _name_in(archive: Archive) -> str:
    """Return what the run was called where it comes from."""
    try:
        manifest = json.loads(archive.read(_MANIFEST, _LARGEST[_MANIFEST]))
        form, name = manifest["format"], manifest["name"]
    except CharlstmError as error:
        raise RunError(f"This is not a run that was exported: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(f"In the archive, {_MANIFEST} is damaged.") from error
    if not isinstance(name, str):
        raise RunError(f"In the archive, {_MANIFEST} is damaged.")
    refuse_newer("This file", form, FORMAT)
    if form != FORMAT:
        raise RunError("This run was exported by another version of charlstm, in another format.")
    return name


def _made_in(archive: Archive) -> float | None:
    """Return when the run was made where it comes from, or None where that cannot be told."""
    try:
        made = json.loads(archive.read("config.json", _LARGEST["config.json"]))["created"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return float(made) if is_number(made) else None


def _write(run: RunFolder, archive: Archive, budget: Budget) -> None:
    """Write what an archive holds into a folder, each part once it has been understood."""
    for name in ("config.json", "status.json", "history.jsonl", "samples.jsonl"):
        data = archive.read(name, _LARGEST[name])
        if (lines := data.count(b"\n")) > _MOST_LINES:
            raise RunError(
                f"In the archive, {name} has {lines:,} lines; at most {_MOST_LINES:,} are taken in."
            )
        (run.path / name).write_bytes(data)
    rewrite(run)
    if run.config().keeps_text:
        (run.path / CORPUS).write_bytes(archive.read(CORPUS, _LARGEST[CORPUS]))
        check_text(run)
    if _FINGERPRINT in archive:
        data = archive.read(_FINGERPRINT, _LARGEST[_FINGERPRINT])
        arrays = read_arrays(data, budget, most_bytes=_LARGEST[_FINGERPRINT], kinds="iu")
        publish_arrays(run.path / _FINGERPRINT, arrays)
    _write_checkpoints(run, archive, budget)
    rewrite_lines(run)
    if problems := run.problems():
        raise RunError(problems[0])


def _write_checkpoints(run: RunFolder, archive: Archive, budget: Budget) -> None:
    """Write all checkpoints; each must hold the network that the run asks for.

    One with values that are not finite is kept, as a diverged training leaves it: it has the shapes
    of the others, and whoever opens it is told.
    """
    shapes: dict[str, dict[str, tuple[int, ...]]] = {}
    known = None
    for name in archive.names:
        if (step := _step_of(name)) is None:
            continue
        data = archive.read(name, _LARGEST_CHECKPOINT)
        try:
            weights = read_arrays(data, budget, most_bytes=_LARGEST_CHECKPOINT)
        except RunError as error:
            raise RunError(f"In the archive, {name}: {error}") from error
        stamp = weights.pop(STAMP, None)
        if stamp is not None and stamp.flat[:1].tolist() != [step]:
            raise RunError(f"In the archive, {name} holds the checkpoint of another step.")
        run.write_checkpoint(step, weights)
        shapes[name] = {key: array.shape for key, array in weights.items()}
        if all(np.isfinite(array).all() for array in weights.values()):
            if shapes[name] != known:
                open_model(run, step)
            known = shapes[name]
    if known is None:
        raise RunError("The archive holds no checkpoint with weights that are finite numbers.")
    for name, given in shapes.items():
        if given != known:
            raise RunError(f"In the archive, {name} holds another network than its neighbours.")
