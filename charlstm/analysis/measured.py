"""What the benchmarks measured, as ``python -m tests.benchmarks`` left it in assets/.

Reads tables; measures nothing.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def speed_table() -> pd.DataFrame:
    """Return the figures of the last benchmarks.

    Returns:
        Columns what, who, median, low, high, unit, n (repeats); one row per figure, those of one
        ``what`` together.
    """
    return pd.read_csv(ASSETS / "speed.csv").astype({"n": int})


def speed_curves() -> pd.DataFrame:
    """Return the learning curves of the last benchmarks, the first repeat of each.

    Returns:
        Columns who, seconds (of training), nats (held-out window loss).
    """
    curves = pd.read_csv(ASSETS / "speed_curves.csv")
    return curves[curves["repeat"] == 0].drop(columns="repeat").reset_index(drop=True)


def thought_experiment() -> pd.DataFrame:
    """Return the curves of a text and of the same text compressed, each learned for as long.

    Returns:
        Columns who, curve (training or held out), seconds (of training), bits (per symbol).
    """
    return pd.read_csv(ASSETS / "thought.csv")
