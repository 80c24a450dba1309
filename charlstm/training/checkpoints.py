"""What a training measures and saves (held-out losses, samples, checkpoints), and how it resumes.

TensorFlow is used only through the learner.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import HELD_OUT_WINDOWS, let_go, sample_of_windows, windows
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.errors import RunError
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import HISTORY, RESUME, RESUME_BEFORE, RunFolder
from charlstm.sampling.language_model import cursor_after, steps, uniforms_of
from charlstm.sampling.network import Network
from charlstm.settings import schedule
from charlstm.settings.fields import SAMPLE_LENGTH, SAMPLE_PROMPT, SAMPLE_TEMPERATURES
from charlstm.training.record import Progress, Record

if TYPE_CHECKING:
    from charlstm.training.learner import Learner

TOKENS_FOR_CHARACTERS = 4
"""A model of words reads and writes a quarter as many tokens, about the same amount of text."""

_WINDOWS_PER_CALL = 8192

_FIRST = 1
"""The step of the first checkpoint; a run may end right after it."""


class HeldOut:
    """The held-out part of a text, ids of shape (symbols,); it may be empty."""

    def __init__(self, ids: NDArray[Any]) -> None:
        self._ids = ids
        self._sample = sample_of_windows(ids, HELD_OUT_WINDOWS)
        self._ended, self._cost = -math.inf, 0.0

    def loss(self, learner: Learner) -> float | None:
        """Return the mean loss on the sample, in nats, or None if nothing is held out."""
        if not len(self._sample[1]):
            return None
        began = time.perf_counter()
        loss = float(learner.window_losses(*self._sample).mean())
        self._ended = time.perf_counter()
        self._cost = self._ended - began
        return loss

    def loss_if_due(self, learner: Learner) -> float | None:
        """Return the same, or None if it was measured too recently, given its duration."""
        since = time.perf_counter() - self._ended
        return self.loss(learner) if schedule.held_out_due(since, self._cost) else None

    def loss_of_all(
        self,
        learner: Learner,
        weights: dict[str, NDArray[Any]],
        most: int,
        go_on: Callable[[], bool],
    ) -> float | None:
        """Return the mean loss of weights on all windows, in nats; the learner keeps the weights.

        If there are more windows than ``most``, that many are read, evenly spread. The result is
        None if nothing is held out, or once go_on, which is called repeatedly, returns False.
        """
        all_windows, targets = windows(self._ids)
        every = -(-len(targets) // most) or 1
        all_windows, targets = all_windows[::every], targets[::every]
        if not len(targets):
            return None
        learner.restore(learner.arrays() | weights)
        total = 0.0
        for start in range(0, len(targets), _WINDOWS_PER_CALL):
            part = slice(start, start + _WINDOWS_PER_CALL)
            total += float(learner.window_losses(all_windows[part], targets[part]).sum(dtype=float))
            if not go_on():
                return None
        return total / len(targets)


def epoch_samples(
    weights: Mapping[str, NDArray[Any]],
    ids: NDArray[np.integer],
    vocabulary: Vocabulary,
    *,
    window: int | None,
    epoch: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Return what the network writes at each temperature, from the same prompt and uniforms.

    The prompt is a random piece of the training text, ids of shape (symbols,), that depends on seed
    and epoch. A window of None means that the model carries its state.
    """
    characters_per_token = 1 if vocabulary.level == CHAR else TOKENS_FOR_CHARACTERS
    read, length = SAMPLE_PROMPT // characters_per_token, SAMPLE_LENGTH // characters_per_token
    start = int(np.random.default_rng([seed, epoch]).integers(len(ids) - read))
    prompt = ids[start : start + read]
    temperatures = np.array(SAMPLE_TEMPERATURES)
    cursor = cursor_after(Network(weights), prompt, window=window, streams=len(temperatures))
    written = [step.symbols for step in steps(cursor, temperatures, uniforms_of(epoch, length))]
    return [
        {
            "prompt": vocabulary.decode(prompt),
            "temperature": float(temperature),
            "seed": epoch,
            "text": vocabulary.decode(column),
        }
        for temperature, column in zip(temperatures, np.stack(written, axis=1), strict=True)
    ]


@dataclass(frozen=True)
class Intact:
    """Where a training can continue, and what was lost, in a sentence or two, or ``""``.

    The arrays are those of resume.npz, or of the previous one; if neither can be read, the weights
    are those of the newest checkpoint.
    """

    arrays: dict[str, NDArray[Any]] | None = None
    weights: dict[str, NDArray[Any]] | None = None
    step: int = 0
    seconds: float = 0.0
    message: str = ""


@dataclass
class Checkpoints:
    """Saves a training and resumes it; every checkpoint is measured and has a line in the record.

    The ids are the training text, shape (symbols,); samples start with a piece of it.
    """

    run: RunFolder
    config: RunConfig
    ids: NDArray[Any]
    progress: Progress
    held_out: HeldOut
    record: Record

    _step, _seconds = 0, 0.0  # of the last one
    _sampled: int | None = None  # the step of the last samples
    _sampled_seconds, _sample_cost = 0.0, 0.0
    _intact = Intact()

    @property
    def is_due(self) -> bool:
        progress = self.progress
        return progress.step == 1 or schedule.checkpoint_due(progress.seconds, self._seconds)

    def recover(self) -> str:
        """Find in the folder where to continue; return what was lost, or ``""``."""
        self._intact = intact = recover(self.run)
        self._step, self._seconds = intact.step, intact.seconds
        self.progress.step, self.progress.seconds = intact.step, intact.seconds
        self.record.restore()
        return intact.message

    def restore(self, learner: Learner) -> None:
        """Restore a learner where the run continues; remove later files and lines."""
        intact, self._intact = self._intact, Intact()  # its arrays may be large
        try:
            if intact.arrays is not None:
                learner.restore(intact.arrays)
            elif intact.weights is not None:
                learner.restore(learner.arrays() | intact.weights)
        except (KeyError, ValueError, TypeError) as error:
            raise RunError(
                f"In the run {self.run.name}, resume.npz does not fit its network."
            ) from error
        self.run.forget_after(intact.step)
        for sample in self.run.samples():
            self._sampled, self._sampled_seconds = sample["step"], intact.seconds

    def save(self, learner: Learner, *, epoch_ends: bool = False) -> None:
        """Save weights, a line of the history and what a resume needs; after an epoch, samples.

        The first checkpoint has samples too, as a run may end within its first epoch.
        """
        progress = self.progress
        self._step, self._seconds = progress.step, progress.seconds
        weights = learner.weights()
        self.run.write_checkpoint(progress.step, weights)
        self.record.line(self.held_out.loss(learner), checkpoint=True)
        let_go(self.ids)
        self.run.thin_checkpoints(schedule.MAX_CHECKPOINT_BYTES, {self.record.best.step or 0})
        if epoch_ends or self._sampled is None:
            self._write_samples(weights)
        position = {
            "progress/step": np.array(progress.step),
            "progress/seconds": np.array(progress.seconds),
        }
        self.run.write_resume(learner.arrays() | position)

    def save_the_rest(self, learner: Learner) -> None:
        """Save what was learned since the last checkpoint."""
        if self.progress.step != self._step:
            self.save(learner)

    def sample(self, learner: Learner) -> None:
        """Write samples within an epoch, if they are due."""
        seconds = self.progress.seconds
        if schedule.samples_due(seconds, self._sampled_seconds, self._sample_cost):
            self._write_samples(learner.weights())

    def sample_the_last(self, learner: Learner) -> None:
        """Write samples at the end if the last epoch is incomplete."""
        progress = self.progress
        if 0 < progress.step != self._sampled and (progress.is_done or not progress.epoch):
            self._write_samples(learner.weights())

    def _write_samples(self, weights: dict[str, NDArray[np.float32]]) -> None:
        if not all(np.isfinite(weight).all() for weight in weights.values()):
            return
        began = time.perf_counter()
        step, epoch = self.progress.step, self.progress.epoch
        for sample in epoch_samples(
            weights,
            self.ids,
            self.config.vocabulary,
            window=self.config.window,
            epoch=epoch,
            seed=self.config.settings.seed,
        ):
            self.run.append_samples({"epoch": epoch, "step": step, **sample})
        self._sampled, self._sampled_seconds = step, self.progress.seconds
        self._sample_cost = time.perf_counter() - began


def recover(run: RunFolder) -> Intact:
    """Return where an interrupted training can continue; remove damaged files."""
    run.sweep_leftovers()
    best = run.lost_best()
    steps = [*([] if best is None else [best]), *run.remove_damaged_checkpoints()]
    lost = [f"checkpoint {step:,}" for step in steps]
    for name in (RESUME, RESUME_BEFORE):
        try:
            arrays = run.resume(name)
        except RunError:
            (run.path / name).unlink(missing_ok=True)
            lost.append(name)
            continue
        if arrays is None:
            if name == RESUME and (run.path / RESUME_BEFORE).exists():
                lost.append(name)
            continue
        try:
            step, seconds = int(arrays["progress/step"]), float(arrays["progress/seconds"])
        except (KeyError, ValueError, TypeError) as error:
            raise RunError(f"In the run {run.name}, {name} does not fit its network.") from error
        what = f"continued from step {step:,}"
        lost += _lost_lines(run, step)
        return Intact(arrays, step=step, seconds=seconds, message=_message(lost, what))
    steps = run.checkpoints()
    if RESUME not in lost and max([run.last_status().step, *steps[-1:]]) > _FIRST:
        lost.append(RESUME)
    if not steps or RESUME not in lost:
        # A training that starts from another run has its weights as the checkpoint of step 0.
        weights = run.weights(0) if 0 in steps else None
        return Intact(None, weights, message=_message(lost, "started again"))
    lost += _lost_lines(run, steps[-1])
    what = f"continued with the weights of step {steps[-1]:,} and a new optimizer"
    seconds = _seconds_at(run, steps[-1])
    return Intact(None, run.weights(steps[-1]), steps[-1], seconds, _message(lost, what))


def _message(lost: list[str], what: str) -> str:
    if not lost:
        return ""
    listed = " and ".join(filter(None, [", ".join(lost[:-1]), lost[-1]]))
    return f"Damaged or missing, as after a power cut: {listed}. The run {what}."


def _lost_lines(run: RunFolder, step: int) -> list[str]:
    """Return the history's name if it ends before a step at which it had a line."""
    with contextlib.suppress(RunError):
        if step == 0 or any(line["step"] >= step for line in run.history()):
            return []
    return [HISTORY]


def _seconds_at(run: RunFolder, step: int) -> float:
    with contextlib.suppress(RunError):
        return max((line["seconds"] for line in run.history() if line["step"] <= step), default=0.0)
    return 0.0
