"""A span of a text, the cells that stand out there, and other places where the same light up.

Knows states as arrays; knows nothing of what a cell may mean, or of pages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from charlstm.cells.states import Activations, activations
from charlstm.data.words import find_words
from charlstm.errors import SettingsError
from charlstm.sampling.language_model import LanguageModel

if TYPE_CHECKING:
    import pandas as pd

_NO_SPREAD = 1e-9


@dataclass(frozen=True)
class SpanSearch:
    """A span, its cells and its likes.

    Attributes:
        start, stop: Of the span in its text, stop excluded.
        cells: The cells that stand out most, the strongest first: cell, inside and outside (mean of
            the state), z (their difference in standard deviations of a single character outside).
        places: Other places of the same length, the most alike first: start, stop, text, likeness
            (2 a b / (a a + b b) of the z of the cells there, a, and in the span, b: 1 where both
            are equal; only places above 0), cosine (of both, which any faint trace of the same
            direction makes large).
        searched: The characters of the text that was searched.
    """

    start: int
    stop: int
    cells: pd.DataFrame
    passages: pd.DataFrame
    searched: int


def similar_spans(
    model: LanguageModel,
    text: str,
    start: int,
    stop: int,
    *,
    within: str | None = None,
    state: str = "h",
    layer: int = 0,
    cells: int = 8,
    most: int = 8,
) -> SpanSearch:
    """Return where else the cells that stand out in a span stand out in the same way.

    Args:
        model: Who reads.
        text: The text of the span, as the model reads it.
        start, stop: Of the span, stop excluded.
        within: Where to search and what to compare with; the same text by default.
        state: ``"c"`` or ``"h"``.
        layer: Counted from 0.
        cells: How many cells make up the pattern.
        most: How many places are wanted; they overlap neither each other nor the span.

    Raises:
        SettingsError: If the span is empty or not in the text, or there is nothing outside of it.
    """
    own = activations(model, text)
    other = None if within is None else activations(model, within)
    return search(own, start, stop, within=other, state=state, layer=layer, cells=cells, most=most)


def usual_span(text: str) -> tuple[int, int] | None:
    """Return a span worth searching for: the longest word that a text has twice, or else of all.

    Returns:
        Its start and stop, or None where the text is no more than one word.
    """
    words = list(find_words(text))
    often = Counter(word[0] for word in words)
    best = max(words, key=lambda word: (often[word[0]] > 1, len(word[0])), default=None)
    return None if best is None or best[0] == text else best.span()


def search(
    own: Activations,
    start: int,
    stop: int,
    *,
    within: Activations | None = None,
    state: str = "h",
    layer: int = 0,
    cells: int = 8,
    most: int = 8,
) -> SpanSearch:
    """Do what :func:`similar_spans` does, on states that are there already."""
    import pandas as pd

    states = np.asarray(own.of(state, layer), np.float64)
    if not 0 <= start < stop <= len(states):
        raise SettingsError(
            f"There is no span from {start} to {stop} in a text of {len(states)} characters."
        )
    outside = np.concatenate([states[:start], states[stop:]])
    searched, text = states, own.reading.text
    if within is not None:
        searched, text = np.asarray(within.of(state, layer), np.float64), within.reading.text
        outside = searched
    if not len(outside):
        raise SettingsError("The span is the whole text: there is nothing to compare it with.")
    mean, spread = outside.mean(axis=0), outside.std(axis=0)
    moves = spread > _NO_SPREAD
    inside = states[start:stop].mean(axis=0)
    z = np.where(moves, inside - mean, 0.0) / np.where(moves, spread, 1.0)
    chosen = np.argsort(-np.abs(z), kind="stable")[:cells]
    table = pd.DataFrame(
        {"cell": chosen, "inside": inside[chosen], "outside": mean[chosen], "z": z[chosen]}
    )
    scale = np.where(moves, spread, 1.0)[chosen]
    windows = (_window_means(searched[:, chosen], stop - start) - mean[chosen]) / scale
    likeness, cosine = _alike(windows, z[chosen])
    free = np.ones(len(windows), bool)
    if within is None:
        free[max(0, start - (stop - start) + 1) : stop] = False
    starts = _best_apart(likeness, free, stop - start, most)
    return SpanSearch(
        start,
        stop,
        table,
        pd.DataFrame(
            {
                "start": starts,
                "stop": [position + stop - start for position in starts],
                "text": [text[position : position + stop - start] for position in starts],
                "likeness": likeness[starts],
                "cosine": cosine[starts],
            }
        ),
        len(text),
    )


def _window_means(states: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Return the mean of every ``length`` neighbours, shape (characters - length + 1, cells)."""
    if len(states) < length:
        return np.zeros((0, states.shape[1]))
    sums = np.cumsum(np.vstack([np.zeros(states.shape[1]), states]), axis=0)
    return np.asarray((sums[length:] - sums[:-length]) / length)


def _alike(
    windows: NDArray[np.float64], pattern: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the likeness of windows, shape (windows, cells), to a pattern, and their cosines."""
    along = windows @ pattern
    squares, square = (windows**2).sum(axis=1), float(pattern @ pattern)
    lengths = np.sqrt(squares * square)
    cosine = np.divide(along, lengths, out=np.zeros(len(windows)), where=lengths > 0)
    both = squares + square
    return np.divide(2 * along, both, out=np.zeros(len(windows)), where=both > 0), cosine


def _best_apart(
    likeness: NDArray[np.float64], free: NDArray[np.bool_], length: int, most: int
) -> list[int]:
    """Return the places of the largest values above 0 that do not overlap, the largest first."""
    left = np.where(free, likeness, -np.inf)
    found: list[int] = []
    while len(found) < most and len(left):
        position = int(left.argmax())
        if left[position] <= 0:
            break
        found.append(position)
        left[max(0, position - length + 1) : position + length] = -np.inf
    return found
