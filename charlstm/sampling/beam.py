"""Beam search: the likeliest continuations that a search of some width finds.

At every step each of the ``width`` best beginnings is continued with every symbol, and the
``width`` best of all these are kept (Lowerre 1976, "The HARPY speech recognition system"; for
networks that write: Sutskever, Vinyals & Le 2014, section 3.2). A beginning that was dropped never
comes back, so the likeliest text of all can be missed; width 1 is greedy.

The score of a text is its log2 probability at T = 1: the search is for the text that the model
itself finds likeliest. All texts have the same length, so no length is rewarded or punished.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.language_model import Cursor, LanguageModel, cursor_after
from charlstm.sampling.reweight import log_softmax

Report = Callable[[int, int], object]


@dataclass(frozen=True)
class Beam:
    """A continuation with log2 of its probability at T = 1."""

    text: str
    log2_probability: float

    @property
    def bits_per_character(self) -> float:
        """The average surprise of its characters in bits; 0 if it is empty."""
        return abs(self.log2_probability) / max(1, len(self.text))


def beam_search(
    model: LanguageModel,
    prompt: str,
    *,
    width: int = 5,
    length: int = 80,
    report: Report = lambda _done, _of: None,
) -> list[Beam]:
    """Return the continuations that are left on the beam at the end, the likeliest first.

    The width is the number of beginnings kept at each step, or all while there are fewer; the
    length is in symbols. ``report`` is called after every step with the steps done and their total.
    A ValueError is raised for a width of less than 1 or a negative length.

    >>> from charlstm.data.vocabulary import Vocabulary
    >>> from charlstm.sampling.ngram import NGram
    >>> letters = Vocabulary.of("abracadabra")
    >>> model = LanguageModel(letters, NGram(letters.encode("abracadabra"), 5, order=2), None)
    >>> [beam.text for beam in beam_search(model, "a", width=2, length=3)]
    ['bra', 'cab']
    """
    if width < 1 or length < 0:
        raise ValueError("A beam has a width of at least 1 and a length of at least 0.")
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    texts = np.zeros((1, 0), np.intp)
    scores = np.zeros(1)
    for step in range(length):
        totals = scores[:, None] + _log2_softmax(cursor)
        # Among equals the one from the better beginning, then the first in vocabulary order.
        best = np.argsort(-totals, axis=None, kind="stable")[:width]
        rows, symbols = np.divmod(best, totals.shape[1])
        texts = np.concatenate([texts[rows], symbols[:, None]], axis=1)
        scores = totals.ravel()[best]
        cursor.select(rows)
        cursor.read(symbols)
        report(step + 1, length)
    return [
        Beam(model.vocabulary.decode(ids), float(score))
        for ids, score in zip(texts, scores, strict=True)
    ]


def scored(model: LanguageModel, prompt: str, text: str | Sequence[str]) -> Beam:
    """Return a text after a prompt with log2 of its probability at T = 1.

    Characters of a string that the model does not know are left out. A sequence of symbols that a
    model wrote is used unchanged.
    """
    if isinstance(text, str):
        reading = model.read(text)
        text, ids = reading.text, reading.ids
    else:
        ids = model.vocabulary.ids_of(text)
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    total = 0.0
    for symbol in ids:
        total += float(_log2_softmax(cursor)[0, symbol])
        cursor.read(np.array([symbol]))
    return Beam("".join(text), total)


def shared_start(beams: Sequence[Beam]) -> int:
    """Return how many characters all beams have in common at their start."""
    positions = zip(*(beam.text for beam in beams), strict=False)
    return sum(1 for _ in takewhile(lambda symbols: len(set(symbols)) == 1, positions))


def _log2_softmax(cursor: Cursor) -> NDArray[np.float64]:
    return np.asarray(log_softmax(cursor.logits()) / np.log(2.0))
