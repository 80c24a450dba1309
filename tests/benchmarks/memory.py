"""Peak memory of a training process, by the operating system's own accounting."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.report import Report

ROOT = Path(__file__).resolve().parents[2]
_SEED = """
from charlstm import load_corpus
from tests.benchmarks.peers import seed_program
corpus = load_corpus("nietzsche").lowered()
symbols = list(corpus.vocabulary.symbols)
x, y = seed_program.one_hot_windows(corpus.text, symbols)
seed_program.build(len(symbols)).fit(x, y, batch_size=128, epochs=1, steps_per_epoch=30, verbose=0)
"""
_OURS = (
    "from charlstm.__main__ import main; main(['train', '--corpus', 'nietzsche', '--epochs', '2'])"
)
_PEAK = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)"


def _peak(program: str) -> float:
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", program + _PEAK],
            env=os.environ | {"CHARLSTM_HOME": home},
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
    return float(done.stdout.splitlines()[-1])


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    ours, peers = [], []
    for _ in range(repeats):
        ours.append(_peak(_OURS))
        peers.append(_peak(_SEED))
    what = "peak memory of a training"
    report.row(what, "charlstm, tbptt", ours, "MB")
    report.row(what, "the notebook's program", peers, "MB")
    report.ratio(what, "charlstm over the notebook's program", ours, peers)
