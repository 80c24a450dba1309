"""A run as one file, to be moved to another machine: a zip of JSON and arrays.

The file has the settings, the history, the samples, every checkpoint, and the fingerprint of a text
that the run keeps. It lacks that text itself unless it is requested, what a resume needs, and
``model.keras``, which only Keras could check. A file to import is not trusted: every part is read
and checked (see unpacking), and only checked content is written.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import fingerprint_of
from charlstm.errors import CharlstmError, RunError, disk_errors, refuse_newer
from charlstm.runs import store
from charlstm.runs.files import (
    MOST_IMPORTED_LINES,
    beside_of,
    json_bytes,
    lines_bytes,
    publish_arrays,
    sweep_leftovers,
    write_arrays,
)
from charlstm.runs.folder import (
    CONFIG,
    CORPUS,
    HISTORY,
    SAMPLES,
    STAMP,
    STATUS,
    RunFolder,
    checkpoint_name,
    step_of,
)
from charlstm.runs.opening import OWN, corpus_of, source_of
from charlstm.runs.unpacking import MANIFEST, Archive, rewrite
from charlstm.sampling.network import weight_shapes

FORMAT = 1
MAX_FILE_BYTES = 1_000_000_000
"""Size limit of a file with a run, on the command line; pages accept less."""

MOST_EXPORTED = 2_000_000
"""Characters of a text whose fingerprint takes only seconds."""

_EXPORT = "charlstm-export"
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, so that the same run gives the same bytes."""


def export_run(run: RunFolder | str, file: IO[bytes], *, with_text: bool = False) -> None:
    """Write a run as a zip archive.

    Args:
        run: Its folder or its name.
        file: An empty file that can also be read.
        with_text: Whether to export the text that the run keeps, if it keeps one.

    Raises:
        RunError: If there is no such run, it has no checkpoint yet, or one of its files is damaged,
            so that import_run would refuse it.
    """
    run = store.find(run) if isinstance(run, str) else run
    if not run.checkpoints():
        raise RunError(f"The run {run.name} has no checkpoint yet; there is nothing to export.")
    small = list(_small_files(run, with_text=with_text))
    steps = run.checkpoints()  # after the status, which names the best of them
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in small:
            _put(archive, name, data, zipfile.ZIP_DEFLATED)
        for step in steps:
            run.check_checkpoint(step)
            name = checkpoint_name(step)
            _put(archive, name, (run.path / name).read_bytes(), zipfile.ZIP_STORED)
    # Try to import it, but not under the home, which may be full: runs are exported to make room.
    folder = Path(tempfile.gettempdir())
    sweep_leftovers(folder, _EXPORT)
    with (
        disk_errors(folder),
        tempfile.TemporaryDirectory(prefix=f".{_EXPORT}.", suffix=".tmp") as beside,
    ):
        exported = Archive(file, MAX_FILE_BYTES)
        _name_in(exported)
        _unpack(exported, RunFolder(Path(beside) / run.name))


def _small_files(run: RunFolder, *, with_text: bool) -> Iterator[tuple[str, bytes]]:
    """Yield everything but the checkpoints as names and contents."""
    yield MANIFEST, json_bytes({"format": FORMAT, "name": run.name})
    config, status, text = run.config(), run.status(), run.text() if with_text else None
    # The command must not name the path of the text on this machine.
    changed = replace(config, keeps_text=text is not None, imported=True, text_file=Path(CORPUS))
    yield CONFIG, json_bytes(changed.as_dict())
    yield STATUS, json_bytes({**status.__dict__, "process": ""})
    yield HISTORY, lines_bytes(run.history())
    yield SAMPLES, lines_bytes(run.samples())
    if text is not None:
        yield CORPUS, text.encode()
    if (fingerprint := _exported_fingerprint(run, with_text=text is not None)) is not None:
        yield OWN, fingerprint


def _exported_fingerprint(run: RunFolder, *, with_text: bool) -> bytes | None:
    """Return the fingerprint to export with a run, or None.

    It is the one in its folder. Otherwise, if the run keeps a text that is not exported, one is
    made, unless the text has more than MOST_EXPORTED characters.
    """
    path, config = run.path / OWN, run.config()
    if path.is_file():
        return path.read_bytes()
    is_needed = config.keeps_text and not with_text
    text = source_of(run, MOST_EXPORTED).text if is_needed else None
    if text is None:
        return None
    file = io.BytesIO()
    write_arrays(file, fingerprint_of(Corpus(config.corpus, text)).arrays())
    return file.getvalue()


def _put(archive: zipfile.ZipFile, name: str, data: bytes, compression: int) -> None:
    entry = zipfile.ZipInfo(name, _FIXED_DATE)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    entry.compress_type = compression
    archive.writestr(entry, data)


def import_run(
    file: IO[bytes], name: str | None = None, *, most_bytes: int = MAX_FILE_BYTES
) -> RunFolder:
    """Import a run from a file that export_run wrote, after checking all of it.

    Nothing of a refused file stays on the disk.

    Args:
        file: The archive; it must be seekable.
        name: Of the imported run; by default its own, with a number if another run has or had that
            name. A run that was deleted here gets its own name back.
        most_bytes: How large the archive may be.

    Raises:
        SettingsError: If the name is not allowed.
        RunError: If the file is too large, damaged or holds anything other than a run, the name is
            taken, or a limit on runs or disk is exceeded.
    """
    if name is not None:
        store.check_new_name(name)
    store.sweep()
    beside = beside_of(store.home() / "import")
    try:
        with disk_errors(store.home()):
            archive = Archive(file, most_bytes)
            old_name = _name_in(archive)
            wanted = name or store.check_new_name(old_name)
            store.check_limits(archive.size)
            run = RunFolder(beside / wanted)
            made = _unpack(archive, run)
            with store.changing_runs():
                name = name or store.free_variant(wanted, made)
                store.check_is_free(name, made)
                store.check_limits(store.folder_bytes(run.path))
                for moment in (made, run.created()):
                    store.remember_name(name, moment)
                imported = RunFolder(run.path.rename(store.own_folder(name).path))
                imported.renew_command()
                return imported
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _name_in(archive: Archive) -> str:
    """Return the name that the run had where it was exported."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
        form, name = manifest["format"], manifest["name"]
        if not isinstance(name, str):
            raise TypeError("text expected")
    except CharlstmError as error:
        raise RunError(f"This is not a run that was exported: {error}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunError(f"In the archive, {MANIFEST} is damaged.") from error
    refuse_newer("This file", form, FORMAT)
    if form != FORMAT:
        raise RunError("This run was exported by another version of charlstm, in another format.")
    return name


def _unpack(archive: Archive, run: RunFolder) -> float:
    """Write the content of an archive into a new folder, each part once it has been checked.

    The result is the time at which the original run was made.
    """
    run.path.mkdir(parents=True)
    for name in (CONFIG, STATUS, HISTORY, SAMPLES):
        data = archive.read(name)
        if (lines := data.count(b"\n")) > MOST_IMPORTED_LINES:
            raise RunError(
                f"In the archive, {name} has {lines:,} lines;"
                f" at most {MOST_IMPORTED_LINES:,} are allowed."
            )
        (run.path / name).write_bytes(data)
    made = run.config().created
    rewrite(run)
    if run.config().keeps_text:
        (run.path / CORPUS).write_bytes(archive.read(CORPUS))
        corpus_of(run)  # an error if it is not the text that the run learned
    if OWN in archive.names:
        publish_arrays(run.path / OWN, archive.arrays(OWN, kinds="iu"))
    _write_checkpoints(run, archive)
    if problems := run.problems():
        raise RunError(problems[0])
    return made


def _write_checkpoints(run: RunFolder, archive: Archive) -> None:
    """Write all checkpoints; each must hold the network that the configuration asks for.

    A checkpoint with values that are not finite, from a diverged training, is kept; opening it
    gives an error.
    """
    config = run.config()
    asked, symbols = config.settings, len(config.vocabulary)
    shapes = weight_shapes(asked.network, symbols, asked.units, asked.layers)
    is_one_finite = False
    for name in archive.names:
        if (step := step_of(name)) is None:
            continue
        arrays = archive.arrays(name)
        stamp = arrays.get(STAMP)
        if stamp is not None and stamp.flat[:1].tolist() != [step]:
            raise RunError(f"In the archive, {name} holds the checkpoint of another step.")
        weights = {key: arrays[key] for key in shapes if key in arrays}
        if {key: weight.shape for key, weight in weights.items()} != shapes:
            raise RunError(
                f"In the archive, {name} holds another network than config.json asks for: an array"
                " is missing or has another shape."
            )
        run.write_checkpoint(step, weights)
        is_one_finite |= all(np.isfinite(weight).all() for weight in weights.values())
    if not is_one_finite:
        raise RunError("The archive holds no checkpoint with weights that are finite numbers.")
