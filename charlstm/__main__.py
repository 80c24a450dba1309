"""The command line: ``python -m charlstm``.

Results go to standard output, messages and progress to standard error. A mistake by the user ends
in one line and exit code 2, never in a traceback.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    from charlstm.commands.output import print_message
    from charlstm.commands.parser import PROGRAM, parse
    from charlstm.errors import CharlstmError, UnknownRun

    try:
        arguments = parse(sys.argv[1:] if words is None else words)
        arguments.command(arguments)
    except CharlstmError as error:
        hint = f" `{PROGRAM} runs` lists them." if isinstance(error, UnknownRun) else ""
        print_message(f"charlstm: {' '.join(str(error).split())}{hint}")
        return 2
    except KeyboardInterrupt as end:
        print_message("charlstm: interrupted")
        return 128 + int(*(end.args or (signal.SIGINT,)))
    return 0


def _program() -> int:
    """Run the command of this process; return the exit code."""
    _on_interrupt(_leave)  # an exception could be lost while modules load, or at the very end
    from charlstm.commands.output import open_streams, print_message

    results = open_streams()
    if sys.argv[1:2] in (["resume"], ["race"]):
        from charlstm.runs.store import hold_early

        hold_early(sys.argv[1:])
    _on_interrupt(_interrupt)
    try:
        code = main()
    except SystemExit as end:
        code = int(end.code or 0)
    _on_interrupt(_leave)
    sys.stdout.flush()  # it may wait for the reader
    if results.failure:
        print_message(
            "charlstm: The results cannot be written to standard output:"
            f" {results.failure.strerror}."
        )
        return code or 2
    return code


def _on_interrupt(handler: Callable[[int, Any], NoReturn]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _interrupt(number: int, frame: Any) -> NoReturn:
    """End in good order; but at once while a module loads, as it may swallow an exception."""
    while frame:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            _leave(number, None)
        frame = frame.f_back
    _on_interrupt(_leave)  # should a second signal come meanwhile
    raise KeyboardInterrupt(number)


def _leave(number: int, _frame: Any) -> NoReturn:
    with contextlib.suppress(OSError):  # nobody may read it
        clear_line = b"\r\x1b[K" if os.isatty(2) else b""
        os.write(2, clear_line + b"charlstm: interrupted\n")
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(_program())
