"""The options of commands that train, measure how fast, or ship a run."""

from __future__ import annotations

from charlstm.commands import stand_by, training
from charlstm.commands.options.shared import Commands
from charlstm.data.levels import LEVELS
from charlstm.data.vocabulary import CHAR
from charlstm.engine.standby import COMMAND as STAND_BY
from charlstm.sampling.weights import LSTM
from charlstm.settings.presets import PRESETS
from charlstm.settings.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.settings.settings import NETWORKS


def add_train(commands: Commands) -> None:
    command = commands.add_parser("train", help="train a new run")
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument(
        "--preset", choices=list(PRESETS), help="settings that fit the time; options change them"
    )
    command.add_argument("--recipe", choices=list(RECIPES), help=f"default {DEFAULT_RECIPE}")
    command.add_argument("--network", choices=list(NETWORKS), help=f"default {LSTM}")
    command.add_argument("--dropout", type=float, metavar="SHARE", help="default 0")
    command.add_argument(
        "--weight-decay", type=float, metavar="R", help="what weights lose per step; default 0"
    )
    command.add_argument("--level", default=CHAR, choices=list(LEVELS))
    command.add_argument(
        "--vocabulary", type=int, metavar="N", help="at the level word: the most that are known"
    )
    command.add_argument("--epochs", type=int, metavar="N", help="passes over the text")
    command.add_argument("--seconds", type=float, metavar="S", help="stop after S of training")
    command.add_argument("--units", type=int, metavar="N", help="cells per layer")
    command.add_argument("--layers", type=int, metavar="N")
    command.add_argument("--learning-rate", type=float, metavar="R")
    command.add_argument("--batch", type=int, metavar="N", help="windows or streams per step")
    command.add_argument("--chunk", type=int, metavar="N", help="characters of a stream per step")
    command.add_argument(
        "--clip-norm", type=float, metavar="R", help="largest norm of a gradient; 0 for none"
    )
    command.add_argument(
        "--final-share", type=float, metavar="S", help="learning rate at the end, of the first"
    )
    command.add_argument("--keep-case", action="store_true", help="do not lower-case the text")
    command.add_argument("--held-out", type=float, metavar="SHARE", help="default 0.1")
    command.add_argument("--no-guard", action="store_true", help="go on when the loss explodes")
    command.add_argument("--seed", type=int, metavar="N")
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
    command.add_argument("--recipe", default=DEFAULT_RECIPE, choices=list(RECIPES))
    command.add_argument("--units", type=int, metavar="N", help="cells per layer")
    command.add_argument("--layers", type=int, metavar="N")
    command.add_argument("--batch", type=int, metavar="N", help="windows or streams per step")
    command.add_argument("--chunk", type=int, metavar="N", help="characters of a stream per step")
    command.add_argument("--network", default=LSTM, choices=list(NETWORKS))
    command.add_argument("--dropout", type=float, metavar="SHARE", help="default 0")
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
