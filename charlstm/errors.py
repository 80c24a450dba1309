"""Errors that a user can cause and fix: each says in one sentence what is wrong and what to do.

The command line and the pages print the sentence as it is.
"""

from __future__ import annotations

import contextlib
import errno
import re
from collections.abc import Iterator
from pathlib import Path


def printable(text: str) -> str:
    """Return a text from the system with each surrogate replaced by U+FFFD.

    Bytes of a file's name or a command line that are not UTF-8 become surrogates, which can open
    the file but cannot be printed.
    """
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


class CharlstmError(ValueError):
    """Base of all errors that a user can cause and fix."""

    def __init__(self, sentence: str) -> None:
        super().__init__(printable(sentence))


class CorpusError(CharlstmError):
    """A text cannot be found, read or learned."""


class SettingsError(CharlstmError):
    """A setting is outside its limits, or a name is not allowed."""


class RunError(CharlstmError):
    """A run does not exist, is damaged or busy, or cannot do what was asked."""


class UnknownRun(RunError):
    """There is no run of that name."""


class NewerFormat(RunError):
    """A file was made by a newer version of charlstm, in a format that this one does not know."""


def refuse_newer(what: str, found: object, known: int) -> None:
    """Raise NewerFormat if the format of a file is a number above the newest known one."""
    if isinstance(found, int) and found > known:
        raise NewerFormat(
            f"{what} was made by a newer version of charlstm (format {found}; this one knows"
            f" {known}): update charlstm to open it."
        )


class DiskError(RunError, OSError):
    """Nothing can be written in the folder ``filename``, for a reason that the system gave."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        reason = cause.strerror or cause
        sentence = f"Files cannot be written in {folder}: {reason}."
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            sentence = f"The disk is full: {reason}. Make room and try again."
        elif cause.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            sentence += " CHARLSTM_HOME can name another folder for runs."
        super().__init__(sentence)
        self.errno, self.strerror, self.filename = cause.errno, cause.strerror, str(folder)

    def __str__(self) -> str:
        return str(self.args[0])


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError while something is written in a folder into a DiskError."""
    try:
        yield
    except DiskError:
        raise
    except OSError as error:
        raise DiskError(folder, error) from error
