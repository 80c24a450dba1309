"""Errors that speak to the person: one sentence on what is wrong and what would be right.

Knows nothing of where a sentence will be shown; the command line and the pages print it as it is.
"""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from pathlib import Path


def printable(text: str) -> str:
    """Return a text from the system as it can be shown and kept.

    What is not UTF-8 in a file's name or on a command line comes as halves of characters, which can
    open the file but not be written; each becomes U+FFFD.
    """
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


class CharlstmError(ValueError):
    """Base of every error that a user can cause and mend; its text is one complete sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class CorpusError(CharlstmError):
    """A text cannot be had, read or learned from."""


class SettingsError(CharlstmError):
    """A setting lies outside its stated limits, or a name is not allowed."""


class RunError(CharlstmError):
    """A run does not exist, is damaged, is busy, or cannot do what was asked."""


class UnknownRun(RunError):
    """There is no run of that name."""


class NewerFormat(RunError):
    """A file was made by a newer version of charlstm, in a format that this one does not know."""


def refuse_newer(what: str, found: object, known: int) -> None:
    """Refuse a file whose format is newer than is known; what is no format at all is not refused.

    Args:
        what: What the file holds, to begin a sentence with.
        found: The format that it says it has.
        known: The newest that is known.

    Raises:
        NewerFormat: If it is newer.
    """
    if isinstance(found, int) and found > known:
        raise NewerFormat(
            f"{what} was made by a newer version of charlstm (format {found}; this one knows"
            f" {known}): update charlstm to open it."
        )


class DiskError(RunError, OSError):
    """Something cannot be written in the folder ``filename``, for a reason that the system gave."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        super().__init__(_why_not_written(folder, cause))
        self.errno, self.strerror, self.filename = cause.errno, cause.strerror, str(folder)

    def __str__(self) -> str:
        return str(self.args[0])


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing into a sentence.

    Args:
        folder: Where something is written.

    Raises:
        DiskError: If it cannot be.
    """
    try:
        yield
    except DiskError:
        raise
    except OSError as error:
        raise DiskError(folder, error) from error


def _why_not_written(folder: Path, error: OSError) -> str:
    reason = error.strerror or error
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {reason}. Make room and try again."
    sentence = f"Files cannot be kept in {folder}: {reason}."
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        sentence += " CHARLSTM_HOME can name another folder for runs."
    return sentence
