"""The run folder: all that is known of one training, as files.

Knows which files there are, how they are written, and how to read them while they are written,
after a crash, or damaged; knows nothing of where runs live, of processes or of networks.

Which checkpoints to drop so that the rest fit on the disk.

Pure; knows steps and sizes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
from charlstm.runs.files import Files, Lines, is_history, is_sample, is_utf8, is_whole, utf8_blocks
from charlstm.runs.publish import (
    append_line,
    move,
    publish,
    publish_arrays,
    publish_json,
    publish_lines,
    publish_or_overwrite,
    sweep_leftovers,
    sync_file,
)


def surplus(sizes: Mapping[int, int], most_bytes: int, keep: Collection[int]) -> list[int]:
    """Return the steps whose checkpoints go, those first that lie closest to their neighbours.

    Args:
        sizes: Bytes by step, in the order of the steps.
        most_bytes: What all checkpoints may take.
        keep: Steps that stay, besides the first and the last, even where they do not fit.
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


CONFIG, STATUS = "config.json", "status.json"
HISTORY, SAMPLES = "history.jsonl", "samples.jsonl"
CORPUS, MODEL = "corpus.txt", "model.keras"
RESUME, RESUME_BEFORE = "resume.npz", "resume-before.npz"
CONTROL = "control.json"
SPARE = "control.spare.json"
"""Bytes that a command can be written over where the disk is full: those of the last one."""

STAMP = "step_and_created"
"""In a checkpoint: its step, and when its run was made. Checkpoints of old runs have none."""


def checkpoint_name(step: int) -> str:
    """Return where in a run's folder the checkpoint of a step is."""
    return f"checkpoints/step-{step:06d}.npz"


class RunFolder:
    """One run, at a path.

    Readers raise RunError with a sentence that names the file that cannot be read; those of
    histories and samples give the lines that can be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._files = Files(path)
        self._known_created: float | None = None

    # What was asked

    def write_config(self, config: RunConfig) -> None:
        publish_json(self.path / CONFIG, config.as_dict())
        self._known_created = config.created

    def created(self) -> float:
        """Return when the run was made, read once: a run may have thousands of checkpoints."""
        if self._known_created is None:
            self._known_created = self.config().created
        return self._known_created

    def config(self) -> RunConfig:
        """Return what was asked.

        Raises:
            NewerFormat: If the run was made by a newer version of charlstm.
        """
        values = self._files.json(CONFIG)
        refuse_newer(f"The run {self.name}", values.get("format"), FORMAT)
        try:
            return config_from(values)
        except ValueError as error:
            raise self._files.damaged(CONFIG) from error

    def write_text(self, pieces: Iterable[bytes]) -> None:
        """Keep a text, in UTF-8 and in pieces, that cannot be had again by its name."""
        publish(self.path / CORPUS, lambda file: file.writelines(pieces))

    def text(self) -> str | None:
        """Return the text that the run keeps, or None if it goes by a corpus's name."""
        if not self.config().keeps_text:
            return None
        return "".join(self.text_blocks())

    def text_blocks(self) -> Iterator[str]:
        """Yield the text that the run keeps, in blocks."""
        try:
            yield from utf8_blocks(self.path / CORPUS)
        except (OSError, UnicodeDecodeError) as error:
            raise self._files.damaged(CORPUS) from error

    # How it goes

    def write_status(self, status: Status) -> None:
        """Publish the status, also where the disk is full."""
        publish_or_overwrite(self.path / STATUS, {**status.__dict__, "heartbeat": time.time()})

    def status(self) -> Status:
        """Return the status as it was last written; whether its process lives is another matter."""
        values = self._files.json(STATUS)
        try:
            return status_from(values)
        except ValueError as error:
            raise self._files.damaged(STATUS) from error

    def append_history(self, line: dict[str, Any]) -> None:
        append_line(self.path / HISTORY, line)

    def history(self) -> list[dict[str, Any]]:
        """Return the lines of the history, oldest first."""
        return list(self._lines(HISTORY).values)

    def _lines(self, name: str) -> Lines:
        makes_sense = is_history if name == HISTORY else is_sample
        return self._files.lines(name, makes_sense, self.checkpoints())

    def replace_last_history(self, line: dict[str, Any]) -> None:
        """Put a line in the place of the last one."""
        publish_lines(self.path / HISTORY, [*self.history()[:-1], line])

    def append_samples(self, line: dict[str, Any]) -> None:
        append_line(self.path / SAMPLES, line)

    def samples(self) -> list[dict[str, Any]]:
        """Return the texts that were written after each epoch, oldest first."""
        return list(self._lines(SAMPLES).values)

    def forget_after(self, step: int) -> None:
        """Drop history, samples and checkpoints past a step, and a last line without its end."""
        for name, read in ((HISTORY, self.history), (SAMPLES, self.samples)):
            if self._files.has(name):
                publish_lines(self.path / name, [line for line in read() if line["step"] <= step])
        for later in self.checkpoints():
            if later > step:
                self._checkpoint_path(later).unlink()

    # What was learned

    def write_checkpoint(self, step: int, weights: Mapping[str, NDArray[Any]]) -> None:
        """Publish weights, with a stamp that tells of which run and step they are."""
        with disk_errors(self.path):
            (self.path / "checkpoints").mkdir(exist_ok=True)
        stamp = np.array([step, self.created()])
        publish_arrays(self._checkpoint_path(step), {**weights, STAMP: stamp})

    def checkpoints(self) -> list[int]:
        """Return the steps that have a checkpoint, in order."""
        found = (
            re.fullmatch(r"step-(\d{6,12})\.npz", path.name)
            for path in (self.path / "checkpoints").glob("step-*.npz")
        )
        return sorted(int(match[1]) for match in found if match)

    def weights(self, step: int) -> dict[str, NDArray[Any]]:
        """Return the weights of a checkpoint under their Keras names."""
        if not self._files.has(checkpoint_name(step)):
            raise RunError(f"The run {self.name} has no checkpoint at step {step}.")
        arrays = self._files.arrays(checkpoint_name(step))
        self._check_stamp(step, arrays.pop(STAMP, None))
        return arrays

    def _check_stamp(self, step: int, stamp: NDArray[Any] | None) -> None:
        """Refuse a checkpoint that says that it is another; those of old runs say nothing."""
        if stamp is None:
            return
        try:
            expected = [step, self.created()]
        except RunError:
            return  # nothing tells what it should be
        if stamp.tolist() == expected:
            return
        raise RunError(
            f"In the run {self.name}, the file {checkpoint_name(step)} holds another checkpoint,"
            " of another step or another run."
        )

    def check_checkpoint(self, step: int) -> None:
        """Refuse a checkpoint whose file is not as it was written.

        Raises:
            RunError: If it is damaged, or another checkpoint's.
        """
        name = checkpoint_name(step)
        if not is_whole(self.path / name):
            raise self._files.damaged(name)
        self._check_stamp(step, self._files.array(name, STAMP))

    def lost_best(self) -> int | None:
        """Return the step of the best checkpoint if the status tells of one that is not there."""
        while (step := self.stated_best()) not in (None, *self.checkpoints()):
            # A training tells of a new best one before it drops the old one.
            if self.stated_best() == step:
                return step
        return None

    def stated_best(self) -> int | None:
        """Return which checkpoint is the best by the status, None where it does not tell."""
        try:
            step = self.status().best_step
        except RunError:
            return None
        return None if step is None else int(step)

    def thin_checkpoints(self, most_bytes: int, keep: set[int]) -> None:
        """Drop checkpoints until the rest fit, those first that lie closest to their neighbours.

        Args:
            most_bytes: What all checkpoints may take.
            keep: Steps that stay, besides the first and the last.
        """
        sizes = {step: self._checkpoint_path(step).stat().st_size for step in self.checkpoints()}
        for step in surplus(sizes, most_bytes, keep):
            self._checkpoint_path(step).unlink()

    def _checkpoint_path(self, step: int) -> Path:
        return self.path / checkpoint_name(step)

    def write_resume(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Publish what a resume goes on from, and keep the one before it."""
        for name in (HISTORY, SAMPLES):
            sync_file(self.path / name)  # lines that it counts on
        path = self.path / RESUME
        if path.exists():
            move(path, self.path / RESUME_BEFORE)
        publish_arrays(path, arrays)

    def resume(self, name: str = RESUME) -> dict[str, NDArray[Any]] | None:
        """Return what a resume goes on from, or None if there is nothing yet.

        Args:
            name: RESUME, or RESUME_BEFORE for the one before it.
        """
        return self._files.arrays(name) if self._files.has(name) else None

    @property
    def has_resume_before(self) -> bool:
        """Whether there is what a resume went on from before the last checkpoint."""
        return self._files.has(RESUME_BEFORE)

    def remove_resume(self, name: str) -> None:
        """Remove what cannot be read."""
        (self.path / name).unlink(missing_ok=True)

    def remove_damaged_checkpoints(self) -> list[int]:
        """Remove the checkpoints whose files are not as they were written; return their steps."""
        damaged = []
        for step in self.checkpoints():
            try:
                self.check_checkpoint(step)
            except RunError:
                self._checkpoint_path(step).unlink()
                damaged.append(step)
        return damaged

    def sweep_leftovers(self) -> None:
        """Remove what a training that was killed left half written; the caller holds the lock."""
        for folder in (self.path, self.path / "checkpoints"):
            for name in (CONFIG, STATUS, SPARE, HISTORY, SAMPLES, MODEL, "resume*", "step-*"):
                sweep_leftovers(folder, name, age=0.0)

    # Damage

    def problems(self) -> list[str]:
        """Return a sentence for every file that is missing or cannot be read."""
        found = []
        for read in (self.config, self.status):
            try:
                read()
            except NewerFormat as error:
                return [str(error)]  # what else there is may well be right in that format
            except RunError as error:
                found.append(str(error))
        if self._should_keep_text() and not is_utf8(self.path / CORPUS):
            found.append(str(self._files.damaged(CORPUS)))
        for name in (HISTORY, SAMPLES):
            try:
                lines = self._lines(name)
            except RunError as error:
                found.append(str(error))
                continue
            if lines.passed_over:
                found.append(
                    f"In the run {self.name}, {name} is so long that {lines.passed_over:,} of its"
                    " lines, evenly spread, are not read."
                )
            if lines.unreadable:
                found.append(
                    f"In the run {self.name}, {lines.unreadable} lines of {name} are unreadable."
                )
        found += [str(self._files.damaged(name)) for name in self._missing()]
        for step in self.checkpoints():
            try:
                self.check_checkpoint(step)
            except RunError as error:
                found.append(str(error))
        return list(dict.fromkeys(found))

    def _missing(self) -> list[str]:
        """Return the files that the status speaks for and that are not there, or not whole."""
        names = [
            name
            for name in (RESUME, MODEL)
            if self._files.has(name) and not is_whole(self.path / name)
        ]
        try:
            status = self.status()
        except RunError:
            return names
        if not self._tells_of(status):
            names.append(HISTORY)
        if (best := self.lost_best()) is not None:
            names.append(checkpoint_name(best))
        if status.epoch and status.status not in ALIVE and not self._files.has(SAMPLES):
            names.append(SAMPLES)
        asked_to_stop = status.status == STOPPED and status.step and not self.is_imported
        if asked_to_stop and not self._files.has(RESUME):
            names.append(RESUME)
        if status.status == FINISHED and not self.checkpoints():
            names.append("checkpoints")
        if status.status == FINISHED and not self._files.has(MODEL) and not self.is_imported:
            names.append(MODEL)
        return names

    def _tells_of(self, status: Status) -> bool:
        """Return whether the history goes as far as the status speaks for."""
        try:
            steps = {line["step"] for line in self.history()}
        except RunError:
            return True  # problems names it already
        if status.status == FINISHED and status.step > max(steps, default=0):
            return False
        return not status.step or (bool(steps) and status.best_step in (None, *steps))

    @property
    def is_imported(self) -> bool:
        """Whether the run came as a file, as far as that can be read."""
        try:
            return self.config().imported
        except RunError:
            return False

    def _should_keep_text(self) -> bool:
        try:
            return self.config().keeps_text
        except RunError:
            return False
