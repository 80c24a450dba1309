"""Presets: settings that fit the time one has, as data.

Knows settings alone; what came of a preset where it was measured is in ``analysis.curves``. A
preset promises a time, not a loss: it ends by the clock at the latest, on any machine and with any
text. None has more cells than write 10,000 characters a second: on a short text larger ones gained
0.02 nats at most, and memorized it sooner (tests/benchmarks/TRIED.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from charlstm.data.vocabulary import CHAR
from charlstm.sampling.network import LSTM
from charlstm.settings.recipes import DEFAULT_RECIPE
from charlstm.settings.settings import Settings, settings_for


@dataclass(frozen=True)
class Preset:
    """Settings under a name.

    Attributes:
        name: On the command line and in addresses.
        title: What it is called on pages.
        words: What it is, in one line for people.
        given: The settings that differ from the recipe's own, whatever learns.
        given_lstm: Those that do where an lstm learns characters.
        recipe: A key of RECIPES.
    """

    name: str
    title: str
    words: str
    given: Mapping[str, Any] = field(default_factory=dict)
    given_lstm: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = DEFAULT_RECIPE

    def settings(self, **changes: Any) -> Settings:
        """Return the settings, with those changed that are given and are not None.

        Raises:
            SettingsError: If a value is outside its limits.
        """
        asked = {name: value for name, value in changes.items() if value is not None}
        usual = {"recipe": self.recipe, "network": LSTM, "level": CHAR}
        is_usual = all(asked.get(name, value) == value for name, value in usual.items())
        given = {**self.given, **(self.given_lstm if is_usual else {})}
        return settings_for(**{"recipe": self.recipe, **given, **asked})


_SHORT_CHUNKS = {"learning_rate": 0.045, "batch": 64, "chunk": 30, "weight_decay": 0.01}
"""What ends lower than the recipe's own settings, though it begins less reliably."""

_ALL = (
    Preset(
        "30-seconds",
        "30 seconds",
        "128 cells, the notebook's size: words, and the look of sentences",
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
        "224 cells with more dropout; a short text is done after 20 passes",
        {"units": 224, "dropout": 0.4, "epochs": 20, "seconds": 1200.0},
        _SHORT_CHUNKS,
    ),
    Preset(
        "overnight",
        "overnight",
        "256 cells, half of them silent at each step; 24 passes, which a text of 100 MB takes all"
        " night for and a short one minutes",
        {"units": 256, "dropout": 0.5, "epochs": 24, "seconds": 8 * 3600.0},
        _SHORT_CHUNKS,
    ),
)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in _ALL}
