"""The options of commands that compare, score, or look inside."""

from __future__ import annotations

from charlstm.analysis.copies import FINGERPRINT, SHORTEST_COPY, TEXT
from charlstm.commands import atlas, cells, counting, exploring
from charlstm.commands.options.shared import Commands, known, of_run, strategy
from charlstm.engine.atlases import MAX_LENGTH, MIN_LENGTH
from charlstm.errors import printable


def add_compare(commands: Commands) -> None:
    command = commands.add_parser(
        "compare", help="one prompt and the same random numbers, at several temperatures"
    )
    of_run(command)
    command.add_argument("--prompt", type=printable, required=True, metavar="TEXT")
    command.add_argument(
        "--temperatures",
        default="0.2,0.5,1.0,1.2",
        metavar="T,T,…",
        help=f"1 to {exploring.MOST_COLUMNS} of them; default 0.2,0.5,1.0,1.2",
    )
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    strategy(command)
    command.add_argument("--json", action="store_true", help="one JSON object")
    known(command)
    command.set_defaults(command=exploring.compare)


def add_atlas(commands: Commands) -> None:
    command = commands.add_parser(
        "atlas",
        help="texts at 41 temperatures and their figures",
        epilog=f"A copy counts from {SHORTEST_COPY[TEXT]} characters on, or from"
        f" {SHORTEST_COPY[FINGERPRINT]} where the corpus is known by its fingerprint alone.",
    )
    of_run(command)
    command.add_argument("--prompt", type=printable, default=atlas.DEFAULT_PROMPT, metavar="TEXT")
    command.add_argument(
        "--length",
        type=int,
        metavar="N",
        help=f"characters at each temperature, {MIN_LENGTH} to {MAX_LENGTH:,}",
    )
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--keep", action="store_true", help="keep it in the run's folder")
    command.add_argument("--json", action="store_true", help="one JSON object per temperature")
    command.set_defaults(command=atlas.atlas)


def add_score(commands: Commands) -> None:
    command = commands.add_parser("score", help="how surprising each character of a text is")
    of_run(command)
    given = command.add_mutually_exclusive_group(required=True)
    given.add_argument("--text", type=printable, metavar="TEXT")
    given.add_argument("--file", metavar="FILE")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(command=exploring.score)


def add_cells(commands: Commands) -> None:
    command = commands.add_parser("cells", help="which cell predicts which property of a text")
    of_run(command)
    command.add_argument(
        "--corpus",
        nargs="+",
        metavar="NAME|FILE|FOLDER",
        help="default: the run's held-out text",
    )
    command.add_argument("--keep", action="store_true", help="keep the scores in the run's folder")
    command.add_argument("--json", action="store_true", help="one JSON object per property")
    command.set_defaults(command=cells.cells)


def add_ngram(commands: Commands) -> None:
    command = commands.add_parser("ngram", help="what counting alone achieves, order by order")
    command.add_argument("--corpus", required=True, nargs="+", metavar="NAME|FILE|FOLDER")
    command.add_argument("--order", type=int, metavar="N", help="1 to 6; default: each of them")
    command.add_argument("--held-out", type=float, metavar="SHARE", help="default 0.1")
    command.add_argument("--keep-case", action="store_true", help="do not lower-case the text")
    command.add_argument(
        "--prompt", type=printable, metavar="TEXT", help="let each write on from it"
    )
    command.add_argument("--temperature", type=float, default=0.5, metavar="T")
    command.add_argument("--length", type=int, default=400, metavar="N")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--json", action="store_true", help="one JSON object per line")
    command.set_defaults(command=counting.ngram)
