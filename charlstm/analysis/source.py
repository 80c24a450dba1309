"""What is at hand of the text that a model learned: the text, its fingerprint, or nothing.

Knows how to recognise words and copies with each of them; knows nothing of files or runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from charlstm.analysis.copies import Copy, copies_by_grams, copies_from, is_blank
from charlstm.analysis.invented import Lexicon
from charlstm.data.fingerprint import GRAM, Fingerprint
from charlstm.data.words import distinct_words, english_words

TEXT, FINGERPRINT, NOTHING = "text", "fingerprint", "nothing"

SHORTEST_COPY = {TEXT: GRAM, FINGERPRINT: GRAM + 2}
"""Characters from which on a passage counts as copied, by what is at hand: the one rule for pages,
the atlas and the command line."""


@dataclass(frozen=True)
class Source:
    """The text that a model learned, as far as it is at hand.

    Attributes:
        text: The text as the network saw it, or None.
        fingerprint: Used where there is no text, or None.
        reason: Why there is no text, as one sentence, or ``""``.
    """

    text: str | None = None
    fingerprint: Fingerprint | None = None
    reason: str = ""

    @property
    def kind(self) -> str:
        """What is used: TEXT, FINGERPRINT or NOTHING."""
        if self.text is not None:
            return TEXT
        return NOTHING if self.fingerprint is None else FINGERPRINT

    @cached_property
    def lexicon(self) -> Lexicon | None:
        """The words that are known, or None where none of the text's are."""
        if self.text is not None:
            return Lexicon(distinct_words(self.text), english_words())
        if self.fingerprint is not None:
            return Lexicon(self.fingerprint, english_words())
        return None

    def copies(self, texts: Sequence[str], shortest: int = GRAM) -> list[list[Copy]] | None:
        """Return for each text its stretches that stand in the source, the longest first.

        With a fingerprint alone a stretch is one all of whose 20-grams are known: it has no place
        and may join two passages, so its length is an upper bound. It counts from 22 characters on,
        because one 20-gram in 320 is wrongly recognised, but three in a row once in 30 million
        times. Where nothing is at hand the answer is None.

        Args:
            texts: Written texts.
            shortest: Characters of a copy, at least 20.
        """
        if self.text is not None:
            return copies_from(texts, self.text, shortest)
        if self.fingerprint is not None:
            shortest = max(shortest, SHORTEST_COPY[FINGERPRINT])
            known = self.fingerprint.known_grams
            return [
                [copy for copy in copies_by_grams(known(t), shortest) if not is_blank(copy, t)]
                for t in texts
            ]
        return None
