"""Held-out window loss against seconds of training, Nietzsche, the last tenth held out.

The notebook's program is measured after each epoch, ours and the peers as they train; no clock runs
while a loss is measured. Every schedule is as long as the run.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd

from charlstm import load_corpus
from charlstm.data.corpus import training_length
from charlstm.training.recipes import RECIPES
from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH, peer, train

TARGET = 1.56
SECONDS = 60
_RECIPE = RECIPES["tbptt"]
_SAME: dict[str, Any] = {"batch": _RECIPE.batch, "rate": _RECIPE.learning_rate}
SEED_EPOCHS = 6
_TORCH = {
    "PyTorch, same recipe": {"inputs": "one-hot, N(0, 1)"},
    "PyTorch, embedding": {"inputs": "embedding", "rate": 0.01},
}
SEED, OURS, KERAS = "the notebook's program", "charlstm", "Keras, same recipe"
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
    text, held_out = corpus.text[:cut], corpus.text[cut:]
    return seed_program.seconds_to(TARGET, text, held_out, symbols, SEED_EPOCHS)[1]


def seconds_to(curve: Curve, target: float = TARGET) -> float:
    """Return the seconds at which a curve first reaches a loss, or infinity."""
    return next((seconds for seconds, loss in curve if loss <= target), math.inf)


def run(report: Report, repeats: int, curves_file: Path) -> None:
    """Measure in turn, add the rows and write the curves; the notebook's program runs once."""
    curves: dict[str, list[Curve]] = {OURS: [], KERAS: [], SEED: [seed_curve()]}
    for seed in range(repeats):
        curves[OURS].append(our_curve(seed))
        same = _SAME | {"seconds": SECONDS, "seed": seed}
        keras = peer("keras_lstm", **same, inputs="one-hot, N(0, 1)")
        curves[KERAS].append(keras["curve"])
        if HAS_TORCH:
            for name, torch_job in _TORCH.items():
                answer = peer("torch_lstm", **(same | torch_job))
                curves.setdefault(name, []).append(answer["curve"])
    for name, several in curves.items():
        times = [seconds_to(curve) for curve in several]
        report.row(f"training to {TARGET} nats, held out", name, times, "s")
        if name != SEED:
            last = [curve[-1][1] for curve in several]
            report.row(f"held-out window loss after {SECONDS} s", name, last, "nats")
        if name != OURS:
            mine = [seconds_to(curve) for curve in curves[OURS]]
            peers = times if len(times) == len(mine) else times * len(mine)
            what = f"training to {TARGET} nats, held out"
            report.ratio(what, f"{name}, over charlstm", peers, mine)
    table = [
        {"who": name, "repeat": number, "seconds": seconds, "nats": loss}
        for name, several in curves.items()
        for number, curve in enumerate(several)
        for seconds, loss in curve
    ]
    pd.DataFrame(table).to_csv(curves_file, index=False, float_format="%.5g")
