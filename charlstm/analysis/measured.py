"""What the benchmarks measured, as ``python -m tests.benchmarks`` left it in assets/.

Reads tables; measures nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from charlstm.analysis.curves import seconds_to
from charlstm.settings.presets import Preset
from charlstm.settings.settings import command_for

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def speed_table() -> pd.DataFrame:
    """Return the figures of the last benchmarks.

    Returns:
        Columns what, who, median, low, high, unit, n (repeats); one row per figure, those of one
        ``what`` together.
    """
    return pd.read_csv(ASSETS / "speed.csv").astype({"n": int})


TARGET_NATS = 1.56
"""The held-out window loss that programs are timed to: the notebook's after four epochs."""


def all_speed_curves() -> pd.DataFrame:
    """Return the learning curves of the last benchmarks, every repeat.

    Returns:
        Columns who, repeat, seconds (of training), nats (held-out window loss).
    """
    return pd.read_csv(ASSETS / "speed_curves.csv")


def speed_curves() -> pd.DataFrame:
    """Return a learning curve of each program: the one in the middle of its repeats.

    That is the repeat that took the median time to TARGET_NATS; of two in the middle the later.

    Returns:
        Columns who, seconds (of training), nats (held-out window loss).
    """
    parts = []
    for _, repeats in all_speed_curves().groupby("who", sort=False):
        several = [curve for _, curve in repeats.groupby("repeat")]
        several.sort(
            key=lambda curve: seconds_to(TARGET_NATS, list(curve["seconds"]), list(curve["nats"]))
        )
        parts.append(several[len(several) // 2])
    return pd.concat(parts, ignore_index=True).drop(columns="repeat")


def thought_experiment() -> pd.DataFrame:
    """Return the curves of a text and of the same text compressed, each learned for as long.

    Returns:
        Columns who, curve (training or held out), seconds (of training), bits (per symbol).
    """
    return pd.read_csv(ASSETS / "thought.csv")


PRESET_CORPUS = "nietzsche"
"""The text that presets are measured on."""


@dataclass(frozen=True)
class Outcome:
    """What came of a preset where it was measured.

    Attributes:
        nats: Held-out window loss of its best checkpoint.
        seconds: Of training.
        epochs: Passes over the text.
        machine: In words.
    """

    nats: float
    seconds: float
    epochs: float
    machine: str


def preset_command(preset: Preset) -> str:
    """Return the command that a preset is measured by; other settings, other command."""
    return command_for(preset.settings(), PRESET_CORPUS)


def preset_outcome(preset: Preset, path: Path | None = None) -> Outcome | None:
    """Return what was measured of a preset with the settings that it has now, or None.

    Args:
        preset: One of PRESETS.
        path: Of the table; assets/presets.csv by default.
    """
    path = path or ASSETS / "presets.csv"
    if not path.is_file():
        return None
    rows = pd.read_csv(path)
    rows = rows[(rows["preset"] == preset.name) & (rows["command"] == preset_command(preset))]
    if rows.empty:
        return None
    row = rows.iloc[-1]
    nats, seconds, epochs = (float(row[name]) for name in ("nats", "seconds", "epochs"))
    return Outcome(nats, seconds, epochs, str(row["machine"]))
