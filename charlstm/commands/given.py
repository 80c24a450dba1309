"""What commands are given: texts, files, numbers, strategies and models, opened and checked."""

from __future__ import annotations

import contextlib
import glob
import math
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from charlstm.commands.output import download_progress, print_message
from charlstm.errors import CharlstmError, CorpusError, DiskError, SettingsError

if TYPE_CHECKING:
    from charlstm.data.corpus import LongCorpus
    from charlstm.data.vocabulary import Reading
    from charlstm.sampling.language_model import LanguageModel
    from charlstm.sampling.strategies import Strategy

MAX_LENGTH = 1_000_000
"""Symbols that one command writes at most."""


def corpus(words: Sequence[str], *, lowercase: bool) -> LongCorpus:
    """Return the text that ``--corpus`` names, and report how it was read."""
    from charlstm.data.named import folder_problem, gather

    if problem := folder_problem():
        raise CorpusError(problem)
    found = gather(words, download_progress).cased(lowercase=lowercase)
    print_message(found.note)
    return found


def text_in(path: Path) -> str:
    """Return the text in a file, and report how it was read."""
    from charlstm.data.decoding import about, decode, naming

    with file_errors(path, "read"), about(path.name):
        text, _, note = decode(path.read_bytes())
    print_message(naming(note, path.name))
    return text


@contextlib.contextmanager
def file_errors(path: str | Path, what: str) -> Iterator[None]:
    """Turn an OSError into a CharlstmError: the file cannot be ``"read"``, or ``"written"``."""
    if "\0" in str(path):
        raise CharlstmError(f"{str(path)!r} cannot be {what}: its name holds NUL.")
    try:
        yield
    except OSError as error:
        if isinstance(error, DiskError) and error.filename != str(Path(path).parent):
            raise  # it is about another file
        reason = error.strerror or error
        raise CharlstmError(f"{str(path)!r} cannot be {what}: {reason}.") from error


def target(name: str, *, force: bool) -> Path:
    """Return the file that a command is to write; refuse to overwrite one unless it is forced."""
    path = Path(name)
    with file_errors(path, "written"):
        if path.is_dir() or not path.parent.is_dir():
            raise CharlstmError(f"{name!r} cannot be written: it is no file in an existing folder.")
        if path.exists() and not force:
            raise CharlstmError(
                f"{name!r} exists already; give another name, or --force to overwrite it."
            )
    return path


def write(path: Path, content: Callable[[IO[bytes]], object]) -> None:
    """Publish a file, complete or not at all."""
    from charlstm.runs.files import publish, sweep_leftovers

    with file_errors(path, "written"):
        sweep_leftovers(path.parent, glob.escape(path.name))
        publish(path, content)


def check_numbers(arguments: Namespace, length: tuple[int, int] = (0, MAX_LENGTH)) -> None:
    """Refuse a temperature, length or seed outside its limits with a SettingsError."""
    from charlstm.settings.settings import FIELDS

    if "temperature" in arguments:
        check_temperature(arguments.temperature)
    for name, (low, high) in {"length": length, "seed": (0, int(FIELDS["seed"].high))}.items():
        value = getattr(arguments, name, None)
        if value is not None and not low <= value <= high:
            raise SettingsError(f"The {name} must lie between {low:,} and {high:,}, not {value:,}.")


def check_temperature(temperature: float) -> None:
    """Refuse a temperature that is not a finite number from 0 upwards with a SettingsError.

    The functions accept infinity, for the uniform distribution; on a command line it is a mistake,
    and JSON has no infinity.
    """
    if not 0 <= temperature < math.inf:
        raise SettingsError(f"A temperature is a finite number from 0 upwards, not {temperature}.")


def strategies(arguments: Namespace) -> tuple[Strategy, ...]:
    """Return the strategies of a list such as ``top-k:40,top-p:0.9``."""
    from charlstm.sampling.strategies import read_strategies

    try:
        return read_strategies(arguments.strategy)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def model(arguments: Namespace, dtype: Any = "float64") -> LanguageModel:
    """Return the model of the run and checkpoint that a command names; it runs in one thread."""
    from charlstm.runs.opening import open_model
    from charlstm.sampling.network import use_one_thread

    use_one_thread()
    found = open_model(arguments.run, arguments.checkpoint, dtype)
    return found.without_unknown() if "known" in arguments and arguments.known else found


def changes(reading: Reading) -> dict[str, list[str]]:
    """Return for JSON the symbols of a text that were folded, dropped or otherwise changed."""
    others = {"unknown": list(reading.unknown), "reformed": list(reading.reformed)}
    return {"folded": list(reading.folded), "dropped": list(reading.dropped)} | {
        name: symbols for name, symbols in others.items() if symbols
    }


def report_changes(reading: Reading) -> None:
    """Print as messages how a text was changed when it was read."""
    for what, symbols in (
        ("folded to lower case", reading.folded),
        ("read in the other form of Unicode", reading.reformed),
        ("dropped, unknown to the model", map(repr, reading.dropped)),
        ("read as the unknown word", map(repr, reading.unknown)),
    ):
        if shown := " ".join(symbols):
            print_message(f"{what}: {shown}")
    if reading.space_left_off:
        print_message("left off: the space at the end, as every word begins with its own space")
