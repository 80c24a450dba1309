"""The run folder: the files of one training, also while they are being written, or damaged.

The location of runs is in store.py; this module knows no processes and no networks.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.decoding import utf8_blocks
from charlstm.errors import NewerFormat, RunError, disk_errors, refuse_newer
from charlstm.runs.config import (
    ALIVE,
    FINISHED,
    FORMAT,
    STOPPED,
    RunConfig,
    Status,
    config_from,
    status_from,
)
from charlstm.runs.files import (
    Files,
    append_line,
    is_history,
    is_sample,
    is_utf8,
    is_whole,
    move,
    publish,
    publish_arrays,
    publish_json,
    publish_lines,
    publish_or_overwrite,
    sweep_leftovers,
    sync_file,
    version_of,
)

CONFIG, STATUS = "config.json", "status.json"
HISTORY, SAMPLES = "history.jsonl", "samples.jsonl"
CORPUS, MODEL = "corpus.txt", "model.keras"
RESUME, RESUME_BEFORE = "resume.npz", "resume-before.npz"
CONTROL = "control.json"
SPARE = "control.spare.json"
"""A file that a command can overwrite when the disk is full; it holds the last command."""

STAMP = "step_and_created"
"""An array in a checkpoint: its step, and when its run was created. Old runs lack it."""


def surplus(sizes: Mapping[int, int], most_bytes: int, keep: Collection[int]) -> list[int]:
    """Return the steps whose checkpoints to delete, those closest to their neighbours first.

    The sizes are bytes by step, in the order of the steps. The first, the last and those to keep
    stay, even if they exceed the limit.
    """
    left = dict(sizes)
    gone: list[int] = []
    while sum(left.values()) > most_bytes:
        steps = list(left)
        ratios = {
            step: after / before
            for before, step, after in zip(steps, steps[1:], steps[2:], strict=False)
            if step not in keep
        }
        if not ratios:
            break
        closest = min(ratios, key=ratios.__getitem__)
        del left[closest]
        gone.append(closest)
    return gone


def checkpoint_name(step: int) -> str:
    """Return the name of a step's checkpoint in a run's folder."""
    return f"checkpoints/step-{step:06d}.npz"


def step_of(name: str) -> int | None:
    """Return the step of a checkpoint from its file name, or None if it is not a checkpoint."""
    match = re.fullmatch(r"checkpoints/step-(\d{6}|[1-9]\d{6,11})\.npz", name, re.ASCII)
    return int(match[1]) if match else None


class RunFolder:
    """One run, at a path.

    Readers raise RunError with a sentence that names the unreadable file; those of the history and
    the samples leave out unreadable lines.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._files = Files(path)
        self._known_created: float | None = None

    # The settings

    def write_config(self, config: RunConfig) -> None:
        config = replace(config, text_file=(self.path / CORPUS).resolve())
        publish_json(self.path / CONFIG, config.as_dict())
        self._known_created = config.created

    def created(self) -> float:
        """Return when the run was created; it is read once, as there may be many checkpoints."""
        if self._known_created is None:
            self._known_created = self.config().created
        return self._known_created

    def config(self) -> RunConfig:
        """Return the configuration; raise NewerFormat if a newer version of charlstm wrote it."""
        return _config(self.path, version_of(self.path / CONFIG))

    def renew_command(self) -> None:
        """Rewrite the configuration after a move: its command may name a file of the folder."""
        with contextlib.suppress(RunError):  # damaged, or on a full disk; readers do not need it
            self.write_config(self.config())

    def write_text(self, pieces: Iterable[bytes]) -> None:
        """Keep a text that cannot be loaded by its name, as pieces in UTF-8."""
        publish(self.path / CORPUS, lambda file: file.writelines(pieces))

    def text(self) -> str | None:
        """Return the text that the run keeps, or None if it is loaded by its name."""
        if not self.config().keeps_text:
            return None
        return "".join(self.text_blocks())

    def text_blocks(self) -> Iterator[str]:
        try:
            yield from utf8_blocks(self.path / CORPUS)
        except (OSError, UnicodeDecodeError) as error:
            raise self._files.damaged(CORPUS) from error

    # The progress

    def write_status(self, status: Status) -> None:
        """Publish the status, even on a full disk."""
        publish_or_overwrite(self.path / STATUS, {**status.__dict__, "heartbeat": time.time()})

    def status(self) -> Status:
        """Return the status as last written; its process may have died since."""
        return self._files.json(STATUS, status_from)

    def last_status(self) -> Status:
        """Return the status as last written, or a new one if it cannot be read."""
        try:
            return self.status()
        except RunError:
            return Status()

    def append_history(self, line: dict[str, Any]) -> None:
        append_line(self.path / HISTORY, line)

    def history(self) -> list[dict[str, Any]]:
        """Return the lines of the history, oldest first."""
        return list(self._files.lines(HISTORY, is_history)[0])

    def replace_last_history(self, line: dict[str, Any]) -> None:
        publish_lines(self.path / HISTORY, [*self.history()[:-1], line])

    def append_samples(self, line: dict[str, Any]) -> None:
        append_line(self.path / SAMPLES, line)

    def samples(self) -> list[dict[str, Any]]:
        """Return the texts that were written during training, oldest first."""
        return list(self._files.lines(SAMPLES, is_sample)[0])

    def forget_after(self, step: int) -> None:
        """Remove history, samples and checkpoints after a step, and incomplete last lines."""
        for name, read in ((HISTORY, self.history), (SAMPLES, self.samples)):
            if self._files.has(name):
                publish_lines(self.path / name, [line for line in read() if line["step"] <= step])
        for later in self.checkpoints():
            if later > step:
                self._checkpoint_path(later).unlink()

    # The weights

    def write_checkpoint(self, step: int, weights: Mapping[str, NDArray[Any]]) -> None:
        """Publish weights, with a stamp of their run and step."""
        with disk_errors(self.path):
            (self.path / "checkpoints").mkdir(exist_ok=True)
        stamp = np.array([step, self.created()])
        publish_arrays(self._checkpoint_path(step), {**weights, STAMP: stamp})

    def checkpoints(self) -> list[int]:
        """Return the steps that have a checkpoint, in order."""
        files = (self.path / "checkpoints").glob("step-*.npz")
        steps = (step_of(f"checkpoints/{path.name}") for path in files)
        return sorted(step for step in steps if step is not None)

    def weights(self, step: int) -> dict[str, NDArray[Any]]:
        """Return the weights of a checkpoint under their Keras names."""
        if not self._files.has(checkpoint_name(step)):
            raise RunError(f"The run {self.name} has no checkpoint at step {step}.")
        arrays = self._files.arrays(checkpoint_name(step))
        self._check_stamp(step, arrays.pop(STAMP, None))
        return arrays

    def _check_stamp(self, step: int, stamp: NDArray[Any] | None) -> None:
        """Raise RunError if a file holds the checkpoint of another step or run."""
        created = None
        with contextlib.suppress(RunError):
            created = self.created()
        if stamp is not None and created is not None and stamp.tolist() != [step, created]:
            raise RunError(
                f"In the run {self.name}, the file {checkpoint_name(step)} holds another"
                " checkpoint, from a different step or run."
            )

    def check_checkpoint(self, step: int) -> None:
        """Raise RunError if a checkpoint is damaged or in the wrong file."""
        name = checkpoint_name(step)
        if not is_whole(self.path / name):
            raise self._files.damaged(name)
        self._check_stamp(step, self._files.arrays(name, {STAMP}).get(STAMP))

    def checkpoint_token(self, step: int) -> str:
        """Return a key that changes when the file of a checkpoint is published again."""
        return "-".join(f"{number:x}" for number in version_of(self._checkpoint_path(step)))

    def lost_best(self) -> int | None:
        """Return the step of the best checkpoint in the status if that checkpoint is missing."""
        while (step := self.last_status().best_step) not in (None, *self.checkpoints()):
            # A training publishes its new best checkpoint before it deletes the old one.
            if self.last_status().best_step == step:
                return step
        return None

    def thin_checkpoints(self, most_bytes: int, keep: set[int]) -> None:
        """Delete checkpoints until the others fit; see surplus."""
        sizes = {step: self._checkpoint_path(step).stat().st_size for step in self.checkpoints()}
        for step in surplus(sizes, most_bytes, keep):
            self._checkpoint_path(step).unlink()

    def _checkpoint_path(self, step: int) -> Path:
        return self.path / checkpoint_name(step)

    def write_resume(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Publish what a resume needs, and keep the previous file."""
        for name in (HISTORY, SAMPLES):
            sync_file(self.path / name)  # a resume needs their lines
        path = self.path / RESUME
        if path.exists():
            move(path, self.path / RESUME_BEFORE)
        publish_arrays(path, arrays)

    def resume(self, name: str = RESUME) -> dict[str, NDArray[Any]] | None:
        """Return what a resume needs, or None if the file does not exist."""
        return self._files.arrays(name) if self._files.has(name) else None

    def remove_damaged_checkpoints(self) -> list[int]:
        """Remove damaged checkpoints; return their steps."""
        damaged = self._damaged_checkpoints()
        for step in damaged:
            self._checkpoint_path(step).unlink()
        return list(damaged)

    def _damaged_checkpoints(self) -> dict[int, str]:
        """Return what is wrong with damaged checkpoints, by step."""
        found = {}
        for step in self.checkpoints():
            try:
                self.check_checkpoint(step)
            except RunError as error:
                found[step] = str(error)
        return found

    def sweep_leftovers(self) -> None:
        """Remove half-written files of a killed training; the caller holds the lock."""
        for folder in (self.path, self.path / "checkpoints"):
            for name in (CONFIG, STATUS, SPARE, HISTORY, SAMPLES, MODEL, "resume*", "step-*"):
                sweep_leftovers(folder, name, age=0.0)

    # Damage

    def problems(self) -> list[str]:
        """Return a sentence for every file that is missing or unreadable."""
        found = []
        for read in (self.config, self.status):
            try:
                read()
            except NewerFormat as error:
                return [str(error)]  # the other files may be valid in that format
            except RunError as error:
                found.append(str(error))
        if self._has("keeps_text") and not is_utf8(self.path / CORPUS):
            found.append(str(self._files.damaged(CORPUS)))
        for name, makes_sense in ((HISTORY, is_history), (SAMPLES, is_sample)):
            try:
                _, unreadable = self._files.lines(name, makes_sense)
            except RunError as error:
                found.append(str(error))
                continue
            if unreadable:
                found.append(
                    f"In the run {self.name}, {unreadable} lines of {name} are unreadable."
                )
        found += [str(self._files.damaged(name)) for name in self._missing()]
        found += self._damaged_checkpoints().values()
        return list(dict.fromkeys(found))

    def _missing(self) -> list[str]:
        """Return the files that are damaged, or missing although the status requires them."""
        names = [
            name
            for name in (RESUME, MODEL)
            if self._files.has(name) and not is_whole(self.path / name)
        ]
        status, has = self.last_status(), self._files.has
        if (best := self.lost_best()) is not None:
            names.append(checkpoint_name(best))
        finished, trained_here = status.status == FINISHED, not self.is_imported
        stopped = status.status == STOPPED and status.step > 0
        missing = {
            HISTORY: not self._reaches(status),
            SAMPLES: status.status not in ALIVE and not self._has_samples(status),
            RESUME: stopped and trained_here and not has(RESUME),
            "checkpoints": finished and not self.checkpoints(),
            MODEL: finished and trained_here and not has(MODEL),
        }
        return names + [name for name, is_missing in missing.items() if is_missing]

    def _has_samples(self, status: Status) -> bool:
        """Return whether there are samples; those of a finished run must reach its last epoch."""
        if not status.epoch:
            return True
        try:
            epochs = [sample["epoch"] for sample in self.samples()]
        except RunError:
            return True  # problems() names it already
        # Weights that are no longer numbers write nothing.
        is_over = status.status == FINISHED and status.loss is not None
        return bool(epochs) and (not is_over or max(epochs) >= status.epoch)

    def _reaches(self, status: Status) -> bool:
        """Return whether the history reaches the step of the status."""
        try:
            steps = {line["step"] for line in self.history()}
        except RunError:
            return True  # problems() names it already
        if status.status == FINISHED and status.step > max(steps, default=0):
            return False
        return not status.step or (bool(steps) and status.best_step in (None, *steps))

    @property
    def is_imported(self) -> bool:
        """Whether the run was imported, as far as its configuration can be read."""
        return self._has("imported")

    def _has(self, name: str) -> bool:
        """Return a truth value of the configuration; False if that cannot be read."""
        try:
            return bool(getattr(self.config(), name))
        except RunError:
            return False


@lru_cache(maxsize=256)
def _config(path: Path, _version: tuple[int, ...]) -> RunConfig:
    """Return the configuration in a folder, cached because pages often ask for all of them."""

    def read(values: dict[str, Any]) -> RunConfig:
        refuse_newer(f"The run {path.name}", values.get("format"), FORMAT)
        return replace(config_from(values), text_file=(path / CORPUS).resolve())

    return Files(path).json(CONFIG, read)
