"""The command line: ``python -m charlstm``.

Knows words, options and output; the work is done by the same functions that pages call. Progress
goes to standard error, results to standard output. A usage or data error is one line and exit
code 2, never a traceback.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

_OVER, _INTERRUPTED = b"\r\x1b[K", b"charlstm: interrupted\n"


def main(words: list[str] | None = None) -> int:
    """Run one command; return the exit code."""
    from charlstm.commands.options.shared import PROGRAM
    from charlstm.commands.output import tell
    from charlstm.commands.parser import parse
    from charlstm.errors import CharlstmError, UnknownRun

    try:
        arguments = parse(sys.argv[1:] if words is None else words)
        arguments.command(arguments)
    except CharlstmError as error:
        hint = f" `{PROGRAM} runs` lists them." if isinstance(error, UnknownRun) else ""
        tell(f"charlstm: {' '.join(str(error).split())}{hint}")
        return 2
    except KeyboardInterrupt as end:
        tell("charlstm: interrupted")
        return 128 + int(*(end.args or (signal.SIGINT,)))
    return 0


def _program() -> int:
    """Run the command of this process; return the exit code."""
    # Modules that are being imported may swallow an exception, and so may the interpreter's end.
    _on_interrupt(_leave)
    from charlstm.commands.output import tell
    from charlstm.commands.streams import open_streams
    from charlstm.runs.store import hold_early

    results = open_streams()
    hold_early(sys.argv[1:])
    import charlstm.commands.parser  # noqa: F401

    _on_interrupt(_interrupt)
    try:
        code = main()
    except SystemExit as end:
        code = int(end.code or 0)
    _on_interrupt(_leave)
    sys.stdout.flush()  # which may wait for whoever reads
    if results.failure:
        tell(
            "charlstm: The results cannot be written to standard output:"
            f" {results.failure.strerror}."
        )
        return code or 2
    return code


def _on_interrupt(handler: Callable[[int, Any], NoReturn]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _leave(number: int, _frame: Any) -> NoReturn:
    with contextlib.suppress(OSError):  # nobody may be there to read it
        os.write(2, _OVER + _INTERRUPTED if os.isatty(2) else _INTERRUPTED)
    os._exit(128 + number)


def _interrupt(number: int, _frame: Any) -> NoReturn:
    _on_interrupt(_leave)  # should a second one come before all is put in order
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(_program())
