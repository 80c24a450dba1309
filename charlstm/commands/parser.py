"""The command line: its parser, the list of commands, and the arguments that several share.

The given texts, models and numbers are opened and checked here. A command is a function under
``@command``, which names its arguments. It imports what it needs when it runs, so that ``--help``
and short commands start at once.
"""

from __future__ import annotations

import importlib
import math
import re
import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias, TypeVar

from charlstm.commands import output
from charlstm.errors import CorpusError, SettingsError, printable

if TYPE_CHECKING:
    from charlstm.data.corpus import LongCorpus
    from charlstm.sampling.language_model import LanguageModel

PROGRAM = "python -m charlstm"  # The words before the name of a command
MAX_LENGTH = 1_000_000  # Symbols that one command writes at most

_GROUPS = ("runs", "writing", "measuring")
"""The modules of commands, in the order in which ``--help`` lists them."""

CORPUS: dict[str, Any] = {"nargs": "+", "metavar": "NAME|FILE|FOLDER"}
TEXT: dict[str, Any] = {"type": printable, "metavar": "TEXT"}
_STRATEGIES = "strategies after the temperature, in order, such as top-k:40,top-p:0.9"

_SHARED: dict[str, dict[str, Any]] = {
    "run": {"metavar": "RUN"},
    "file": {"metavar": "FILE.zip"},
    "--run": {"metavar": "NAME", "help": "name of the new run"},
    "--corpus": CORPUS | {"required": True},
    "--prompt": TEXT | {"required": True},
    "--temperature": {"type": float, "default": 0.5, "metavar": "T", "help": "default 0.5"},
    "--length": {"type": int, "default": 400, "metavar": "N", "help": "default 400"},
    "--seed": {"type": int, "default": 0, "metavar": "N", "help": "default 0"},
    "--strategy": {"default": "", "metavar": "LIST", "help": _STRATEGIES},
    "--known": {"action": "store_true", "help": "never write the unknown word (models of words)"},
    "--keep": {"action": "store_true", "help": "store the result in the run's folder"},
    "--force": {"action": "store_true", "help": "overwrite the file if it exists"},
    "--json": {"action": "store_true", "help": "print JSON, one object per line"},
}

Argument: TypeAlias = Callable[[ArgumentParser], object]
_Run = TypeVar("_Run", bound=Callable[[Namespace], None])


class Command(NamedTuple):
    """A command; without a line of help it is not listed."""

    help: str
    arguments: Sequence[Argument]
    run: Callable[[Namespace], None]


COMMANDS: dict[str, Command] = {}


def command(name: str, help: str, *arguments: str | Argument) -> Callable[[_Run], _Run]:
    """Make a function the command of that name.

    Shared arguments are given by their names, such as ``"run --json"``, and ``model`` for those
    that choose a run and a checkpoint; others by functions that add them to a parser.
    """
    functions = list[Argument]()
    for each in arguments:
        if isinstance(each, str):
            functions += [
                _model if name == "model" else argument(name, **_SHARED[name])
                for name in each.split()
            ]
        else:
            functions.append(each)

    def register(run: _Run) -> _Run:
        COMMANDS[name] = Command(help, functions, run)
        return run

    return register


def argument(*names: str, **keywords: Any) -> Argument:
    """Return a function that adds an argument to a parser; its arguments are those of argparse."""
    return lambda parser: parser.add_argument(*names, **keywords)


def _model(parser: ArgumentParser) -> None:
    """Add the options that choose a run and one of its checkpoints."""
    from charlstm.runs.store import DEFAULT_RUN

    parser.add_argument("--run", default=DEFAULT_RUN, metavar="RUN", help=f"default {DEFAULT_RUN}")
    parser.add_argument("--checkpoint", type=int, metavar="STEP", help="default: the best")


def parse(words: Sequence[str]) -> Namespace:
    """Return the arguments; ``command`` is the function to call with them.

    Raises:
        SystemExit: With code 2 after one line on standard error, or 0 after ``--help``.
    """
    for group in _GROUPS:
        importlib.import_module(f"charlstm.commands.{group}")
    parser = Parser(prog=PROGRAM, description="Character-level LSTMs that learn and write.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    chosen = next((word for word in words if not word.startswith("-")), "")
    for name, each in COMMANDS.items():
        listed: Any = {"help": each.help} if each.help else {}
        subparser = subparsers.add_parser(name, **listed)
        if name == chosen:
            for add in each.arguments:
                add(subparser)
            subparser.set_defaults(command=each.run)
    return parser.parse_args(words)


class Parser(ArgumentParser):
    """Reports an error in one line."""

    _words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Keep the words, so that an error can repeat the word that caused it."""
        self._words = list(args or ())
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split()) + self._joined(message)
        output.print_message(f"charlstm: {line} (see {self.prog} --help)")
        raise SystemExit(2)

    def _joined(self, message: str) -> str:
        """Return how to give a value that begins with ``-``, if one was taken for an option."""
        lacking = re.match(r"argument (--[\w-]+): expected .* argument", message)
        for option, value in pairwise(self._words):
            if lacking and len(option) > 2 and lacking[1].startswith(option) and value[:1] == "-":
                return f"; write {shlex.quote(f'{lacking[1]}={value}')} if {value} is its value"
        return ""


def read_corpus(words: Sequence[str], *, lowercase: bool) -> LongCorpus:
    """Return the text that ``--corpus`` names, and report how it was read."""
    from charlstm.data.named import folder_problem, gather

    if problem := folder_problem():
        raise CorpusError(problem)
    found = gather(words, output.download_progress).cased(lowercase=lowercase)
    output.print_message(found.note)
    return found


BYTES_PER_CHARACTER = 4
"""The most that a character takes in any encoding of Unicode."""


def read_bytes(path: Path, most: int) -> bytes:
    """Return the content of a file, or of a device that ends; refuse more than ``most`` bytes."""
    with output.file_errors(path, "read"), path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise CorpusError(f"{path.name!r} is larger than the limit of {most / 1e6:,.1f} MB.")
    return content


def read_text(path: Path, most: int) -> str:
    """Return the text in a file of at most ``most`` bytes, and report how it was read."""
    from charlstm.data.decoding import about, decode, naming

    content = read_bytes(path, most)
    with about(path.name):
        text, _, note = decode(content)
    output.print_message(naming(note, path.name))
    return text


def check_numbers(arguments: Namespace, length: tuple[int, int] = (0, MAX_LENGTH)) -> None:
    """Refuse a temperature, length or seed outside its limits with a SettingsError."""
    from charlstm.settings import FIELDS

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


def how_to_write(arguments: Namespace) -> dict[str, Any]:
    """Return the temperature, length, seed and strategies that a command has; check them first."""
    from charlstm.sampling.strategies import read_strategies

    check_numbers(arguments)
    found = {name: getattr(arguments, name, None) for name in ("temperature", "length", "seed")}
    try:
        found["strategies"] = read_strategies(getattr(arguments, "strategy", ""))
    except ValueError as error:
        raise SettingsError(str(error)) from None
    return {name: value for name, value in found.items() if value is not None}


def model_of(arguments: Namespace, dtype: Any = "float64") -> LanguageModel:
    """Return the model of the run and checkpoint that a command names; it runs in one thread."""
    from charlstm.runs.opening import open_model
    from charlstm.sampling.network import use_one_thread

    use_one_thread()
    found = open_model(arguments.run, arguments.checkpoint, dtype)
    return found.without_unknown() if "known" in arguments and arguments.known else found
