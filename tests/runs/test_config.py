"""The settings of a run are read back; invalid values count as damage."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from charlstm.errors import RunError
from charlstm.settings import settings_for
from tests.made import edit_json, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def test_the_config_comes_back_as_it_was_written() -> None:
    run = made_run()
    config = run.config()
    run.write_config(config)
    assert run.config() == config
    assert config.settings == settings_for("tbptt", units=8, epochs=2)
    assert (config.length, config.training_length) == (1500, 1350)


def test_only_the_book_recipe_reads_a_window() -> None:
    assert made_run("one", "book").config().window == 60
    assert made_run("two", "tbptt").config().window is None


def test_a_model_of_words_made_before_marks_belonged_to_words_reads_as_it_learned() -> None:
    text = "हिन्दी में और हिन्दी में " * 200
    run = made_run(text=text, level="word")
    assert " हिन्दी" in run.config().vocabulary.symbols
    assert run.config().vocabulary.pieces("हिन्दी") == ["हिन्दी"]
    edit_json(run.path / "config.json", lambda c: c["corpus"].pop("marks_apart"))
    older = run.config()
    assert older.vocabulary.pieces("हिन्दी") == list("हिन्दी")
    run.write_config(older)
    assert run.config() == older


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["corpus"].update(length=math.inf),
        lambda c: c["corpus"].update(length=math.nan),
        lambda c: c["corpus"].update(training_length=-1),
        lambda c: c["corpus"].update(vocabulary="ba"),
        lambda c: c["corpus"].update(vocabulary=7),
        lambda c: c["corpus"].pop("sha256"),
        lambda c: c["settings"].update(units=10**400),
        lambda c: c["settings"].update(learning_rate=10**400),
        lambda c: c["settings"].update(learning_rate=math.nan),
        lambda c: c["settings"].update(recipe=["book"]),
        lambda c: c["settings"].update(recipe="../book"),
        lambda c: c["settings"].update(lowercase="yes"),
        lambda c: c["settings"].update(more=1),
        lambda c: c.update(settings=[]),
        lambda c: c.update(created=10**400),
        lambda c: c.update(versions=["3.11"]),
    ],
)
def test_a_config_that_makes_no_sense_is_damaged(change: Callable[[dict[str, Any]], Any]) -> None:
    run = made_run()
    edit_json(run.path / "config.json", change)
    with pytest.raises(RunError, match=r"config\.json"):
        run.config()
