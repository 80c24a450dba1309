"""The options of commands that pack a text and get it back."""

from __future__ import annotations

from charlstm.commands import packing
from charlstm.commands.options.shared import Commands, from_to, of_run


def add_compress(commands: Commands) -> None:
    command = commands.add_parser("compress", help="pack a text by a model's predictions")
    of_run(command)
    from_to(command)
    command.set_defaults(command=packing.compress)


def add_decompress(commands: Commands) -> None:
    command = commands.add_parser("decompress", help="get a packed text back, to the letter")
    command.add_argument("--run", metavar="RUN", help="default: the one that the file names")
    from_to(command)
    command.set_defaults(command=packing.decompress)
