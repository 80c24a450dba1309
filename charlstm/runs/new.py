"""A new run: the checks before anything starts, its folder, and the text that it learns."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter, per_character, speller_for
from charlstm.data import named
from charlstm.data.corpus import Learnable, changed, check, training_length
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
from charlstm.errors import (
    CharlstmError,
    CorpusError,
    DiskError,
    SettingsError,
    disk_errors,
)
from charlstm.runs.config import STARTING, RunConfig, Status, own_mark
from charlstm.runs.files import sync_folder
from charlstm.runs.folder import CORPUS, RunFolder
from charlstm.runs.opening import best_checkpoint
from charlstm.runs.store import changing_runs, create, find, free_name
from charlstm.sampling.network import LSTM, for_symbols
from charlstm.settings import FIELDS, Settings, weight_count
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
    weights = _first_weights(settings, vocabulary)
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
            if weights is not None:
                run.write_checkpoint(0, weights)
            # Until another process takes over, this one counts as its trainer.
            run.write_status(Status(phase=STARTING, epochs=settings.epochs, process=own_mark()))
            sync_folder(run.path.parent)
    except (CorpusError, DiskError):
        not_started(run)
        raise
    return run


def settings_to_share(name: str) -> dict[str, Any]:
    """Return the settings in which a training must agree with the run that it starts from."""
    settings = find(name).config().settings
    return {each: getattr(settings, each) for each in ("network", "level", "units", "layers")}


def _first_weights(settings: Settings, vocabulary: Vocabulary) -> dict[str, NDArray[Any]] | None:
    """Return the weights that a training starts from, or None where they are random."""
    if settings.start_from is None:
        return None
    source = find(settings.start_from)
    for name, value in settings_to_share(source.name).items():
        if getattr(settings, name) != value:
            raise SettingsError(
                f"A training that starts from {source.name} has its network:"
                f" {FIELDS[name].spoken} {value}, not {getattr(settings, name)}."
            )
    ids = {symbol: index for index, symbol in enumerate(source.config().vocabulary.symbols)}
    return for_symbols(
        source.weights(best_checkpoint(source)),
        np.array([ids.get(symbol, -1) for symbol in vocabulary.symbols]),
        np.random.default_rng(settings.seed),
    )


def not_started(run: RunFolder) -> None:
    """Remove a new run that could not be started."""
    shutil.rmtree(run.path, ignore_errors=True)


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
