"""A span of a text, the cells that stand out in it, and other passages where they do too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from charlstm.cells.properties import Floats
from charlstm.cells.states import Activations, activations, mean_and_scale
from charlstm.data.words import find_words
from charlstm.errors import SettingsError
from charlstm.sampling.language_model import LanguageModel


@dataclass(frozen=True)
class SpanSearch:
    """A span of a text, stop excluded, the cells that stand out in it, and passages like it.

    Attributes:
        cells: The cells that stand out most, the strongest first: cell, inside and outside (mean of
            the state), z (their difference in standard deviations of a single character outside).
        passages: Passages of the same length, the most alike first: start, stop, text, likeness,
            cosine. With a the z of these cells in the passage and b those in the span, the likeness
            is 2 a b / (a a + b b): 1 where both are equal, and only passages above 0 are listed.
            The cosine of a and b is large for any faint trace of the same direction.
        searched: The number of characters.
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
    """Return the passages in which the cells that stand out in a span stand out in the same way.

    The span, stop excluded, is one of the text as the model reads it; the text to search and to
    compare with is the same by default. The pattern is a state, ``"c"`` or ``"h"``, of the given
    number of cells of a layer. The passages overlap neither each other nor the span. A
    SettingsError is raised if the span is empty, not in the text, or all of it.
    """
    own = activations(model, text)
    other = None if within is None else activations(model, within)
    return search(own, start, stop, within=other, state=state, layer=layer, cells=cells, most=most)


def usual_span(text: str) -> tuple[int, int] | None:
    """Return the start and stop of the longest word that occurs twice, or else of the longest word.

    None if the text is no more than one word.
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
    """Do the same as similar_spans on states that were computed before."""
    states = np.asarray(own.of(state, layer), np.float64)
    length = stop - start
    if not 0 <= start < stop <= len(states):
        raise SettingsError(
            f"There is no span from {start} to {stop} in a text of {len(states)} characters."
        )
    if within is None:
        text, searched = own.reading.text, states
        outside = np.concatenate([states[:start], states[stop:]])
    else:
        text = within.reading.text
        outside = searched = np.asarray(within.of(state, layer), np.float64)
    if not len(outside):
        raise SettingsError("The span is the whole text: there is nothing to compare it with.")
    mean, scale = mean_and_scale(outside)
    inside = states[start:stop].mean(axis=0)
    z = (inside - mean) / scale
    chosen = np.argsort(-np.abs(z), kind="stable")[:cells]
    windows = (_window_means(searched[:, chosen], length) - mean[chosen]) / scale[chosen]
    likeness, cosine = _alike(windows, z[chosen])
    free = np.ones(len(windows), bool)
    if within is None:
        free[max(0, start - length + 1) : stop] = False
    starts = _best_apart(likeness, free, length, most)
    columns = {"cell": chosen, "inside": inside[chosen], "outside": mean[chosen], "z": z[chosen]}
    passages = {
        "start": starts,
        "stop": [position + length for position in starts],
        "text": [text[position : position + length] for position in starts],
        "likeness": likeness[starts],
        "cosine": cosine[starts],
    }
    return SpanSearch(start, stop, pd.DataFrame(columns), pd.DataFrame(passages), len(text))


def _window_means(states: Floats, length: int) -> Floats:
    """Return the mean of every ``length`` neighbours, shape (characters - length + 1, cells)."""
    if len(states) < length:
        return np.zeros((0, states.shape[1]))
    sums = np.cumsum(np.vstack([np.zeros(states.shape[1]), states]), axis=0)
    return np.asarray((sums[length:] - sums[:-length]) / length)


def _alike(windows: Floats, pattern: Floats) -> tuple[Floats, Floats]:
    """Return the likeness of windows, shape (windows, cells), to a pattern, and their cosines."""
    along = windows @ pattern
    squares, square = (windows**2).sum(axis=1), float(pattern @ pattern)
    lengths = np.sqrt(squares * square)
    cosine = np.divide(along, lengths, out=np.zeros(len(windows)), where=lengths > 0)
    both = squares + square
    return np.divide(2 * along, both, out=np.zeros(len(windows)), where=both > 0), cosine


def _best_apart(likeness: Floats, free: NDArray[np.bool_], length: int, most: int) -> list[int]:
    """Return the positions of the largest values above 0 that do not overlap, largest first."""
    left = np.where(free, likeness, -np.inf)
    found: list[int] = []
    while len(found) < most and len(left):
        position = int(left.argmax())
        if left[position] <= 0:
            break
        found.append(position)
        left[max(0, position - length + 1) : position + length] = -np.inf
    return found
