"""The Speed page: the benchmarks' figures, and a race of two recipes."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import copied
from opened import labels, open_page, run

from charlstm.analysis.measured import speed_curves, speed_table
from charlstm.runs import launch, process
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import own_runs
from charlstm.ui.words import figure


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[RunFolder, ...]]:
    """Keep what would race, instead of starting a process."""
    races: list[tuple[RunFolder, ...]] = []
    monkeypatch.setattr(process, "start_race", lambda *runs: races.append(runs))
    return races


def test_every_figure_of_the_benchmarks_stands_in_a_table() -> None:
    app = open_page("speed")
    shown = [table.value for table in app.table]
    assert sum(map(len, shown)) == len(speed_table())
    first = speed_table().iloc[0]
    assert shown[0].iloc[0]["median"] == f"{figure(first['median'])} {first['unit']}"


def test_the_curves_are_those_of_one_run_of_each() -> None:
    curves = speed_curves()
    assert list(curves.columns) == ["who", "seconds", "nats"]
    for _, curve in curves.groupby("who"):
        assert curve["seconds"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (151234.0, "151,000"),
        (412.5, "412"),
        (6.05, "6.05"),
        (1.5604, "1.56"),
        (0.00123, "0.00123"),
    ],
)
def test_a_figure_has_three_digits_that_matter(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_start_makes_two_runs_of_the_same_length_and_shows_their_race(
    started: list[tuple[RunFolder, ...]],
) -> None:
    app = open_page("speed")
    app.selectbox(key="corpus").set_value("python")
    app.selectbox(key="second_cells").set_value(32)
    run(app)
    next(button for button in app.button if button.label == "Start").click()
    run(app)
    ((first, second),) = started
    asked = [each.config().settings for each in (first, second)]
    assert [(s.recipe, s.units, s.seconds) for s in asked] == [
        ("tbptt", 128, 20.0),
        ("book", 32, 20.0),
    ]
    assert app.query_params["race"] == f"{first.name},{second.name}"
    assert "Starting" in app.info[0].value


def test_a_race_that_cannot_start_leaves_no_runs_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_page("speed")
    app.selectbox(key="corpus").set_value("python")
    monkeypatch.setattr(launch, "why_no_training", lambda: "")
    monkeypatch.setattr(process, "start_race", _fails)
    next(button for button in app.button if button.label == "Start").click()
    run(app)
    assert "no room" in app.error[0].value
    assert own_runs() == []


def _fails(*_runs: RunFolder) -> None:
    raise OSError("no room")


def test_an_address_of_runs_that_are_not_here_is_named_and_the_rest_shown(
    trained_run: RunFolder,
) -> None:
    app = open_page("speed", race=f"{trained_run.name},<b>gone</b>")
    assert "not all of them are here" in app.warning[0].value
    assert "Another race" in labels(app)
    app = open_page("speed", race="../../etc")
    assert app.warning
    assert "Start" in labels(app)


def test_a_race_that_is_over_shows_what_each_learned(
    trained_run: RunFolder, own_home: Path
) -> None:
    copy = copied(trained_run, own_home / "runs" / "other")
    app = open_page("speed", race=f"{trained_run.name},{copy.name}")
    assert [metric.label for metric in app.metric] == [
        "tbptt, 64 cells \\(1\\)",
        "tbptt, 64 cells \\(2\\)",
    ]
    best = trained_run.status().best_held_out_loss
    assert [metric.value for metric in app.metric] == [f"{best:.3f} nats"] * 2
