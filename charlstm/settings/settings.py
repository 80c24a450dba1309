"""The settings of one training, and the limits that each must keep.

Knows no tensorflow, no files and no text; pages and the command line read it.
"""

from __future__ import annotations

import math
import shlex
from dataclasses import asdict, dataclass, fields
from typing import Any

from charlstm.data.corpus import WINDOW
from charlstm.data.levels import LEVELS
from charlstm.data.vocabulary import CHAR
from charlstm.data.word_vocabulary import WORD
from charlstm.errors import SettingsError
from charlstm.sampling.weights import CONV1D, GRU, LSTM, weight_shapes
from charlstm.settings.recipes import RECIPES, Recipe


@dataclass(frozen=True)
class Limit:
    """The smallest and the largest value that a setting may have."""

    low: float
    high: float


LIMITS: dict[str, Limit] = {
    "units": Limit(8, 1024),
    "layers": Limit(1, 3),
    "learning_rate": Limit(1e-5, 1.0),
    "batch": Limit(1, 1024),
    "chunk": Limit(2, 1000),
    "epochs": Limit(1, 1000),
    "seconds": Limit(1, 7 * 24 * 3600),
    "held_out": Limit(0.0, 0.5),
    "seed": Limit(0, 2**32 - 1),
    "dropout": Limit(0.0, 0.9),
    "weight_decay": Limit(0.0, 1.0),
    "clip_norm": Limit(1e-3, 1e3),
    "final_share": Limit(0.0, 1.0),
    "vocabulary": Limit(100, 10_000),
}

SMALLEST_HELD_OUT = 0.001
"""Anything less would ask for a text of many millions of characters."""

_WHOLE = {"units", "layers", "batch", "chunk", "epochs", "seed", "vocabulary"}
_OPTIONAL = {"seconds", "clip_norm"}
_SPOKEN = {
    "units": "cells",
    "held_out": "held-out share",
    "learning_rate": "learning rate",
    "weight_decay": "weight decay",
    "clip_norm": "largest norm of a gradient",
    "final_share": "final share of the learning rate",
    "vocabulary": "largest vocabulary of words",
}

_OF_WORDS: dict[str, Any] = {"dropout": 0.5, "learning_rate": 0.01, "batch": 16}
"""What the recipe tbptt sets otherwise for a model of words."""

_OF_OTHER_NETWORKS: dict[str, Any] = {"learning_rate": 0.02, "batch": 16}
"""What it sets otherwise for a gru and a conv1d, which begin more slowly at an lstm's rate."""

_FROM_RECIPE = ("units", "layers", "learning_rate", "batch", "chunk", "epochs", "lowercase")
_FROM_RECIPE_SINCE = ("clip_norm", "final_share")
"""Settings that runs of older versions do not name: theirs are the recipe's."""


NETWORKS: dict[str, str] = {
    LSTM: "Cells with gates that store, forget and output (long short-term memory)",
    GRU: "Gated recurrent units: three products a step where an LSTM has four",
    CONV1D: "Causal dilated convolutions: no state, a look at the last 32, 63 or 94 characters",
}
"""What each network is, in one line for people."""

DEFAULT_VOCABULARY = 4000
"""Words, marks and the unknown tokens, at most, of a model of words."""

_SINCE: dict[str, Any] = {
    "network": LSTM,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "level": CHAR,
    "vocabulary": DEFAULT_VOCABULARY,
    "chunk": WINDOW,
}
"""Settings that runs of older versions do not name, and what they were."""


@dataclass(frozen=True)
class Settings:
    """What was asked of a training; ``settings_for`` makes them from a recipe.

    Args:
        recipe: A key of RECIPES.
        units: Cells per layer; channels of a conv1d.
        layers: Recurrent layers, or stacks of five convolutions.
        learning_rate: At the start.
        batch: Windows (``book``) or streams (``tbptt``) per step.
        chunk: Characters of each stream per step (``tbptt``); a window of ``book`` has 60.
        epochs: Passes over the training text.
        lowercase: Whether the text is lower-cased.
        clip_norm: The largest global norm of a gradient, or None for as large as it comes.
        final_share: The learning rate at the end as a share of the first.
        seconds: Stop after this much training time, or None.
        held_out: Share of the text, at its end, that is never trained on.
        guard: Whether a diverging run stops itself.
        seed: Of the first weights, the order of the data, dropout and the samples.
        network: A key of NETWORKS.
        dropout: Share of the outputs of each layer that are set to zero while it learns
            (Srivastava et al. 2014).
        weight_decay: What each kernel loses per step, as a share of itself, for a learning rate of
            1; biases lose nothing (Loshchilov & Hutter 2019, algorithm 2).
        level: A key of LEVELS: whether it reads characters or words.
        vocabulary: The most symbols of a model of words: its most frequent ones, and the unknown
            tokens. One of characters has all that occur.

    Raises:
        SettingsError: If a value is outside its limits; the sentence names them.
    """

    recipe: str
    units: int
    layers: int
    learning_rate: float
    batch: int
    chunk: int
    epochs: int
    lowercase: bool
    clip_norm: float | None
    final_share: float
    seconds: float | None = None
    held_out: float = 0.1
    guard: bool = True
    seed: int = 0
    network: str = LSTM
    dropout: float = 0.0
    weight_decay: float = 0.0
    level: str = CHAR
    vocabulary: int = DEFAULT_VOCABULARY

    def __post_init__(self) -> None:
        if not isinstance(self.recipe, str) or self.recipe not in RECIPES:
            raise SettingsError(
                f"There is no recipe called {self.recipe!r}; there are {', '.join(RECIPES)}."
            )
        if not isinstance(self.network, str) or self.network not in NETWORKS:
            raise SettingsError(
                f"There is no network called {_short(self.network)!r}; there are"
                f" {', '.join(NETWORKS)}."
            )
        if not isinstance(self.level, str) or self.level not in LEVELS:
            raise SettingsError(
                f"There is no level called {_short(self.level)!r}; there are {', '.join(LEVELS)}."
            )
        if self.level not in levels_of(self.recipe):
            raise SettingsError(
                f"The recipe {self.recipe} is the notebook's program to the letter, and that reads"
                " characters; words are learned by tbptt."
            )
        if not isinstance(self.lowercase, bool) or not isinstance(self.guard, bool):
            raise SettingsError("Lower-casing and the guard are either on or off.")
        if not self.recipe_data.carries_state and self.chunk != WINDOW:
            raise SettingsError(
                f"The windows of the recipe {self.recipe} have {WINDOW} characters; chunks of"
                " another length are learned by tbptt."
            )
        for name, limit in LIMITS.items():
            value = getattr(self, name)
            if value is not None or name not in _OPTIONAL:
                _check(name, value, limit)

    @property
    def recipe_data(self) -> Recipe:
        """The recipe that the settings start from."""
        return RECIPES[self.recipe]

    @property
    def warm_up(self) -> int:
        """The steps over which the learning rate rises; none for the recipe's own size or less."""
        recipe = self.recipe_data
        larger = self.units > recipe.units or self.layers > recipe.layers
        return recipe.warm_up if larger else 0

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON."""
        return asdict(self)


def levels_of(recipe: str) -> list[str]:
    """Return the levels that a recipe learns: words take a loss at every one of them."""
    return list(LEVELS) if RECIPES[recipe].carries_state else [CHAR]


def _check(name: str, value: object, limit: Limit) -> None:
    spoken = _SPOKEN.get(name, name)
    wanted = "a whole number" if name in _WHOLE else "a number"
    kinds = int if name in _WHOLE else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool) or value != value:
        raise SettingsError(f"The {spoken} must be {wanted}, not {value!r}.")
    if name == "held_out" and 0 < value < SMALLEST_HELD_OUT:
        raise SettingsError(f"The {spoken} must be 0 or at least {SMALLEST_HELD_OUT}.")
    if not limit.low <= value <= limit.high:
        raise SettingsError(
            f"The {spoken} must lie between {limit.low:g} and {limit.high:.10g},"
            f" not {_short(value)}."
        )


def _short(value: object) -> str:
    return f"{value}"[:40]


def defaults_for(recipe: str, level: str = CHAR, network: str = LSTM) -> dict[str, Any]:
    """Return what a recipe sets for a network at a level, by name.

    A model of words has a hundred times as many weights for a fifth of the places to learn them at:
    it needs dropout, and goes wrong at the rate that suits characters.

    Args:
        recipe: A key of RECIPES.
        level: A key of LEVELS.
        network: A key of NETWORKS.
    """
    data = RECIPES[recipe]
    values = {name: getattr(data, name) for name in (*_FROM_RECIPE, *_FROM_RECIPE_SINCE)}
    values["dropout"] = 0.0
    if data.carries_state and network != LSTM:
        values |= _OF_OTHER_NETWORKS
    return values | (_OF_WORDS if level == WORD else {})


def settings_for(recipe: str, **given: Any) -> Settings:
    """Return the recipe's own settings, with those changed that were given and are not None.

    Where only ``seconds`` is given, the epochs are unlimited within their limit. A ``clip_norm`` of
    0 stands for none, because None stands for the recipe's own.

    Raises:
        SettingsError: If the recipe is unknown or a value is outside its limits.
    """
    if recipe not in RECIPES:
        raise SettingsError(
            f"There is no recipe called {recipe!r}; there are {', '.join(RECIPES)}."
        )
    level, network = str(given.get("level") or CHAR), str(given.get("network") or LSTM)
    values = defaults_for(recipe, level, network)
    values.update({name: value for name, value in given.items() if value is not None})
    if values["clip_norm"] == 0:
        values["clip_norm"] = None
    if given.get("seconds") is not None and given.get("epochs") is None:
        values["epochs"] = int(LIMITS["epochs"].high)
    return Settings(recipe=recipe, **values)


def settings_from(values: dict[str, Any]) -> Settings:
    """Return settings from a dictionary such as config.json holds, also one of an older version.

    Raises:
        SettingsError: If a setting is missing, unknown or outside its limits.
    """
    known = {field.name for field in fields(Settings)}
    recipe = values.get("recipe")
    if isinstance(recipe, str) and recipe in RECIPES:
        values = {name: getattr(RECIPES[recipe], name) for name in _FROM_RECIPE_SINCE} | values
    values = _SINCE | values
    if set(values) != known:
        wrong = sorted(set(values) ^ known)
        raise SettingsError(f"The settings {', '.join(wrong)} are missing or unknown.")
    return Settings(**values)


def command_for(settings: Settings, corpus: str) -> str:
    """Return the command line that repeats a training.

    Args:
        settings: What was asked.
        corpus: The name of a corpus, or the file that holds its text.
    """
    words = ["--corpus", corpus, "--recipe", settings.recipe]
    if settings.seconds is None or settings.epochs != LIMITS["epochs"].high:
        words += ["--epochs", str(settings.epochs)]
    if settings.seconds is not None:
        words += ["--seconds", repr(settings.seconds)]
    words += ["--units", str(settings.units), "--layers", str(settings.layers)]
    words += ["--learning-rate", repr(settings.learning_rate), "--batch", str(settings.batch)]
    words += ["--held-out", repr(settings.held_out), "--seed", str(settings.seed)]
    recipe = settings.recipe_data
    if settings.clip_norm != recipe.clip_norm:
        words += ["--clip-norm", repr(settings.clip_norm or 0)]
    if settings.final_share != recipe.final_share:
        words += ["--final-share", repr(settings.final_share)]
    words += [] if settings.network == LSTM else ["--network", settings.network]
    words += [] if settings.level == CHAR else ["--level", settings.level]
    if settings.vocabulary != DEFAULT_VOCABULARY:
        words += ["--vocabulary", str(settings.vocabulary)]
    defaults = defaults_for(settings.recipe, settings.level, settings.network)
    if settings.dropout != defaults["dropout"]:
        words += ["--dropout", repr(settings.dropout)]
    if settings.weight_decay:
        words += ["--weight-decay", repr(settings.weight_decay)]
    if settings.chunk != defaults["chunk"]:
        words += ["--chunk", str(settings.chunk)]
    words += [] if settings.lowercase else ["--keep-case"]
    words += [] if settings.guard else ["--no-guard"]
    return "python -m charlstm train " + shlex.join(words)


def weight_count(symbols: int, units: int, layers: int, network: str = LSTM) -> int:
    """Return the number of weights of a network; of an LSTM's layer 4 u (inputs + u + 1)."""
    return sum(map(math.prod, weight_shapes(network, symbols, units, layers).values()))
