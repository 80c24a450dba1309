"""Opening a run: its model and what is known of its text; and making a run small enough to ship.

Nothing is ever downloaded. If the text itself is not available, a fingerprint of it may be: in the
run's own folder, as an imported run may bring one, or in assets/fingerprints, where one serves all
shipped runs of a text. It is found by the SHA-256 of the text.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import Speller, speller_for
from charlstm.analysis.written import FINGERPRINT, NOTHING, TEXT, Source
from charlstm.data import named
from charlstm.data.corpus import Corpus, LongCorpus, spread
from charlstm.data.fingerprint import Fingerprint, fingerprint_from, fingerprint_of
from charlstm.data.words import WordVocabulary
from charlstm.errors import CharlstmError, CorpusError, RunError, SettingsError
from charlstm.runs.config import FINISHED, RunConfig
from charlstm.runs.files import Files, publish_arrays, publish_lines, version_of
from charlstm.runs.folder import CORPUS, HISTORY, SAMPLES, STATUS, RunFolder, checkpoint_name
from charlstm.runs.store import DEFAULT_RUN, SHIPPED, find
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network

FINGERPRINTS = Path(__file__).resolve().parents[2] / "assets" / "fingerprints"
OWN = "fingerprint.npz"

MOST_SHIPPED_LINES = 1000
"""Lines of a shipped history; a curve on a page has fewer points."""

MOST_SHIPPED_EPOCHS = 30
"""Epochs whose samples are shipped, in addition to those of checkpoints."""

_WEIGHTS = ".weights.h5"
_STILL = (1980, 1, 1, 0, 0, 0)
_SMALL = 256
"""Arrays of fewer numbers are not compressed."""


def best_checkpoint(run: RunFolder) -> int:
    """Return the checkpoint with the lowest held-out loss, or training loss if none is held out.

    If the history lacks the line of the status's best checkpoint, that one is returned; if no loss
    is known, the last. Raises a RunError if there is no checkpoint, or the best one is missing.
    """
    files = (HISTORY, STATUS, "checkpoints")
    return _best(run.path, *(version_of(run.path / name) for name in files))


@lru_cache(maxsize=64)
def _best(path: Path, *_versions: tuple[int, ...]) -> int:
    run = RunFolder(path)
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
    """Return the requested checkpoint, by default the best; RunError if it does not exist."""
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


def corpus_of(run: RunFolder) -> Corpus:
    """Return the text of a run, as its network sees it; RunError if it is missing or changed."""
    return text_to_learn(run).whole()


def text_to_learn(run: RunFolder) -> LongCorpus:
    """Return the same for training: in blocks, never whole in memory."""
    config = run.config()
    if config.keeps_text:
        corpus = LongCorpus(config.corpus, [run.text_blocks], folder=run.path)
    elif config.imported and config.corpus not in named.names():
        raise RunError(f"The run {run.name} was imported without its text.")
    else:
        named.check_name(config.corpus)  # a name must not be a path
        corpus = named.gather([config.corpus], folder=run.path)
        corpus = corpus.cased(lowercase=config.settings.lowercase)
    if (corpus.sha256, len(corpus)) != (config.sha256, config.length):
        raise RunError(
            f"The text {config.corpus!r} is no longer the one that the run {run.name} learned (its"
            " SHA-256 differs)."
        )
    return corpus


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
    """Return the available form of the text that a run learned: text, fingerprint, or nothing.

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
        found = map(read_fingerprint, _fingerprints(run, config))
        known = next((each for each in found if each.sha256 == config.sha256), None)
        return Source(None, known, reason)
    except CharlstmError as error:
        return Source(None, None, f"{reason} {error}")


def source_kind(run: RunFolder, most: int | None = None) -> str:
    """Return the kind of source that source_of would return, without reading it."""
    config = run.config()
    if not _why_not(run, config, most):
        return TEXT
    return FINGERPRINT if _fingerprints(run, config) else NOTHING


def ensure_fingerprint(run: RunFolder) -> Path:
    """Write the fingerprint of a run's text to assets/fingerprints if it is not there yet."""
    path = _shared_path(run.config())
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        publish_arrays(path, fingerprint_of(corpus_of(run)).arrays())
    return path


def _why_not(run: RunFolder, config: RunConfig, most: int | None) -> str:
    """Return why a run's text is not available, as one sentence, or ``""``."""
    if most is not None and config.length > most:
        return f"The text {config.corpus!r} has {config.length:,} characters, too many for a page."
    if config.keeps_text:
        there = (run.path / CORPUS).is_file()
    else:
        there = config.corpus in named.names() and named.is_at_hand(config.corpus)
    return "" if there else f"The text {config.corpus!r} that this run learned is not available."


def _fingerprints(run: RunFolder, config: RunConfig) -> list[Path]:
    return [path for path in (run.path / OWN, _shared_path(config)) if path.is_file()]


def _shared_path(config: RunConfig) -> Path:
    # The content of config.json is not trusted: it must not lead out of the folder.
    name = config.sha256[:16] if config.sha256.isalnum() else "none"
    return FINGERPRINTS / f"{name}.npz"


def read_fingerprint(path: Path) -> Fingerprint:
    """Return the fingerprint in a file; raise RunError if it cannot be read."""
    try:
        return fingerprint_from(Files(path.parent).arrays(path.name))
    except CorpusError as error:
        raise RunError(f"{path.name}: {error}") from error


def halved(weight: NDArray[Any]) -> NDArray[Any]:
    """Return a weight in half precision, or unchanged if a number would become infinite.

    Half precision ends at 65,504; the weights of a diverged training can be larger.
    """
    with np.errstate(over="ignore"):
        half = weight.astype(np.float16)
    return half if (np.isfinite(half) == np.isfinite(weight)).all() else weight


def shrink(data: bytes) -> bytes:
    """Return a ``.keras`` file with its weights rounded to half precision, stored as float32.

    HDF5 groups and compresses the first bytes of all numbers, then the second ones, and so on; any
    reader of HDF5 can open them.
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

    At most ``most`` checkpoints are kept: the best and the last, then those of the first epoch, in
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
    """Copy the history and the samples of a run, thinned evenly if they are long."""
    history = run.history()
    of_kept = [line["step"] for line in history if line["step"] in kept]
    steps = {
        *of_kept,
        *_spread([line["step"] for line in history], MOST_SHIPPED_LINES - len(of_kept)),
    }
    publish_lines(target.path / HISTORY, [line for line in history if line["step"] in steps])
    samples = run.samples()
    written = {sample["step"] for sample in samples} & set(kept)
    written |= set(_spread(_ends_of_epochs(run), MOST_SHIPPED_EPOCHS - len(written)))
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


def by_moment(samples: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return lines of samples.jsonl by when they were written, oldest first.

    The keys are such as ``"3"`` for the end of an epoch, and ``"step 1234"`` within one.
    """
    found = dict[str, list[dict[str, Any]]]()
    for (epoch, step), lines in groupby(samples, lambda line: (line["epoch"], line["step"])):
        within = epoch < 1 or str(epoch) in found
        found[f"step {step}" if within else str(epoch)] = list(lines)
    return found


def _spread(steps: list[int], count: int) -> list[int]:
    return [steps[position] for position in spread(len(steps), count)]
