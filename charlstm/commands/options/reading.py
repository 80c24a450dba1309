"""The options of commands that read a model, a text, or the list of runs."""

from __future__ import annotations

from charlstm.commands import listing, reading
from charlstm.commands.options.shared import Commands, known, of_run, strategy
from charlstm.errors import printable


def add_corpora(commands: Commands) -> None:
    command = commands.add_parser("corpora", help="list the corpora that have a name")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=reading.corpora)


def add_sample(commands: Commands) -> None:
    command = commands.add_parser("sample", help="write text that goes on from a prompt")
    of_run(command)
    command.add_argument("--prompt", type=printable, required=True, metavar="TEXT")
    command.add_argument("--temperature", type=float, default=0.5, metavar="T")
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    known(command)
    command.set_defaults(command=reading.sample)


def add_next(commands: Commands) -> None:
    command = commands.add_parser("next", help="the distribution of the next character")
    of_run(command)
    command.add_argument("--prompt", type=printable, required=True, metavar="TEXT")
    command.add_argument("--temperature", type=float, default=1.0, metavar="T")
    strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    known(command)
    command.set_defaults(command=reading.next_character)


def add_evaluate(commands: Commands) -> None:
    command = commands.add_parser("evaluate", help="window and stream loss on a text")
    of_run(command)
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=reading.evaluate)


def add_runs(commands: Commands) -> None:
    command = commands.add_parser("runs", help="list all runs")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=listing.runs)
