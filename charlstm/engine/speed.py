"""How fast this machine trains: from its last run of the same shape, or from a short probe."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from charlstm.engine.process import running_run
from charlstm.engine.standby import PACKAGE_ROOT, child_environment, why_no_training
from charlstm.errors import CharlstmError, RunError, disk_errors
from charlstm.runs.files import publish_json
from charlstm.runs.store import home, own_runs
from charlstm.sampling.network import LSTM
from charlstm.settings.settings import Settings, option_words

PROBE_LIMIT_SECONDS = 180
SHAPE = ("recipe", "units", "layers", "batch", "chunk", "network", "dropout")
"""The settings that speed depends on."""

_LAST_LINES = 20
_ABSURD = 1e15


@dataclass(frozen=True)
class Speed:
    """Characters that the network reads per second of training, and how that is known."""

    characters_per_second: float
    source: str


def shape_of(settings: Settings, symbols: int) -> str:
    """Return a name for everything that speed depends on."""
    network = "" if settings.network == LSTM else f"{settings.network}-"
    dropout = "-dropout" if settings.dropout else ""
    return (
        f"{network}{settings.recipe}-{settings.layers}x{settings.units}-batch{settings.batch}-"
        f"chunk{settings.chunk}-symbols{symbols}{dropout}"
    )


def known_speed(settings: Settings, symbols: int) -> Speed | None:
    """Return the speed of the last run of this shape, else of a probe, else None."""
    shape = shape_of(settings, symbols)
    for run in own_runs():
        try:
            config = run.config()
            if config.imported or shape_of(config.settings, len(config.vocabulary)) != shape:
                continue
            lines = run.history()[-_LAST_LINES:]
        except CharlstmError:
            continue  # a damaged run; its own page says what is wrong
        logged = [line.get("characters_per_second") for line in lines]
        speeds = [float(speed) for speed in logged if _is_speed(speed)]
        if speeds:
            return Speed(float(np.median(speeds)), f"as in the run {run.name}")
    probed = _probes().get(shape)
    return Speed(probed, "measured by a probe") if _is_speed(probed) else None


def probe(settings: Settings, symbols: int) -> Speed:
    """Measure the speed of this shape for a second, in a process of its own.

    RunError if a training is running, nothing can be trained here, or the probe fails.
    """
    if reason := why_no_training():
        raise RunError(reason)
    if other := running_run():
        raise RunError(
            f"A training is running, {other.name}; a probe would measure half a machine."
        )
    words = option_words(settings, SHAPE)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "charlstm", "probe", *words, "--symbols", str(symbols)],
            cwd=PACKAGE_ROOT,
            env=child_environment(),
            capture_output=True,
            timeout=PROBE_LIMIT_SECONDS,
            check=True,
        )
        speed = float(json.loads(done.stdout)["characters_per_second"])
    except (subprocess.SubprocessError, OSError, ValueError, KeyError) as error:
        raise RunError(
            "The speed could not be measured; a training would likely fail too."
        ) from error
    with disk_errors(home()):
        home().mkdir(parents=True, exist_ok=True)
    publish_json(_path(), _probes() | {shape_of(settings, symbols): speed})
    return Speed(speed, "measured by a probe")


def _is_speed(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and 0 < value < _ABSURD


def _path() -> Path:
    return home() / "probes.json"


def _probes() -> dict[str, Any]:
    try:
        value = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
