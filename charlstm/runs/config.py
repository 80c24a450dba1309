"""The content of config.json and status.json: the settings of a run, and its training's progress.

A status names the process that trains the run by a mark: its process number and the time of its
start, because the system reuses process numbers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter
from charlstm.data.corpus import WINDOW
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.data.words import WordVocabulary, vocabulary_from
from charlstm.errors import printable
from charlstm.runs.files import is_amount, is_count, is_known, is_text
from charlstm.settings import Settings, command_for, settings_from

FORMAT = 1
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class RunConfig:
    """The settings of a run, and the text that it learns.

    Attributes:
        sha256: Of the text as the network sees it.
        length: Characters of the text; those after training_length are held out.
        keeps_text: Whether the folder keeps the text, because it cannot be loaded by its name.
        created: Seconds since 1970.
        imported: Whether the run was imported from a file: it lacks what a resume needs, and
            perhaps its text.
        per_character: Converts a loss per symbol of the held-out text (of the whole text, if
            nothing is held out) into one per character.
        note: A sentence for the user on how the text was read, or ``""``.
        text_file: Where the folder keeps the text.
    """

    settings: Settings
    corpus: str
    sha256: str
    length: int
    training_length: int
    vocabulary: Vocabulary
    keeps_text: bool
    versions: dict[str, str] = field(default_factory=dict)
    created: float = 0.0
    imported: bool = False
    per_character: PerCharacter = OF_CHARACTERS
    note: str = ""
    text_file: Path = field(default=Path("corpus.txt"), compare=False)

    @property
    def command(self) -> str:
        """The command line that repeats the run."""
        return command_for(self.settings, str(self.text_file) if self.keeps_text else self.corpus)

    @property
    def window(self) -> int | None:
        """How many characters the model reads, or None if its state is carried."""
        return None if self.settings.recipe_data.carries_state else WINDOW

    def as_dict(self) -> dict[str, Any]:
        """Return the content of config.json."""
        vocabulary = self.vocabulary
        symbols = list(vocabulary.symbols)
        corpus = {
            "name": self.corpus,
            "sha256": self.sha256,
            "length": self.length,
            "training_length": self.training_length,
            "vocabulary": "".join(symbols) if vocabulary.level == CHAR else symbols,
            "kept": self.keeps_text,
        }
        if isinstance(vocabulary, WordVocabulary):
            corpus["per_character"] = asdict(self.per_character)
            corpus["marks_apart"] = vocabulary.marks_apart
        if self.note:
            corpus["note"] = self.note
        return {
            "format": FORMAT,
            "command": self.command,
            "settings": self.settings.as_dict(),
            "corpus": corpus,
            "versions": self.versions,
            "created": self.created,
            **({"imported": True} if self.imported else {}),
        }


def config_from(values: Mapping[str, Any]) -> RunConfig:
    """Return the configuration in the content of config.json; raise ValueError if it is invalid."""
    if values.get("format") != FORMAT:
        raise ValueError("The format is unknown.")
    try:
        corpus, settings = values["corpus"], settings_from(values["settings"])
        # Older models of words, in which marks were not part of words, lack this entry.
        marks_apart = corpus.get("marks_apart", True)
        made: dict[str, Any] = {
            "settings": settings,
            "vocabulary": vocabulary_from(
                settings.level, corpus["vocabulary"], marks_apart=marks_apart
            ),
        }
        if settings.level != CHAR:
            stated = corpus["per_character"]  # without one of these it is damaged
            figures = {name: stated[name] for name in PerCharacter.__annotations__}
            made["per_character"] = _made(PerCharacter, figures)
        plain = {
            "corpus": printable(corpus["name"]),
            "sha256": corpus["sha256"],
            "length": corpus["length"],
            "training_length": corpus["training_length"],
            "keeps_text": corpus.get("kept", False),
            "versions": values["versions"],
            "created": values["created"],
            "imported": values.get("imported", values.get("travelled", False)),
            "note": printable(corpus.get("note", "")),
        }
        config = _made(RunConfig, plain, **made)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("This is not the configuration of a run.") from error
    if not 0 < config.training_length <= config.length:
        raise ValueError("The training text must be part of the text.")
    if not 0 < config.per_character.symbols <= config.per_character.characters:
        raise ValueError("These cannot be the figures of a text.")
    return config


def _made(kind: type[_Made], values: Mapping[str, Any], **more: object) -> _Made:
    """Return a dataclass from those values that are its fields, and from ``more``, unchecked.

    A ValueError is raised if a value has another type.
    """
    types: dict[str, str] = kind.__annotations__
    known = {name: values[name] for name in types if name in values}
    if not all(_IS_VALUE[types[name]](value) for name, value in known.items()):
        raise ValueError(f"This is not a {kind.__name__}.")
    return kind(**known, **more)


_IS_VALUE: dict[str, Callable[[Any], bool]] = {
    "bool": lambda value: isinstance(value, bool),
    "str": is_text,
    "int": is_count,
    "float": is_amount,
    "int | None": lambda value: value is None or is_count(value),
    # In older versions, a run whose time was up has slightly fewer than 0 seconds left.
    "float | None": is_known,
    "dict[str, str]": lambda value: isinstance(value, dict) and all(map(is_text, value.values())),
}
"""Whether a value of a JSON file can be one of a field of this type."""


RUNNING, PAUSED, FINISHED, STOPPED, FAILED = "running", "paused", "finished", "stopped", "failed"
ALIVE = (RUNNING, PAUSED)
STATUSES = (RUNNING, PAUSED, FINISHED, STOPPED, FAILED)

# Phases of a run that is RUNNING or PAUSED. STOPPING, PAUSING and RESUMING last from a command to
# its effect; MEASURING is the last measurement of the best checkpoint.
STARTING, MEASURING = "starting", "measuring"
STOPPING, PAUSING, RESUMING = "stopping", "pausing", "resuming"

DIVERGED = "diverged"
"""The phase of a run that stopped because it diverged; resuming it would not help."""


@dataclass(frozen=True)
class Status:
    """The progress of a run.

    Attributes:
        reason: Why it stopped or failed, in plain words, or ``""``.
        phase: What a running training is doing: ``"starting"``, ``"training"``, ``"measuring"`` …
        step, epoch, seconds: Steps, whole passes and seconds of training that are done.
        seconds_left: Estimated, or None where unknown.
        characters_per_second: Characters (tokens in a model of words) that the network reads, over
            the last seconds of training.
        loss, best_held_out_loss: The recent training loss and the lowest window loss, in nats.
        best_step: The step of the checkpoint with the lowest window loss.
        heartbeat: When this was written, in seconds since 1970.
        process: The mark of the process that trains it or is about to; ``""`` after its end.
    """

    status: str = RUNNING
    reason: str = ""
    phase: str = ""
    step: int = 0
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    characters_per_second: float = 0.0
    loss: float | None = None
    best_held_out_loss: float | None = None
    best_step: int | None = None
    heartbeat: float = 0.0
    process: str = ""


def status_from(values: Mapping[str, Any]) -> Status:
    """Return the status in the content of status.json; raise ValueError if it is invalid.

    Unknown entries are ignored.
    """
    status = _made(Status, values)
    if values.get("status") not in STATUSES:
        raise ValueError("This is not the status of a run.")
    return status


def mark_of(pid: int) -> str:
    """Return the number of a process and a hash of its start, or ``""`` if it is not alive."""
    try:
        process = psutil.Process(pid)
        is_over = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return ""
    return "" if is_over else f"{pid} {hash(process)}"


def own_mark() -> str:
    return mark_of(os.getpid())


def lives(mark: str) -> bool:
    """Return whether the process of a mark is alive; ``""`` is no process."""
    number = re.match(r"\d{1,10} ", mark, re.ASCII)
    return number is not None and mark_of(int(number[0])) == mark


def is_own(mark: str) -> bool:
    """Return whether a mark is that of this process or of its parent.

    In a virtual environment on Windows, the launched process starts another one.
    """
    return mark != "" and mark in (own_mark(), mark_of(os.getppid()))
