"""Corpora by name: downloaded once, found in a folder, or shipped with Python itself.

Knows where texts are; does not judge whether a text can be learned from.

A file from the net: checked by its SHA-256, reported on while it comes, given up in time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from charlstm.data.corpus import Corpus
from charlstm.data.decoding import naming
from charlstm.data.given import from_bytes
from charlstm.errors import CorpusError, printable

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


MAX_FILE_BYTES = 200_000_000

DOWNLOADS: dict[str, Download] = {
    "nietzsche": Download(
        "https://s3.amazonaws.com/text-datasets/nietzsche.txt",
        "9cb94a5f1f8d1359e2e018fa67306eba4ae03942b8c44643eececded39e096df",
    ),
    "shakespeare": Download(
        "https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
}

PYTHON = "python"
"""Python's own language reference, which ships with every CPython."""


def names() -> list[str]:
    """Return the names that :func:`load` takes, the folder's own texts last."""
    known = [*DOWNLOADS, PYTHON]
    folder = _folder()
    own = sorted(path.stem for path in folder.glob("*.txt")) if folder else []
    return known + [name for name in own if name not in known and re.fullmatch(r"[\w-]+", name)]


def folder_problem() -> str:
    """Return what is wrong with the folder of texts that is asked for, or ``""``."""
    given = os.environ.get("CHARLSTM_DATA")
    if not given or Path(given).is_dir():
        return ""
    return (
        f"CHARLSTM_DATA names {printable(given)!r}, which is no folder; let it name the folder of"
        " your texts, or unset it."
    )


def is_at_hand(name: str) -> bool:
    """Return whether ``name`` can be loaded without a network."""
    return name == PYTHON or _local_file(name) is not None


def load(name_or_file: str, progress: Progress | None = None) -> Corpus:
    """Return the corpus of that name, or the text file at that path.

    Args:
        name_or_file: One of :func:`names`, otherwise a path.
        progress: Told how far a download is.

    Raises:
        CorpusError: If there is no such name or file, or it cannot be had or read.
    """
    if name_or_file in names():
        return load_named(name_or_file, progress)
    path = Path(name_or_file)
    if not _is_file(path):
        raise CorpusError(
            f"There is no corpus or text file called {name_or_file!r}; the corpora are"
            f" {', '.join(names())}."
        )
    return _from_file(path, path.stem or "text")


def check_name(name: str) -> None:
    """Refuse, with a CorpusError, what is not one of :func:`names`, such as a path."""
    if name not in names():
        raise CorpusError(f"There is no corpus called {name!r}; there are {', '.join(names())}.")


def named_file(name: str, progress: Progress | None = None) -> Path | None:
    """Return the file of a corpus by name, downloaded if it must be; None if it has no file.

    Raises:
        CorpusError: If the name is unknown, or its download fails or gives another file.
    """
    check_name(name)
    local = _local_file(name)
    if local is None and name == PYTHON:
        return None
    return local or _download(name, progress)


def load_named(name: str, progress: Progress | None = None) -> Corpus:
    """Return a corpus by name; a name is never taken for a path.

    Raises:
        CorpusError: If the name is unknown, or its download fails or gives another file.
    """
    path = named_file(name, progress)
    if path is None:
        return Corpus(PYTHON, language_reference())
    corpus = _from_file(path, name)
    return replace(corpus, note="  ".join(filter(None, [note_on(name, path), corpus.note])))


def note_on(name: str, path: Path) -> str:
    """Return a sentence if a corpus's file differs from the published one, otherwise ``""``."""
    if name not in DOWNLOADS or path.parent != _folder():
        return ""
    if _sha256(path) == DOWNLOADS[name].sha256:
        return ""
    return f"{path.name} in CHARLSTM_DATA differs from the published {name} corpus."


def cache_folder() -> Path:
    """Return the folder that downloaded corpora are kept in."""
    return Path(platformdirs.user_cache_dir("charlstm", appauthor=False)) / "corpora"


def _folder() -> Path | None:
    given = os.environ.get("CHARLSTM_DATA")
    return Path(given) if given and Path(given).is_dir() else None


def _local_file(name: str) -> Path | None:
    folder = _folder()
    if folder and (folder / f"{name}.txt").is_file():
        return folder / f"{name}.txt"
    cached = cache_folder() / f"{name}.txt"
    if name in DOWNLOADS and cached.is_file() and _sha256(cached) == DOWNLOADS[name].sha256:
        return cached
    return None


def _from_file(path: Path, name: str) -> Corpus:
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise CorpusError(
                f"{path.name} has {size / 1e6:.0f} MB; the limit is {MAX_FILE_BYTES / 1e6:.0f} MB."
            )
        corpus = from_bytes(path.read_bytes(), name, MAX_FILE_BYTES)
    except OSError as error:
        raise CorpusError(f"{path.name} cannot be read: {error.strerror}.") from error
    return replace(corpus, note=naming(corpus.note, path.name))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or one that holds NUL
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def language_reference() -> str:
    """Return Python's own language reference."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[topic].strip("\n") for topic in sorted(topics)) + "\n"


def _download(name: str, progress: Progress | None) -> Path:
    path = cache_folder() / f"{name}.txt"
    try:
        fetch(DOWNLOADS[name], path, progress)
    except NoDownload as error:
        raise CorpusError(
            f"The corpus {name!r} cannot be downloaded ({error}). No network is needed for"
            f" {PYTHON!r} or for a text of your own; a file {name}.txt in a folder named by"
            " CHARLSTM_DATA is used without a download."
        ) from error
    except ValueError as error:
        raise CorpusError(
            f"The download of {name!r} is not the expected file (its SHA-256 differs), so it was"
            " thrown away; try again later or give the text as a file."
        ) from error
    return path
