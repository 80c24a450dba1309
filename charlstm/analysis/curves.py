"""Loss curves ready to be drawn, and the results of the benchmarks.

The figures of the benchmarks are in assets/, written by ``python -m tests.benchmarks``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter
from charlstm.settings import Preset, command_for

TRAINING, HELD_OUT = "training", "held out"
COLUMNS = ["curve", "step", "epoch", "seconds", "nats", "bits"]


def loss_curves(history: Sequence[dict[str, Any]], points: int = 300) -> pd.DataFrame:
    """Return the training and the held-out curve, one row per point.

    If there are more than ``points`` lines, neighbours are averaged, so that a curve keeps its
    level; the last point is always the last line, so that a running curve moves.

    The history's lines have step, epoch, seconds, loss and held_out_loss (nats, or None). The
    columns are curve ("training" or "held out"), step, epoch, seconds, nats, bits.
    """
    curves = {TRAINING: "loss", HELD_OUT: "held_out_loss"}
    parts = [_thinned(history, key, curve, points) for curve, key in curves.items()]
    return pd.concat(parts, ignore_index=True)


def race_curves(
    histories: Mapping[str, Sequence[dict[str, Any]]],
    levels: Mapping[str, PerCharacter] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return the held-out curves of several runs, in nats per character.

    The lines of each run's history come under the name shown for it; ``levels`` converts losses per
    token, of runs that learn words, to losses per character. The columns are who, seconds, nats;
    runs without a measurement have no row.
    """
    parts = []
    for who, history in histories.items():
        part = _thinned(history, "held_out_loss", HELD_OUT, 300).assign(who=who)
        level = levels.get(who, OF_CHARACTERS)
        part["nats"] = [level.nats(loss) for loss in part["nats"]]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)[["who", "seconds", "nats"]]


def race_sizes(
    histories: Mapping[str, Sequence[dict[str, Any]]],
    weights: Mapping[str, int],
    levels: Mapping[str, PerCharacter] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return the size of each network and the lowest held-out loss that it has reached so far.

    Histories and levels are as in race_curves; the numbers of weights come under the same names.
    The columns are who, weights, nats; runs without a measurement have no row.
    """
    rows = [
        {
            "who": who,
            "weights": weights[who],
            "nats": levels.get(who, OF_CHARACTERS).nats(min(losses)),
        }
        for who, history in histories.items()
        if (losses := [line["held_out_loss"] for line in history if line["held_out_loss"]])
    ]
    return pd.DataFrame(rows, columns=["who", "weights", "nats"])


def seconds_to(target: float, seconds: Sequence[float], nats: Sequence[float]) -> float:
    """Return the seconds after which a curve first reaches a loss, or infinity if it never does.

    Between measurements the curve is a straight line: how often a loss is measured then hardly
    affects which program reaches it first.
    """
    reached = next((n for n, loss in enumerate(nats) if loss <= target), None)
    if reached is None:
        return math.inf
    if reached == 0:
        return float(seconds[0])
    before, after = seconds[reached - 1], seconds[reached]
    high, low = nats[reached - 1], nats[reached]
    return float(before + (after - before) * (high - target) / (high - low))


def _thinned(history: Sequence[dict[str, Any]], key: str, curve: str, points: int) -> pd.DataFrame:
    lines = [line for line in history if line[key] is not None and math.isfinite(line[key])]
    sources = {"step": "step", "epoch": "epoch", "seconds": "seconds", "nats": key}
    columns = {name: [line[source] for line in lines] for name, source in sources.items()}
    table = pd.DataFrame(columns, dtype=float)
    group = np.arange(len(table)) * points // max(points, len(table))
    group[-1:] += len(table) > points
    table = table.groupby(group).mean()
    table["bits"] = nats_to_bits(table["nats"])
    table["curve"] = curve
    return table.reindex(columns=COLUMNS)


ASSETS = Path(__file__).resolve().parents[2] / "assets"


def speed_table() -> pd.DataFrame:
    """Return the figures of the last benchmarks, one row each, those of one ``what`` together.

    The columns are what, who, median, low, high, unit, n (repeats).
    """
    return pd.read_csv(ASSETS / "speed.csv").astype({"n": int})


TARGET_NATS = 1.56
"""The held-out window loss that is timed: that of the notebook after four epochs."""


def all_speed_curves() -> pd.DataFrame:
    """Return the learning curves of the last benchmarks, every repeat.

    Columns are who, repeat, seconds (of training) and nats (held-out window loss).
    """
    return pd.read_csv(ASSETS / "speed_curves.csv")


def speed_curves() -> pd.DataFrame:
    """Return a learning curve of each program: that of its median repeat.

    It is the repeat with the median time to TARGET_NATS; of two in the middle, the later. The
    columns are who, seconds (of training), nats (held-out window loss).
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
    """Return the curves of a text and of the same text compressed, each learned for the same time.

    Columns are text, curve (training or held out), seconds (of training) and bits (per symbol).
    """
    return pd.read_csv(ASSETS / "thought.csv")


PRESET_CORPUS = "nietzsche"
"""The corpus on which presets are measured."""


@dataclass(frozen=True)
class Outcome:
    """A measurement of a preset: the held-out window loss of its best checkpoint, and the rest."""

    nats: float
    seconds: float
    epochs: float
    machine: str


def preset_command(preset: Preset) -> str:
    """Return the command that measures a preset with its current settings."""
    return command_for(preset.settings(), PRESET_CORPUS)


def preset_outcome(preset: Preset, path: Path | None = None) -> Outcome | None:
    """Return the measurement of a preset with its current settings, or None.

    ``path`` is the table, by default assets/presets.csv.
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
