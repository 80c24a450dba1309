"""LSTM, GRU and conv1d after the same seconds on Nietzsche, and n-grams on the same held-out text.

Every network is trained by the command line with the tbptt recipe, in turn with the others; the
loss is that of its best checkpoint on all held-out windows. ``python -m
tests.benchmarks.architectures`` writes the figures into charlstm/training/README.md.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from charlstm import load_corpus
from charlstm.analysis.curves import speed_table
from charlstm.analysis.loss import baselines, count_ngrams
from charlstm.data.corpus import training_length
from charlstm.sampling.language_model import Cursor, steps, uniforms_of
from charlstm.sampling.network import Network, use_one_thread, weight_shapes
from charlstm.settings import weight_count
from tests.benchmarks.report import Report, put_table
from tests.benchmarks.running import ROOT, train

SECONDS = 60
SYMBOLS = 57
SHAPES = [("lstm", 128), ("gru", 128), ("conv1d", 64), ("conv1d", 128)]
LOSS = f"networks: held-out window loss after {SECONDS} s"
SPEED, WRITING = "networks: characters learned per second", "networks: written, one stream, float64"
COUNTING = "n-grams: held-out window loss"


def name_of(network: str, units: int) -> str:
    """Return what a network is called in the tables."""
    return f"{network}, {units} cells, {weight_count(SYMBOLS, units, 1, network):,} weights"


def writing_speed(network: str, units: int, length: int = 6000) -> float:
    """Return characters per second of a network with weights drawn at random."""
    random = np.random.default_rng(0)
    shapes = weight_shapes(network, SYMBOLS, units, 1)
    weights = {name: random.normal(0, 0.1, shape) for name, shape in shapes.items()}
    cursor = Cursor(Network(weights))
    began = time.perf_counter()
    for _ in steps(cursor, 0.5, uniforms_of(0, length)):
        pass
    return length / (time.perf_counter() - began)


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    use_one_thread()
    losses: dict[str, list[float]] = {name_of(*shape): [] for shape in SHAPES}
    speeds: dict[str, list[float]] = {name: [] for name in losses}
    written: dict[str, list[float]] = {name: [] for name in losses}
    for seed in range(repeats):
        for network, units in SHAPES:
            name = name_of(network, units)
            words = ["--corpus", "nietzsche", "--seconds", str(SECONDS), "--seed", str(seed)]
            *lines, last = train(*words, "--network", network, "--units", str(units))
            losses[name].append(last["best_held_out_loss"])
            speeds[name].append(median(line["characters_per_second"] for line in lines[1:]))
            written[name].append(writing_speed(network, units))
    for name in losses:
        report.row(LOSS, name, losses[name], "nats")
        report.row(SPEED, name, speeds[name], "characters/s")
        report.row(WRITING, name, written[name], "characters/s")
    corpus = load_corpus("nietzsche").lowered()
    cut = training_length(len(corpus), 0.1)
    began = time.perf_counter()
    model = count_ngrams(corpus.ids, cut, len(corpus.vocabulary))
    taken = time.perf_counter() - began
    for row in baselines(model, corpus.ids[cut:]).to_dict("records"):
        who = f"order {row['order']}, {row['size']:,} n-grams"
        report.row(COUNTING, who, [row["window_nats"]], "nats")
    report.row("n-grams: counting all orders", "charlstm", [taken], "s")


def table() -> str:
    """Return the losses as a Markdown table."""
    found = speed_table()
    lines = ["| learned or counted | held-out window loss, nats |", "|---|---|"]
    for what in (LOSS, COUNTING):
        for row in found[found["what"] == what].to_dict("records"):
            spread = f" ({row['low']:.3f} to {row['high']:.3f})" if row["n"] > 1 else ""
            who = row["who"] if what == LOSS else f"n-gram of {row['who']}"
            lines.append(f"| {who} | **{row['median']:.3f}**{spread} |")
    return "\n".join(lines)


def main() -> None:
    """Put the table between its two marks."""
    put_table(table(), "networks", ROOT / "charlstm/training/README.md")


if __name__ == "__main__":
    main()
