"""The command line: every command with its options, in the order in which help lists them.

Knows words and their types; limits are checked where the values are used.
"""

from __future__ import annotations

import argparse

from charlstm.commands.options import exploring, keeping, packing, reading, training
from charlstm.commands.options.shared import PROGRAM, Parser

_COMMANDS = (
    reading.add_corpora,
    training.add_train,
    training.add_resume,
    training.add_race,
    reading.add_sample,
    exploring.add_compare,
    reading.add_next,
    exploring.add_atlas,
    exploring.add_score,
    exploring.add_cells,
    reading.add_evaluate,
    exploring.add_ngram,
    reading.add_runs,
    keeping.add_export,
    keeping.add_import,
    keeping.add_rename,
    keeping.add_delete,
    training.add_probe,
    training.add_ship,
    packing.add_compress,
    packing.add_decompress,
    training.add_stand_by,
)


def parse(words: list[str]) -> argparse.Namespace:
    """Return the options; ``command`` is the function to call with them.

    Raises:
        SystemExit: With code 2 after one line on standard error, or 0 after ``--help``.
    """
    parser = Parser(prog=PROGRAM, description="Character-level LSTMs that learn and write.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for add in _COMMANDS:
        add(commands)
    return parser.parse_args(words)
