"""Held-out window loss against seconds of training, Nietzsche, the last tenth held out.

The notebook's program is measured after each epoch, ours and the peers as they train; no clock runs
while a loss is measured, and all are measured on the same windows. Every schedule is as long as the
run. When a loss was reached is read off the straight line between two measurements. ``python -m
tests.benchmarks.learning`` computes the figures again from the curves that are kept.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from charlstm import load_corpus
from charlstm.analysis.curves import ASSETS, TARGET_NATS, all_speed_curves, seconds_to
from charlstm.data.corpus import HELD_OUT_WINDOWS, sample_of_windows, training_length
from charlstm.settings import settings_for
from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH, peer, train

SECONDS = 60
_USUAL = settings_for("tbptt")
_SAME: dict[str, Any] = {
    "batch": _USUAL.batch,
    "chunk": _USUAL.chunk,
    "rate": _USUAL.learning_rate,
}
SEED_EPOCHS = 6
_TORCH = {
    "PyTorch, same recipe": {"inputs": "one-hot, N(0, 1)"},
    "PyTorch, embedding": {"inputs": "embedding", "rate": 0.01},
}
SEED, OURS, KERAS = "the notebook's program", "charlstm", "Keras, same recipe"
_TO = f"training to {TARGET_NATS} nats, held out"
Curve = list[tuple[float, float]]


def our_curve(seed: int) -> Curve:
    """Return (seconds of training, held-out window loss) of a training by the command line."""
    words = ["--corpus", "nietzsche", "--seconds", str(SECONDS), "--seed", str(seed)]
    lines = train(*words)[:-1]
    return [
        (line["seconds"], line["held_out_loss"])
        for line in lines
        if line["held_out_loss"] is not None
    ]


def seed_curve() -> Curve:
    """Return the curve of the notebook's program, to the target or the last epoch."""
    from tests.benchmarks.peers import seed_program

    corpus = load_corpus("nietzsche").lowered()
    cut = training_length(len(corpus), 0.1)
    symbols = list(corpus.vocabulary.symbols)
    vectors = np.eye(len(symbols), dtype=np.float32)
    windows, targets = sample_of_windows(corpus.ids[cut:], HELD_OUT_WINDOWS)
    held_out = (vectors[windows], vectors[targets])
    text = corpus.text[:cut]
    return seed_program.curve_to(TARGET_NATS, text, held_out, symbols, SEED_EPOCHS)


def run(report: Report, repeats: int, curves_file: Path) -> None:
    """Measure in turn, add the rows and write the curves; the notebook's program runs twice."""
    curves: dict[str, list[Curve]] = {OURS: [], KERAS: [], SEED: [seed_curve() for _ in range(2)]}
    for seed in range(repeats):
        curves[OURS].append(our_curve(seed))
        same = _SAME | {"seconds": SECONDS, "seed": seed}
        keras = peer("keras_lstm", **same, inputs="one-hot, N(0, 1)")
        curves[KERAS].append(keras["curve"])
        if HAS_TORCH:
            for name, torch_job in _TORCH.items():
                answer = peer("torch_lstm", **(same | torch_job))
                curves.setdefault(name, []).append(answer["curve"])
    table = [
        {"who": name, "repeat": number, "seconds": seconds, "nats": loss}
        for name, several in curves.items()
        for number, curve in enumerate(several)
        for seconds, loss in curve
    ]
    pd.DataFrame(table).to_csv(curves_file, index=False, float_format="%.5g")
    add_rows(report, curves)


def add_rows(report: Report, curves: dict[str, list[Curve]]) -> None:
    """Add what curves say: seconds to the target, the last loss, and ratios, repeat by repeat."""
    reached = {
        name: [seconds_to(TARGET_NATS, *zip(*curve, strict=True)) for curve in several]
        for name, several in curves.items()
    }
    for name, times in reached.items():
        report.row(_TO, name, times, "s")
        if name != SEED:
            last = [curve[-1][1] for curve in curves[name]]
            report.row(f"held-out window loss after {SECONDS} s", name, last, "nats")
        if name != OURS:
            mine = reached[OURS]
            peers = times if len(times) == len(mine) else [median(times)] * len(mine)
            report.ratio(_TO, f"{name}, over charlstm", peers, mine)


def main() -> None:
    """Compute the rows again from the curves that are kept."""
    kept: dict[str, list[Curve]] = {
        str(who): [
            list(zip(curve["seconds"], curve["nats"], strict=True))
            for _, curve in repeats.groupby("repeat")
        ]
        for who, repeats in all_speed_curves().groupby("who", sort=False)
    }
    report = Report()
    add_rows(report, kept)
    report.write(ASSETS / "speed.csv")


if __name__ == "__main__":
    main()
