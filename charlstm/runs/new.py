"""A new run: the checks before anything starts, its folder, and the text that it learns."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import time

import numpy as np

from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter, per_character, speller_for
from charlstm.data import named
from charlstm.data.corpus import Corpus, Learnable, LongCorpus, changed, check, training_length
from charlstm.data.named import gather
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.data.words import (
    UNKNOWNS,
    WordVocabulary,
    both_parts,
    check_tokens,
    readable,
    vocabulary_for,
)
from charlstm.errors import CharlstmError, CorpusError, DiskError, RunError, disk_errors
from charlstm.runs.config import STARTING, RunConfig, Status, own_mark
from charlstm.runs.files import sync_folder
from charlstm.runs.folder import CORPUS, RunFolder
from charlstm.runs.store import changing_runs, create, free_name
from charlstm.sampling.network import LSTM
from charlstm.settings import Settings, weight_count
from charlstm.settings.schedule import (
    CHECKPOINT_SECONDS,
    FIRST_CHECKPOINTS,
    MAX_CHECKPOINT_BYTES,
)

_PACKAGES = ("tensorflow", "keras", "numpy")


def new_run(corpus: Learnable, settings: Settings, name: str | None = None) -> RunFolder:
    """Make the folder of a run that is ready to be trained, under a free name by default.

    The text is already in lower case if the settings say so. Raises a CorpusError if nothing can be
    learned from it, a SettingsError if the name is not allowed, a RunError if the name is taken or
    a limit on runs or disk is exceeded.
    """
    corpus = readable(corpus, settings.level)
    check(corpus, held_out=settings.held_out, level=settings.level)
    train = training_length(len(corpus), settings.held_out)
    vocabulary = vocabulary_for(corpus, settings.level, settings.vocabulary, train)
    measure = _measured(corpus, vocabulary, train)
    network = "" if settings.network == LSTM else f"-{settings.network}"
    network += "" if settings.level == CHAR else f"-{settings.level}"
    expected = _expected_bytes(corpus, settings, len(vocabulary))
    with changing_runs():
        name = free_name(corpus.name, settings.recipe + network) if name is None else name
        run = create(name, expected)
    keeps_text = not _has_name(corpus, settings)
    config = RunConfig(
        settings=settings,
        corpus=corpus.name,
        sha256=corpus.sha256,
        length=len(corpus),
        training_length=train,
        vocabulary=vocabulary,
        keeps_text=keeps_text,
        versions=_versions(),
        created=time.time(),
        per_character=measure,
        note=corpus.note,
    )
    try:
        with disk_errors(run.path):
            if keeps_text:
                run.write_text(piece.encode() for piece in corpus.pieces())
                if named.sha256_of(run.path / CORPUS) != corpus.sha256:
                    raise changed(corpus.name)
            run.write_config(config)
            # Until another process takes over, this one counts as its trainer.
            run.write_status(Status(phase=STARTING, epochs=settings.epochs, process=own_mark()))
            sync_folder(run.path.parent)
    except (CorpusError, DiskError):
        not_started(run)
        raise
    return run


def not_started(run: RunFolder) -> None:
    """Remove a new run that could not be started."""
    shutil.rmtree(run.path, ignore_errors=True)


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
        corpus = gather([config.corpus], folder=run.path)
        corpus = corpus.cased(lowercase=config.settings.lowercase)
    if (corpus.sha256, len(corpus)) != (config.sha256, config.length):
        raise RunError(
            f"The text {config.corpus!r} is no longer the one that the run {run.name} learned (its"
            " SHA-256 differs)."
        )
    return corpus


def _has_name(corpus: Learnable, settings: Settings) -> bool:
    if corpus.name not in named.names() or not named.is_at_hand(corpus.name):
        return False
    try:
        same = gather([corpus.name]).cased(lowercase=settings.lowercase)
    except CharlstmError:
        return False
    return same.sha256 == corpus.sha256


def _measured(corpus: Learnable, vocabulary: Vocabulary, train: int) -> PerCharacter:
    """Return the conversion of losses per symbol to losses per character; check a text of words."""
    if not isinstance(vocabulary, WordVocabulary):
        return OF_CHARACTERS
    parts = both_parts(corpus, vocabulary, train)
    check_tokens(len(parts[0]), len(parts[1]), len(vocabulary) - len(UNKNOWNS))
    text = corpus.whole().text
    speller = speller_for(text[:train], vocabulary)
    return per_character(text[train:] or text, vocabulary, speller)


def _expected_bytes(corpus: Learnable, settings: Settings, symbols: int) -> int:
    weights = 4 * weight_count(symbols, settings.units, settings.layers, settings.network)
    checkpoints = settings.epochs + len(FIRST_CHECKPOINTS)
    if settings.seconds is not None:
        by_time = int(settings.seconds * (1 + 1 / CHECKPOINT_SECONDS))
        checkpoints = min(settings.epochs, by_time) + len(FIRST_CHECKPOINTS)
    most = max(MAX_CHECKPOINT_BYTES, 3 * weights)
    text = corpus.size + len(corpus) * np.dtype(corpus.vocabulary.id_type).itemsize
    # A resume takes three times the weights; two are kept, and a third is written next to them.
    return min(weights * checkpoints, most) + 10 * weights + text + 1_000_000


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions
