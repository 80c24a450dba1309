"""Errors that speak to the person: one sentence on what is wrong and what would be right.

Knows nothing of where a sentence will be shown; the command line and the pages print it as it is.
"""

from __future__ import annotations


class CharlstmError(ValueError):
    """Base of every error that a user can cause and mend; its text is one complete sentence."""


class CorpusError(CharlstmError):
    """A text cannot be had, read or learned from."""


class SettingsError(CharlstmError):
    """A setting lies outside its stated limits, or a name is not allowed."""


class RunError(CharlstmError):
    """A run does not exist, is damaged, is busy, or cannot do what was asked."""


class UnknownRun(RunError):
    """There is no run of that name."""
