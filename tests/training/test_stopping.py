"""Why a training ends before its time, in words."""

from __future__ import annotations

import math

from charlstm.training.record import Stopping


def test_a_training_that_learns_goes_on() -> None:
    stopping = Stopping(on_divergence=True)
    for loss in (3.0, 2.0, 2.5, 1.5, 4.4):
        stopping.check(loss)
    assert (stopping.reason, stopping.diverged, stopping.lowest_loss) == ("", False, 1.5)


def test_a_loss_above_three_times_the_lowest_stops_it_and_says_what_is_kept() -> None:
    stopping = Stopping(on_divergence=True)
    stopping.check(1.5)
    stopping.check(4.6)
    assert stopping.diverged
    assert stopping.message(1200) == (
        "The loss rose to 4.60 nats, more than three times its best (1.50): the training diverged."
        " The best checkpoint, at step 1,200, is kept. A lower learning rate may help."
    )
    assert stopping.message(None).endswith("diverged. A lower learning rate may help.")


def test_a_loss_of_an_earlier_training_counts_too() -> None:
    stopping = Stopping(on_divergence=True)
    stopping.remember(1.0)
    stopping.check(3.1)
    assert stopping.diverged


def test_what_is_no_number_stops_it_and_is_never_the_lowest() -> None:
    stopping = Stopping(on_divergence=True)
    stopping.remember(-math.inf)
    stopping.check(math.nan)
    assert stopping.diverged
    assert stopping.lowest_loss == math.inf


def test_without_stopping_on_divergence_only_a_hand_stops_it() -> None:
    stopping = Stopping(on_divergence=False)
    stopping.check(1.0)
    stopping.check(math.nan)
    stopping.check(9.0)
    assert stopping.message(5) == ""
    stopping.by_hand()
    assert stopping.message(5) == "You stopped it."
    assert not stopping.diverged
