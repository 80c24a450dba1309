"""The timeline of a four-symbol run, checked against arithmetic on paper.

At every checkpoint all weights are zero but the output bias, so whatever was read, the next
symbol has the probabilities of that checkpoint. At T = 1/2 they become their squares over the sum
of these.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from charlstm import open_model, timeline
from charlstm.data.corpus import Corpus
from charlstm.errors import RunError
from charlstm.exploring.timeline import (
    COLUMNS,
    Written,
    curves_among,
    moments_table,
    positions_of,
    written_at,
)
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import new_run
from charlstm.sampling.language_model import uniforms_of
from charlstm.sampling.reweight import reweight
from charlstm.settings import settings_for
from tests.made import history_line, made_run, random_weights

FIRST, SECOND = (1 / 2, 1 / 4, 1 / 8, 1 / 8), (1 / 8, 1 / 8, 1 / 4, 1 / 2)


def _run(recipe: str = "tbptt") -> RunFolder:
    """Return a run whose checkpoint 10 says FIRST, 20 says SECOND, and 40 is no longer numbers."""
    run = new_run(Corpus("four", "abcd" * 400), settings_for(recipe, units=8), "four")
    weights = {name: np.zeros_like(weight) for name, weight in random_weights(4).items()}
    for step, probabilities in ((10, FIRST), (20, SECOND)):
        weights["dense/bias"] = np.log(np.array(probabilities))
        run.write_checkpoint(step, weights)
    run.write_checkpoint(40, {name: np.full_like(w, np.nan) for name, w in weights.items()})
    run.append_history(history_line(1))
    run.append_history(history_line(10))
    run.append_history(history_line(18, loss=1.75, held_out_loss=None))
    run.append_history(history_line(23, loss=1.5))
    run.append_history(history_line(40, loss=None, held_out_loss=None))
    return run


def _by_hand(uniform: float, probabilities: tuple[float, ...]) -> str:
    """Return the symbol whose piece of the whole the uniform falls into."""
    return "abcd"[sum(uniform >= sum(probabilities[:end]) for end in (1, 2, 3))]


@pytest.mark.parametrize("recipe", ["tbptt", "book"])
def test_every_checkpoint_writes_with_the_same_uniforms_as_on_paper(recipe: str) -> None:
    first, second, _ = timeline(_run(recipe), "ab", length=50, seed=3)
    uniforms = uniforms_of(3, 50)
    assert first.written.text == "".join(_by_hand(u, FIRST) for u in uniforms)
    assert second.written.text == "".join(_by_hand(u, SECOND) for u in uniforms)


def test_the_whole_distribution_of_every_checkpoint_is_there() -> None:
    first, second, _ = timeline(_run(), "ab", length=1)
    assert first.written.logits is not None
    assert second.written.logits is not None
    assert reweight(first.written.logits, 1.0).tolist() == pytest.approx(FIRST)
    halved = reweight(second.written.logits, 0.5).tolist()
    assert halved == pytest.approx([2 / 44, 2 / 44, 8 / 44, 32 / 44])


def test_what_two_neighbours_share_ends_where_a_uniform_lies_between_their_cuts() -> None:
    first, second, lost = timeline(_run(), "", length=50, seed=3)
    pairs = [(_by_hand(u, FIRST), _by_hand(u, SECOND)) for u in uniforms_of(3, 50)]
    expected = next(position for position, (one, other) in enumerate(pairs) if one != other)
    assert (first.shared, second.shared, lost.shared) == (0, expected, 0)


def test_texts_that_are_the_same_share_everything() -> None:
    run = _run()
    same = Written("abc", np.zeros(4))
    moments = timeline(run, "", write=lambda _run, _step: same)
    assert [moment.shared for moment in moments] == [0, 3, 3]


def test_the_losses_are_those_of_the_nearest_line_of_the_history() -> None:
    first, second, lost = timeline(_run(), "", length=1)
    assert (first.step, first.epoch, first.seconds) == (10, 1.0, 2.0)
    assert (first.loss, first.held_out_loss) == (2.9, 2.95)
    assert (second.loss, second.held_out_loss) == (1.75, None)
    assert (lost.loss, lost.held_out_loss) == (None, None)


def test_weights_that_are_no_longer_numbers_are_said_to_be_so() -> None:
    *_, lost = timeline(_run(), "ab", length=9)
    assert (lost.written.text, lost.written.logits) == ("", None)
    assert "not finite numbers" in lost.written.failure
    assert "step-000040" in lost.written.failure


def test_a_damaged_checkpoint_is_named_and_the_others_go_on() -> None:
    run = _run()
    (run.path / "checkpoints" / "step-000010.npz").write_bytes(b"no archive")
    damaged, second, _ = timeline(run, "ab", length=9)
    assert "step-000010.npz is missing or damaged" in damaged.written.failure
    assert len(second.written.text) == 9


def test_it_is_what_each_checkpoint_writes_by_itself() -> None:
    run = made_run(recipe="book")
    prompt = "The cat "
    for moment in timeline(run.name, prompt, temperature=0.7, length=70, seed=5):
        model = open_model(run, moment.step)
        assert moment.written.text == model.write(prompt, temperature=0.7, length=70, seed=5)
        assert moment.written.logits is not None
        assert moment.written.logits.tolist() == model.logits(prompt).tolist()


def test_a_run_without_a_checkpoint_has_no_moment() -> None:
    run = new_run(Corpus("four", "abcd" * 400), settings_for("tbptt"), "empty")
    assert timeline(run, "a") == []


def test_without_a_history_times_and_losses_are_unknown() -> None:
    run = made_run()
    (run.path / "history.jsonl").unlink()
    moment = timeline(run, "", length=1)[0]
    assert (moment.epoch, moment.seconds, moment.loss, moment.held_out_loss) == (None,) * 4


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(RunError):
        timeline("nowhere", "a")
    with pytest.raises(ValueError, match="temperature"):
        timeline(_run(), "a", temperature=-1.0)


def test_one_checkpoint_by_itself_is_one_of_the_timeline() -> None:
    run = _run()
    written = written_at(run, 20, "a", temperature=0.5, length=20, seed=2)
    assert written.text == timeline(run, "a", temperature=0.5, length=20, seed=2)[1].written.text


def test_the_table_has_the_figures_of_every_checkpoint() -> None:
    moments = timeline(_run(), "", length=5)
    table = moments_table(moments, tuple("abcd"), 1.0)
    assert table.columns.tolist() == COLUMNS
    assert table["step"].tolist() == [10, 20, 40]
    # Entropy: 1/2 of 1 bit, 1/4 of 2, and twice 1/8 of 3.
    assert table["entropy"].tolist()[:2] == pytest.approx([1.75, 1.75])
    assert table["likeliest"].tolist()[:2] == ["a", "d"]
    assert table["probability"].tolist()[:2] == pytest.approx([0.5, 0.5])
    assert table.iloc[2][["entropy", "likeliest", "probability"]].isna().all()
    assert moments_table([], tuple("abcd"), 1.0).columns.tolist() == COLUMNS


def test_curves_are_averaged_where_points_lie_close_and_nowhere_else() -> None:
    history = [
        history_line(step, loss=nats, held_out_loss=None if step > 20 else nats + 1)
        for step, nats in ((1, 4.0), (10, 3.0), (20, 2.0), (21, 4.0), (100, None), (120, 1.0))
    ]
    table = curves_among(history, [1, 10, 110], points=20)
    training = table[table["curve"] == "training"]
    assert training["position"].tolist() == pytest.approx([0, 1, 1.105])
    assert training["nats"].tolist() == [4.0, 3.0, 3.0]
    assert table[table["curve"] == "held out"]["nats"].tolist() == [5.0, 4.0, 3.0]
    assert curves_among([], [1, 2]).empty
    assert curves_among(history, [1])["nats"].tolist() == [4.0, 5.0]


def test_positions_are_linear_between_checkpoints_and_unknown_outside() -> None:
    found = positions_of([0.0, 1.0, 5.5, 10.0, 40.0, 100.0, 101.0], [1, 10, 100])
    assert found.tolist()[1:-1] == pytest.approx([0, 0.5, 1, 1 + 30 / 90, 2])
    assert math.isnan(found[0])
    assert math.isnan(found[-1])
