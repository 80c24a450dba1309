"""The thought experiment: a text, and the same text compressed, each learned for as long."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from charlstm.analysis.curves import HELD_OUT
from charlstm.compression.baselines import compressed, lowest_bits, thought_curves
from charlstm.data.named import load_named
from tests.benchmarks.report import Report
from tests.benchmarks.running import ROOT, train

CURVES = ROOT / "assets" / "thought.csv"
SECONDS, CELLS = 20, 128
_WHAT = f"lowest held-out loss within {SECONDS} s of training, {CELLS} cells"


def run(report: Report, repeats: int) -> None:
    """Train in turn on Nietzsche and on what xz makes of it; keep the first repeat's curves."""
    corpus = load_named("nietzsche").lowered()
    packed = compressed(corpus, "xz -9e")
    words = ["--seconds", str(SECONDS), "--units", str(CELLS), "--held-out", "0.1"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{packed.name}.txt"
        file.write_text(packed.text, encoding="utf-8")
        cases = {
            f"{corpus.name}, a symbol a character": ["--corpus", corpus.name],
            f"{corpus.name} packed by xz, a symbol a byte": ["--corpus", str(file), "--keep-case"],
        }
        last: dict[str, list[float]] = {name: [] for name in cases}
        for repeat in range(repeats):
            curves = thought_curves(
                {name: train(*where, *words)[:-1] for name, where in cases.items()}
            )
            for name in cases:
                last[name].append(lowest_bits(curves, name, HELD_OUT) or float("nan"))
            if not repeat:
                _keep(curves)
    for name, bits in last.items():
        report.row(_WHAT, name, bits, "bits/symbol")


def _keep(curves: pd.DataFrame) -> None:
    curves.to_csv(CURVES, index=False, float_format="%.5g")
