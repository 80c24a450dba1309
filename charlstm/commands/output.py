"""How commands speak: JSON or words on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from typing import Any


def say(value: dict[str, Any]) -> None:
    """Print one JSON object on a line of its own, at once."""
    print(json.dumps(value, allow_nan=False), flush=True)


def tell(text: str) -> None:
    """Say something beside the results."""
    print(text, file=sys.stderr, flush=True)


def tell_progress(text: str) -> None:
    """Show progress: over the last one on a terminal, nothing where nobody would watch it move."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


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
