"""Corpora by name: downloaded once, found in a folder, or shipped with Python itself.

Knows where texts are; does not judge whether a text can be learned from.
"""

from __future__ import annotations

import hashlib
import os
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from charlstm.data.blocks import joined
from charlstm.data.corpus import Corpus
from charlstm.data.decoding import decode
from charlstm.errors import CorpusError

MAX_UPLOAD_BYTES = 20_000_000
MAX_FILE_BYTES = 200_000_000
NO_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.05

Progress = Callable[[int, int], None]
"""Called with the bytes received so far and the bytes expected (0 if unknown)."""


@dataclass(frozen=True)
class Download:
    """Where a named corpus comes from, and the SHA-256 that its file must have."""

    url: str
    sha256: str


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
    return replace(_from_file(path, name), note=note_on(name, path))


def note_on(name: str, path: Path) -> str:
    """Return a sentence if a corpus's file differs from the published one, otherwise ``""``."""
    if name not in DOWNLOADS or path.parent != _folder():
        return ""
    if _sha256(path) == DOWNLOADS[name].sha256:
        return ""
    return f"{path.name} in CHARLSTM_DATA differs from the published {name} corpus."


def from_bytes(data: bytes, name: str, limit: int = MAX_UPLOAD_BYTES) -> Corpus:
    """Return the corpus in the bytes of a file.

    Raises:
        CorpusError: If there are more than ``limit`` bytes, or they are not text.
    """
    check_total([len(data)], limit)
    text, encoding = decode(data)
    return Corpus(name, text, encoding=encoding)


def from_files(files: Sequence[tuple[str, bytes]], limit: int = MAX_UPLOAD_BYTES) -> Corpus:
    """Return the corpus in several files, joined by blank lines in their order.

    Args:
        files: The name of each and its bytes.
        limit: Bytes that all may have together.

    Raises:
        CorpusError: If there are more, or a file is not text; the sentence names it.
    """
    check_total([len(data) for _, data in files], limit)
    corpora = []
    for name, data in files:
        try:
            corpora.append(from_bytes(data, name, limit))
        except CorpusError as error:
            raise CorpusError(str(error).replace("This file", name, 1)) from error
    read_as = [f"{c.name} was read as {c.encoding}." for c in corpora if c.encoding != "utf-8"]
    text = "".join(joined([corpus.text] for corpus in corpora))
    return Corpus(name_for([name for name, _ in files]), text, note=" ".join(read_as))


def check_total(sizes: Sequence[int], limit: int) -> None:
    """Refuse files that are too large together.

    Args:
        sizes: Bytes of each.
        limit: Bytes that all may have together.

    Raises:
        CorpusError: If they have more.
    """
    if (total := sum(sizes)) <= limit:
        return
    these = "This file has" if len(sizes) == 1 else f"These {len(sizes):,} files have"
    raise CorpusError(f"{these} {total / 1e6:.1f} MB; the limit is {limit / 1e6:.0f} MB.")


def name_for(names_of_texts: Sequence[str]) -> str:
    """Return what several texts together are called: like the first, and how many more."""
    first, more = names_of_texts[0], len(names_of_texts) - 1
    return f"{first}-and-{more}-more" if more else first


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
        return from_bytes(path.read_bytes(), name, MAX_FILE_BYTES)
    except OSError as error:
        raise CorpusError(f"{path.name} cannot be read: {error.strerror}.") from error


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
    transfer = _Transfer()
    # A host can have many addresses, each with a time-out of its own: the clock is kept outside.
    thread = threading.Thread(target=_retrieve, args=(name, transfer), daemon=True)
    began = time.monotonic()
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_SECONDS)
        _pass_on(transfer, progress)
        if not transfer.received and time.monotonic() - began > NO_ANSWER_SECONDS:
            break
    _pass_on(transfer, progress)
    if transfer.path is not None:
        return transfer.path
    if isinstance(transfer.error, ValueError) and not isinstance(transfer.error, OSError):
        raise CorpusError(
            f"The download of {name!r} is not the expected file (its SHA-256 differs), so it was"
            " thrown away; try again later or give the text as a file."
        ) from transfer.error
    raise CorpusError(
        f"The corpus {name!r} cannot be downloaded ({_reason(transfer.error)}); {PYTHON!r} needs no"
        f" network, a text of your own neither, and a file {name}.txt in a folder named by"
        " CHARLSTM_DATA is used without one."
    ) from transfer.error


def _pass_on(transfer: _Transfer, progress: Progress | None) -> None:
    """Report what has been received, in the thread that asked for it."""
    while not transfer.news.empty():
        received = transfer.news.get()
        if progress:
            progress(received, transfer.total)


def _retrieve(name: str, transfer: _Transfer) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    source = DOWNLOADS[name]
    try:
        path = pooch.retrieve(
            source.url,
            known_hash=f"sha256:{source.sha256}",
            fname=f"{name}.txt",
            path=cache_folder(),
            downloader=pooch.HTTPDownloader(timeout=NO_ANSWER_SECONDS, progressbar=transfer),
        )
    except (requests.RequestException, OSError, ValueError) as error:
        transfer.error = error
    else:
        transfer.path = Path(path)


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
        self.path: Path | None = None
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
