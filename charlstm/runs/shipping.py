"""Making a run small enough to ship with the app: fewer lines and checkpoints, half precision."""

from __future__ import annotations

import io
import shutil
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError, SettingsError
from charlstm.runs.config import FINISHED
from charlstm.runs.files import by_moment
from charlstm.runs.folder import HISTORY, SAMPLES, RunFolder
from charlstm.runs.opening import best_checkpoint, ensure_fingerprint
from charlstm.runs.publish import publish_lines
from charlstm.runs.store import SHIPPED

MOST_LINES = 1000
"""Lines of a shipped history; a curve on a page has fewer points."""

MOST_EPOCHS = 30
"""Epochs whose samples are shipped, besides those of checkpoints."""

_WEIGHTS = ".weights.h5"
_STILL = (1980, 1, 1, 0, 0, 0)
_SMALL = 256
"""Arrays of fewer numbers are not compressed."""


def halved(weight: NDArray[Any]) -> NDArray[Any]:
    """Return a weight in half precision, or unchanged if a number would become infinite.

    Half precision ends at 65,504; the weights of a diverged training can be larger.
    """
    with np.errstate(over="ignore"):
        half = weight.astype(np.float16)
    return half if (np.isfinite(half) == np.isfinite(weight)).all() else weight


def shrink(data: bytes) -> bytes:
    """Return a ``.keras`` file with its weights rounded to half precision, stored as float32.

    HDF5 compresses them byte by byte of all numbers in turn, and any reader of HDF5 can open them.
    """
    import h5py  # needed only here

    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name.endswith(_WEIGHTS):
                    packed = io.BytesIO()
                    with h5py.File(io.BytesIO(content)) as source, h5py.File(packed, "w") as target:
                        _copy(source, target)
                    content = packed.getvalue()
                entry = zipfile.ZipInfo(name, _STILL)
                new.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    except (zipfile.BadZipFile, OSError) as error:
        raise RunError("The file model.keras is not a Keras model.") from error
    return out.getvalue()


def _copy(old: Any, new: Any) -> None:
    """Copy a group of HDF5 with compressed, rounded weights."""
    new.attrs.update(old.attrs)
    for name, item in old.items():
        if hasattr(item, "items"):
            _copy(item, new.create_group(name))
            continue
        values = item[()]
        if values.dtype == np.float32:
            values = halved(values).astype(np.float32)
        packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
        is_large = values.size >= _SMALL
        made = new.create_dataset(
            name, data=values, **(packing | {"chunks": values.shape} if is_large else {})
        )
        made.attrs.update(item.attrs)


def ship_run(run: RunFolder, most: int) -> RunFolder:
    """Copy a finished run into assets/runs, weights in float16, without what a resume needs.

    At most so many checkpoints are kept: the best and the last, then those of the first epoch, in
    which most changes, then the ends of epochs, which have samples, then others. The fingerprint of
    the text goes to assets/fingerprints.
    """
    if run.status().status != FINISHED:
        raise RunError(f"The run {run.name} has not finished.")
    if most < 1:
        raise SettingsError(f"At least 1 checkpoint is kept, not {most}.")
    if run.config().keeps_text:
        raise RunError(f"The run {run.name} keeps its own text, and texts are not shipped.")
    target = RunFolder(SHIPPED / run.name)
    if target.path.exists():
        raise RunError(f"{target.path} exists already; remove it first.")
    exported = run.path / "model.keras"
    for_keras = shrink(exported.read_bytes()) if exported.exists() else None
    ensure_fingerprint(run)
    target.path.mkdir(parents=True)
    target.write_config(run.config())
    shutil.copyfile(run.path / "status.json", target.path / "status.json")
    if for_keras is not None:
        (target.path / exported.name).write_bytes(for_keras)
    kept = _worth_keeping(run, most)
    for step in kept:
        small = {name: halved(array) for name, array in run.weights(step).items()}
        target.write_checkpoint(step, small)
    _write_lines(run, target, kept)
    return target


def _write_lines(run: RunFolder, target: RunFolder, kept: list[int]) -> None:
    """Copy the history and the samples of a run; of a long one only some lines, evenly spread."""
    history = run.history()
    of_kept = [line["step"] for line in history if line["step"] in kept]
    steps = {*of_kept, *_spread([line["step"] for line in history], MOST_LINES - len(of_kept))}
    publish_lines(target.path / HISTORY, [line for line in history if line["step"] in steps])
    samples = run.samples()
    written = {sample["step"] for sample in samples} & set(kept)
    written |= set(_spread(_ends_of_epochs(run), MOST_EPOCHS - len(written)))
    publish_lines(target.path / SAMPLES, [line for line in samples if line["step"] in written])


def _worth_keeping(run: RunFolder, most: int) -> list[int]:
    steps = run.checkpoints()
    if most == 1:
        return [best_checkpoint(run)]
    must = {best_checkpoint(run), steps[-1]}
    ends = [step for step in _ends_of_epochs(run) if step in steps]
    first = [step for step in steps if not ends or step < ends[0]]
    chosen = set(_spread(first, min(most // 2, most - len(must)))) | must
    chosen |= set(_spread(ends, most - len(chosen)))
    others = [step for step in steps if step not in chosen]
    return sorted(chosen | set(_spread(others, most - len(chosen))))


def _ends_of_epochs(run: RunFolder) -> list[int]:
    """Return the steps at which an epoch ended and samples were written."""
    moments = by_moment(run.samples())
    return [lines[0]["step"] for name, lines in moments.items() if name.isdecimal()]


def _spread(steps: list[int], count: int) -> list[int]:
    """Return at most ``count`` of the steps, evenly spread."""
    if count < 1 or not steps:
        return []
    positions = np.linspace(0, len(steps) - 1, min(count, len(steps))).round().astype(int)
    return [steps[position] for position in np.unique(positions)]
