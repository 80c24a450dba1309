"""The vocabulary of a model of words: which tokens it knows, and their integer ids.

Knows tokens; knows nothing of where a text came from or of what a model does with the ids. Every
other token has the id of the unknown token, with or without a space before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import Reading, Vocabulary, note_change
from charlstm.data.words import UNKNOWNS, is_token, tokens_of, unknown_for
from charlstm.errors import CorpusError

WORD = "word"
"""The level of words."""

LEAST_COUNT = 2
"""A token that occurs less often is unknown: the unknown token is learned from these."""


@dataclass(frozen=True)
class WordVocabulary(Vocabulary):
    """Tokens in code point order; the id of a token is its place in that order.

    Args:
        symbols: Distinct tokens, sorted, both unknown ones among them.
        marks_apart: Whether it reads every mark as a token by itself, as it did when older models
            were trained; see tokens_of.

    Raises:
        CorpusError: If that is not what they are.
    """

    marks_apart: bool = False

    level: ClassVar[str] = WORD
    unit: ClassVar[str] = "token"

    def __post_init__(self) -> None:
        if not all(isinstance(symbol, str) and is_token(symbol) for symbol in self.symbols):
            raise CorpusError("A vocabulary of words is made of tokens.")
        if list(self.symbols) != sorted(set(self.symbols)):
            raise CorpusError("The tokens of a vocabulary must be distinct and sorted.")
        if not set(UNKNOWNS) <= set(self.symbols):
            raise CorpusError("A vocabulary of words holds the unknown tokens.")

    @classmethod
    def most_frequent(cls, text: str, most: int) -> WordVocabulary:
        """Return the vocabulary of the most frequent tokens of a text.

        Args:
            text: What may be learned from.
            most: At most so many symbols, both unknown ones among them. Of tokens that are as
                frequent the first in code point order are taken; one that occurs once never is.
        """
        counts = Counter(tokens_of(text))
        often = sorted(
            (
                token
                for token, count in counts.items()
                if count >= LEAST_COUNT and token not in UNKNOWNS
            ),
            key=lambda token: (-counts[token], token),
        )
        return cls(tuple(sorted([*often[: most - len(UNKNOWNS)], *UNKNOWNS])))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {symbol: index for index, symbol in enumerate(self.symbols)}

    def encode(self, text: str, dtype: type[np.integer[Any]] = np.int32) -> NDArray[Any]:
        """Return the ids of the tokens of any text, shape (tokens,); there is one for each.

        Args:
            text: Any length; it is read token by token.
            dtype: Of the ids; ``id_type`` is the smallest that will do.
        """
        return np.fromiter(map(self.id_of, self._tokens(text)), dtype)

    def _tokens(self, text: str) -> Iterator[str]:
        return tokens_of(text, marks_apart=self.marks_apart)

    def id_of(self, token: str) -> int:
        """Return the id of any token, that of an unknown one if it is not known."""
        found = self._ids.get(token)
        return self._ids[unknown_for(token)] if found is None else found

    def pieces(self, text: str) -> list[str]:
        """Return the tokens of a text that was read, one for each of its ids."""
        return list(self._tokens(text))

    def ids_of(self, symbols: Sequence[str]) -> NDArray[np.int32]:
        """Return the ids of symbols, shape (len(symbols),).

        They are taken as they are: two of them that would be one token in a text stay two.

        Raises:
            CorpusError: If one is not in the vocabulary.
        """
        unknown = [symbol for symbol in symbols if symbol not in self._ids]
        if unknown:
            raise CorpusError(f"The token {unknown[0]!r} is not in the vocabulary.")
        return np.array([self._ids[symbol] for symbol in symbols], np.int32)

    def read(self, prompt: str) -> Reading:
        """Read a prompt without guessing: fold what is known in lower case alone.

        A token that is known in another form of Unicode is read in that form. One that is not known
        at all stays in the text as it is, and is read as the unknown token. Spaces at the end are
        left off: the next word brings its own, and after a space by itself no word has ever come.
        All of it is reported, and what was read is read the same.
        """
        prompt = prompt.replace("\r\n", "\n").replace("\r", "\n")
        tokens = self.pieces(prompt)
        length = len(tokens)
        while length and tokens[length - 1] == " ":
            length -= 1
        folded: dict[str, None] = {}
        reformed: dict[str, None] = {}
        unknown: dict[str, None] = {}
        read: list[str] = []
        for token in tokens[:length]:
            bare = token.strip(" ") or token
            found = self.equivalent(token) or self.equivalent(token.lower())
            if found is None:
                unknown[bare] = None
            elif found != token:
                note_change(token, found, bare, folded, reformed)
            read.append(found or token)
        ids = np.fromiter(map(self.id_of, read), np.int32)
        text = "".join(read)
        return Reading(
            text,
            ids,
            tuple(folded),
            (),
            0,
            tuple(unknown),
            length < len(tokens),
            tuple(reformed),
        )
