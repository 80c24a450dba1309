"""Errors that speak to the person: one sentence on what is wrong and what would be right.

Knows nothing of where a sentence will be shown; the command line and the pages print it as it is.
"""

from __future__ import annotations

import re


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
