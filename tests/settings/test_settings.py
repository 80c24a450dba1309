"""Settings: limits that speak, recipes as data, and a command line that repeats a run."""

from __future__ import annotations

import json
import math
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from charlstm.commands.parser import parse
from charlstm.data.corpus import WINDOW
from charlstm.errors import SettingsError
from charlstm.settings import (
    FIELDS,
    NETWORKS,
    SMALLEST_HELD_OUT,
    Settings,
    command_for,
    levels_of,
    settings_for,
    settings_from,
    weight_count,
)
from charlstm.settings.fields import RECIPES
from charlstm.training.batches import plan

NUMBERS = {name: field for name, field in FIELDS.items() if field.kind in (int, float)}
VALUES = {
    name: st.floats(field.low, field.high)
    if field.kind is float
    else st.integers(int(field.low), int(field.high))
    for name, field in NUMBERS.items()
}
LEARNED = [(recipe, level) for recipe in sorted(RECIPES) for level in levels_of(recipe)]
SETTINGS = st.builds(
    lambda learned, **rest: Settings(
        recipe=learned[0],
        level=learned[1],
        **rest | ({} if learned[0] == "tbptt" else {"chunk": WINDOW}),
    ),
    learned=st.sampled_from(LEARNED),
    network=st.sampled_from(sorted(NETWORKS)),
    lowercase=st.booleans(),
    stop_on_divergence=st.booleans(),
    **VALUES
    | {
        "seconds": st.none() | VALUES["seconds"],
        "clip_norm": st.none() | VALUES["clip_norm"],
        "held_out": st.just(0.0) | st.floats(SMALLEST_HELD_OUT, 0.5),
    },
)


def test_a_held_out_fraction_that_would_need_an_endless_text_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"at least 0\.001"):
        settings_for("book", held_out=1e-320)


def test_the_book_recipe_asks_for_what_the_notebook_does() -> None:
    book = settings_for("book")
    assert (book.units, book.layers, book.learning_rate, book.batch) == (128, 1, 0.01, 128)
    assert book.lowercase
    recipe = book.recipe_data
    assert recipe.optimizer == "rmsprop"
    assert (book.final_fraction, book.clip_norm) == (1.0, None)
    assert not recipe.carries_state


def test_only_what_is_given_differs_from_the_recipe() -> None:
    for name in RECIPES:
        settings = settings_for(name, units=None, batch=7)
        assert settings == replace(settings_for(name), batch=7)
    assert [settings_for(name).epochs for name in ("tbptt", "book")] == [10, 4]


def test_clipping_and_decay_are_the_recipes_unless_they_are_given() -> None:
    for name, usual in (("tbptt", (1.0, 0.02)), ("book", (None, 1.0))):
        own = settings_for(name)
        assert (own.clip_norm, own.final_fraction) == usual
        words = command_for(own, "nietzsche")
        assert "--clip-norm" not in words
        assert "--final-fraction" not in words
        given = settings_for(name, clip_norm=0.5, final_fraction=0.25)
        assert (given.clip_norm, given.final_fraction) == (0.5, 0.25)
        assert "--clip-norm 0.5 --final-fraction 0.25" in command_for(given, "nietzsche")


def test_a_norm_of_zero_stands_for_no_clipping() -> None:
    unclipped = settings_for("tbptt", clip_norm=0)
    assert unclipped.clip_norm is None
    assert command_for(unclipped, "nietzsche").endswith(" --clip-norm 0")
    assert "--clip-norm" not in command_for(settings_for("book", clip_norm=0.0), "nietzsche")


def test_only_networks_larger_than_the_recipes_own_warm_up() -> None:
    warm_up = RECIPES["tbptt"].warm_up
    assert warm_up > 0
    found = [settings_for("tbptt", units=units).warm_up for units in (8, 128, 129)]
    assert found == [0, 0, warm_up]
    assert settings_for("tbptt", layers=2).warm_up == warm_up
    assert settings_for("book", units=512, layers=3).warm_up == 0


def test_a_gru_and_a_conv1d_have_a_rate_and_a_batch_of_their_own_but_not_in_the_book() -> None:
    lstm, gru, conv = (settings_for("tbptt", network=each) for each in ("lstm", "gru", "conv1d"))
    assert (gru.learning_rate, gru.batch) == (conv.learning_rate, conv.batch)
    assert gru.learning_rate < lstm.learning_rate
    assert gru.batch < lstm.batch
    assert settings_for("tbptt", network="gru", batch=99).batch == 99
    book = settings_for("book")
    assert settings_for("book", network="gru").learning_rate == book.learning_rate


def test_with_seconds_alone_the_epochs_are_as_many_as_may_be() -> None:
    assert settings_for("book", seconds=5).epochs == FIELDS["epochs"].high
    assert settings_for("book", seconds=5, epochs=3).epochs == 3


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_the_limits_themselves_are_allowed_and_what_is_beyond_refused(name: str) -> None:
    low, high = FIELDS[name].low, FIELDS[name].high
    kind = FIELDS[name].kind
    recipe = "tbptt" if name == "chunk" else "book"
    for value in (kind(low), kind(high)):
        assert getattr(settings_for(recipe, **{name: value}), name) == value
    beyond = (math.nextafter(low, -math.inf), math.nextafter(high, math.inf))
    for value in beyond if kind is float else (int(low) - 1, int(high) + 1):
        with pytest.raises(SettingsError, match="must lie between"):
            settings_for(recipe, **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("units", 12.5),
        ("units", "128"),
        ("units", True),
        ("batch", math.nan),
        ("learning_rate", math.nan),
        ("learning_rate", "0.01"),
        ("held_out", math.inf),
        ("clip_norm", math.nan),
        ("final_fraction", "all"),
        pytest.param("units", 10**400, id="units-huge"),
        pytest.param("learning_rate", 10**400, id="learning_rate-huge"),
        ("seconds", -math.inf),
    ],
)
def test_a_value_that_is_no_such_number_is_refused_in_one_sentence(name: str, value: Any) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_for("book", **{name: value})
    message = str(refusal.value)
    assert message.startswith("The ")
    assert message.endswith(".")
    assert "_" not in message


def test_an_unknown_recipe_is_refused_and_the_known_ones_named() -> None:
    known = settings_for("book")
    for refuse in (lambda: replace(known, recipe="cake"), lambda: settings_for("cake")):
        with pytest.raises(SettingsError, match="tbptt, book"):
            refuse()


@given(SETTINGS)
def test_settings_come_back_from_their_dictionary(settings: Settings) -> None:
    assert settings_from(settings.as_dict()) == settings


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_the_dictionary_of_an_older_run_that_names_neither_has_the_recipes(recipe: str) -> None:
    asked = settings_for(recipe, units=9)
    older = {
        name: value
        for name, value in asked.as_dict().items()
        if name not in ("clip_norm", "final_fraction")
    }
    assert settings_from(older) == asked


def test_the_dictionary_of_an_older_run_is_that_of_a_model_of_characters() -> None:
    asked = settings_for("tbptt")
    older = {k: v for k, v in asked.as_dict().items() if k not in ("level", "vocabulary")}
    assert settings_from(older) == asked
    assert asked.level == "char"


def test_the_recipe_book_does_not_read_words_and_says_why() -> None:
    assert settings_for("tbptt", level="word").level == "word"
    with pytest.raises(SettingsError, match="reads characters"):
        settings_for("book", level="word")
    with pytest.raises(SettingsError, match="char, word"):
        settings_for("tbptt", level="syllable")


def test_the_dictionary_of_an_older_run_has_chunks_as_long_as_a_window() -> None:
    older = {k: v for k, v in settings_for("tbptt").as_dict().items() if k != "chunk"}
    assert settings_from(older) == settings_for("tbptt", chunk=60)


def test_the_windows_of_the_book_recipe_are_no_chunks_and_keep_their_length() -> None:
    assert settings_for("book", chunk=60) == settings_for("book")
    with pytest.raises(SettingsError, match="60 characters"):
        settings_for("book", chunk=30)


def test_a_dictionary_with_a_setting_too_few_or_too_many_is_refused() -> None:
    values = settings_for("tbptt").as_dict()
    with pytest.raises(SettingsError, match="units"):
        settings_from({name: value for name, value in values.items() if name != "units"})
    with pytest.raises(SettingsError, match="more"):
        settings_from(values | {"more": 1})


@hypothesis_settings(max_examples=40)
@given(SETTINGS, st.sampled_from(["nietzsche", "corpus.txt", "my file.txt", "a'b.txt"]))
def test_the_recorded_command_asks_for_the_same_settings(settings: Settings, corpus: str) -> None:
    words = shlex.split(command_for(settings, corpus))
    assert words[:4] == ["python", "-m", "charlstm", "train"]
    given_words = parse(words[3:])
    asked = settings_for(**{name: getattr(given_words, name) for name in FIELDS})
    assert given_words.corpus == [corpus]
    assert asked == settings


def test_old_names_go_on_working_in_commands_and_in_the_dictionary_of_an_older_run() -> None:
    words = ["train", "--corpus", "x", "--final-share", "0.25", "--no-guard"]
    given_words = parse(words)
    asked = settings_for("book", final_fraction=0.25, stop_on_divergence=False)
    given = {name: getattr(given_words, name) for name in ("final_fraction", "stop_on_divergence")}
    assert settings_for("book", **given) == asked
    older = asked.as_dict()
    older["final_share"] = older.pop("final_fraction")
    older["guard"] = older.pop("stop_on_divergence")
    assert settings_from(older) == asked


SHIPPED = sorted((Path(__file__).resolve().parents[2] / "assets" / "runs").glob("*/config.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_command_of_a_run_that_ships_asks_for_its_settings(path: Path) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    given_words = parse(shlex.split(config["command"])[3:])
    asked = settings_for(**{name: getattr(given_words, name) for name in FIELDS})
    assert asked == settings_from(config["settings"])


@pytest.mark.parametrize("network", sorted(NETWORKS))
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_the_count_of_weights_is_that_of_keras(recipe: str, layers: int, network: str) -> None:
    from charlstm.training.network import build

    model = build(settings_for(recipe, units=12, layers=layers, network=network), 31)
    assert weight_count(31, 12, layers, network) == model.count_params()


def test_settings_of_an_older_version_are_those_of_an_lstm_without_dropout_or_decay() -> None:
    values = settings_for("book").as_dict()
    later = {"network", "dropout", "weight_decay"}
    older = {name: value for name, value in values.items() if name not in later}
    none = dict.fromkeys(("dropout", "weight_decay"), 0.0)
    assert settings_from(older) == settings_for("book", network="lstm", **none)
    assert "--network" not in command_for(settings_for("book"), "nietzsche")
    assert "--dropout" not in command_for(settings_for("book"), "nietzsche")
    assert "--weight-decay" not in command_for(settings_for("book"), "nietzsche")


@pytest.mark.parametrize("network", ["transformer", "", 3, None, ["lstm"], "x" * 500])
def test_an_unknown_network_is_refused_in_one_sentence(network: Any) -> None:
    with pytest.raises(SettingsError, match="lstm, gru, conv1d") as refusal:
        settings_from(settings_for("tbptt").as_dict() | {"network": network})
    assert len(str(refusal.value)) < 200


def test_the_notebooks_network_has_its_count_of_weights() -> None:
    assert weight_count(57, 128, 1) == 4 * 128 * (57 + 128 + 1) + 57 * 129


def test_a_plan_counts_the_steps_of_the_notebooks_program() -> None:
    book = plan(settings_for("book", held_out=0.0, epochs=3), 600_893, 57)
    assert (book.steps_per_epoch, book.steps) == (1565, 3 * 1565)
    assert book.characters == 3 * 1565 * 128 * 60
    assert book.seconds(book.characters / 7) == pytest.approx(7.0)
