"""Writing in which some symbols are picked by hand and the others drawn with given uniforms.

Knows language models; knows nothing of pages. A trail without picks is what the model writes by
itself. A pick changes one symbol; the uniforms of all others stay as they were, so the same random
numbers are replayed from there on another path.

A tree of what-if branches: the same random numbers, with some characters chosen otherwise.

A branch is the picks that lead to it, and nothing else: what it says follows from them (see
trails).

A word that is typed instead of clicked: which token of a model of words it is taken for.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.analysis.distribution import entropy_bits
from charlstm.data.vocabulary import Vocabulary
from charlstm.data.words import UNKNOWN, unknown_for
from charlstm.errors import CorpusError
from charlstm.sampling.language_model import LanguageModel, cursor_after, uniforms_of
from charlstm.sampling.reweight import draw, reweight

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Trail:
    """A text with what each of its symbols cost.

    Attributes:
        symbols: What was written, symbol by symbol: characters, or words and marks.
        probabilities: Of each at the temperature, shape (length,); a picked one can have
            probability 0.
        bits: -log2 of these: what each choice cost, shape (length,).
        expected_bits: The entropy before each choice: what the model expected it to cost.
        picked: Positions that were picked by hand and not drawn.
    """

    symbols: tuple[str, ...]
    probabilities: NDArray[np.float64]
    bits: NDArray[np.float64]
    expected_bits: NDArray[np.float64]
    picked: tuple[int, ...]

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self.symbols)

    @property
    def log2_probability(self) -> float:
        """log2 of the probability of the whole path: minus the sum of its bits."""
        return -float(self.bits.sum())

    @property
    def table(self) -> pd.DataFrame:
        """One row per symbol: position, symbol, probability, bits, expected_bits, picked."""
        import pandas as pd

        return pd.DataFrame(
            {
                "position": range(len(self.symbols)),
                "symbol": list(self.symbols),
                "probability": self.probabilities,
                "bits": self.bits,
                "expected_bits": self.expected_bits,
                "picked": [position in self.picked for position in range(len(self.symbols))],
            }
        )


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

    Args:
        model: Who writes.
        prompt: What has been read.
        temperature: From 0 upwards.
        length: Symbols to write.
        seed: Of the uniforms; position n always draws with the n-th of them.
        picks: Symbols by position, counted from 0; those at ``length`` or later are not used.

    Raises:
        ValueError: If the temperature is negative or not a number, or a picked symbol is not one of
            the model's.
    """
    picks = picks or {}
    for symbol in picks.values():
        if symbol not in model.vocabulary:
            raise ValueError(f"The model does not know the {model.vocabulary.unit} {symbol!r}.")
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    written: list[int] = []
    chosen, expected = np.ones(length), np.zeros(length)
    for position, uniform in enumerate(uniforms_of(seed, length)):
        p = reweight(cursor.logits()[0], temperature)
        index = int(draw(p, uniform))
        if position in picks:
            index = int(model.vocabulary.ids_of([picks[position]])[0])
        written.append(index)
        chosen[position], expected[position] = p[index], entropy_bits(p)
        cursor.read(np.array([index]))
    with np.errstate(divide="ignore"):
        bits = np.abs(-np.log2(chosen))
    symbols = tuple(model.vocabulary.symbols[index] for index in written)
    picked = tuple(sorted(position for position in picks if position < length))
    return Trail(symbols, chosen, bits, expected, picked)


MOST_BRANCHES = 24
LARGEST_POSITION = 9999


@dataclass(frozen=True)
class Branch:
    """Picks in the order of their positions, counted from 0; the trunk has none."""

    picks: tuple[tuple[int, str], ...] = ()

    def with_pick(self, position: int, symbol: str) -> Branch:
        """Return the branch that leaves this one at a position; later picks do not go along."""
        kept = tuple(pick for pick in self.picks if pick[0] < position)
        return Branch((*kept, (position, symbol)))

    @property
    def parent(self) -> Branch:
        """The branch that this one left with its last pick; the trunk is its own parent."""
        return Branch(self.picks[:-1])


TRUNK = Branch()


def grown(branches: Sequence[Branch], new: Branch) -> list[Branch]:
    """Return the tree with a branch more, after its parent and the parent's other children.

    A branch that is there already is not added again. Where the parent itself is no longer there,
    the branch stands last.

    Raises:
        ValueError: If the tree is full.
    """
    if new in branches:
        return list(branches)
    if len(branches) >= MOST_BRANCHES:
        raise ValueError(f"A tree has at most {MOST_BRANCHES} branches; start it again.")
    if new.parent not in branches:
        return [*branches, new]
    position = list(branches).index(new.parent) + 1
    while position < len(branches) and _descends(branches[position], new.parent):
        position += 1
    return [*branches[:position], new, *branches[position:]]


def _descends(branch: Branch, ancestor: Branch) -> bool:
    return branch.picks[: len(ancestor.picks)] == ancestor.picks and branch != ancestor


def depth(branch: Branch, branches: Container[Branch]) -> int:
    """Return how many branches of the tree lie between a branch and the trunk."""
    count = 0
    while branch.picks:
        branch = branch.parent
        count += branch in branches
    return count


def tree_table(paths: Mapping[Branch, float]) -> pd.DataFrame:
    """Return one row per branch: picks, as in an address, and log2_probability.

    Args:
        paths: log2 of the probability of each branch's whole path.
    """
    import pandas as pd

    return pd.DataFrame(
        {
            "picks": [written_down([branch]) for branch in paths],
            "log2_probability": list(paths.values()),
        }
    )


def written_down(branches: Sequence[Branch]) -> str:
    """Return a tree as a short text: ``12-101;12-101.30-32``, positions and code points.

    The code points of a symbol of more than one character are joined: ``12-32_97``.

    The trunk, which every tree has, is left out.
    """
    return ";".join(
        ".".join(
            f"{position}-{'_'.join(str(ord(character)) for character in symbol)}"
            for position, symbol in branch.picks
        )
        for branch in branches
        if branch.picks
    )


def read_back(text: str, symbols: Container[str]) -> list[Branch] | None:
    """Return the tree that a text stands for, or None if it stands for none.

    Args:
        text: As written_down gives it.
        symbols: Those that may be picked.
    """
    branches = [TRUNK]
    for part in text.split(";") if text else []:
        picks = [_pick(word, symbols) for word in part.split(".")]
        positions = [pick[0] for pick in picks if pick]
        if None in picks or positions != sorted(set(positions)) or len(branches) >= MOST_BRANCHES:
            return None
        branches.append(Branch(tuple(pick for pick in picks if pick)))
    return list(dict.fromkeys(branches))


def _pick(word: str, symbols: Container[str]) -> tuple[int, str] | None:
    position, _, joined = word.partition("-")
    codes = joined.split("_")
    numbers = (position, *codes)
    plain = all(each.isascii() and each.isdecimal() and len(each) < 8 for each in numbers)
    if not plain or int(position) > LARGEST_POSITION or max(map(int, codes)) > 0x10FFFF:
        return None
    symbol = "".join(chr(int(code)) for code in codes)
    return (int(position), symbol) if symbol in symbols else None


@dataclass(frozen=True)
class Typed:
    """What a typed word is taken for.

    Attributes:
        word: What was typed, without the white space around it.
        symbol: The token that it is taken for.
        folded: Whether the vocabulary holds it in lower case alone.
        unknown: Whether the vocabulary does not hold it; the token is then an unknown one.
        likelier_than: The other token that it could have been, with or without a space before it.
    """

    word: str
    symbol: str
    folded: bool
    unknown: bool
    likelier_than: str | None


def typed_token(vocabulary: Vocabulary, typed: str, logits: ArrayLike) -> Typed:
    """Return the token that a typed word or mark is taken for.

    A word is a token with a space before it, another without. Typed with a space it is the one
    with it; typed without, it is the likelier of those that the vocabulary holds. Where it holds
    neither, they are looked for in lower case, and at last the word is an unknown one.

    Args:
        vocabulary: Of a model of words.
        typed: What was typed.
        logits: Of the next token, shape (symbols,).

    Raises:
        CorpusError: If no token or several were typed, or an unknown one is excluded by a logit of
            minus infinity.
    """
    word = typed.strip()
    tokens = [token.strip() for token in vocabulary.pieces(word) if token.strip()]
    if len(tokens) != 1:
        parts = ", ".join(f"“{token}”" for token in tokens[:6])
        found = f"These are {len(tokens)}: {parts}." if tokens else "There is none here."
        raise CorpusError(f"One word or mark is taken at a time. {found}")
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
            f"“{word}” is not in the vocabulary: it would be {UNKNOWN}, never written here."
        )
    other = candidates[1 - best] if len(candidates) == 2 and not is_unknown else None
    return Typed(word, candidates[best], not known and bool(lowered), is_unknown, other)
