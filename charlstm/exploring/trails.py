"""The cost of each symbol of a text, and writing with some symbols picked by hand.

A trail without picks is what the model writes by itself. A pick changes one symbol; the uniforms of
all others stay the same, so the same random numbers are replayed on another path. Several trails
from one prompt form a tree of what-if branches.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from charlstm.analysis.distribution import entropy_bits, surprise_bits
from charlstm.data.vocabulary import UNKNOWN, Reading, Vocabulary
from charlstm.data.words import unknown_for
from charlstm.errors import CorpusError
from charlstm.sampling.language_model import LanguageModel, cursor_after, uniforms_of
from charlstm.sampling.reweight import draw, reweight

MOST_BRANCHES = 24

_PICK = re.compile("([0-9]{1,4})-([0-9]{1,7}(?:_[0-9]{1,7})*)")
"""A position up to 9999, and the code points of the symbol that was picked there."""


@dataclass(frozen=True)
class Surprise:
    """A text as the model read it, with the surprise of each of its symbols.

    The table has one row per character, or per token of a model of words: symbol, probability (at
    T = 1, given all before it), rank (1 is the likeliest symbol), bits (-log2 of the probability),
    known (False for a word that was read as the unknown token).
    """

    reading: Reading
    table: pd.DataFrame

    @property
    def total_bits(self) -> float:
        """The bits of all symbols; those of an unknown word are for its token, not its letters."""
        return float(self.table["bits"].sum())

    @property
    def bits_per_character(self) -> float:
        """The mean per character of the known symbols; NaN if there are none.

        This is the cross-entropy (Shannon 1948).
        """
        bits = float(self.table["bits"][self.table["known"]].sum())
        return bits / self._known_characters if self._known_characters else math.nan

    @property
    def counted(self) -> str:
        """The number of characters that the mean covers, as a phrase."""
        total, left_out = len(self.reading.text), len(self.reading.text) - self._known_characters
        if not left_out:
            return self.reading.counted
        return (
            f"{self._known_characters:,} of {total:,} character{'' if total == 1 else 's'};"
            " those in words unknown to this model are not counted"
        )

    @property
    def _known_characters(self) -> int:
        return sum(map(len, self.table["symbol"][self.table["known"]]))


def surprise(model: LanguageModel, text: str, prompt: str = "") -> Surprise:
    """Return how surprising each character of a text is, from the first one on.

    The prompt is read before the text. Characters that the model does not know are dropped and
    reported; unknown words are read as its unknown token and reported.
    """
    reading = model.read(text)
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    probabilities = np.ones(len(reading.ids))
    ranks = np.ones(len(reading.ids), np.int64)
    for position, symbol in enumerate(reading.ids):
        p = reweight(cursor.logits()[0], 1.0)
        probabilities[position] = p[symbol]
        ranks[position] = 1 + int((p > p[symbol]).sum())
        cursor.read(np.array([symbol]))
    columns = {
        "symbol": model.vocabulary.pieces(reading.text),
        "probability": probabilities,
        "rank": ranks,
        "bits": surprise_bits(probabilities),
        "known": ~np.isin(reading.ids, model.unknown_ids),
    }
    return Surprise(reading, pd.DataFrame(columns))


@dataclass(frozen=True)
class Trail:
    """A text with the cost of each of its symbols.

    Attributes:
        symbols: The written text, symbol by symbol: characters, or words and marks.
        probabilities: Of each at the temperature; 0 is possible where it was picked.
        bits: The cost of each choice: -log2 of its probability.
        expected_bits: The expected cost of each choice: the entropy before it.
        picked: Positions that were picked by hand and not drawn.
        ranks: The rank of each: 1 is the likeliest, the same at every temperature.
    """

    symbols: tuple[str, ...]
    probabilities: NDArray[np.float64]
    bits: NDArray[np.float64]
    expected_bits: NDArray[np.float64]
    picked: tuple[int, ...]
    ranks: NDArray[np.int64]

    @property
    def text(self) -> str:
        """The written text."""
        return "".join(self.symbols)

    @property
    def log2_probability(self) -> float:
        """log2 of the probability of the whole path: minus the sum of its bits."""
        return -float(self.bits.sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row per symbol: position, symbol, probability, rank, bits, expected_bits, picked."""
        columns = {
            "position": range(len(self.symbols)),
            "symbol": list(self.symbols),
            "probability": self.probabilities,
            "rank": self.ranks,
            "bits": self.bits,
            "expected_bits": self.expected_bits,
            "picked": [position in self.picked for position in range(len(self.symbols))],
        }
        return pd.DataFrame(columns)


def follow(
    model: LanguageModel,
    prompt: str,
    *,
    temperature: float = 1.0,
    length: int = 400,
    seed: int = 0,
    picks: Mapping[int, str] | None = None,
) -> Trail:
    """Write ``length`` symbols, taking the picked ones at their positions.

    Position n, counted from 0, always draws with the n-th uniform of the seed; picks at ``length``
    or later are not used. A ValueError is raised if the temperature is negative or not a number, or
    a picked symbol is not one of the model's.

    Example:
        >>> follow(open_model(), "the ", length=20, picks={0: "q"}).text[0]
        'q'
    """
    picks = picks or {}
    for symbol in picks.values():
        if symbol not in model.vocabulary:
            raise ValueError(f"The model does not know the {model.vocabulary.unit} {symbol!r}.")
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    symbols = []
    chosen, expected, ranks = np.ones(length), np.zeros(length), np.ones(length, np.int64)
    for position, uniform in enumerate(uniforms_of(seed, length)):
        logits = cursor.logits()[0]
        p = reweight(logits, temperature)
        index = int(draw(p, uniform))
        if position in picks:
            index = int(model.vocabulary.ids_of([picks[position]])[0])
        symbols.append(model.vocabulary.symbols[index])
        chosen[position], expected[position] = p[index], entropy_bits(p)
        ranks[position] = 1 + np.count_nonzero(logits > logits[index])
        cursor.read(np.array([index]))
    picked = tuple(sorted(position for position in picks if position < length))
    return Trail(tuple(symbols), chosen, surprise_bits(chosen), expected, picked, ranks)


Branch = tuple[tuple[int, str], ...]
"""Picks, each a position and a symbol, in the order of their positions."""

TRUNK: Branch = ()


def with_pick(branch: Branch, position: int, symbol: str) -> Branch:
    """Return the branch that leaves another one at a position, without its later picks."""
    return (*(pick for pick in branch if pick[0] < position), (position, symbol))


def grown(branches: Sequence[Branch], new: Branch) -> list[Branch]:
    """Return the tree with one more branch, in order: each follows its parent.

    A ValueError is raised if the tree is full.
    """
    if new not in branches and len(branches) >= MOST_BRANCHES:
        raise ValueError(f"A tree has at most {MOST_BRANCHES} branches; start a new one.")
    return sorted({*branches, new})


def depth(branch: Branch, branches: Container[Branch]) -> int:
    """Return how many ancestors of a branch, the trunk included, are in the tree."""
    return sum(branch[:end] in branches for end in range(len(branch)))


def tree_table(paths: Mapping[Branch, float]) -> pd.DataFrame:
    """Return one row per branch: picks and log2_probability, given the latter by branch."""
    picks = [written_down([branch]) for branch in paths]
    return pd.DataFrame({"picks": picks, "log2_probability": list(paths.values())})


def written_down(branches: Sequence[Branch]) -> str:
    """Return a tree for an address: ``12-101;12-101.30-32``, positions and code points.

    The code points of a symbol of more than one character are joined: ``12-32_97``. The trunk,
    which every tree has, is left out.
    """
    return ";".join(
        ".".join(
            f"{position}-{'_'.join(str(ord(character)) for character in symbol)}"
            for position, symbol in branch
        )
        for branch in branches
        if branch
    )


def read_back(text: str, symbols: Container[str]) -> list[Branch] | None:
    """Return the tree of a text by written_down, or None if it is not one with these symbols."""
    branches = [TRUNK]
    for part in text.split(";") if text else []:
        picks = [_pick(word, symbols) for word in part.split(".")]
        positions = [pick[0] for pick in picks if pick]
        if None in picks or positions != sorted(set(positions)) or len(branches) >= MOST_BRANCHES:
            return None
        branches.append(tuple(pick for pick in picks if pick))
    return list(dict.fromkeys(branches))


def _pick(word: str, symbols: Container[str]) -> tuple[int, str] | None:
    if not (found := _PICK.fullmatch(word)):
        return None
    codes = [int(code) for code in found[2].split("_")]
    if max(codes) > sys.maxunicode:
        return None
    symbol = "".join(map(chr, codes))
    return (int(found[1]), symbol) if symbol in symbols else None


@dataclass(frozen=True)
class Typed:
    """A typed word and the token that it is taken for.

    Attributes:
        folded: Whether the vocabulary holds the word only in lower case.
        unknown: Whether the vocabulary does not hold it; the token is then an unknown one.
        likelier_than: The other token that it could have been, with or without a space before it.
    """

    word: str
    symbol: str
    folded: bool
    unknown: bool
    likelier_than: str | None


def typed_token(vocabulary: Vocabulary, typed: str, logits: ArrayLike) -> Typed:
    """Return the token that a typed word or mark is taken for, given the logits of the next token.

    A word with a space before it and the same word without one are two tokens. Typed with a space,
    it is the first; typed without, the likelier of those that the vocabulary holds. If it holds
    neither, the word is tried in lower case, then taken as an unknown token. A CorpusError is
    raised if no token or several were typed, or if unknown tokens have a logit of minus infinity.
    """
    word = typed.strip()
    tokens = [token.strip() for token in vocabulary.pieces(word) if token.strip()]
    if len(tokens) != 1:
        parts = ", ".join(f"“{token}”" for token in tokens[:6])
        found = f"These are {len(tokens)}: {parts}." if tokens else "There is none here."
        raise CorpusError(f"Type one word or mark at a time. {found}")
    forms = [f" {word}"] if typed[0].isspace() else [f" {word}", word]
    known, lowered = (
        [same for form in tried if (same := vocabulary.equivalent(form)) is not None]
        for tried in (forms, [form.lower() for form in forms])
    )
    candidates = known or lowered or [unknown_for(form) for form in forms]
    scores = np.asarray(logits)[vocabulary.ids_of(candidates)]
    best = int(scores.argmax())
    is_unknown = not (known or lowered)
    if is_unknown and scores[best] == -np.inf:
        raise CorpusError(
            f"“{word}” is not in the vocabulary: it would be {UNKNOWN}, which is not written here."
        )
    other = candidates[1 - best] if len(candidates) == 2 and not is_unknown else None
    return Typed(word, candidates[best], not known and bool(lowered), is_unknown, other)
