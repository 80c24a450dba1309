"""What was asked of a run, and the text that it learns: what config.json holds.

Knows settings and vocabularies; knows no files.

Where a run stands: what status.json holds, and the names of statuses and phases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter
from charlstm.data.corpus import WINDOW
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.data.words import WordVocabulary, vocabulary_from
from charlstm.errors import printable
from charlstm.runs.files import is_amount, is_count, is_number
from charlstm.settings.settings import Settings, settings_from

FORMAT = 1
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class RunConfig:
    """What was asked of a run, and the text that it learns.

    Attributes:
        settings: The settings of the training.
        corpus: Name of the text.
        sha256: Of the text as the network sees it.
        length: Characters of the text.
        training_length: Characters that are trained on; those after are held out.
        vocabulary: All symbols of the text, or the words that the model knows.
        keeps_text: Whether the folder keeps the text, because no name stands for it.
        command: The command line that repeats the run.
        versions: Of the packages that trained it.
        created: Seconds since 1970.
        imported: Whether the run came as a file: without what a resume needs, and perhaps without
            the text that it kept.
        per_character: What turns a loss per symbol of what is held out (of the whole text, if
            nothing is) into one per character.
        note: What its reader should see about how the text was read, or ``""``.
    """

    settings: Settings
    corpus: str
    sha256: str
    length: int
    training_length: int
    vocabulary: Vocabulary
    keeps_text: bool
    command: str
    versions: dict[str, str] = field(default_factory=dict)
    created: float = 0.0
    imported: bool = False
    per_character: PerCharacter = OF_CHARACTERS
    note: str = ""

    @property
    def window(self) -> int | None:
        """How many characters the model reads, or None if its state is carried."""
        return None if self.settings.recipe_data.carries_state else WINDOW

    def as_dict(self) -> dict[str, Any]:
        """Return the content of config.json."""
        return {
            "format": FORMAT,
            "command": self.command,
            "settings": self.settings.as_dict(),
            "corpus": {
                "name": self.corpus,
                "sha256": self.sha256,
                "length": self.length,
                "training_length": self.training_length,
                "vocabulary": _written(self.vocabulary),
                "kept": self.keeps_text,
                **_of_words(self),
                **({"note": self.note} if self.note else {}),
            },
            "versions": self.versions,
            "created": self.created,
            **({"imported": True} if self.imported else {}),
        }


def config_from(values: Mapping[str, Any]) -> RunConfig:
    """Return what config.json holds.

    Args:
        values: As ``RunConfig.as_dict`` gives them.

    Raises:
        ValueError: If they make no sense.
    """
    if values.get("format") != FORMAT:
        raise ValueError("This is another format.")
    try:
        config = _config_from(values)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("This is no configuration of a run.") from error
    if not 0 < config.training_length <= config.length:
        raise ValueError("A training text is a part of the text.")
    return config


def _config_from(values: Mapping[str, Any]) -> RunConfig:
    corpus, settings = values["corpus"], settings_from(values["settings"])
    return RunConfig(
        settings=settings,
        corpus=printable(_a(str, corpus["name"])),
        sha256=_a(str, corpus["sha256"]),
        length=_a(int, corpus["length"]),
        training_length=_a(int, corpus["training_length"]),
        vocabulary=vocabulary_from(
            settings.level,
            corpus["vocabulary"],
            # A model of words that was made before marks belonged to words does not say so.
            marks_apart=_a(bool, corpus.get("marks_apart", True)),
        ),
        keeps_text=_a(bool, corpus.get("kept", False)),
        command=printable(_a(str, values["command"])),
        versions={key: _a(str, value) for key, value in values["versions"].items()},
        created=_amount(values["created"]),
        imported=_a(bool, values.get("imported", values.get("travelled", False))),
        per_character=_measure_from(settings, corpus),
        note=printable(_a(str, corpus.get("note", ""))),
    )


def _a(kind: type[_Value], value: Any) -> _Value:
    """Return a value of that very kind: a text is no number, and true is none either."""
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value


def _amount(value: Any) -> float:
    if not is_amount(value):
        raise TypeError("a number from 0 upwards expected")
    return float(value)


def _written(vocabulary: Vocabulary) -> str | list[str]:
    """Return a vocabulary for JSON: characters as one text, words as a list."""
    symbols = vocabulary.symbols
    return "".join(symbols) if vocabulary.level == CHAR else list(symbols)


def _of_words(config: RunConfig) -> dict[str, Any]:
    """Return what config.json says of a text that is read as words; nothing for other texts."""
    if not isinstance(config.vocabulary, WordVocabulary):
        return {}
    return {
        "per_character": asdict(config.per_character),
        "marks_apart": config.vocabulary.marks_apart,
    }


def _measure_from(settings: Settings, corpus: dict[str, Any]) -> PerCharacter:
    if settings.level == CHAR:
        return OF_CHARACTERS
    stated = corpus["per_character"]
    found = PerCharacter(
        _a(int, stated["symbols"]),
        _a(int, stated["characters"]),
        _a(int, stated["unknown"]),
        _amount(stated["spelling_nats"]),
    )
    if not 0 < found.symbols <= found.characters or found.unknown < 0:
        raise ValueError("These are no figures of a text.")
    return found


RUNNING, PAUSED, FINISHED, STOPPED, FAILED = "running", "paused", "finished", "stopped", "failed"
STARTING = "starting"
"""The phase of a run whose process was started and has not learned yet."""

STOPPING = "stopping"
"""The phase of a run that was told to stop and has not ended yet."""

PAUSING = "pausing"
"""The phase of a run that was told to pause and still trains or saves."""

RESUMING = "resuming"
"""The phase of a paused run that was told to go on and has not begun to."""

MEASURING = "measuring"
"""The phase of a run that learns no more and measures its best checkpoint."""

DIVERGED = "diverged"
"""The phase of a run that stopped itself; going on would not mend it."""

ALIVE = (RUNNING, PAUSED)
STATUSES = (RUNNING, PAUSED, FINISHED, STOPPED, FAILED)


@dataclass(frozen=True)
class Status:
    """Where a run stands.

    Attributes:
        status: One of STATUSES.
        reason: Why it stopped or failed, in plain words, or ``""``.
        phase: What a running training is at: ``"starting"``, ``"training"``, ``"measuring"`` …
        step, steps: Steps done, and steps in all.
        epoch, epochs: Whole passes done, and in all.
        seconds: Of training.
        seconds_left: Estimated, or None where unknown.
        characters_per_second: Characters, of a model of words tokens, that the network reads per
            second of training, over the last seconds of training; a line of the history has that of
            its own interval.
        loss: Training loss of late, in nats.
        best_held_out_loss: Lowest held-out window loss in nats, or None.
        best_step: The step of the checkpoint that has it.
        heartbeat: When this was written, in seconds since 1970.
        process: Which one trains it, or is about to; see living.mark_of. ``""`` once it has ended.
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
    """Return what status.json holds; what is not known of it is left out.

    Raises:
        ValueError: If it makes no sense.
    """
    known = {key: values[key] for key in Status.__dataclass_fields__ if key in values}
    if known.get("status") not in STATUSES or not all(map(_is_status_value, known.items())):
        raise ValueError("This is no status of a run.")
    return Status(**known)


_STATUS_TEXTS = {"status", "reason", "phase", "process"}
_STATUS_OPTIONAL = {"seconds_left", "loss", "best_held_out_loss", "best_step"}
_STATUS_COUNTS = {"step", "steps", "epoch", "epochs", "best_step"}
# Runs of older versions whose time was up have a hair less than no seconds left.
_STATUS_NUMBERS = {"loss", "best_held_out_loss", "seconds_left"}


def _is_status_value(item: tuple[str, Any]) -> bool:
    key, value = item
    if key in _STATUS_TEXTS:
        return isinstance(value, str)
    if value is None:
        return key in _STATUS_OPTIONAL
    if key in _STATUS_COUNTS:
        return is_count(value)
    return is_number(value) if key in _STATUS_NUMBERS else is_amount(value)
