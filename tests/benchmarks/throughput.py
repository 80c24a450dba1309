"""Characters learned per second, tbptt, LSTM(128), batch 32 x 60: the real training path, peers.

The ceiling is what the same arithmetic would take at the speed of NumPy's large float32 product:
2 x 3 x (128 x 512 + 128 x 57) operations per character, forward and backward; the input's rows are
gathered.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH, peer, train

RECURRENT = 2 * 3 * 128 * 512
"""Operations of a character without the output layer, which a window has once."""

OPERATIONS = RECURRENT + 2 * 3 * 128 * 57
_WHAT = "tbptt training, batch 32 x 60"


def ceiling(operations: int = OPERATIONS) -> float:
    """Return the characters per second of NumPy's large float32 product, at so many each."""
    a = np.random.default_rng(0).random((2048, 2048), np.float32)
    taken = []
    for _ in range(6):
        began = time.perf_counter()
        a @ a
        taken.append(time.perf_counter() - began)
    return 2 * 2048**3 / median(taken) / operations


def ours(*words: str) -> float:
    """Return the median speed of a training through the command line."""
    lines = train("--corpus", "nietzsche", *words)
    return float(median(line["characters_per_second"] for line in lines[1:-1]))


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    mine, keras, top = [], [], []
    torch: dict[str, list[float]] = {"one-hot": [], "embedding": []}
    for _ in range(repeats):
        top.append(ceiling())
        mine.append(ours("--batch", "32", "--chunk", "60", "--seconds", "8"))
        keras.append(peer("keras_lstm", timed=8)["characters_per_second"])
        for inputs, speeds in torch.items():
            if HAS_TORCH:
                speeds.append(peer("torch_lstm", timed=8, inputs=inputs)["characters_per_second"])
    report.row(_WHAT, "charlstm", mine, "characters/s")
    report.row(_WHAT, "keras.layers.LSTM", keras, "characters/s")
    report.row(_WHAT, "ceiling (matrix products alone)", top, "characters/s")
    report.ratio(_WHAT, "charlstm over keras", mine, keras)
    report.ratio(_WHAT, "charlstm over the ceiling", mine, top)
    for inputs, speeds in torch.items():
        if speeds:
            report.row(_WHAT, f"torch.nn.LSTM, {inputs}", speeds, "characters/s")
            report.ratio(_WHAT, f"charlstm over torch, {inputs}", mine, speeds)
