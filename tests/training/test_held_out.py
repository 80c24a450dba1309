"""The held-out loss: on a sample when it is due, on all windows at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from charlstm.data.corpus import HELD_OUT_WINDOWS, sample_of_windows, windows
from charlstm.settings import schedule
from charlstm.training.checkpoints import HeldOut

if TYPE_CHECKING:
    from charlstm.training.learner import Learner

IDS = np.random.default_rng(0).integers(0, 50, 40_000).astype(np.int32)
NOTHING = IDS[:0]


class _Learner:
    """Finds the loss of a window to be its last symbol plus its bias."""

    def __init__(self) -> None:
        self.bias = np.zeros(1)
        self.asked: list[int] = []

    def window_losses(self, ids: NDArray[Any], targets: NDArray[Any]) -> NDArray[Any]:
        assert len(ids) == len(targets)
        self.asked.append(len(targets))
        return np.asarray(ids[:, -1] + self.bias, np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {"bias": self.bias, "optimizer/0": np.zeros(1)}

    def restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        assert set(arrays) == {"bias", "optimizer/0"}
        self.bias = arrays["bias"]


def _learner() -> tuple[_Learner, Learner]:
    made = _Learner()
    return made, cast("Learner", made)


def test_the_sample_is_as_large_as_it_may_be_and_spread_over_the_text() -> None:
    made, learner = _learner()
    loss = HeldOut(IDS).loss(learner)
    assert made.asked == [HELD_OUT_WINDOWS]
    read, _ = sample_of_windows(IDS, HELD_OUT_WINDOWS)
    assert loss == pytest.approx(read[:, -1].mean(), rel=1e-6)


def test_a_measurement_that_was_only_just_made_is_not_due(monkeypatch: pytest.MonkeyPatch) -> None:
    made, learner = _learner()
    held_out = HeldOut(IDS)
    monkeypatch.setattr(schedule, "HELD_OUT_SECONDS", 1e6)
    assert held_out.loss_if_due(learner) is not None
    assert held_out.loss_if_due(learner) is None
    assert held_out.loss(learner) is not None
    assert len(made.asked) == 2


def test_at_the_end_the_weights_given_are_measured_on_every_window() -> None:
    made, learner = _learner()
    asked = []

    def go_on() -> bool:
        asked.append(True)
        return True

    loss = HeldOut(IDS).loss_of_all(learner, {"bias": np.array([7.0])}, 10**6, go_on)
    all_windows, _ = windows(IDS)
    assert loss == pytest.approx(all_windows[:, -1].mean() + 7.0, rel=1e-9)
    assert sum(made.asked) == len(all_windows)
    assert len(asked) == len(made.asked) > 1


def test_of_a_long_text_no_more_than_was_asked_for_evenly_spread() -> None:
    made, learner = _learner()
    loss = HeldOut(IDS).loss_of_all(learner, {}, 1000, lambda: True)
    every_14th = windows(IDS)[0][::14]
    assert made.asked == [len(every_14th)]
    assert len(every_14th) <= 1000
    assert loss == pytest.approx(every_14th[:, -1].mean(), rel=1e-9)


def test_told_not_to_go_on_there_is_no_figure() -> None:
    made, learner = _learner()
    assert HeldOut(IDS).loss_of_all(learner, {}, 10**6, lambda: False) is None
    assert len(made.asked) == 1


def test_where_nothing_is_held_out_nothing_is_measured() -> None:
    made, learner = _learner()
    held_out = HeldOut(NOTHING)
    assert held_out.loss(learner) is None
    assert held_out.loss_if_due(learner) is None
    assert held_out.loss_of_all(learner, {}, 10, lambda: True) is None
    assert made.asked == []
