"""The run folder: all that is known of one training, as files.

Knows the format and how to read it while it is written, after a crash, or damaged; knows nothing
of where runs live, of processes or of networks. Nothing that is loaded is executed: JSON, text and
arrays without pickle.
"""

from __future__ import annotations

import codecs
import functools
import json
import math
import re
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.analysis.per_character import OF_CHARACTERS, PerCharacter
from charlstm.data.corpus import WINDOW
from charlstm.data.levels import vocabulary_from
from charlstm.data.vocabulary import CHAR, Vocabulary
from charlstm.errors import RunError
from charlstm.runs.publish import (
    append_line,
    move,
    publish,
    publish_arrays,
    publish_json,
    publish_lines,
    sync_file,
)
from charlstm.training.settings import Settings, settings_from

FORMAT = 1
CORPUS = "corpus.txt"
RESUME, RESUME_BEFORE = "resume.npz", "resume-before.npz"
_BLOCK = 1 << 20

RUNNING, PAUSED, FINISHED, STOPPED, FAILED = "running", "paused", "finished", "stopped", "failed"
STARTING = "starting"
"""The phase of a run whose process was started and has not learned yet."""

DIVERGED = "diverged"
"""The phase of a run that stopped itself; going on would not mend it."""

ALIVE = (RUNNING, PAUSED)
STATUSES = (RUNNING, PAUSED, FINISHED, STOPPED, FAILED)


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
        travelled: Whether the run came as a file: without what a resume needs, and perhaps without
            the text that it kept.
        per_character: What turns a loss per symbol of what is held out (of the whole text, if
            nothing is) into one per character.
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
    travelled: bool = False
    per_character: PerCharacter = OF_CHARACTERS

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
                **_measure_of(self),
            },
            "versions": self.versions,
            "created": self.created,
            **({"travelled": True} if self.travelled else {}),
        }


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
            second of training, of late.
        loss: Training loss of late, in nats.
        best_held_out_loss: Lowest held-out window loss in nats, or None.
        best_step: The step of the checkpoint that has it.
        heartbeat: When this was written, in seconds since 1970.
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


class RunFolder:
    """One run, at a path.

    Readers raise RunError with a sentence that names the file that cannot be read; those of
    histories and samples give the lines that can be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    # What was asked

    def write_config(self, config: RunConfig) -> None:
        publish_json(self.path / "config.json", config.as_dict())

    def config(self) -> RunConfig:
        """Return what was asked."""
        values = self._json("config.json")
        try:
            corpus, settings = values["corpus"], settings_from(values["settings"])
            config = RunConfig(
                settings=settings,
                corpus=str(corpus["name"]),
                sha256=str(corpus["sha256"]),
                length=int(corpus["length"]),
                training_length=int(corpus["training_length"]),
                vocabulary=vocabulary_from(settings.level, corpus["vocabulary"]),
                keeps_text=bool(corpus.get("kept", False)),
                command=str(values["command"]),
                versions={str(k): str(v) for k, v in values["versions"].items()},
                created=float(values["created"]),
                travelled=bool(values.get("travelled", False)),
                per_character=_measure_from(settings, corpus),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise self._damaged("config.json") from error
        if not 0 < config.training_length <= config.length:
            raise self._damaged("config.json")
        return config

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
            yield from _utf8_blocks(self.path / CORPUS)
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(CORPUS) from error

    # How it goes

    def write_status(self, status: Status) -> None:
        """Publish the status; on a full disk, where no new file fits, write over the old one."""
        values = {**status.__dict__, "heartbeat": time.time()}
        try:
            publish_json(self.path / "status.json", values)
        except OSError:
            with (self.path / "status.json").open("r+b") as file:
                file.write(json.dumps(values, allow_nan=False).encode())
                file.truncate()

    def status(self) -> Status:
        """Return the status as it was last written; whether its process lives is another matter."""
        values = self._json("status.json")
        known = {key: values[key] for key in Status.__dataclass_fields__ if key in values}
        if known.get("status") not in STATUSES or not all(map(_is_status_value, known.items())):
            raise self._damaged("status.json")
        return Status(**known)

    def append_history(self, line: dict[str, Any]) -> None:
        append_line(self.path / "history.jsonl", line)

    def history(self) -> list[dict[str, Any]]:
        """Return the lines of the history, oldest first."""
        return [line for line in self._parsed("history.jsonl") if _is_history(line)]

    def replace_last_history(self, line: dict[str, Any]) -> None:
        """Put a line in the place of the last one."""
        publish_lines(self.path / "history.jsonl", [*self.history()[:-1], line])

    def append_samples(self, line: dict[str, Any]) -> None:
        append_line(self.path / "samples.jsonl", line)

    def samples(self) -> list[dict[str, Any]]:
        """Return the texts that were written after each epoch, oldest first."""
        return [line for line in self._parsed("samples.jsonl") if _is_sample(line)]

    def forget_after(self, step: int) -> None:
        """Drop history, samples and checkpoints past a step, and a last line without its end."""
        for name, read in (("history.jsonl", self.history), ("samples.jsonl", self.samples)):
            if (self.path / name).exists():
                publish_lines(self.path / name, [line for line in read() if line["step"] <= step])
        for later in self.checkpoints():
            if later > step:
                self._checkpoint_path(later).unlink()

    # What was learned

    def write_checkpoint(self, step: int, weights: Mapping[str, NDArray[Any]]) -> None:
        (self.path / "checkpoints").mkdir(exist_ok=True)
        publish_arrays(self._checkpoint_path(step), weights)

    def checkpoints(self) -> list[int]:
        """Return the steps that have a checkpoint, in order."""
        found = (
            re.fullmatch(r"step-(\d{6,12})\.npz", path.name)
            for path in (self.path / "checkpoints").glob("step-*.npz")
        )
        return sorted(int(match[1]) for match in found if match)

    def weights(self, step: int) -> dict[str, NDArray[Any]]:
        """Return the weights of a checkpoint under their Keras names."""
        if step not in self.checkpoints():
            raise RunError(f"The run {self.name} has no checkpoint at step {step}.")
        path = self._checkpoint_path(step)
        return self._arrays(path, f"checkpoints/{path.name}")

    def thin_checkpoints(self, most_bytes: int, keep: set[int]) -> None:
        """Drop checkpoints until the rest fit, those first that lie closest to their neighbours.

        Args:
            most_bytes: What all checkpoints may take.
            keep: Steps that stay, besides the first and the last.
        """
        sizes = {step: self._checkpoint_path(step).stat().st_size for step in self.checkpoints()}
        while sum(sizes.values()) > most_bytes:
            steps = list(sizes)
            ratios = {
                step: after / before
                for before, step, after in zip(steps, steps[1:], steps[2:], strict=False)
                if step not in keep
            }
            if not ratios:
                return
            closest = min(ratios, key=ratios.__getitem__)
            self._checkpoint_path(closest).unlink()
            del sizes[closest]

    def _checkpoint_path(self, step: int) -> Path:
        return self.path / "checkpoints" / f"step-{step:06d}.npz"

    def write_resume(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Publish what a resume goes on from, and keep the one before it."""
        for name in ("history.jsonl", "samples.jsonl"):
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
        path = self.path / name
        return self._arrays(path, name) if path.exists() else None

    def remove_resume(self, name: str) -> None:
        """Remove what cannot be read."""
        (self.path / name).unlink(missing_ok=True)

    def remove_damaged_checkpoints(self) -> list[int]:
        """Remove the checkpoints whose files are not whole; return their steps."""
        damaged = [s for s in self.checkpoints() if not _is_whole(self._checkpoint_path(s))]
        for step in damaged:
            self._checkpoint_path(step).unlink()
        return damaged

    # Damage

    def problems(self) -> list[str]:
        """Return a sentence for every file that is missing or cannot be read."""
        found = []
        for read in (self.config, self.status):
            try:
                read()
            except RunError as error:
                found.append(str(error))
        if self._should_keep_text() and not _is_utf8(self.path / CORPUS):
            found.append(str(self._damaged(CORPUS)))
        for name, lines in (("history.jsonl", self.history), ("samples.jsonl", self.samples)):
            try:
                bad = len(self._parsed(name)) - len(lines())
            except RunError as error:
                found.append(str(error))
                continue
            if bad:
                found.append(f"In the run {self.name}, {bad} lines of {name} are unreadable.")
        found += [str(self._damaged(name)) for name in self._missing()]
        broken = [step for step in self.checkpoints() if not _is_whole(self._checkpoint_path(step))]
        found = list(dict.fromkeys(found))
        return found + [str(self._damaged(f"checkpoints/step-{step:06d}.npz")) for step in broken]

    def _missing(self) -> list[str]:
        """Return the files that the status speaks for and that are not there, or not whole."""
        names = []
        resume = self.path / RESUME
        if resume.exists() and not _is_whole(resume):
            names.append(resume.name)
        try:
            status = self.status()
        except RunError:
            return names
        if status.step and not self._has("history.jsonl"):
            names.append("history.jsonl")
        if status.epoch and status.status not in ALIVE and not self._has("samples.jsonl"):
            names.append("samples.jsonl")
        if status.status == FINISHED and not self.checkpoints():
            names.append("checkpoints")
        if status.status == FINISHED and not self._has("model.keras") and not self.has_travelled:
            names.append("model.keras")
        return names

    @property
    def has_travelled(self) -> bool:
        """Whether the run came as a file, as far as that can be read."""
        try:
            return self.config().travelled
        except RunError:
            return False

    def _should_keep_text(self) -> bool:
        try:
            return self.config().keeps_text
        except RunError:
            return False

    def _has(self, name: str) -> bool:
        return (self.path / name).exists()

    def _damaged(self, name: str) -> RunError:
        return RunError(f"In the run {self.name}, the file {name} is missing or damaged.")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            value = json.loads((self.path / name).read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise self._damaged(name) from error
        if not isinstance(value, dict):
            raise self._damaged(name)
        return value

    def _arrays(self, path: Path, name: str) -> dict[str, NDArray[Any]]:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return {key: arrays[key] for key in arrays.files}
        except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
            raise self._damaged(name) from error

    def _parsed(self, name: str) -> list[Any]:
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._damaged(name) from error
        # What follows the last line end is a line still being written, or one cut off by a crash.
        return [_parse(line) for line in content.split(b"\n")[:-1]]


def _written(vocabulary: Vocabulary) -> str | list[str]:
    """Return a vocabulary for JSON: characters as one text, words as a list."""
    symbols = vocabulary.symbols
    return "".join(symbols) if vocabulary.level == CHAR else list(symbols)


def _measure_of(config: RunConfig) -> dict[str, Any]:
    """Return what config.json says of losses per character; nothing for a model of characters."""
    if config.settings.level == CHAR:
        return {}
    return {"per_character": asdict(config.per_character)}


def _measure_from(settings: Settings, corpus: dict[str, Any]) -> PerCharacter:
    if settings.level == CHAR:
        return OF_CHARACTERS
    told = corpus["per_character"]
    found = PerCharacter(
        int(told["symbols"]),
        int(told["characters"]),
        int(told["unknown"]),
        float(told["spelling_nats"]),
    )
    if not 0 < found.symbols <= found.characters or not 0 <= found.spelling_nats < math.inf:
        raise ValueError("These are no figures of a text.")
    return found


_STATUS_TEXTS = {"status", "reason", "phase"}
_STATUS_OPTIONAL = {"seconds_left", "loss", "best_held_out_loss", "best_step"}


def _is_status_value(item: tuple[str, Any]) -> bool:
    key, value = item
    if key in _STATUS_TEXTS:
        return isinstance(value, str)
    if value is None:
        return key in _STATUS_OPTIONAL
    return _is_number(value)


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:
        return False


def _is_history(line: Any) -> bool:
    return (
        isinstance(line, dict)
        and isinstance(line.get("step"), int)
        and _is_number(line["step"])
        and _is_number(line.get("epoch"))
        and _is_number(line.get("seconds"))
        and all(
            key in line and (line[key] is None or _is_number(line[key]))
            for key in ("loss", "held_out_loss")
        )
    )


def _is_sample(line: Any) -> bool:
    return (
        isinstance(line, dict)
        and isinstance(line.get("step"), int)
        and isinstance(line.get("epoch"), int)
        and _is_number(line.get("temperature"))
        and line["temperature"] >= 0
        and isinstance(line.get("prompt"), str)
        and isinstance(line.get("text"), str)
    )


def _asked_once(question: Callable[[Path], bool]) -> Callable[[Path], bool]:
    """Let what is asked of a file's content be answered once; False for a file that is not there.

    Time and size stand for the content: a page asks again at every rerun.
    """

    @functools.lru_cache(maxsize=4096)
    def answer(path: Path, _mtime_ns: int, _size: int) -> bool:
        return question(path)

    @functools.wraps(question)
    def ask(path: Path) -> bool:
        try:
            stat = path.stat()
        except OSError:
            return False
        return answer(path, stat.st_mtime_ns, stat.st_size)

    return ask


@_asked_once
def _is_whole(path: Path) -> bool:
    """Return whether an archive's bytes are those that were written, by its own checksums."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:  # zlib and zipfile raise many kinds on damaged bytes
        return False


@_asked_once
def _is_utf8(path: Path) -> bool:
    """Return whether a file can be read as UTF-8."""
    try:
        for _ in _utf8_blocks(path):
            pass
    except (OSError, UnicodeDecodeError):
        return False
    return True


def _utf8_blocks(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while data := file.read(_BLOCK):
            yield decoder.decode(data)
    decoder.decode(b"", final=True)


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
