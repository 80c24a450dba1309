"""Files that a command is given: what the system says against one, as a sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from charlstm.errors import CharlstmError, DiskError


@contextlib.contextmanager
def told_why(path: str | Path, what: str) -> Iterator[None]:
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
