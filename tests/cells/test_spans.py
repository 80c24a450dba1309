"""Spans and their likes, on states made by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from charlstm import open_model, similar_spans
from charlstm.cells.spans import search
from charlstm.cells.states import Activations
from charlstm.data.vocabulary import Reading
from charlstm.errors import CharlstmError

LENGTH, CELLS = 60, 6


def _states(h: np.ndarray, text: str | None = None) -> Activations:
    text = text or "".join(chr(97 + position % 26) for position in range(len(h)))
    reading = Reading(text, np.zeros(len(text), np.int32), (), (), 0)
    return Activations(reading, np.zeros((1, *h.shape)), h[None])


def _noise_with(*positions: tuple[int, float]) -> np.ndarray:
    """Return faint noise in which cells 2 and 4 light up for five characters at each position."""
    h = np.random.default_rng(0).normal(0.0, 0.02, (LENGTH, CELLS))
    for position, size in positions:
        h[position : position + 5, 2] += size
        h[position : position + 5, 4] -= size
    return h


def test_the_cells_that_stand_out_are_found_and_the_passage_that_is_like_the_span() -> None:
    h = _noise_with((10, 0.5), (40, 0.4))
    found = search(_states(h), 10, 15, cells=2, most=3)
    assert set(found.cells["cell"]) == {2, 4}
    outside = np.delete(h, range(10, 15), axis=0)
    for row in found.cells.to_dict("records"):
        cell = row["cell"]
        assert row["inside"] == pytest.approx(h[10:15, cell].mean())
        assert row["outside"] == pytest.approx(outside[:, cell].mean())
        z = (h[10:15, cell].mean() - outside[:, cell].mean()) / outside[:, cell].std()
        assert row["z"] == pytest.approx(z)
    assert list(found.cells["z"].abs()) == sorted(found.cells["z"].abs(), reverse=True)
    best = found.passages.iloc[0]
    assert best["start"] == 40 and best["stop"] == 45
    assert best["cosine"] > 0.99
    assert 0.9 < best["likeness"] < 1.0
    assert best["text"] == _states(h).reading.text[40:45]
    assert found.searched == LENGTH


def test_likeness_and_cosine_are_what_they_are_said_to_be() -> None:
    h = _noise_with((10, 0.5), (40, 0.4))
    found = search(_states(h), 10, 15, cells=4, most=1)
    cells = found.cells["cell"].to_numpy()
    outside = np.delete(h, range(10, 15), axis=0)[:, cells]
    start = int(found.passages.iloc[0]["start"])
    here = (h[start : start + 5, cells].mean(axis=0) - outside.mean(axis=0)) / outside.std(axis=0)
    pattern = found.cells["z"].to_numpy()
    cosine = here @ pattern / np.linalg.norm(here) / np.linalg.norm(pattern)
    assert found.passages.iloc[0]["cosine"] == pytest.approx(cosine)
    likeness = 2 * here @ pattern / (here @ here + pattern @ pattern)
    assert found.passages.iloc[0]["likeness"] == pytest.approx(likeness)


def test_passages_overlap_neither_each_other_nor_the_span() -> None:
    found = search(_states(_noise_with((10, 0.5))), 10, 15, most=50)
    taken = sorted([*zip(found.passages["start"], found.passages["stop"], strict=True), (10, 15)])
    assert len(taken) > 3
    assert (found.passages["likeness"] > 0).all()
    assert all(one[1] <= other[0] for one, other in pairwise(taken))
    assert list(found.passages["likeness"]) == sorted(found.passages["likeness"], reverse=True)


def test_another_text_can_be_searched_and_is_what_the_span_is_compared_with() -> None:
    own, other = _noise_with((10, 0.5)), _noise_with((3, 0.5))
    found = search(_states(own), 10, 15, within=_states(other), cells=2, most=1)
    assert found.passages.iloc[0]["start"] == 3
    outside = dict(zip(found.cells["cell"], found.cells["outside"], strict=True))
    assert outside[2] == pytest.approx(other[:, 2].mean())


def test_cells_that_never_move_stand_out_nowhere() -> None:
    h = _noise_with((10, 0.5))
    h[:, 0] = 0.0
    found = search(_states(h), 10, 15, cells=CELLS)
    assert found.cells.set_index("cell").loc[0, "z"] == 0
    assert np.isfinite(found.passages["likeness"]).all()


@pytest.mark.parametrize("span", [(5, 5), (-1, 3), (3, 61), (9, 4)])
def test_a_span_that_is_none_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(CharlstmError, match="There is no span"):
        search(_states(_noise_with()), *span)


def test_a_span_of_the_whole_text_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(CharlstmError, match="nothing to compare"):
        search(_states(_noise_with()), 0, LENGTH)


def test_a_text_shorter_than_the_span_has_no_position() -> None:
    within = _states(_noise_with()[:4])
    assert search(_states(_noise_with((10, 0.5))), 10, 15, within=within).passages.empty


def test_the_public_function_reads_and_searches() -> None:
    text = 'he said "yes" and then she said "no" and left.'
    found = similar_spans(open_model(), text, 8, 13, layer=0, state="c", cells=5, most=2)
    assert len(found.cells) == 5
    assert len(found.passages) == 2
    other = similar_spans(open_model(), text, 8, 13, within="a text of its own, to be searched")
    assert (other.passages["stop"] - other.passages["start"] == 5).all()
    assert other.searched == 33
