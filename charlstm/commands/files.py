"""Texts and files that a command is given, and what their reader should see about them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from charlstm.commands.output import download_progress, tell
from charlstm.data import named
from charlstm.data.corpus import LongCorpus
from charlstm.data.decoding import about, decode, naming
from charlstm.data.named import gather
from charlstm.errors import CharlstmError, CorpusError, DiskError


def corpus_given(words: Sequence[str], *, lowercase: bool) -> LongCorpus:
    """Return the text that ``--corpus`` names, and say how it was read.

    Args:
        words: As gather takes them.
        lowercase: Whether it is lower-cased.

    Raises:
        CorpusError: If it cannot be had or read, or CHARLSTM_DATA names no folder.
    """
    if problem := named.folder_problem():
        raise CorpusError(problem)
    corpus = gather(words, download_progress).cased(lowercase=lowercase)
    tell_note(corpus.note)
    return corpus


def text_given(path: Path) -> str:
    """Return the text in a file, and say how it was read.

    Raises:
        CharlstmError: If it cannot be read or is not text.
    """
    with reason(path, "read"), about(path.name):
        text, _, note = decode(path.read_bytes())
    tell_note(naming(note, path.name))
    return text


def tell_note(note: str) -> None:
    """Say what the reader of a text should see about it, if there is anything."""
    if note:
        tell(note)


@contextlib.contextmanager
def reason(path: str | Path, what: str) -> Iterator[None]:
    """Turn what the system says against a file into one sentence that gives its reason.

    Args:
        path: Of the file, as it was given.
        what: What was to be done with it: ``"read"`` or ``"written"``.

    Raises:
        CharlstmError: If it cannot be.
    """
    if "\0" in str(path):
        raise CharlstmError(f"{str(path)!r} cannot be {what}: no file's name holds NUL.")
    try:
        yield
    except OSError as error:
        if isinstance(error, DiskError) and error.filename != str(Path(path).parent):
            raise  # it is not about this file
        reason = error.strerror or error
        raise CharlstmError(f"{str(path)!r} cannot be {what}: {reason}.") from error
