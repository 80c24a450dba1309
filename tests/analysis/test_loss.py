"""The two losses: figures of the text as a whole, whatever the pieces it is measured in."""

from __future__ import annotations

import numpy as np
import pytest

from charlstm.analysis import loss as losses
from charlstm.analysis.loss import cross_entropy, stream_loss, window_loss
from charlstm.sampling.language_model import cursor_after
from charlstm.sampling.network import Network
from charlstm.sampling.reweight import reweight
from tests.made import random_weights

SYMBOLS = 9
NETWORK = Network(random_weights(SYMBOLS))
IDS = np.random.default_rng(0).integers(0, SYMBOLS, 200)


def _surprise(context: np.ndarray, target: int) -> float:
    logits = cursor_after(NETWORK, context, window=None).logits()[0]
    return float(-np.log(reweight(logits, 1.0)[target]))


def test_the_window_loss_is_the_mean_surprise_after_60_characters_every_third_position() -> None:
    wanted = [_surprise(IDS[i : i + 60], IDS[i + 60]) for i in range(0, len(IDS) - 60, 3)]
    measured = window_loss(NETWORK, IDS)
    assert measured.nats == pytest.approx(np.mean(wanted), abs=1e-12)
    assert measured.predictions == len(wanted)
    assert measured.bits == pytest.approx(measured.nats / np.log(2))


def test_the_stream_loss_is_the_mean_surprise_at_every_character_but_the_first() -> None:
    wanted = [_surprise(IDS[:i], IDS[i]) for i in range(1, len(IDS))]
    measured = stream_loss(NETWORK, IDS)
    assert measured.nats == pytest.approx(np.mean(wanted), abs=1e-12)
    assert measured.predictions == len(IDS) - 1


def test_measuring_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = window_loss(NETWORK, IDS), stream_loss(NETWORK, IDS)
    monkeypatch.setattr(losses, "_AT_ONCE", 7)
    for one, other in zip(
        whole, (window_loss(NETWORK, IDS), stream_loss(NETWORK, IDS)), strict=True
    ):
        assert one.nats == pytest.approx(other.nats, abs=1e-12)
        assert one.predictions == other.predictions


@pytest.mark.parametrize("measure", [window_loss, stream_loss])
def test_progress_grows_to_the_whole(measure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "_AT_ONCE", 10)
    reports: list[tuple[int, int]] = []
    measured = measure(NETWORK, IDS, lambda done, total: reports.append((done, total)))
    assert reports == sorted(reports)
    assert len(reports) > 1
    assert reports[-1] == (measured.predictions, measured.predictions)


def test_the_shortest_text_that_has_a_loss() -> None:
    assert window_loss(NETWORK, IDS[:61]).predictions == 1
    assert stream_loss(NETWORK, IDS[:2]).predictions == 1


@pytest.mark.filterwarnings("error")
def test_the_cross_entropy_of_huge_logits_is_finite() -> None:
    logits = np.array([[800.0, -800.0], [0.0, 0.0]])
    assert cross_entropy(logits, np.array([1, 0])) == pytest.approx([1600.0, np.log(2)])
