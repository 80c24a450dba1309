"""How commands speak: JSON or words on standard output, progress on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any

_OVER = "\r\x1b[K"
_COLUMNS = 80
"""Of a terminal that does not know its width."""

# Control characters but for tab and line feed, what turns the direction of writing, and halves of
# characters: a terminal would obey them, or cannot write them.
_OBEYED = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """Return text from outside for a terminal: what it would obey is written as ``\\x1b``."""
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def say(value: dict[str, Any]) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps(value, allow_nan=False), flush=True)


def tell(text: str) -> None:
    """Say something beside the results, in place of any progress; whatever it quotes is escaped."""
    start = _OVER if sys.stderr.isatty() else ""
    print(f"{start}{escaped(text)}", file=sys.stderr, flush=True)


def write(text: str) -> None:
    """Print written text: as it is to a file or to a program, escaped on a terminal."""
    print(escaped(text) if sys.stdout.isatty() else text)


def tell_progress(text: str) -> None:
    """Show progress: over the last one on a terminal, nothing where nobody would watch it move."""
    if sys.stderr.isatty():
        line = escaped(text)[: _columns() - 1]
        print(f"{_OVER}{line}", end="", file=sys.stderr, flush=True)


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
    except OSError:
        return _COLUMNS


def end_progress() -> None:
    """Leave the line of progress."""
    if sys.stderr.isatty():
        print(file=sys.stderr)


def download_progress(received: int, total: int) -> None:
    """Show how far a download is."""
    of_total = f" of {total / 1e6:.1f}" if total else ""
    tell_progress(f"downloading: {received / 1e6:.1f}{of_total} MB")
    if total and received >= total:
        end_progress()
