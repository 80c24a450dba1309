"""The definition of a setting, and the recipes: the ways in which a network is trained.

The settings themselves are the table in __init__.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, get_args, get_type_hints

from charlstm.errors import SettingsError

CHOICES, BASIC, ADVANCED = "choices", "basic", "advanced"
"""The parts of the Train form: choices from a few names, and two parts for numbers."""

OLD_NAMES = {"final_share": "final_fraction", "guard": "stop_on_divergence"}
"""Former names of settings, which older runs, links and commands still use."""


@dataclass(frozen=True)
class Field:
    """One setting of a training.

    Attributes:
        label, help: Its name on pages and in errors; what it is, or what it does if a switch.
        default: Its value unless a recipe or a preset sets another one.
        high_on_page: The largest value that the page offers, if less than ``high``.
        step: The step of the buttons on the page; a whole step allows whole numbers only.
        choices: Its possible values, each with a line that explains it; empty for a number.
        titles: The names of choices on the page, if they differ from the values.
        panel: The part of the Train form that shows it; ``""`` for none.
        only: The settings that it depends on, such as ``{"level": "word"}``.
        flag: Its option on the command line, if that differs from the name.
        always: Whether every config.json holds it and every command that repeats a run names it.
            Settings that were added later are missing from older runs, which had the default; so
            that default must not change, and commands name the setting only if it differs.
        name, kind, optional: Filled in from the attribute of Settings and its annotation.
    """

    label: str
    help: str
    default: Any
    low: float = 0
    high: float = 0
    high_on_page: float | None = None
    step: float = 1
    choices: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    panel: str = ADVANCED
    only: Mapping[str, str] = field(default_factory=dict)
    flag: str = ""
    always: bool = False
    name: str = ""
    kind: type = int
    optional: bool = False

    @property
    def options(self) -> list[str]:
        """Its options on the command line, the current one first, then those of older versions."""
        names = [self.name, *(old for old, new in OLD_NAMES.items() if new == self.name)]
        first = "--no-" if self.default is True else "--"
        spelled = [first + name.replace("_", "-") for name in names]
        return [self.flag or spelled[0], *spelled[1:]]

    @property
    def spoken(self) -> str:
        """Its name within a sentence."""
        return self.label[0].lower() + self.label[1:]

    @property
    def limits(self) -> str:
        """Its allowed values in words."""
        if self.kind is bool:
            return "on or off"
        if self.kind is str and not self.choices:
            return "a name"
        return ", ".join(self.choices) or from_to(self.low, self.high, none=self.zero_is_none)

    @property
    def is_number(self) -> bool:
        """Whether it is neither a choice nor a switch."""
        return self.kind in (int, float)

    @property
    def zero_is_none(self) -> bool:
        """Whether 0 means None, because leaving it out means a default that is a number."""
        return self.optional and self.default is not None

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Return whether it has an effect with these values of the other settings."""
        return all(values[name] == value for name, value in self.only.items())

    def check(self, value: object) -> None:
        """Raise a SettingsError that names the allowed values if this is none of them."""
        shown = f"{value}"[:40]
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise SettingsError(
                    f"There is no {self.spoken} called {shown!r}; there are {self.limits}."
                )
        elif self.kind is bool:
            if not isinstance(value, bool):
                raise SettingsError(f"The setting {self.spoken!r} is either on or off.")
        elif self.kind is str:
            if value is not None and not isinstance(value, str):
                raise SettingsError(f"The setting {self.spoken!r} is a name.")
        elif value is not None or not self.optional:
            wanted = "a whole number" if self.kind is int else "a number"
            kinds = (int,) if self.kind is int else (int, float)
            if not isinstance(value, kinds) or isinstance(value, bool) or value != value:
                raise SettingsError(f"The {self.spoken} must be {wanted}, not {value!r}.")
            if not self.low <= value <= self.high:
                raise SettingsError(
                    f"The {self.spoken} must lie between {self.low:g} and {self.high:.10g},"
                    f" not {shown}."
                )


def from_to(low: float, high: float, *, none: bool) -> str:
    """Return the limits of a number in words, such as ``0 for none, or 0.00001 to 1,024``."""
    ends = (f"{end:,.6f}".rstrip("0").rstrip(".") for end in (low, high))
    return ("0 for none, or " if none else "") + " to ".join(ends)


def setting(
    label: str, help: str, default: Any, limits: tuple[float, float] = (0, 0), **rest: Any
) -> Any:
    """Return an entry of the table, for an attribute of Settings; see Field for the rest."""
    return dataclasses.field(metadata={"field": Field(label, help, default, *limits, **rest)})


def fields_of(table: type) -> dict[str, Field]:
    """Return the entries of a table of settings, by name."""
    found, hints = {}, get_type_hints(table)
    for each in dataclasses.fields(table):
        kinds = get_args(hints[each.name]) or (hints[each.name],)
        found[each.name] = dataclasses.replace(
            each.metadata["field"], name=each.name, kind=kinds[0], optional=NoneType in kinds
        )
    return found


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        name, label, title: In commands, addresses and files; on pages; one line for people.
        carries_state: True: parallel streams over the text, the state carried from chunk to chunk,
            a loss at every position (truncated backpropagation through time, Williams & Peng 1990).
            False: windows from a zero state, a loss on the next character only.
        optimizer: ``"adam"`` or ``"rmsprop"``, with Keras's own defaults.
        warm_up: Steps over which the learning rate rises to its first value (Goyal et al. 2017,
            section 2.2) if the network is larger than the recipe's own, or 0. A rate that suits one
            layer of 128 cells spoils wider and deeper networks in their first steps.
        input_spread: Standard deviation of the first input kernel, or None for Keras's own
            (Glorot uniform).
        reset_fraction: The fraction of streams whose state is set to zero before a chunk, so that
            the network learns to read from a zero state too.
        given: The settings that differ from the defaults in the table of settings.
        given_other_networks: Those for a gru and a conv1d, which start more slowly at an lstm's
            rate.
        given_words: Those for a model of words. It has a hundred times as many weights and a fifth
            of the positions to learn them from: it needs dropout, and diverges at the rate that
            suits characters.
    """

    name: str
    label: str
    title: str
    carries_state: bool
    optimizer: str
    warm_up: int = 0
    input_spread: float | None = None
    reset_fraction: float = 1.0
    given: Mapping[str, Any] = field(default_factory=dict)
    given_other_networks: Mapping[str, Any] = field(default_factory=dict)
    given_words: Mapping[str, Any] = field(default_factory=dict)


RECIPES: dict[str, Recipe] = {
    "tbptt": Recipe(
        name="tbptt",
        label="fast",
        title="Streams with carried state: a loss at every character",
        carries_state=True,
        optimizer="adam",
        warm_up=60,
        input_spread=1.0,
        reset_fraction=0.1,
        given_other_networks={"learning_rate": 0.02, "batch": 16},
        given_words={"dropout": 0.5, "learning_rate": 0.01, "batch": 16},
    ),
    "book": Recipe(
        name="book",
        label="as in the book",
        title="The notebook's program: windows of 60, a loss on the next character",
        carries_state=False,
        optimizer="rmsprop",
        given={
            "learning_rate": 0.01,
            "batch": 128,
            "epochs": 4,
            "clip_norm": None,
            "final_fraction": 1.0,
        },
    ),
}

DEFAULT_RECIPE = "tbptt"

SAMPLE_TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
"""The temperatures at which the notebook writes after every epoch."""

SAMPLE_PROMPT = 60  # Characters of the text that a sample continues
SAMPLE_LENGTH = 400  # Characters that are written at each temperature
