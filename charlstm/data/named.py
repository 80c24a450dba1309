"""The sources of texts: corpora by name, files and folders, and uploaded files.

Paths are for the command line and Python alone: a page passes only names and bytes, so that no
viewer can name a path of the server.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import platformdirs

from charlstm.data.corpus import Blocks, Corpus, LongCorpus, joined
from charlstm.data.decoding import about, decode, file_blocks, file_encoding, naming
from charlstm.data.vocabulary import mark_pattern
from charlstm.errors import CorpusError, printable

NO_ANSWER_SECONDS = 5.0
_CHUNK = 1024

MAX_UPLOAD_BYTES = 20_000_000
MAX_FILE_BYTES = 200_000_000
MAX_FILES = 10_000

Progress = Callable[[int, int], None]
"""Called with the bytes received so far and the bytes expected (0 if unknown)."""


class Download(NamedTuple):
    """The address of a file, and its SHA-256."""

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
    """Return the names of all corpora, those in the folder CHARLSTM_DATA last."""
    known = [*DOWNLOADS, PYTHON]
    folder = _folder()
    own = sorted(path.stem for path in folder.glob("*.txt")) if folder else []
    can_be_named = re.compile(rf"(?:[\w-]|{mark_pattern()})+")
    return known + [name for name in own if name not in known and can_be_named.fullmatch(name)]


def texts_without_name() -> list[str]:
    """Return the text files in the folder CHARLSTM_DATA that are not among :func:`names`."""
    folder, known = _folder(), names()
    files = [path.name for path in folder.glob("*.[tT][xX][tT]")] if folder else []
    return sorted(file for file in files if file.removesuffix(".txt") not in known)


def check_name(name: str) -> None:
    """Raise a CorpusError for a name that is not one of :func:`names`, such as a path."""
    if name not in names():
        raise CorpusError(f"There is no corpus called {name!r}; there are {', '.join(names())}.")


def is_at_hand(name: str) -> bool:
    """Return whether a corpus can be loaded without a network."""
    return name == PYTHON or _local_file(name) is not None


def load(name_or_path: str, progress: Progress | None = None) -> Corpus:
    """Return the corpus of that name, or the text at that path.

    Args:
        name_or_path: One of :func:`names`, a text file, or a folder of text files.
        progress: Called with the bytes received and expected while a download runs.

    Raises:
        CorpusError: If there is no such text, or it cannot be downloaded or read.
    """
    return gather([name_or_path], progress).whole()


def load_named(name: str, progress: Progress | None = None) -> Corpus:
    """Return a corpus by name; a name is never taken for a path."""
    check_name(name)
    return load(name, progress)


def gather(
    words: Sequence[str], progress: Progress | None = None, folder: Path | None = None
) -> LongCorpus:
    """Return the texts with these names, one after the other, as one corpus.

    A name is that of a corpus, a text file, or a folder of text files (those that end in ``.txt``,
    sorted by name; not hidden ones, nor links that lead out of it). A CorpusError is raised if a
    text cannot be found, downloaded or read; sizes are checked before anything is read. The ids of
    the corpus are kept in ``folder`` while they are used.
    """
    found = [_files_of(word, progress) for word in words]
    files = [path for paths in found for path in paths if path is not None]
    with about(files[0].name if files else ""):
        check_total([_size(path) for path in files], MAX_FILE_BYTES)
    texts: list[Blocks] = []
    notes: list[str] = []
    for word, paths in zip(words, found, strict=True):
        for path in paths:
            if path is None:
                texts.append(lambda: [language_reference()])
                continue
            encoding = file_encoding(path)
            texts.append(partial(file_blocks, path, encoding.name))
            notes += [_note_on(word, path), encoding.note]
    first = words[0]
    if first not in names():
        path = Path(first)
        first = (path.resolve().name if path.is_dir() else path.stem) or "text"
    name = name_for([first, *words[1:]])
    return LongCorpus(name, texts, note=_sentences(notes), folder=folder)


def from_files(files: Sequence[tuple[str, bytes]]) -> Corpus:
    """Return the corpus in several uploads, (name, bytes) each, joined by blank lines.

    A CorpusError is raised for too many bytes, and for a file that is not text, which it names.
    """
    check_total([len(data) for _, data in files], MAX_UPLOAD_BYTES)
    texts, notes = [], []
    for name, data in files:
        with about(name):
            text, _, note = decode(data)
        texts.append([text])
        notes.append(naming(note, name))
    name = name_for([name for name, _ in files])
    return Corpus(name, "".join(joined(texts)), note=_sentences(notes))


def check_total(sizes: Sequence[int], limit: int) -> None:
    """Raise a CorpusError if files of these sizes in bytes together exceed a limit."""
    if (total := sum(sizes)) > limit:
        these = "This file has" if len(sizes) == 1 else f"These {len(sizes):,} files have"
        raise CorpusError(f"{these} {total / 1e6:.1f} MB; the limit is {limit / 1e6:.0f} MB.")


def name_for(names_of_texts: Sequence[str]) -> str:
    """Return a name for several texts together: ``first-and-2-more``."""
    first, more = printable(names_of_texts[0]), len(names_of_texts) - 1
    return f"{first}-and-{more}-more" if more else first


def named_file(name: str, progress: Progress | None = None) -> Path | None:
    """Return the file of a corpus, downloaded if necessary; None for PYTHON without one."""
    check_name(name)
    local = _local_file(name)
    if local is None and name == PYTHON:
        return None
    return local or _download(name, progress)


def language_reference() -> str:
    """Return Python's own language reference."""
    from pydoc_data.topics import topics

    return "\n\n".join(topics[topic].strip("\n") for topic in sorted(topics)) + "\n"


def folder_problem() -> str:
    """Return what is wrong with the folder that CHARLSTM_DATA names, or ``""``."""
    asked = os.environ.get("CHARLSTM_DATA")
    if not asked or Path(asked).is_dir():
        return ""
    return (
        f"CHARLSTM_DATA names {printable(asked)!r}, which is not a folder; set it to the folder of"
        " your texts, or unset it."
    )


def cache_folder() -> Path:
    """Return the folder that downloaded corpora are kept in."""
    return Path(platformdirs.user_cache_dir("charlstm", appauthor=False)) / "corpora"


def _folder() -> Path | None:
    asked = os.environ.get("CHARLSTM_DATA")
    return Path(asked) if asked and Path(asked).is_dir() else None


def _local_file(name: str) -> Path | None:
    folder = _folder()
    if folder and (folder / f"{name}.txt").is_file():
        return folder / f"{name}.txt"
    cached = cache_folder() / f"{name}.txt"
    if name in DOWNLOADS and cached.is_file() and sha256_of(cached) == DOWNLOADS[name].sha256:
        return cached
    return None


def _files_of(word: str, progress: Progress | None) -> Sequence[Path | None]:
    """Return the files that a name stands for; None is the text that has no file."""
    if word in names():
        return [named_file(word, progress)]
    path, is_folder, is_file = Path(word), False, False
    with contextlib.suppress(OSError, ValueError):  # the name is too long or contains NUL
        is_folder, is_file = bool(word) and path.is_dir(), path.is_file()
    if is_folder:
        return _files_in(path)
    if is_file:
        return [path]
    raise CorpusError(
        f"There is no corpus, text file or folder called {word[:80]!r}; the corpora are"
        f" {', '.join(names())}."
    )


def _files_in(folder: Path) -> list[Path]:
    inside = folder.resolve()
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() == ".txt"]
        files = [path for path in files if path.is_file() and not path.name.startswith(".")]
        files = sorted(path for path in files if path.resolve().is_relative_to(inside))
    except OSError as error:
        raise CorpusError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if not files:
        raise CorpusError(f"The folder {folder} holds no text file; its texts must end in .txt.")
    if len(files) > MAX_FILES:
        raise CorpusError(
            f"The folder {folder} holds {len(files):,} text files; at most {MAX_FILES:,} are"
            " allowed."
        )
    return files


def _size(path: Path) -> int:
    with about(path.name):
        return path.stat().st_size


def _note_on(word: str, path: Path) -> str:
    """Return a sentence if a corpus's own file differs from the published one, or ``""``."""
    if word not in DOWNLOADS or path.parent != _folder():
        return ""
    if sha256_of(path) == DOWNLOADS[word].sha256:
        return ""
    return f"{path.name} in CHARLSTM_DATA differs from the published {word} corpus."


def _sentences(notes: Iterable[str]) -> str:
    return "  ".join(filter(None, notes))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(name: str, progress: Progress | None) -> Path:
    """Download a corpus into the cache, and report progress in the calling thread."""
    path = cache_folder() / f"{name}.txt"
    news: queue.SimpleQueue[tuple[int, int] | Exception | None] = queue.SimpleQueue()
    # A host can have many addresses, each with its own time-out, so the time is measured here.
    arguments = (DOWNLOADS[name], path, news.put)
    threading.Thread(target=_retrieve, args=arguments, daemon=True).start()
    try:
        while isinstance(latest := news.get(timeout=NO_ANSWER_SECONDS), tuple):
            if progress:
                progress(*latest)
    except queue.Empty:
        latest = TimeoutError("timed out")
    if latest is None:
        return path
    if isinstance(latest, CorpusError):
        raise latest
    raise CorpusError(
        f"The corpus {name!r} cannot be downloaded ({_reason(latest)}). No network is needed for"
        f" {PYTHON!r} or for a text of your own; a file {name}.txt in a folder named by"
        " CHARLSTM_DATA is used without a download."
    ) from latest


def _retrieve(
    source: Download, path: Path, tell: Callable[[tuple[int, int] | Exception | None], None]
) -> None:
    """Download a file; report bytes received and expected, then an error or None."""
    import requests

    try:
        with requests.get(source.url, stream=True, timeout=NO_ANSWER_SECONDS) as answer:
            answer.raise_for_status()
            expected, data = int(answer.headers.get("Content-Length", 0)), bytearray()
            for part in answer.iter_content(_CHUNK):
                data += part
                tell((min(len(data), expected or len(data)), expected))
        if hashlib.sha256(data).hexdigest() != source.sha256:
            raise CorpusError(
                f"The download of {path.stem!r} is not the expected file (its SHA-256 differs), so"
                " it was deleted; try again later or give the text as a file."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        beside.write_bytes(data)
        beside.replace(path)
    except (requests.RequestException, OSError, ValueError) as error:
        tell(error)
    else:
        tell(None)


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return f"no answer within {NO_ANSWER_SECONDS:.0f} seconds"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "no connection"
    return getattr(error, "strerror", None) or "the file cannot be written"
