"""What commands print and write to files.

Results go to standard output, messages and progress to standard error.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from charlstm.errors import CharlstmError, DiskError

if TYPE_CHECKING:
    from charlstm.data.vocabulary import Reading

_CLEAR_LINE = "\r\x1b[K"

# Control characters except tab and line feed, marks that change the direction of writing, and
# surrogates: a terminal would act on them or cannot show them.
_CONTROLS = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """Return text for a terminal, with its control characters written as ``\\x1b``."""
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def print_json(value: dict[str, Any] | None = None, /, **more: Any) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps((value or {}) | more, allow_nan=False), flush=True)


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
    """Return a function that shows how much of the total is done, at most 20 times a second."""
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


@contextlib.contextmanager
def file_errors(path: str | Path, what: str) -> Iterator[None]:
    """Turn an OSError into a CharlstmError: the file cannot be ``"read"``, or ``"written"``."""
    if "\0" in str(path):
        raise CharlstmError(f"{str(path)!r} cannot be {what}: its name holds NUL.")
    try:
        yield
    except OSError as error:
        if isinstance(error, DiskError) and error.filename != str(Path(path).parent):
            raise  # it is about another file
        reason = error.strerror or error
        raise CharlstmError(f"{str(path)!r} cannot be {what}: {reason}.") from error


def target(name: str, *, force: bool) -> Path:
    """Return the file that a command is to write; refuse to overwrite one unless it is forced."""
    path = Path(name)
    with file_errors(path, "written"):
        if path.is_dir() or not path.parent.is_dir():
            raise CharlstmError(
                f"{name!r} cannot be written: it must be a file in an existing folder."
            )
        if path.exists() and not force:
            raise CharlstmError(f"{name!r} exists already; add --force to overwrite it.")
    return path


def write(path: Path, content: Callable[[IO[bytes]], object]) -> None:
    """Publish a file, complete or not at all."""
    from charlstm.runs.files import publish, sweep_leftovers

    with file_errors(path, "written"):
        sweep_leftovers(path.parent, glob.escape(path.name))
        publish(path, content)


def changes(reading: Reading) -> dict[str, list[str]]:
    """Return for JSON the symbols of a text that were folded, dropped or otherwise changed."""
    others = {"unknown": list(reading.unknown), "reformed": list(reading.reformed)}
    return {"folded": list(reading.folded), "dropped": list(reading.dropped)} | {
        name: symbols for name, symbols in others.items() if symbols
    }


def report_changes(reading: Reading) -> None:
    """Print as messages how a text was changed when it was read."""
    for what, symbols in (
        ("capitals are read as lower case", reading.folded),
        ("read in the other form of Unicode", reading.reformed),
        ("dropped, unknown to the model", map(repr, reading.dropped)),
        ("read as the unknown word", map(repr, reading.unknown)),
    ):
        if shown := " ".join(symbols):
            print_message(f"{what}: {shown}")
    if reading.space_left_off:
        print_message("removed: the space at the end, as every word begins with its own space")
