"""The options of every command.

Knows words and their types; limits are checked where the values are used.
"""

from __future__ import annotations

import argparse
from typing import NoReturn

from charlstm.commands import (
    atlas,
    cells,
    counting,
    exploring,
    keeping,
    packing,
    reading,
    stand_by,
    training,
)
from charlstm.commands.output import tell
from charlstm.data.levels import LEVELS
from charlstm.data.vocabulary import CHAR
from charlstm.runs.standby import COMMAND as STAND_BY
from charlstm.runs.store import DEFAULT_RUN
from charlstm.sampling.weights import LSTM
from charlstm.training.presets import PRESETS
from charlstm.training.recipes import DEFAULT_RECIPE, RECIPES
from charlstm.training.settings import NETWORKS


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        tell(f"{self.prog}: {line} (see {self.prog} --help)")
        raise SystemExit(2)


def parse(words: list[str]) -> argparse.Namespace:
    """Return the options; ``command`` is the function to call with them.

    Raises:
        SystemExit: With code 2 after one line on standard error, or 0 after ``--help``.
    """
    parser = _Parser(prog="charlstm", description="Character-level LSTMs that learn and write.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _corpora(commands)
    _train(commands)
    _resume(commands)
    _race(commands)
    _sample(commands)
    _compare(commands)
    _next(commands)
    _atlas(commands)
    _score(commands)
    _cells(commands)
    _evaluate(commands)
    _ngram(commands)
    _runs(commands)
    _export(commands)
    _import(commands)
    _rename(commands)
    _delete(commands)
    _probe(commands)
    _ship(commands)
    _compress(commands)
    _decompress(commands)
    _stand_by(commands)
    return parser.parse_args(words)


def _corpora(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("corpora", help="list the corpora that have a name")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=reading.corpora)


def _train(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("train", help="train a new run")
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument(
        "--preset", choices=list(PRESETS), help="settings that fit the time; options change them"
    )
    command.add_argument("--recipe", choices=list(RECIPES), help=f"default {DEFAULT_RECIPE}")
    command.add_argument("--network", choices=list(NETWORKS), help=f"default {LSTM}")
    command.add_argument("--dropout", type=float, metavar="SHARE", help="default 0")
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


def _resume(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("resume", help="go on with a run that was stopped")
    command.add_argument("run", metavar="RUN")
    command.add_argument("--epochs", type=int, metavar="N", help="the new total")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=training.resume)


def _race(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("race", help="go on with several runs, taking turns")
    command.add_argument("runs", nargs="+", metavar="RUN")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=training.race)


def _of_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("--run", default=DEFAULT_RUN, metavar="RUN")
    command.add_argument("--checkpoint", type=int, metavar="STEP", help="default: the best")


def _strategy(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--strategy",
        default="",
        metavar="LIST",
        help="what acts after the temperature, in order, such as top-k:40,top-p:0.9",
    )


def _known(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--known", action="store_true", help="of a model of words: never the unknown word"
    )


def _sample(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("sample", help="write text that goes on from a prompt")
    _of_run(command)
    command.add_argument("--prompt", required=True, metavar="TEXT")
    command.add_argument("--temperature", type=float, default=0.5, metavar="T")
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    _strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    _known(command)
    command.set_defaults(command=reading.sample)


def _compare(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("compare", help="one prompt and the same luck, at several T")
    _of_run(command)
    command.add_argument("--prompt", required=True, metavar="TEXT")
    command.add_argument("--temperatures", default="0.2,0.5,1.0,1.2", metavar="T,T,…")
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    _strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    _known(command)
    command.set_defaults(command=exploring.compare)


def _atlas(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("atlas", help="texts at 41 temperatures and their figures")
    _of_run(command)
    command.add_argument("--prompt", default=atlas.DEFAULT_PROMPT, metavar="TEXT")
    command.add_argument("--length", type=int, metavar="N", help="characters at each temperature")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--json", action="store_true", help="one JSON object per temperature")
    command.set_defaults(command=atlas.atlas)


def _score(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("score", help="how surprising each character of a text is")
    _of_run(command)
    given = command.add_mutually_exclusive_group(required=True)
    given.add_argument("--text", metavar="TEXT")
    given.add_argument("--file", metavar="FILE")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=exploring.score)


def _cells(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("cells", help="which cell predicts which property of a text")
    _of_run(command)
    command.add_argument(
        "--corpus",
        nargs="+",
        metavar="NAME|FILE|FOLDER",
        help="default: the run's held-out text",
    )
    command.add_argument("--keep", action="store_true", help="keep the scores in the run's folder")
    command.add_argument("--json", action="store_true", help="one JSON object per property")
    command.set_defaults(command=cells.cells)


def _next(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("next", help="the distribution of the next character")
    _of_run(command)
    command.add_argument("--prompt", required=True, metavar="TEXT")
    command.add_argument("--temperature", type=float, default=1.0, metavar="T")
    _strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    _known(command)
    command.set_defaults(command=reading.next_character)


def _evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("evaluate", help="window and stream loss on a text")
    _of_run(command)
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=reading.evaluate)


def _ngram(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("ngram", help="what counting alone achieves, order by order")
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument("--order", type=int, metavar="N", help="1 to 6; default: each of them")
    command.add_argument("--held-out", type=float, metavar="SHARE", help="default 0.1")
    command.add_argument("--keep-case", action="store_true", help="do not lower-case the text")
    command.add_argument("--prompt", metavar="TEXT", help="let each write on from it")
    command.add_argument("--temperature", type=float, default=0.5, metavar="T")
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=counting.ngram)


def _runs(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("runs", help="list all runs")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=reading.runs)


def _export(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("export", help="write a run as one file, to take it along")
    command.add_argument("run", metavar="RUN")
    command.add_argument("file", metavar="FILE.zip")
    command.add_argument("--with-text", action="store_true", help="with the text that it keeps")
    command.set_defaults(command=keeping.export)


def _import(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("import", help="take in a run that was exported")
    command.add_argument("file", metavar="FILE.zip")
    command.add_argument("--run", metavar="NAME", help="what to call the run")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=keeping.import_)


def _rename(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("rename", help="give a run another name")
    command.add_argument("run", metavar="RUN")
    command.add_argument("name", metavar="NEW")
    command.set_defaults(command=keeping.rename)


def _delete(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("delete", help="remove a run for good")
    command.add_argument("run", metavar="RUN")
    command.add_argument("--yes", action="store_true", help="without asking")
    command.set_defaults(command=keeping.delete)


def _probe(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("probe", help="measure for a second how fast a shape trains")
    command.add_argument("--recipe", default=DEFAULT_RECIPE, choices=list(RECIPES))
    command.add_argument("--units", type=int, metavar="N", help="cells per layer")
    command.add_argument("--layers", type=int, metavar="N")
    command.add_argument("--batch", type=int, metavar="N", help="windows or streams per step")
    command.add_argument("--network", default=LSTM, choices=list(NETWORKS))
    command.add_argument("--dropout", type=float, metavar="SHARE", help="default 0")
    command.add_argument("--symbols", type=int, default=57, metavar="N")
    command.set_defaults(command=training.probe)


def _ship(commands: argparse._SubParsersAction[_Parser]) -> None:
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


def _compress(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("compress", help="pack a text by a model's predictions")
    _of_run(command)
    _from_to(command)
    command.set_defaults(command=packing.compress)


def _decompress(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser("decompress", help="get a packed text back, to the letter")
    command.add_argument("--run", metavar="RUN", help="default: the one that the file names")
    _from_to(command)
    command.set_defaults(command=packing.decompress)


def _from_to(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", metavar="SRC")
    command.add_argument("target", metavar="DST")
    command.add_argument("--force", action="store_true", help="write over DST if it exists")
    command.add_argument("--json", action="store_true", help="one JSON object")


def _stand_by(commands: argparse._SubParsersAction[_Parser]) -> None:
    command = commands.add_parser(STAND_BY)  # without help: it is for the web server
    command.set_defaults(command=stand_by.stand_by)
