"""Options that several commands have, and how every command complains."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NoReturn, TypeAlias

from charlstm.commands.output import tell
from charlstm.runs.store import DEFAULT_RUN

PROGRAM = "python -m charlstm"
"""What is typed before the name of a command."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    _words: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Keep the words, so that an error can repeat the one that it is about."""
        self._words = list(args or ())
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split()) + self._joined(message)
        tell(f"charlstm: {line} (see {self.prog} --help)")
        raise SystemExit(2)

    def _joined(self, message: str) -> str:
        """Return how a value that begins with ``-`` is given, where one was taken for an option."""
        lacking = re.match(r"argument (--[\w-]+): expected .* argument", message)
        for option, value in pairwise(self._words):
            if lacking and len(option) > 2 and lacking[1].startswith(option) and value[:1] == "-":
                return f"; write {shlex.quote(f'{lacking[1]}={value}')} if {value} is its value"
        return ""


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def of_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--run", default=DEFAULT_RUN, metavar="RUN")
    command.add_argument("--checkpoint", type=int, metavar="STEP", help="default: the best")


def strategy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--strategy",
        default="",
        metavar="LIST",
        help="what acts after the temperature, in order, such as top-k:40,top-p:0.9",
    )


def known(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--known", action="store_true", help="of a model of words: never the unknown word"
    )


def from_to(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", metavar="SRC")
    command.add_argument("target", metavar="DST")
    command.add_argument("--force", action="store_true", help="write over DST if it exists")
    command.add_argument("--json", action="store_true", help="one JSON object")
