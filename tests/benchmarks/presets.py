"""Presets on Nietzsche: the held-out loss of each, and the seconds that it took.

``python -m tests.benchmarks presets`` trains those that were not measured yet with the settings
that they have now, the quickest first; the last takes hours. ``python -m tests.benchmarks.presets
RUN`` takes the figures of a run that was trained with ``--preset`` instead. Both write
assets/presets.csv and the table in charlstm/settings/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from charlstm.analysis.curves import (
    ASSETS,
    PRESET_CORPUS,
    Outcome,
    preset_command,
    preset_outcome,
)
from charlstm.analysis.distribution import nats_to_bits
from charlstm.engine.progress import duration
from charlstm.errors import RunError
from charlstm.runs.config import FINISHED
from charlstm.runs.folder import RunFolder
from charlstm.runs.store import find
from charlstm.settings import PRESETS, Preset
from tests.benchmarks.report import Report, put_table
from tests.benchmarks.running import ROOT, train

TABLE = ASSETS / "presets.csv"
PAGE = ROOT / "charlstm/settings/README.md"


def machine() -> str:
    """Return this machine in a few words."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", info.read_text(), re.M) if info.exists() else None
    return f"{os.cpu_count()} cores, {found[1] if found else platform.machine()}"


def keep(preset: Preset, outcome: Outcome) -> None:
    """Put the outcome of a preset into the table, replacing an earlier one."""
    row = {"preset": preset.name, "command": preset_command(preset), **outcome.__dict__}
    rows = pd.DataFrame([row])
    if TABLE.exists():
        old = pd.read_csv(TABLE)
        rows = pd.concat([old[old["preset"] != preset.name], rows])
    order = list(PRESETS)
    rows = rows.sort_values("preset", key=lambda names: names.map(order.index))
    rows.to_csv(TABLE, index=False, float_format="%.6g")
    put_table(table(), "presets", PAGE)


def measured(preset: Preset) -> Outcome:
    """Train a preset in a home of its own."""
    *lines, last = train("--corpus", PRESET_CORPUS, "--preset", preset.name)
    end = lines[-1]
    return Outcome(last["best_held_out_loss"], end["seconds"], end["epoch"], machine())


def of_run(run: RunFolder) -> tuple[Preset, Outcome]:
    """Return the preset that a run was trained by, and what came of it on this machine.

    Raises:
        RunError: If it has not finished, learned another text, or has the settings of no preset.
    """
    config, status = run.config(), run.status()
    if status.status != FINISHED or status.best_held_out_loss is None:
        raise RunError(f"The run {run.name} has not finished.")
    for preset in PRESETS.values():
        asked = replace(preset.settings(), seed=config.settings.seed)
        if config.corpus == PRESET_CORPUS and asked == config.settings:
            epochs = run.history()[-1]["epoch"]
            loss = status.best_held_out_loss
            return preset, Outcome(loss, status.seconds, epochs, machine())
    raise RunError(f"The run {run.name} has the settings of no preset, or learned another text.")


def run(report: Report, repeats: int) -> None:  # noqa: ARG001
    """Measure the presets that were not measured yet, once each."""
    for preset in PRESETS.values():
        if preset_outcome(preset) is None:
            keep(preset, measured(preset))


def table() -> str:
    """Return what is known of the presets as a Markdown table."""
    lines = ["| preset | what it is | held-out window loss on Nietzsche |", "|---|---|---|"]
    for preset in PRESETS.values():
        outcome = preset_outcome(preset)
        words = "not measured yet"
        if outcome is not None:
            words = (
                f"**{outcome.nats:.3f} nats** ({nats_to_bits(outcome.nats):.2f} bits) after"
                f" {duration(outcome.seconds)}, {outcome.epochs:.0f} epochs; {outcome.machine}"
            )
        lines.append(f"| `{preset.name}` | {preset.words} | {words} |")
    return "\n".join(lines)


def main() -> None:
    """Keep the figures of a run."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.presets")
    parser.add_argument("run", metavar="RUN", nargs="?", help="default: only write the table")
    arguments = parser.parse_args()
    if arguments.run:
        keep(*of_run(find(arguments.run)))
    put_table(table(), "presets", PAGE)


if __name__ == "__main__":
    main()
