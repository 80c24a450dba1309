"""Opening a run: its model, what is known of its text, and where a training can go on.

Nothing is ever downloaded. Where the text itself is not at hand, a fingerprint of it may be: in the
run's own folder, as a run from elsewhere may bring one, or in assets/fingerprints, where one serves
all shipped runs of a text. It is found by the SHA-256 of the text.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.copies import FINGERPRINT, NOTHING, TEXT, Source
from charlstm.analysis.loss import Speller, speller_for
from charlstm.data import named
from charlstm.data.corpus import Corpus
from charlstm.data.fingerprint import Fingerprint, fingerprint_from, fingerprint_of
from charlstm.data.words import WordVocabulary
from charlstm.errors import CharlstmError, CorpusError, NewerFormat, RunError
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import CORPUS, HISTORY, RESUME, RESUME_BEFORE, RunFolder, checkpoint_name
from charlstm.runs.new import corpus_of
from charlstm.runs.publish import publish_arrays, write_arrays
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network

FINGERPRINTS = Path(__file__).resolve().parents[2] / "assets" / "fingerprints"
OWN = "fingerprint.npz"
MOST_EXPORTED = 2_000_000
"""Characters of a text whose fingerprint takes only seconds."""

_FIRST = 1
"""The step of the first checkpoint; a run may end right after it."""


def best_checkpoint(run: RunFolder) -> int:
    """Return the checkpoint with the lowest held-out loss; training loss where nothing is held out.

    If the history lacks the line of the best checkpoint by the status, that one is returned, and if
    no loss is known, the last. RunError if there is no checkpoint, or the best one is missing.
    """
    checkpoints = run.checkpoints()
    if not checkpoints:
        raise RunError(f"The run {run.name} has no checkpoint yet.")
    steps = set(checkpoints)
    if (lost := run.lost_best()) is not None:
        raise RunError(
            f"In the run {run.name}, the file of the best checkpoint, {checkpoint_name(lost)}, is"
            " missing; choose another checkpoint."
        )
    lines = [line for line in run.history() if line["step"] in steps]
    stated = run.last_status().best_step
    if stated in steps and all(line["step"] != stated for line in lines):
        return stated
    for key in ("held_out_loss", "loss"):
        losses = {line["step"]: line[key] for line in lines if line[key] is not None}
        if losses:
            return int(min(losses, key=losses.__getitem__))
    return checkpoints[-1]


def checkpoint_of(run: RunFolder, asked: int | None) -> int:
    """Return the checkpoint that was asked for, by default the best; RunError if there is none."""
    if asked is None:
        return best_checkpoint(run)
    if asked not in (steps := run.checkpoints()):
        raise RunError(
            f"The run {run.name} has no checkpoint at step {asked}; it has"
            f" {', '.join(map(str, steps)) or 'none'}."
        )
    return asked


def open_model(
    run: str | RunFolder = DEFAULT_RUN, checkpoint: int | None = None, dtype: type = np.float64
) -> LanguageModel:
    """Return the language model of a run.

    Args:
        run: Its name or folder; the shipped ``tbptt`` run by default.
        checkpoint: A step that has one; by default the one with the lowest held-out loss.
        dtype: What to compute in.

    Raises:
        RunError: If there is no such run or checkpoint, or a file is damaged.
    """
    folder = find(run) if isinstance(run, str) else run
    config = folder.config()
    step = checkpoint_of(folder, checkpoint)
    weights = folder.weights(step)
    file = f"In the run {folder.name}, {checkpoint_name(step)}"
    try:
        network = Network(weights, dtype)
    except RunError as error:
        raise RunError(f"{file}: {error}") from error
    settings = config.settings
    asked = (settings.network, len(config.vocabulary), settings.units, settings.layers)
    if (network.kind, network.symbols, network.units, network.layers) != asked:
        raise RunError(f"{file} holds another network than config.json asks for.")
    return LanguageModel(config.vocabulary, network, config.window, folder.name, step)


def speller_of(run: RunFolder) -> Speller | None:
    """Return the speller of a run's training text; None for a model of characters.

    Raises:
        CharlstmError: If the text is not available.
    """
    config = run.config()
    if not isinstance(config.vocabulary, WordVocabulary):
        return None
    return speller_for(corpus_of(run).text[: config.training_length], config.vocabulary)


def source_of(run: str | RunFolder, most: int | None = None) -> Source:
    """Return what is at hand of the text that a run learned: the text, a fingerprint, or nothing.

    Args:
        run: Its name or folder.
        most: A text of more characters than this is not read.

    Raises:
        RunError: If there is no such run, or its config.json cannot be read.
    """
    run = find(run) if isinstance(run, str) else run
    config = run.config()
    reason = _why_not(run, config, most)
    if not reason:
        try:
            return Source(corpus_of(run).text)
        except CharlstmError as error:
            reason = str(error)
    try:
        return Source(None, _found(run, config), reason)
    except CharlstmError as error:
        return Source(None, None, f"{reason} {error}")


def source_kind(run: RunFolder, most: int | None = None) -> str:
    """Return the kind of source that source_of would return, without reading it."""
    config = run.config()
    if not _why_not(run, config, most):
        return TEXT
    return FINGERPRINT if any(path.is_file() for path in _paths(run, config)) else NOTHING


def ensure_fingerprint(run: RunFolder) -> Path:
    """Write the fingerprint of a run's text to assets/fingerprints if it is not there yet."""
    path = _shared_path(run.config())
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        publish_arrays(path, fingerprint_of(corpus_of(run)).arrays())
    return path


def exported_fingerprint(run: RunFolder, *, with_text: bool) -> bytes | None:
    """Return the fingerprint to export with a run, or None.

    It is the one in its folder. Otherwise, if the run keeps a text that is not exported with it,
    one is made, unless the text has more than MOST_EXPORTED characters.
    """
    path, config = run.path / OWN, run.config()
    if path.is_file():
        return path.read_bytes()
    if with_text or not config.keeps_text:
        return None
    text = source_of(run, MOST_EXPORTED).text
    if text is None:
        return None
    file = io.BytesIO()
    write_arrays(file, fingerprint_of(Corpus(config.corpus, text)).arrays())
    return file.getvalue()


def _why_not(run: RunFolder, config: RunConfig, most: int | None) -> str:
    """Return why a run's text is not at hand, as one sentence, or ``""``."""
    if most is not None and config.length > most:
        return f"The text {config.corpus!r} has {config.length:,} characters, too many for a page."
    if config.keeps_text:
        there = (run.path / CORPUS).is_file()
    else:
        there = config.corpus in named.names() and named.is_at_hand(config.corpus)
    return "" if there else f"The text {config.corpus!r} that this run learned is not at hand."


def _paths(run: RunFolder, config: RunConfig) -> list[Path]:
    return [run.path / OWN, _shared_path(config)]


def _shared_path(config: RunConfig) -> Path:
    # The content of config.json is not trusted: it must not lead out of the folder.
    name = config.sha256[:16] if config.sha256.isalnum() else "none"
    return FINGERPRINTS / f"{name}.npz"


def _found(run: RunFolder, config: RunConfig) -> Fingerprint | None:
    for path in _paths(run, config):
        if not path.is_file():
            continue
        fingerprint = read_fingerprint(path)
        if fingerprint.sha256 == config.sha256:
            return fingerprint
    return None


def read_fingerprint(path: Path) -> Fingerprint:
    """Return the fingerprint in a file; raise RunError if it cannot be read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return fingerprint_from({key: arrays[key] for key in arrays.files})
    except NewerFormat:
        raise
    except CorpusError as error:
        raise RunError(f"{path.name}: {error}") from error
    except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
        raise RunError(f"The fingerprint {path.name} cannot be read.") from error


@dataclass(frozen=True)
class Intact:
    """Where a training can go on.

    Attributes:
        arrays: Of resume.npz, or of the previous one, or None if neither can be read.
        weights: Of the newest checkpoint if there are no arrays, or None.
        step, seconds: Of training.
        message: What was lost, in a sentence or two, or ``""``.
    """

    arrays: dict[str, NDArray[Any]] | None = None
    weights: dict[str, NDArray[Any]] | None = None
    step: int = 0
    seconds: float = 0.0
    message: str = ""


def recover(run: RunFolder) -> Intact:
    """Return what a training that was cut off can go on from; remove what is damaged."""
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
        what = f"went on from step {step:,}"
        lost += _lost_lines(run, step)
        return Intact(arrays, step=step, seconds=seconds, message=_message(lost, what))
    steps = run.checkpoints()
    if RESUME not in lost and max([run.last_status().step, *steps[-1:]]) > _FIRST:
        lost.append(RESUME)
    if not steps or RESUME not in lost:
        return Intact(message=_message(lost, "started again"))
    lost += _lost_lines(run, steps[-1])
    what = f"went on with the weights of step {steps[-1]:,} and a new optimizer"
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
    """Return the seconds of training at a step, by the history."""
    with contextlib.suppress(RunError):
        return max((line["seconds"] for line in run.history() if line["step"] <= step), default=0.0)
    return 0.0
