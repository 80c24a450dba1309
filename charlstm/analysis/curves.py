"""The loss curves of a run, ready to be drawn: few enough points, nats and bits.

Takes lines of a history; knows nothing of files or charts.

What the benchmarks measured, as ``python -m tests.benchmarks`` left it in assets/.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from charlstm.analysis.distribution import nats_to_bits
from charlstm.analysis.loss import OF_CHARACTERS, PerCharacter
from charlstm.settings.settings import Preset, command_for

if TYPE_CHECKING:
    import pandas as pd

TRAINING, HELD_OUT = "training", "held out"
COLUMNS = ["curve", "step", "epoch", "seconds", "nats", "bits"]


def loss_curves(history: Sequence[dict[str, Any]], points: int = 300) -> pd.DataFrame:
    """Return both curves, one row per point.

    Where there are more than ``points`` lines, neighbours are averaged, so that a curve keeps its
    level; the last point is always the last line, so that a running curve moves.

    Args:
        history: Lines with step, epoch, seconds, loss and held_out_loss (nats, or None).
        points: At most about so many per curve.

    Returns:
        Columns curve ("training" or "held out"), step, epoch, seconds, nats, bits.
    """
    import pandas as pd

    curves = [
        _thinned(history, "loss", TRAINING, points),
        _thinned(history, "held_out_loss", HELD_OUT, points),
    ]
    return pd.concat(curves, ignore_index=True)


def race_curves(
    histories: Mapping[str, Sequence[dict[str, Any]]],
    levels: Mapping[str, PerCharacter] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return the held-out curves of several runs, in nats per character.

    Args:
        histories: Lines of each run's history, under the name that it goes by.
        levels: What turns losses into losses per character, of runs that learn words.

    Returns:
        Columns who, seconds, nats; runs without a measurement have no row.
    """
    import pandas as pd

    parts = [
        _thinned(history, "held_out_loss", HELD_OUT, 300).assign(who=who)
        for who, history in histories.items()
    ]
    for who, part in zip(histories, parts, strict=True):
        part["nats"] = [levels.get(who, OF_CHARACTERS).nats(loss) for loss in part["nats"]]
    return pd.concat(parts, ignore_index=True)[["who", "seconds", "nats"]]


def race_sizes(
    histories: Mapping[str, Sequence[dict[str, Any]]],
    weights: Mapping[str, int],
    levels: Mapping[str, PerCharacter] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return how large each network is and the lowest held-out loss that it has reached so far.

    Args:
        histories: Lines of each run's history, under the name that it goes by.
        weights: Numbers that each has learned, under the same names.
        levels: As for race_curves.

    Returns:
        Columns who, weights, nats; runs without a measurement have no row.
    """
    import pandas as pd

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
    """Return when a curve first reaches a loss, on the straight line between its measurements.

    How often a loss is measured then says little about who reached it first.

    Args:
        target: In nats.
        seconds: When it was measured, in increasing order.
        nats: What was measured.

    Returns:
        Seconds, or infinity where the loss is never reached.
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
    import pandas as pd

    lines = [line for line in history if _is_number(line[key])]
    if not lines:
        return pd.DataFrame({name: [] for name in COLUMNS}).astype({"curve": str})
    table = pd.DataFrame(
        {
            "step": [line["step"] for line in lines],
            "epoch": [line["epoch"] for line in lines],
            "seconds": [line["seconds"] for line in lines],
            "nats": [line[key] for line in lines],
        }
    )
    group = np.arange(len(table)) * points // max(points, len(table))
    group[-1] = group[-1] + (len(table) > points)
    table = table.groupby(group).mean()
    table["bits"] = nats_to_bits(table["nats"])
    table["curve"] = curve
    return table[COLUMNS]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


ASSETS = Path(__file__).resolve().parents[2] / "assets"


def speed_table() -> pd.DataFrame:
    """Return the figures of the last benchmarks.

    Returns:
        Columns what, who, median, low, high, unit, n (repeats); one row per figure, those of one
        ``what`` together.
    """
    import pandas as pd

    return pd.read_csv(ASSETS / "speed.csv").astype({"n": int})


TARGET_NATS = 1.56
"""The held-out window loss that programs are timed to: the notebook's after four epochs."""


def all_speed_curves() -> pd.DataFrame:
    """Return the learning curves of the last benchmarks, every repeat.

    Returns:
        Columns who, repeat, seconds (of training), nats (held-out window loss).
    """
    import pandas as pd

    return pd.read_csv(ASSETS / "speed_curves.csv")


def speed_curves() -> pd.DataFrame:
    """Return a learning curve of each program: the one in the middle of its repeats.

    That is the repeat that took the median time to TARGET_NATS; of two in the middle the later.

    Returns:
        Columns who, seconds (of training), nats (held-out window loss).
    """
    import pandas as pd

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
    import pandas as pd

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
    import pandas as pd

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
