"""What ``--corpus`` names: corpora by name, files and folders, as one long corpus.

Knows where texts are and how large they may be; reads them only in blocks. Pages never come here:
a viewer names no path of the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from charlstm.data import given, named
from charlstm.data.decoding import Encoding
from charlstm.data.long_corpus import Blocks, LongCorpus, encoding_of, file_blocks
from charlstm.data.named import Progress
from charlstm.errors import CorpusError

MAX_BYTES = named.MAX_FILE_BYTES
MAX_FILES = 10_000
_SUFFIX = ".txt"


def gather(
    words: Sequence[str], progress: Progress | None = None, folder: Path | None = None
) -> LongCorpus:
    """Return the texts that words name, one after the other, as one corpus.

    A word is the name of a corpus, a text file, or a folder: all its files that end in ``.txt``,
    sorted by name. Hidden files, folders in it, and links that lead out of it are left out.

    Args:
        words: At least one.
        progress: Told how far a download is.
        folder: Where the ids of the corpus lie while they are in use.

    Raises:
        CorpusError: If there is no such text, it cannot be had or read, or all are too large; the
            sizes are looked at before anything is read.
    """
    found = [_texts(word, progress) for word in words]
    files = [path for paths in found for path in paths if path is not None]
    _check_sizes(files)
    texts: list[Blocks] = []
    notes: list[str] = []
    for word, paths in zip(words, found, strict=True):
        for path in paths:
            if path is None:
                texts.append(_reference)
                continue
            encoding = _encoding(path)
            texts.append(partial(_blocks, path, encoding.name))
            if word in named.names():
                notes.append(named.note_on(word, path))
            notes.append(encoding.note)
    return LongCorpus(_name(words), texts, note="  ".join(filter(None, notes)), folder=folder)


def _texts(word: str, progress: Progress | None) -> list[Path | None]:
    """Return the files that a word names; None stands for the text that has no file."""
    if word in named.names():
        return [named.named_file(word, progress)]
    path = Path(word)
    if word and _holds(path.is_dir):
        return list(_files_in(path))
    if word and _holds(path.is_file):
        return [path]
    raise CorpusError(
        f"There is no corpus, text file or folder called {word[:80]!r}; the corpora are"
        f" {', '.join(named.names())}."
    )


def _holds(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):  # a name too long, or one that holds NUL
        return False


def _files_in(folder: Path) -> list[Path]:
    inside = folder.resolve()
    try:
        files = [path for path in folder.iterdir() if path.suffix.lower() == _SUFFIX]
        files = [path for path in files if path.is_file() and not path.name.startswith(".")]
        files = sorted(path for path in files if path.resolve().is_relative_to(inside))
    except OSError as error:
        raise CorpusError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if not files:
        raise CorpusError(f"The folder {folder} holds no text file; its texts must end in .txt.")
    if len(files) > MAX_FILES:
        raise CorpusError(
            f"The folder {folder} holds {len(files):,} text files; at most {MAX_FILES:,} are taken."
        )
    return files


def _check_sizes(files: list[Path]) -> None:
    sizes = []
    for path in files:
        try:
            sizes.append(path.stat().st_size)
        except OSError as error:
            raise _unreadable(path, error) from error
    given.check_total(sizes, MAX_BYTES)


def _encoding(path: Path) -> Encoding:
    try:
        return encoding_of(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    try:
        yield from file_blocks(path, encoding)
    except OSError as error:
        raise _unreadable(path, error) from error


def _reference() -> list[str]:
    return [named.language_reference()]


def _unreadable(path: Path, error: OSError) -> CorpusError:
    return CorpusError(f"{path.name} cannot be read: {error.strerror}.")


def _name(words: Sequence[str]) -> str:
    first, path = words[0], Path(words[0])
    if first not in named.names():
        first = (path.resolve().name if path.is_dir() else path.stem) or "text"
    return given.name_for([first, *words[1:]])
