"""How fast this machine trains is measured, never guessed."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace

import pytest

from charlstm.__main__ import main
from charlstm.engine import standby
from charlstm.engine.standby import known_speed
from charlstm.errors import RunError
from charlstm.runs.store import home
from charlstm.settings import settings_for
from tests.made import history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

SETTINGS = settings_for("tbptt", units=8, epochs=2)


def test_without_a_run_or_a_probe_nothing_is_known() -> None:
    assert known_speed(SETTINGS, 20) is None


def test_the_last_run_of_the_same_shape_tells_the_speed() -> None:
    run = made_run()
    run.append_history(history_line(30, characters_per_second=5000))
    symbols = len(run.config().vocabulary)
    known = known_speed(replace(SETTINGS, seed=9, epochs=7, learning_rate=0.5), symbols)
    assert known is not None
    assert (known.characters_per_second, known.source) == (1000.0, "as in the run made")
    changes = ({"units": 16}, {"layers": 2}, {"network": "gru"}, {"dropout": 0.1})
    for other in [replace(SETTINGS, **change) for change in changes]:
        assert known_speed(other, symbols) is None
    assert known_speed(SETTINGS, symbols + 1) is None


@pytest.mark.parametrize("value", ["fast", None, -1, float("nan"), 0, [5]])
def test_a_speed_that_makes_no_sense_tells_nothing(value: object) -> None:
    run = made_run()
    symbols = len(run.config().vocabulary)
    (run.path / "history.jsonl").unlink()
    run.append_history(history_line(30))
    line = json.dumps(history_line(30, characters_per_second=value))
    (run.path / "history.jsonl").write_text(line + "\n")
    assert known_speed(SETTINGS, symbols) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"tbptt-1x8-batch16-symbols20": "fast"}'])
def test_a_damaged_file_of_probes_tells_nothing(content: str) -> None:
    home().mkdir(parents=True)
    (home() / "probes.json").write_text(content)
    assert known_speed(SETTINGS, 20) is None


def test_a_probe_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=b'{"characters_per_second": 1234}\n')
    monkeypatch.setattr(standby.subprocess, "run", lambda *_, **__: done)
    measured = standby.probe(SETTINGS, 20)
    assert measured.characters_per_second == 1234.0
    assert known_speed(SETTINGS, 20) == measured
    assert known_speed(SETTINGS, 21) is None


def test_a_probe_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=b"Killed\n")
    monkeypatch.setattr(standby.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(RunError, match="could not be measured"):
        standby.probe(SETTINGS, 20)


@pytest.mark.training
@pytest.mark.usefixtures("without_xla")
def test_a_probe_measures_real_steps(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from charlstm.training import learner

    monkeypatch.setattr(learner, "PROBE_SECONDS", 0.05)
    assert main(["probe", "--units", "8", "--batch", "4", "--symbols", "9"]) == 0
    assert json.loads(capsys.readouterr().out)["characters_per_second"] > 0
