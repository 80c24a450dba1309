"""The options of commands that train, measure how fast, or ship a run."""

from __future__ import annotations

from charlstm.commands import stand_by, training
from charlstm.commands.options.settings import add_settings
from charlstm.commands.options.shared import Commands
from charlstm.engine.speed import SHAPE
from charlstm.engine.standby import COMMAND as STAND_BY
from charlstm.settings.settings import PRESETS


def add_train(commands: Commands) -> None:
    command = commands.add_parser("train", help="train a new run")
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument(
        "--preset", choices=list(PRESETS), help="settings that fit the time; options change them"
    )
    add_settings(command)
    command.add_argument("--run", metavar="NAME", help="what to call the run")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=training.train)


def add_resume(commands: Commands) -> None:
    command = commands.add_parser("resume", help="go on with a run that was stopped")
    command.add_argument("run", metavar="RUN")
    command.add_argument("--epochs", type=int, metavar="N", help="the new total")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=training.resume)


def add_race(commands: Commands) -> None:
    command = commands.add_parser("race", help="go on with several runs, taking turns")
    command.add_argument("runs", nargs="+", metavar="RUN")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=training.race)


def add_probe(commands: Commands) -> None:
    command = commands.add_parser("probe", help="measure for a second how fast a shape trains")
    add_settings(command, SHAPE)
    command.add_argument("--symbols", type=int, default=57, metavar="N")
    command.set_defaults(command=training.probe)


def add_ship(commands: Commands) -> None:
    command = commands.add_parser("ship", help="put a finished run into assets/, made small")
    command.add_argument("run", metavar="RUN")
    command.add_argument(
        "--checkpoints",
        type=int,
        default=28,
        metavar="N",
        help="at most so many; 1 for the best alone",
    )
    command.set_defaults(command=training.ship)


def add_stand_by(commands: Commands) -> None:
    command = commands.add_parser(STAND_BY)  # without help: it is for the web server
    command.set_defaults(command=stand_by.stand_by)
