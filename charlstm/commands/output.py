"""What commands print, and the streams that they print to.

Results go to standard output, messages and progress to standard error. Where results can no longer
be written, because nobody reads them or a disk is full, the command goes on with its work, and what
it prints from then on is dropped.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import json
import os
import re
import select
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

_CLEAR_LINE = "\r\x1b[K"
_ESCAPES = "charlstm-escapes"
_NOT_READ = {errno.EPIPE, errno.EINVAL if os.name == "nt" else errno.EPIPE}

# Control characters except tab and line feed, marks that change the direction of writing, and
# surrogates: a terminal would act on them, or cannot show them.
_CONTROLS = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """Return text for a terminal, with its control characters written as ``\\x1b``."""
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps(value, allow_nan=False), flush=True)


def print_text(text: str) -> None:
    """Print generated text, escaped on a terminal only."""
    print(escaped(text) if sys.stdout.isatty() else text)


def print_message(text: str) -> None:
    """Print a message to standard error, over any progress; nothing for ``""``."""
    if text:
        start = _CLEAR_LINE if sys.stderr.isatty() else ""
        print(f"{start}{escaped(text)}", file=sys.stderr, flush=True)


def show_progress(text: str) -> None:
    """Show progress on one line of a terminal; elsewhere print nothing."""
    if sys.stderr.isatty():
        columns = 0
        with contextlib.suppress(OSError):
            columns = os.get_terminal_size(sys.stderr.fileno()).columns
        line = escaped(text)[: (columns or 80) - 1]
        print(f"{_CLEAR_LINE}{line}", end="", file=sys.stderr, flush=True)


def progress_of(what: str) -> Callable[[int, int], None]:
    """Return a function that shows how much is done of how much, at most 20 times a second."""
    shown_at = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown_at
        if time.monotonic() >= shown_at + 0.05:
            shown_at = time.monotonic()
            show_progress(f"{what}: {done:,} of {total:,}")

    return show


def end_progress() -> None:
    """Leave the line that shows progress."""
    if sys.stderr.isatty():
        print(file=sys.stderr)


def download_progress(received: int, total: int) -> None:
    """Show the progress of a download, in bytes."""
    of_total = f" of {total / 1e6:.1f}" if total else ""
    show_progress(f"downloading: {received / 1e6:.1f}{of_total} MB")
    if total and received >= total:
        end_progress()


class Unbreakable(io.RawIOBase):
    """Writes to a standard stream until that fails, then to nowhere.

    ``failure`` is the error by which results were lost that someone would have read, or None.
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


def open_streams() -> Unbreakable:
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
    results = Unbreakable(sys.stdout)
    sys.stdout = _text_stream(results, sys.stdout, _ESCAPES)
    sys.stderr = _text_stream(Unbreakable(sys.stderr), sys.stderr, "backslashreplace")
    return results


def _text_stream(raw: Unbreakable, stream: TextIO, errors: str) -> TextIO:
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
            print_message(
                f"charlstm: This terminal's encoding, {error.encoding}, lacks some characters; they"
                " are shown as escapes such as \\u03b1. In a file they are written as they are."
            )
    return codecs.backslashreplace_errors(error)
