"""The command line: ``python -m charlstm``.

Results go to standard output, messages and progress to standard error. A mistake by the user ends
in one line and exit code 2, never in a traceback. If results can no longer be written, because
nobody reads them or a disk is full, the command continues, and its further output is dropped.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import select
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TextIO

_ESCAPES = "charlstm-escapes"
_NOT_READ = {errno.EPIPE, errno.EINVAL if os.name == "nt" else errno.EPIPE}


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
    from charlstm.commands.output import print_message

    results = _open_streams()
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
    """End in good order; while a module loads, end at once, as it may swallow an exception."""
    while frame:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            _leave(number, None)
        frame = frame.f_back
    _on_interrupt(_leave)  # in case of a second signal meanwhile
    raise KeyboardInterrupt(number)


def _leave(number: int, _frame: Any) -> NoReturn:
    with contextlib.suppress(OSError):  # nobody may read it
        clear_line = b"\r\x1b[K" if os.isatty(2) else b""
        os.write(2, clear_line + b"charlstm: interrupted\n")
    os._exit(128 + number)


class _Unbreakable(io.RawIOBase):
    """Writes to a standard stream until that fails, then to nowhere.

    ``failure`` is the error that lost results which someone would have read, or None.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream  # kept, as its raw stream is closed with it
        self._raw: Any = getattr(stream.buffer, "raw", stream.buffer)
        self.failure: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def write(self, data: Any) -> int:
        try:
            while (written := self._raw.write(data)) is None:
                select.select([], [self], [])  # the reader has made the stream non-blocking
            return int(written)
        except OSError as error:
            if error.errno not in _NOT_READ:
                self.failure = error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


def _open_streams() -> _Unbreakable:
    """Prepare the standard streams of this process; return the one for results.

    Call it before any file is opened: a file that is opened while a standard stream is closed takes
    the number of that stream. The encoding is UTF-8, except on a terminal.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it gets the lowest number
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="backslashreplace")
    codecs.register_error(_ESCAPES, _escape_unencodable)
    results = _Unbreakable(sys.stdout)
    sys.stdout = _text_stream(results, sys.stdout, _ESCAPES)
    sys.stderr = _text_stream(_Unbreakable(sys.stderr), sys.stderr, "backslashreplace")
    return results


def _text_stream(raw: _Unbreakable, stream: TextIO, errors: str) -> TextIO:
    encoding = stream.encoding if raw.isatty() else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, errors, line_buffering=bool(stream.line_buffering)
    )


_reported: set[str] = set()


def _escape_unencodable(error: UnicodeError) -> tuple[str | bytes, int]:
    """Escape characters that the encoding lacks; on a terminal report that once."""
    if isinstance(error, UnicodeEncodeError) and error.encoding not in _reported:
        _reported.add(error.encoding)
        if sys.stdout.isatty():
            from charlstm.commands.output import print_message

            print_message(
                f"charlstm: This terminal's encoding, {error.encoding}, lacks some characters; they"
                " are shown as escapes such as \\u03b1. In a file they are written as they are."
            )
    return codecs.backslashreplace_errors(error)


if __name__ == "__main__":
    sys.exit(_program())
