"""Beam search: the likeliest continuations that a search of some width finds.

Knows language models; draws nothing. The score of a text is its log2 probability at T = 1, the
model's own: what is asked for is the text that the model finds likeliest, and at another
temperature the answer would be another model's. Texts are compared at one length, so no length is
rewarded or punished.

At every step each of the ``width`` best beginnings is continued with every symbol, and the
``width`` best of all these are kept (Lowerre 1976, "The HARPY speech recognition system"; for
networks that write: Sutskever, Vinyals & Le 2014, section 3.2). What fell off the beam never comes
back, so the likeliest text of all can be missed; width 1 is greedy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.generate import Cursor, cursor_after
from charlstm.sampling.language_model import LanguageModel

Report = Callable[[int, int], object]


@dataclass(frozen=True)
class Beam:
    """A continuation with log2 of its probability at T = 1."""

    text: str
    log2_probability: float

    @property
    def bits_per_character(self) -> float:
        """What a character of it costs on average; 0 if it is empty."""
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

    Args:
        model: Who writes.
        prompt: What has been read.
        width: How many beginnings are kept at each step; fewer where there are not that many.
        length: Symbols of each.
        report: Called after every step with the steps done and their number.

    Raises:
        ValueError: If the width is less than 1 or the length negative.
    """
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    texts, scores = search(cursor, width, length, report)
    return [
        Beam(model.vocabulary.decode(ids), float(score))
        for ids, score in zip(texts, scores, strict=True)
    ]


def scored(model: LanguageModel, prompt: str, text: str | Sequence[str]) -> Beam:
    """Return any text with log2 of its probability at T = 1, to hold beside what a beam found.

    Args:
        model: Who is asked.
        prompt: What was read before it.
        text: Characters that the model knows, others are left out; or the symbols that a model
            wrote, which are taken as they are.
    """
    if isinstance(text, str):
        reading = model.read(text)
        text, ids = reading.text, reading.ids
    else:
        ids = model.vocabulary.ids_of(text)
    cursor = cursor_after(model.network, model.read(prompt).ids, window=model.window)
    total = 0.0
    for symbol in ids:
        total += float(_log2_softmax(np.asarray(cursor.logits(), np.float64))[0, symbol])
        cursor.read(np.array([symbol]))
    return Beam("".join(text), total)


def search(
    cursor: Cursor, width: int, length: int, report: Report = lambda _done, _of: None
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the ids of the beams, the likeliest first, and their log2 probabilities.

    Of equals the one from the better beginning comes first, then the first in vocabulary order.

    Args:
        cursor: One stream, where to go on from; it moves along and ends with a stream per beam.
        width: How many beginnings are kept.
        length: Steps.
        report: Called after every step with the steps done and their number.

    Returns:
        Arrays of shape (beams, length) and (beams,).

    Raises:
        ValueError: If the width is less than 1 or the length negative.
    """
    if width < 1 or length < 0:
        raise ValueError("A beam has a width of at least 1 and a length of at least 0.")
    texts = np.zeros((1, 0), np.intp)
    scores = np.zeros(1)
    for step in range(length):
        logits = np.asarray(cursor.logits(), np.float64)
        totals = scores[:, None] + _log2_softmax(logits)
        best = np.argsort(-totals, axis=None, kind="stable")[:width]
        rows, symbols = np.divmod(best, totals.shape[1])
        texts = np.concatenate([texts[rows], symbols[:, None]], axis=1)
        scores = totals.ravel()[best]
        cursor.select(rows)
        cursor.read(symbols)
        report(step + 1, length)
    return texts, scores


def shared_start(beams: Sequence[Beam]) -> int:
    """Return how many characters all beams begin with alike."""
    positions = zip(*(beam.text for beam in beams), strict=False)
    return sum(1 for _ in takewhile(lambda symbols: len(set(symbols)) == 1, positions))


def _log2_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log2 of softmax(logits), row by row, without taking the logarithm of a tiny number."""
    below_max = logits - logits.max(axis=-1, keepdims=True)
    nats = below_max - np.log(np.exp(below_max).sum(axis=-1, keepdims=True))
    return np.asarray(nats / np.log(2.0))
