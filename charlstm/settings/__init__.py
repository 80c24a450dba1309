"""The settings of one training in one table, and presets for the time available.

The options of ``train``, the controls of the Train page and their address, config.json, the command
that repeats a run and the README's limits are made from the table. A new setting takes an entry
here and its use in the training.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from charlstm.data.corpus import WINDOW
from charlstm.data.vocabulary import CHAR
from charlstm.data.words import LEVELS, WORD
from charlstm.errors import SettingsError
from charlstm.sampling.network import CONV1D, GRU, LSTM, weight_shapes
from charlstm.settings.fields import (
    BASIC,
    CHOICES,
    DEFAULT_RECIPE,
    OLD_NAMES,
    RECIPES,
    Field,
    Recipe,
    fields_of,
    setting,
)

SMALLEST_HELD_OUT = 0.001  # A smaller fraction would take a text of many millions of characters

NETWORKS: dict[str, str] = {
    LSTM: "Cells with gates that store, forget and output (long short-term memory)",
    GRU: "Gated recurrent units: three products per step, where an LSTM has four",
    CONV1D: "Causal dilated convolutions: no state; they see the last 32, 63 or 94 characters",
}
"""What each network is, in one line for people."""


@dataclass(frozen=True)
class Settings:
    """The settings of a training; ``settings_for`` makes them from a recipe.

    Each attribute is an entry of the table, in the order of the command that repeats a run. A value
    outside its limits raises a SettingsError that names them.
    """

    recipe: str = setting(
        "Recipe",
        "how the network is trained",
        DEFAULT_RECIPE,
        choices={recipe.name: recipe.title for recipe in RECIPES.values()},
        titles={recipe.name: recipe.label for recipe in RECIPES.values()},
        panel=CHOICES,
        always=True,
    )
    epochs: int = setting(
        "Epochs", "passes over the training text", 10, (1, 1000), panel=BASIC, always=True
    )
    seconds: float | None = setting(
        "Seconds", "stop after this many seconds of training", None, (1, 7 * 24 * 3600), always=True
    )
    units: int = setting(
        "Cells", "cells per layer", 128, (8, 1024), high_on_page=512, panel=BASIC, always=True
    )
    layers: int = setting(
        "Layers", "recurrent layers, or stacks of convolutions", 1, (1, 3), panel=BASIC, always=True
    )
    learning_rate: float = setting(
        "Learning rate", "rate at the start", 0.03, (1e-5, 1), step=0.001, panel=BASIC, always=True
    )
    batch: int = setting(
        "Batch", "windows or streams per step", 32, (1, 1024), panel=BASIC, always=True
    )
    held_out: float = setting(
        "Held-out fraction",
        "fraction of the text, at its end, that is never trained on",
        0.1,
        (0, 0.5),
        panel="",
        always=True,
    )
    seed: int = setting(
        "Seed", "seed of all random numbers", 0, (0, 2**32 - 1), panel=BASIC, always=True
    )
    clip_norm: float | None = setting(
        "Largest gradient norm",
        "a gradient with a larger norm is scaled down to it",
        1.0,
        (1e-3, 1e3),
        step=0.1,
    )
    final_fraction: float = setting(
        "Final learning-rate fraction",
        "learning rate at the end, as a fraction of the first; 1 keeps it constant",
        0.02,
        (0, 1),
        step=0.05,
    )
    network: str = setting("Network", "kind of network", LSTM, choices=NETWORKS, panel=CHOICES)
    level: str = setting(
        "Level",
        "what is learned",
        CHAR,
        choices=LEVELS,
        titles={CHAR: "characters", WORD: "words"},
        panel=CHOICES,
    )
    vocabulary: int = setting(
        "Largest vocabulary",
        "at the level word: only this many of the most frequent words and marks are known",
        4000,
        (100, 10_000),
        step=500,
        panel=BASIC,
        only={"level": WORD},
    )
    dropout: float = setting(  # Srivastava et al. 2014
        "Dropout", "fraction of each layer's outputs set to zero at a step", 0.0, (0, 0.9), step=0.1
    )
    weight_decay: float = setting(  # Loshchilov & Hutter 2019, algorithm 2; biases lose nothing
        "Weight decay", "fraction of a weight lost per step at rate 1", 0.0, (0, 1), step=0.01
    )
    chunk: int = setting(
        "Chunk",
        "characters of each stream per step; gradients reach no further back",
        WINDOW,
        (2, 1000),
        only={"recipe": "tbptt"},
    )
    start_from: str | None = setting(
        "Start from",
        "run whose best weights the training starts from, instead of random ones",
        None,
        flag="--from",
        panel="",
    )
    lowercase: bool = setting(
        "Lower case", "lower-case the text", True, flag="--keep-case", panel="", always=True
    )
    stop_on_divergence: bool = setting(
        "Stop on divergence", "stop when the loss explodes", True, always=True
    )

    def __post_init__(self) -> None:
        for name, each in FIELDS.items():
            each.check(getattr(self, name))
        if 0 < self.held_out < SMALLEST_HELD_OUT:
            raise SettingsError(f"The held-out fraction must be 0 or at least {SMALLEST_HELD_OUT}.")
        if self.level not in levels_of(self.recipe):
            raise SettingsError(f"The recipe {self.recipe} reads characters; use tbptt for words.")
        if not self.recipe_data.carries_state and self.chunk != WINDOW:
            raise SettingsError(
                f"The recipe {self.recipe} reads {WINDOW} characters; use tbptt for other chunks."
            )

    @property
    def recipe_data(self) -> Recipe:
        """The recipe behind the name."""
        return RECIPES[self.recipe]

    @property
    def warm_up(self) -> int:
        """The steps over which the learning rate rises; 0 up to the recipe's own size."""
        own = defaults_for(self.recipe)
        larger = self.units > own["units"] or self.layers > own["layers"]
        return self.recipe_data.warm_up if larger else 0

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON."""
        return asdict(self)


FIELDS: dict[str, Field] = fields_of(Settings)  # The table, by name


def levels_of(recipe: str) -> list[str]:
    """Return the levels that a recipe can learn: words need a loss at every position."""
    return list(LEVELS) if RECIPES[recipe].carries_state else [CHAR]


def defaults_for(recipe: str, level: str = CHAR, network: str = LSTM) -> dict[str, Any]:
    """Return the default of each setting for a recipe, a level and a network, by name."""
    FIELDS["recipe"].check(recipe)
    data = RECIPES[recipe]
    return {
        **{name: each.default for name, each in FIELDS.items()},
        **data.given,
        **(data.given_other_networks if network != LSTM else {}),
        **(data.given_words if level == WORD else {}),
    }


def settings_for(recipe: str | None = None, **given: Any) -> Settings:
    """Return a recipe's settings, replaced by all given values that are not None.

    The recipe is a key of RECIPES, ``tbptt`` by default. With ``seconds`` but no ``epochs``, the
    clock alone ends the training; a ``clip_norm`` of 0 means none. A SettingsError is raised if the
    recipe is unknown or a value is outside its limits.

    Example:
        >>> settings_for("book", units=64).learning_rate
        0.01
    """
    recipe = DEFAULT_RECIPE if recipe is None else recipe
    given = {name: value for name, value in given.items() if value is not None}
    if "seconds" in given:
        given = {"epochs": int(FIELDS["epochs"].high), **given}
    usual = defaults_for(recipe, given.get("level", CHAR), given.get("network", LSTM))
    zeros = [name for name, each in FIELDS.items() if each.zero_is_none and given.get(name) == 0]
    return Settings(**{**usual, **given, **dict.fromkeys(zeros), "recipe": recipe})


def settings_from(values: dict[str, Any]) -> Settings:
    """Return the settings in a config.json of this or an older version.

    A setting that is missing, unknown or outside its limits raises a SettingsError.
    """
    values = {OLD_NAMES.get(name, name): value for name, value in values.items()}
    recipe, level, network = (
        values.get(name, FIELDS[name].default) for name in ("recipe", "level", "network")
    )
    usual = defaults_for(recipe, level, network)
    values = {name: usual[name] for name, each in FIELDS.items() if not each.always} | values
    if wrong := sorted(set(values) ^ set(FIELDS)):
        raise SettingsError(f"The settings {', '.join(wrong)} are missing or unknown.")
    return Settings(**values)


def command_for(settings: Settings, corpus: str) -> str:
    """Return the command line that repeats a training on a named corpus or a text file."""
    usual = defaults_for(settings.recipe, settings.level, settings.network)
    values = settings.as_dict()
    if settings.seconds is not None and settings.epochs == FIELDS["epochs"].high:
        del values["epochs"]  # the clock alone ends it
    named = [
        name
        for name, value in values.items()
        if value != usual[name] or (FIELDS[name].always and value is not None)
    ]
    return "python -m charlstm train " + shlex.join(
        ["--corpus", corpus, *option_words(settings, named)]
    )


def option_words(settings: Settings, names: Iterable[str]) -> list[str]:
    """Return the words of a command line that set these settings."""
    words = []
    for name in names:
        entry, value = FIELDS[name], getattr(settings, name)
        if entry.kind is not bool:
            words += [entry.options[0], "0" if value is None else str(value)]
        elif value != entry.default:
            words.append(entry.options[0])
    return words


def weight_count(symbols: int, units: int, layers: int, network: str = LSTM) -> int:
    """Return the number of weights of a network; an LSTM layer has 4 u (inputs + u + 1)."""
    return sum(map(math.prod, weight_shapes(network, symbols, units, layers).values()))


@dataclass(frozen=True)
class Preset:
    """Settings under a name: those that differ from the default recipe's, for any network and
    level, and more of them for an lstm that learns characters.

    A preset promises a time, not a loss: the clock ends it at the latest, on any machine and with
    any text. None has more cells than can write 10,000 characters per second: on a short text
    larger ones gained at most 0.02 nats, and memorized it sooner (tests/benchmarks/TRIED.md).
    """

    name: str
    title: str
    words: str
    given: Mapping[str, Any] = field(default_factory=dict)
    given_lstm: Mapping[str, Any] = field(default_factory=dict)

    def settings(self, **changes: Any) -> Settings:
        """Return the settings, replaced by all given values that are not None."""
        asked = {name: value for name, value in changes.items() if value is not None}
        usual = {"recipe": DEFAULT_RECIPE, "network": LSTM, "level": CHAR}
        is_usual = all(asked.get(name, value) == value for name, value in usual.items())
        given = {**self.given, **(self.given_lstm if is_usual else {})}
        return settings_for(**(given | asked))


_SHORT_CHUNKS = {"learning_rate": 0.045, "batch": 64, "chunk": 30, "weight_decay": 0.01}
"""These end at a lower loss than the recipe's own settings, though they start less reliably."""

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "30-seconds",
            "30 seconds",
            "128 cells, the notebook's size: words, and what look like sentences",
            {"units": 128, "seconds": 30.0},
        ),
        Preset(
            "3-minutes",
            "3 minutes",
            "192 cells with dropout",
            {"units": 192, "dropout": 0.3, "seconds": 180.0},
            _SHORT_CHUNKS,
        ),
        Preset(
            "20-minutes",
            "20 minutes",
            "224 cells with more dropout; a short text is finished after 20 passes",
            {"units": 224, "dropout": 0.4, "epochs": 20, "seconds": 1200.0},
            _SHORT_CHUNKS,
        ),
        Preset(
            "overnight",
            "overnight",
            "256 cells, half of them dropped at each step; 24 passes, which take all night on a"
            " text of 100 MB and minutes on a short one",
            {"units": 256, "dropout": 0.5, "epochs": 24, "seconds": 8 * 3600.0},
            _SHORT_CHUNKS,
        ),
    )
}
