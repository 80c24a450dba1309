"""Words, tokens, and texts at the level of words.

A word is letters with their marks, with apostrophes between them. A mark (category M of Unicode) or
a joiner belongs to the letter before it: ``हिन्दी`` is one word, and so is ``café`` whose é is two
code points.

A token is a word, or any other single character with its marks, each with the one space before it
if there is one; or white space by itself. So words bring their own spaces, and the tokens of a text
put together are the text again.
"""

from __future__ import annotations

import functools
import gzip
import importlib.resources
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import WINDOW, Corpus, Learnable, training_length
from charlstm.data.vocabulary import CHAR, UNKNOWN, Reading, Vocabulary, changes, mark_pattern
from charlstm.errors import CorpusError

WORD = "word"
"""The level of words."""

LEAST_COUNT = 2
"""Tokens that occur less often are unknown; the unknown token is learned from them."""

MAX_BYTES_OF_WORDS = 20_000_000
"""The largest text whose words can be learned: unlike for characters, it must fit in memory."""

APOSTROPHES = ("'", "’")

# Thai, Lao; Burmese; Khmer; the other scripts of South-East Asia; Chinese, Japanese, Yi, Tangut.
_WITHOUT_SPACES = re.compile(
    r"(?=[^\W\d_])"
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff"
    "\uaa60-\uaadf\u2e80-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uf900-\ufaff\uff66-\uff9f"
    "\U00016f00-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)


@functools.cache
def _word_pattern(*, marks_apart: bool = False) -> str:
    """Return a regular expression for a word; in older models of words a mark ends a word."""
    letters = r"[^\W\d_]+"
    if not marks_apart:
        letters += rf"(?:{mark_pattern()}[^\W\d_]*)*"
    return f"{letters}(?:[{''.join(APOSTROPHES)}]{letters})*"


def find_words(text: str, *, marks_apart: bool = False) -> Iterator[re.Match[str]]:
    """Yield the words of a text in order."""
    return re.compile(_word_pattern(marks_apart=marks_apart)).finditer(text)


def is_written_without_spaces(text: str) -> bool:
    """Return whether a text has a letter of a script that puts no spaces between words."""
    return _WITHOUT_SPACES.search(text) is not None


def plain(word: str) -> str:
    """Return a word in lower case, composed (NFC), with straight apostrophes."""
    return unicodedata.normalize("NFC", word.lower()).replace("’", "'")


def distinct_words(text: str) -> frozenset[str]:
    """Return all words of a text, each once, in lower case."""
    return frozenset(plain(match[0]) for match in find_words(text))


SPACED_UNKNOWN = f" {UNKNOWN}"
"""The unknown token with a space before it."""

UNKNOWNS = (UNKNOWN, SPACED_UNKNOWN)


@functools.cache
def _token(*, marks_apart: bool = False) -> re.Pattern[str]:
    word = _word_pattern(marks_apart=marks_apart)
    other = r"\S" if marks_apart else rf"\S{mark_pattern()}*"
    return re.compile(rf" ?(?:{re.escape(UNKNOWN)}|{word})| ?{other}|\s")


def tokens_of(text: str, *, marks_apart: bool = False) -> Iterator[str]:
    """Yield the tokens of a text in order; in older models of words a mark is a token of its own.

    >>> list(tokens_of("the cat's hat, 12"))
    ['the', " cat's", ' hat', ',', ' 1', '2']
    """
    return (match[0] for match in _token(marks_apart=marks_apart).finditer(text))


def is_token(text: str) -> bool:
    """Return whether a text is one token."""
    return _token().fullmatch(text) is not None


def unknown_for(token: str) -> str:
    """Return the unknown token that replaces a token."""
    return SPACED_UNKNOWN if token[0] == " " and len(token) > 1 else UNKNOWN


@functools.cache
def english_words() -> frozenset[str]:
    """Return about 160,000 English words in lower case, with inflections and many names.

    They are read from the data of pyspellchecker, not through its class, which would also count
    letters and pairs for corrections.
    """
    packed = importlib.resources.files("spellchecker") / "resources" / "en.json.gz"
    return frozenset(json.loads(gzip.decompress(packed.read_bytes())))


@dataclass(frozen=True)
class WordVocabulary(Vocabulary):
    """Distinct tokens in code point order, both unknown tokens among them.

    A token that it does not hold has the id of an unknown token, with or without a space before it.
    ``marks_apart`` is for older models, which read every mark as a token by itself (see tokens_of).

    >>> words = WordVocabulary.most_frequent("the hat and the cat and the rat", most=4)
    >>> words.symbols
    (' <unk>', ' and', ' the', '<unk>')
    >>> words.decode(words.encode(" the mat"))
    ' the <unk>'
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
        """Return the vocabulary of the ``most`` most frequent tokens, the unknown ones among them.

        Among equally frequent tokens the first in code point order are taken. A token that occurs
        once is never taken.
        """
        counts = Counter(tokens_of(text))
        often = [token for token, count in counts.items() if count >= LEAST_COUNT]
        often = sorted(set(often) - set(UNKNOWNS), key=lambda token: (-counts[token], token))
        return cls(tuple(sorted([*often[: most - len(UNKNOWNS)], *UNKNOWNS])))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {symbol: index for index, symbol in enumerate(self.symbols)}

    def encode(self, text: str, dtype: type[np.integer[Any]] = np.int32) -> NDArray[Any]:
        """Return the ids of the tokens of any text, shape (tokens,)."""
        return np.fromiter(map(self.id_of, tokens_of(text, marks_apart=self.marks_apart)), dtype)

    def id_of(self, token: str) -> int:
        """Return the id of any token, or that of the unknown token."""
        found = self._ids.get(token)
        return self._ids[unknown_for(token)] if found is None else found

    def pieces(self, text: str) -> list[str]:
        return list(tokens_of(text, marks_apart=self.marks_apart))

    def ids_of(self, symbols: Sequence[str]) -> NDArray[np.int32]:
        """Return the ids of symbols, shape (len(symbols),); raise a CorpusError if one is unknown.

        Two symbols that would form one token in a text stay two.
        """
        for symbol in symbols:
            if symbol not in self._ids:
                raise CorpusError(f"The token {symbol!r} is not in the vocabulary.")
        return np.array([self._ids[symbol] for symbol in symbols], np.int32)

    def read(self, prompt: str) -> Reading:
        """Read a prompt without guessing, and report every change.

        A token that is known in another form of Unicode, or only in lower case, is read as that.
        An unknown token stays in the text and is read as the unknown token. Spaces at the end are
        removed: the next word brings its own. Reading the result again changes nothing.
        """
        prompt = prompt.replace("\r\n", "\n").replace("\r", "\n")
        tokens = self.pieces(prompt)
        length = len(tokens)
        while length and tokens[length - 1] == " ":
            length -= 1
        parts = [(token, self._known_as(token)) for token in tokens[:length]]
        read = [found or token for token, found in parts]
        folded, reformed, unknown = changes(parts)
        return Reading(
            "".join(read),
            np.fromiter(map(self.id_of, read), np.int32),
            folded,
            unknown=unknown,
            space_left_off=length < len(tokens),
            reformed=reformed,
        )

    def _known_as(self, part: str) -> str | None:
        return self.equivalent(part) or self.equivalent(part.lower())


LEVELS: dict[str, str] = {
    CHAR: "One character after the other, as the notebook does",
    WORD: "Words with the space before them, marks, digits and line ends; rare words are unknown",
}
"""A description of each level, in one line for people."""

UNITS = {CHAR: Vocabulary.unit, WORD: WordVocabulary.unit}


def readable(corpus: Learnable, level: str) -> Learnable:
    """Return a text as a level reads it: characters in blocks, words in memory.

    A CorpusError is raised if a text is too long to be read as words.
    """
    if level == CHAR:
        return corpus
    if corpus.size > MAX_BYTES_OF_WORDS:
        raise CorpusError(
            f"Words are learned from texts of up to {MAX_BYTES_OF_WORDS / 1e6:.0f} MB, and this one"
            f" has {corpus.size / 1e6:.0f} MB; learn its characters, or give a part of it."
        )
    return corpus.whole()


def vocabulary_for(corpus: Learnable, level: str, most: int, training_length: int) -> Vocabulary:
    """Return the vocabulary of a text at a level.

    It is all characters, or the ``most`` most frequent words of the part that is trained on.
    """
    if level == CHAR:
        return corpus.vocabulary
    text = readable(corpus, level).whole().text
    return WordVocabulary.most_frequent(text[:training_length], most)


def both_parts(
    corpus: Learnable, vocabulary: Vocabulary, training_length: int
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the ids of the training part and of the held-out part, at a vocabulary's level.

    Both levels are cut at the same character, so that the same text is held out; a word that is cut
    becomes two tokens.
    """
    if vocabulary.level == CHAR:
        ids = corpus.ids
        return ids[:training_length], ids[training_length:]
    text = corpus.whole().text
    parts = text[:training_length], text[training_length:]
    train, held_out = (vocabulary.encode(part, vocabulary.id_type) for part in parts)
    return train, held_out


def vocabulary_from(level: str, symbols: Sequence[str], *, marks_apart: bool = False) -> Vocabulary:
    """Return the vocabulary of these symbols; a CorpusError is raised if they cannot form one."""
    if level == WORD:
        return WordVocabulary(tuple(symbols), marks_apart)
    return Vocabulary(tuple(symbols))


def check_tokens(tokens: int, held_out_tokens: int, known: int) -> None:
    """Refuse, with a CorpusError, a text that no model of words can learn from.

    ``tokens`` are those trained on, and ``known`` is how many different ones would be known.
    """
    if known < 2:
        raise CorpusError(
            "Hardly any word of this text occurs twice, so no word would be known; give a longer"
            " text, or learn its characters."
        )
    if tokens <= WINDOW or 0 < held_out_tokens <= WINDOW:
        raise CorpusError(
            f"This text has {tokens:,} words and marks to learn from and {held_out_tokens:,} held"
            f" out; each part needs at least {WINDOW + 1}."
        )


@dataclass(frozen=True)
class WordFigures:
    """How many tokens a text has, and how many of them a vocabulary of ``symbols`` lacks."""

    symbols: int
    tokens: int
    held_out_tokens: int
    unknown: int
    held_out_unknown: int

    @property
    def unknown_fraction(self) -> float:
        """The fraction of unknown tokens among those held out, or among all if none are."""
        if self.held_out_tokens:
            return self.held_out_unknown / self.held_out_tokens
        return self.unknown / max(1, self.tokens)

    def check(self) -> None:
        """Refuse, with a CorpusError, a text that no model of words can learn from."""
        check_tokens(self.tokens, self.held_out_tokens, self.symbols - len(UNKNOWNS))


def word_figures(corpus: Corpus, most: int, held_out: float) -> WordFigures:
    """Return the figures of a text for a vocabulary of at most ``most`` words."""
    train = training_length(len(corpus), held_out)
    vocabulary = vocabulary_for(corpus, WORD, most, train)
    parts = both_parts(corpus, vocabulary, train)
    unknown_ids = vocabulary.ids_of(UNKNOWNS)
    unknown, held_out_unknown = (int(np.isin(part, unknown_ids).sum()) for part in parts)
    return WordFigures(len(vocabulary), len(parts[0]), len(parts[1]), unknown, held_out_unknown)
