"""The standard streams of a command: none is closed, and none can end its work.

Where results can no longer be written, as nobody reads them or a disk is full, the report has
failed and not the work: the command goes on, and what it prints from then on goes nowhere.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from typing import Any, TextIO

from charlstm.commands.output import tell

_ESCAPES = "charlstm-escapes"
_NOT_READ = {errno.EPIPE, errno.EINVAL if os.name == "nt" else errno.EPIPE}


class Unbreakable(io.RawIOBase):
    """Writes to a standard stream; once that has failed, nowhere.

    Attributes:
        failure: What the system said where something is lost that someone would read, or None.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream  # held, as its raw one closes with it
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
                select.select([], [self], [])  # whoever reads has made writing not wait
            return int(written)
        except OSError as error:
            if error.errno not in _NOT_READ:
                self.failure = error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return len(data)


def open_streams() -> Unbreakable:
    """Make the streams of this process fit for use; return that of its results.

    This comes first of all, as a file that is opened while one of them is closed would take its
    place. Where no terminal is written to, the encoding is UTF-8.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it takes the lowest number
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="backslashreplace")
    codecs.register_error(_ESCAPES, _escaped)
    results = Unbreakable(sys.stdout)
    sys.stdout = _text(results, sys.stdout, _ESCAPES)
    sys.stderr = _text(Unbreakable(sys.stderr), sys.stderr, "backslashreplace")
    return results


def _text(raw: Unbreakable, stream: TextIO, errors: str) -> TextIO:
    encoding = stream.encoding if raw.isatty() else "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding, errors, line_buffering=bool(stream.line_buffering)
    )


_reported: set[str] = set()


def _escaped(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace letters that the encoding lacks by escapes; of a terminal say so, the first time."""
    if isinstance(error, UnicodeEncodeError) and error.encoding not in _reported:
        _reported.add(error.encoding)
        if sys.stdout.isatty():
            tell(
                f"charlstm: This terminal's encoding, {error.encoding}, lacks some letters; they"
                " are shown as escapes such as \\u03b1. In a file they stand as they are."
            )
    return codecs.backslashreplace_errors(error)
