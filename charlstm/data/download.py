"""A file from the net: checked by its SHA-256, reported on while it comes, given up in time.

Knows nothing of corpora.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NO_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.05
_LEFT_SECONDS = 3600.0

Progress = Callable[[int, int], None]
"""Called with the bytes received so far and the bytes expected (0 if unknown)."""


@dataclass(frozen=True)
class Download:
    """Where a file is, and the SHA-256 that it must have."""

    url: str
    sha256: str


class NoDownload(Exception):
    """A file could not be had; the message says why, as a phrase."""


def fetch(source: Download, target: Path, progress: Progress | None = None) -> None:
    """Put a file from the net at a path.

    Args:
        source: The file.
        target: Where it is wanted; its folder is made.
        progress: Told in this thread how far the download is.

    Raises:
        NoDownload: If there is no network, no answer, no such file, or no room for it.
        ValueError: If it is another file than it must be; it is not kept.
    """
    transfer = _Transfer()
    # A host can have many addresses, each with a time-out of its own: the clock is kept outside.
    thread = threading.Thread(target=_retrieve, args=(source, target, transfer), daemon=True)
    began = time.monotonic()
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_SECONDS)
        _pass_on(transfer, progress)
        if not transfer.received and time.monotonic() - began > NO_ANSWER_SECONDS:
            break
    _pass_on(transfer, progress)
    if transfer.is_done:
        return
    if isinstance(transfer.error, ValueError) and not isinstance(transfer.error, OSError):
        raise transfer.error
    raise NoDownload(_reason(transfer.error)) from transfer.error


def _pass_on(transfer: _Transfer, progress: Progress | None) -> None:
    """Report what has been received, in the thread that asked for it."""
    while not transfer.news.empty():
        received = transfer.news.get()
        if progress:
            progress(received, transfer.total)


def _retrieve(source: Download, target: Path, transfer: _Transfer) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    _sweep(target.parent)
    try:
        pooch.retrieve(
            source.url,
            known_hash=f"sha256:{source.sha256}",
            fname=target.name,
            path=target.parent,
            downloader=pooch.HTTPDownloader(timeout=NO_ANSWER_SECONDS, progressbar=transfer),
        )
    except (requests.RequestException, OSError, ValueError) as error:
        transfer.error = error
    else:
        transfer.is_done = True


def _sweep(folder: Path) -> None:
    """Remove what a download that was killed left behind; pooch calls it tmp and something."""
    for path in folder.glob("tmp*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_SECONDS:
                path.unlink()


def _reason(error: Exception | None) -> str:
    import requests

    if error is None or isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer within {NO_ANSWER_SECONDS:.0f} seconds"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "no connection"
    return getattr(error, "strerror", None) or "the file cannot be written"


class _Transfer:
    """How a download stands: the progress bar that pooch expects, and what came of it."""

    def __init__(self) -> None:
        self.total = 0
        self.received = 0
        self.is_done = False
        self.error: Exception | None = None
        self.news: queue.SimpleQueue[int] = queue.SimpleQueue()

    def update(self, received: int) -> None:
        # Pooch counts whole chunks, and the last one is rarely whole.
        self.received = min(self.received + received, self.total or self.received + received)
        self.news.put(self.received)

    def reset(self) -> None:
        """Pooch resets a bar before it fills it up; it stands there already."""

    def close(self) -> None:
        """Nothing is open."""
