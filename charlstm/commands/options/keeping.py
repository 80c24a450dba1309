"""The options of commands that move a run, rename or remove it."""

from __future__ import annotations

from charlstm.commands import keeping
from charlstm.commands.options.shared import Commands


def add_export(commands: Commands) -> None:
    command = commands.add_parser("export", help="write a run as one file, to take it along")
    command.add_argument("run", metavar="RUN")
    command.add_argument("file", metavar="FILE.zip")
    command.add_argument("--with-text", action="store_true", help="with the text that it keeps")
    command.set_defaults(command=keeping.export)


def add_import(commands: Commands) -> None:
    command = commands.add_parser("import", help="take in a run that was exported")
    command.add_argument("file", metavar="FILE.zip")
    command.add_argument("--run", metavar="NAME", help="what to call the run")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=keeping.import_)


def add_rename(commands: Commands) -> None:
    command = commands.add_parser("rename", help="give a run another name")
    command.add_argument("run", metavar="RUN")
    command.add_argument("name", metavar="NEW")
    command.set_defaults(command=keeping.rename)


def add_delete(commands: Commands) -> None:
    command = commands.add_parser("delete", help="remove a run for good")
    command.add_argument("run", metavar="RUN")
    command.add_argument("--yes", action="store_true", help="without asking")
    command.set_defaults(command=keeping.delete)
