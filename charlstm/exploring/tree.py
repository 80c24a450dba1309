"""A tree of what-if branches: the same luck, replayed with some characters chosen otherwise.

A branch is the picks that lead to it, and nothing else: what it says follows from them (see
trails). Knows how branches grow and how a tree is written into an address; knows no models.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

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
    place = list(branches).index(new.parent) + 1
    while place < len(branches) and _descends(branches[place], new.parent):
        place += 1
    return [*branches[:place], new, *branches[place:]]


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
        places = [pick[0] for pick in picks if pick]
        if None in picks or places != sorted(set(places)) or len(branches) >= MOST_BRANCHES:
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
