"""Presets: settings within their limits, and outcomes that belong to them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from charlstm.analysis.curves import ASSETS, preset_command, preset_outcome
from charlstm.commands.parser import parse
from charlstm.settings import FIELDS, PRESETS, Preset, settings_for


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_a_preset_ends_by_the_clock_and_its_command_repeats_it(preset: Preset) -> None:
    settings = preset.settings()
    assert settings.seconds is not None
    words = preset_command(preset).removeprefix("python -m charlstm ").split()
    given = parse(words)
    for name in ("units", "layers", "seconds", "batch", "learning_rate", "seed"):
        assert getattr(given, name) == getattr(settings, name)
    assert (given.dropout or 0) == settings.dropout
    assert (given.weight_decay or 0) == settings.weight_decay
    assert (given.chunk or 60) == settings.chunk
    assert (given.epochs or FIELDS["epochs"].high) == settings.epochs


def test_more_time_is_for_larger_networks() -> None:
    sizes = [preset.settings().units for preset in PRESETS.values()]
    times = [preset.settings().seconds for preset in PRESETS.values()]
    assert sizes == sorted(sizes)
    assert times == sorted(times)


def test_what_is_given_changes_a_preset() -> None:
    changed = PRESETS["overnight"].settings(units=32, epochs=None, seconds=60.0, recipe="book")
    assert (changed.units, changed.epochs, changed.seconds) == (32, 24, 60.0)
    assert (changed.recipe, changed.learning_rate, changed.dropout) == ("book", 0.01, 0.5)


@pytest.mark.parametrize("other", [{"network": "gru"}, {"level": "word"}, {"recipe": "book"}])
def test_whatever_else_learns_has_the_rate_batch_and_chunks_of_its_own(
    other: dict[str, str],
) -> None:
    asked = {"recipe": "tbptt", **other}
    usual, found = settings_for(**asked), PRESETS["overnight"].settings(**other)
    for name in ("learning_rate", "batch", "chunk", "weight_decay"):
        assert getattr(found, name) == getattr(usual, name)
    assert found.units == PRESETS["overnight"].settings().units


def test_an_outcome_belongs_to_the_settings_that_it_was_measured_with(tmp_path: Path) -> None:
    path, preset = tmp_path / "presets.csv", PRESETS["3-minutes"]
    assert preset_outcome(preset, path) is None
    row = {"preset": preset.name, "command": preset_command(preset), "nats": 1.3}
    row |= {"seconds": 180.0, "epochs": 20.5, "machine": "two cores"}
    pd.DataFrame([row]).to_csv(path, index=False)
    found = preset_outcome(preset, path)
    assert found is not None
    assert (found.nats, found.seconds, found.machine) == (1.3, 180.0, "two cores")
    assert preset_outcome(PRESETS["overnight"], path) is None
    other = Preset(preset.name, preset.title, preset.words, {**preset.given, "units": 300})
    assert preset_outcome(other, path) is None


@pytest.mark.skipif(not (ASSETS / "presets.csv").is_file(), reason="nothing was measured yet")
def test_every_outcome_that_ships_belongs_to_a_preset_as_it_is() -> None:
    rows = pd.read_csv(ASSETS / "presets.csv")
    for row in rows.to_dict("records"):
        assert row["command"] == preset_command(PRESETS[row["preset"]])
        assert 0.5 < row["nats"] < 3
