"""An n-gram model: the next character given the n - 1 before it, counted instead of trained.

It reads and predicts as a network does (see SequenceModel), so all code that writes or measures
with a network works with it too.

Interpolated modified Kneser-Ney smoothing (Kneser & Ney 1995; Chen & Goodman 1998, section 3), with
h a context, h' the context without its first symbol and w the next symbol:

    p(w | h) = max(c(h w) - D(c(h w)), 0) / c(h) + b(h) p(w | h')
    b(h) = sum over w of D(c(h w)) / c(h)

The counts c of the highest order are those of the text; those of lower orders are the numbers of
different symbols that occur before h w. If h was never seen, p(w | h) = p(w | h'). Below the lowest
order all symbols are equally likely. So every distribution sums to 1 and contains no zero.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.network import State

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_ORDER = 6
MOST_COUNTED = 20_000_000
"""Characters of a text that are counted; the rest is ignored."""

MOST_NGRAMS = 4_000_000
"""Different n-grams of one order; an order with more is left out, to bound the memory."""

_PIECE = 1 << 21
"""Characters that are counted at a time, so that memory grows only with different n-grams."""

_LARGEST_KEY = 2**62


def highest_order(symbols: int) -> int:
    """Return the highest order for a vocabulary: 6, or fewer where keys would exceed 64 bits."""
    return max(n for n in range(1, MOST_ORDER + 1) if n == 1 or symbols**n < _LARGEST_KEY)


@dataclass(frozen=True)
class _Counts:
    """The n-grams of one order, in the order of their keys (their ids as digits of one number)."""

    keys: Ints
    counts: Ints
    symbols: int
    order: int

    @cached_property
    def _firsts(self) -> tuple[Ints, NDArray[np.intp]]:
        contexts, first = np.unique(self.keys // self.symbols, return_index=True)
        return contexts, first

    @cached_property
    def discounts(self) -> Floats:
        """D of the counts 0, 1, 2, and 3 or more (Chen & Goodman 1998, equation 17)."""
        of = [int((self.counts == count).sum()) for count in (1, 2, 3, 4)]
        found = [0.0, 0.5, 0.5, 0.5]
        if all(of):
            fraction = of[0] / (of[0] + 2 * of[1])
            for count in (1, 2, 3):
                discount = count - (count + 1) * fraction * of[count] / of[count - 1]
                # Outside these limits it would leave nothing for unseen symbols, or take too much.
                found[count] = discount if 0 < discount < count else 0.5
        return np.array(found)

    @cached_property
    def totals(self) -> Ints:
        """c(h) of every context."""
        return np.add.reduceat(self.counts, self._firsts[1])

    @cached_property
    def backs(self) -> Floats:
        """b(h) of every context."""
        taken = self.discounts[np.minimum(self.counts, 3)]
        return np.asarray(np.add.reduceat(taken, self._firsts[1]) / self.totals)

    def many(self, contexts: Ints, ids: Ints, lower: Floats) -> Floats:
        """Return p(w | h) of many pairs from p(w | h'), all of shape (pairs,)."""
        position, known = _find(self._firsts[0], contexts)
        at, seen = _find(self.keys, contexts * self.symbols + ids)
        counts = np.where(seen, self.counts[at], 0)
        kept = (counts - self.discounts[np.minimum(counts, 3)]) / self.totals[position]
        return np.asarray(np.where(known, kept + self.backs[position] * lower, lower))


def _find(keys: Ints, wanted: Ints) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the index of each wanted key among sorted keys, and whether it is there."""
    position = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return position, keys[position] == wanted


class NGram:
    """The n-gram model of a text.

    The ids have shape (characters,), at least ``order`` of them; MOST_COUNTED are counted. The
    order n is from 1 to highest_order(symbols), and lower than asked for if the text has more than
    MOST_NGRAMS different ones. A distribution depends on n - 1 characters.

    >>> model = NGram(np.array([0, 1, 0, 1, 0, 2, 0, 1]), symbols=3, order=2)  # abab acab
    >>> model.probabilities(np.array([0])).round(3).tolist()
    [0.125, 0.688, 0.188]
    """

    def __init__(self, ids: NDArray[np.integer], symbols: int, order: int = MOST_ORDER) -> None:
        if not 1 <= order <= highest_order(symbols):
            raise ValueError(f"The order must lie between 1 and {highest_order(symbols)}.")
        if len(ids) < order:
            raise ValueError(f"At least {order} characters are needed.")
        self.symbols = symbols
        self._raw: list[_Counts] = []
        for length in range(1, order + 1):
            counts = _counted(ids[:MOST_COUNTED], symbols, length)
            if counts is None:
                break
            self._raw.append(counts)
        self._lower = [_continuations(counts) for counts in self._raw[1:]]
        self._set_order(len(self._raw))

    def _set_order(self, order: int) -> None:
        self.order = order
        self.receptive_field: int = order - 1
        self._tables = [*self._lower[: order - 1], self._raw[order - 1]]

    def of_order(self, order: int) -> NGram:
        """Return the model of a lower order, from the same counts."""
        if not 1 <= order <= len(self._raw):
            raise ValueError(f"The order must lie between 1 and {len(self._raw)}.")
        other = copy(self)
        other._set_order(order)
        return other

    @property
    def size(self) -> int:
        """How many different n-grams the model counted."""
        return sum(len(table.keys) for table in self._tables)

    def probabilities(self, context: NDArray[np.integer]) -> Floats:
        """Return the distribution after some ids, shape (symbols,); the last n - 1 count."""
        found = np.full(self.symbols, 1.0 / self.symbols)
        key, power = 0, 1
        for length, table in enumerate(self._tables):
            if length > len(context):
                break
            if length:
                key += int(context[-length]) * power
                power *= self.symbols
            found = table.many(np.full(self.symbols, key), np.arange(self.symbols), found)
        return found

    def losses(self, ids: NDArray[np.integer]) -> Floats:
        """Return the loss in nats of every character of a text but the first, given those before.

        The ids have shape (characters,), the losses (characters - 1,).
        """
        text = np.asarray(ids, np.int64)
        targets = text[1:]
        found = np.full(len(targets), 1.0 / self.symbols)
        keys, power = np.zeros(len(targets), np.int64), 1
        for length, table in enumerate(self._tables):
            # Before ``first`` there are too few characters; a short text has too few everywhere.
            first = min(max(0, length - 1), len(targets))
            if length:
                keys[first:] += text[: len(targets) - first] * power
                power *= self.symbols
            found[first:] = table.many(keys[first:], targets[first:], found[first:])
        return np.asarray(-np.log(found))

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read: no characters (an id counts from 1)."""
        return [(np.zeros((streams, self.receptive_field), np.int64),)]

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream, ids of shape (streams,), and return the new state."""
        ((before,),) = state
        read = np.asarray(ids, np.int64)[:, None] + 1
        return [(np.concatenate([before, read], 1)[:, 1:],)]

    def logits(self, state: State) -> NDArray[Any]:
        """Return log p of the next symbol, shape (streams, symbols)."""
        ((contexts,),) = state
        return np.log([self.probabilities(context[context > 0] - 1) for context in contexts])


def _counted(ids: NDArray[np.integer], symbols: int, order: int) -> _Counts | None:
    """Count the n-grams of a text, a piece at a time; None if there are too many of them."""
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for start in range(0, len(ids) - order + 1, _PIECE):
        piece = np.asarray(ids[start : start + _PIECE + order - 1], np.int64)
        found = np.zeros(len(piece) - order + 1, np.int64)
        for position in range(order):
            found *= symbols
            found += piece[position : position + len(found)]
        more, times = np.unique(found, return_counts=True)
        keys, counts = _summed(np.concatenate([keys, more]), np.concatenate([counts, times]))
        if len(keys) > MOST_NGRAMS:
            return None
    return _Counts(keys, counts, symbols, order)


def _summed(keys: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Return each key once, in order, with the sum of its counts."""
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.add.reduceat(counts, first)


def _continuations(higher: _Counts) -> _Counts:
    """Return for each n-gram of the order below how many different symbols occur before it."""
    without_first = higher.keys % higher.symbols ** (higher.order - 1)
    keys, counts = np.unique(without_first, return_counts=True)
    return _Counts(keys, counts, higher.symbols, higher.order - 1)
