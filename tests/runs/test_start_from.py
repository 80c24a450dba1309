"""A training that starts from the weights of another run."""

from __future__ import annotations

import numpy as np
import pytest

from charlstm.commands.fitting import resume_runs
from charlstm.data.corpus import Corpus
from charlstm.errors import RunError, SettingsError
from charlstm.runs.new import new_run, settings_to_share
from charlstm.runs.opening import best_checkpoint, open_model
from charlstm.sampling.network import CONV1D, GRU, KINDS, LSTM, Network, for_symbols
from charlstm.settings import settings_for
from tests.made import made_run, prose, random_weights

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layers", [1, 2])
def test_known_symbols_keep_their_weights_and_the_others_take_no_part(
    kind: str, layers: int
) -> None:
    weights = random_weights(5, network=kind, layers=layers)
    ids = np.array([4, -1, 0, 2])
    one, other = (
        Network(each, np.float64)
        for each in (weights, for_symbols(weights, ids, np.random.default_rng(0)))
    )
    state, other_state = one.zero_state(), other.zero_state()
    for symbol in (0, 2, 3, 0):
        state = one.step(ids[[symbol]], state)
        other_state = other.step(np.array([symbol]), other_state)
    known = ids >= 0
    expected = one.logits(state)[0][ids[known]]
    np.testing.assert_allclose(other.logits(other_state)[0][known], expected, rtol=1e-6)


def test_a_training_on_the_same_text_begins_where_the_other_run_is_best() -> None:
    source = made_run()
    run = new_run(Corpus("mine", prose(1500)), _settings(), "mine")
    before, after = open_model(source, best_checkpoint(source)), open_model(run, 0)
    assert after.write("the ", length=80) == before.write("the ", length=80)


@pytest.mark.slow
def test_it_learns_on_from_there_and_says_what_it_started_from() -> None:
    text = prose(3000)
    source = new_run(Corpus("theirs", text), _settings(start_from=None, epochs=20), "theirs")
    resume_runs(source.name)
    asked = _settings(start_from="theirs", epochs=1)
    run = new_run(Corpus("mine", text), asked, "mine")
    resume_runs(run.name)
    scratch = new_run(Corpus("mine", text), _settings(start_from=None, epochs=1), "scratch")
    resume_runs(scratch.name)
    assert run.history()[0]["loss"] < scratch.history()[0]["loss"] - 0.3
    assert run.config().settings.start_from == "theirs"
    assert "--from theirs" in run.config().command


def test_a_network_of_another_shape_is_refused_with_what_would_be_right() -> None:
    made_run()
    assert settings_to_share("made") == {"network": LSTM, "level": "char", "units": 8, "layers": 1}
    for change in ({"units": 16}, {"network": GRU}, {"network": CONV1D}, {"layers": 2}):
        with pytest.raises(SettingsError, match="starts from made has its network"):
            new_run(Corpus("mine", prose(1500)), _settings(**change), "mine")
    with pytest.raises(RunError, match="no run called"):
        new_run(Corpus("mine", prose(1500)), _settings(start_from="nobody"), "mine")


def _settings(**given: object):  # type: ignore[no-untyped-def]
    return settings_for(**({"units": 8, "epochs": 1, "start_from": "made"} | given))  # type: ignore[arg-type]
