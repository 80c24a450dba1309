"""The command line: ``python -m charlstm``.

Knows words, options and output; the work is done by the same functions that pages call. Progress
goes to standard error, results to standard output. A usage or data error is one line and exit
code 2, never a traceback.
"""

from __future__ import annotations

import io
import sys

from charlstm.commands.options.shared import PROGRAM
from charlstm.commands.output import tell
from charlstm.commands.parser import parse
from charlstm.errors import CharlstmError, UnknownRun


def main(words: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    arguments = parse(sys.argv[1:] if words is None else words)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal has every symbol
    try:
        arguments.command(arguments)
    except CharlstmError as error:
        hint = f" `{PROGRAM} runs` lists them." if isinstance(error, UnknownRun) else ""
        tell(f"charlstm: {' '.join(str(error).split())}{hint}")
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not try to flush it again.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        tell("charlstm: interrupted")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
