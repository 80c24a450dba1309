"""Time of training to a held-out window loss of 1.56 nats on Nietzsche: both programs in turn.

The notebook's program is measured after each epoch, as it trains; ours by its own history, the last
tenth of the text held out on both sides.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from charlstm import load_corpus
from charlstm.data.corpus import training_length
from tests.benchmarks import seed_program
from tests.benchmarks.report import ratio, row

TARGET = 1.56
MOST_EPOCHS = 6


def ours(seed: int) -> float:
    """Return the seconds of training until the live held-out window loss is at most the target."""
    words = ["--corpus", "nietzsche", "--json"]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-m", "charlstm", "train", *words, "--seed", str(seed)],
            env=os.environ | {"CHARLSTM_HOME": home},
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            check=True,
        )
    for line in map(json.loads, done.stdout.splitlines()):
        held_out = line.get("held_out_loss")
        if held_out is not None and held_out <= TARGET:
            print(f"  tbptt: {line['seconds']:.0f} s, held-out window loss {held_out:.3f}")
            return float(line["seconds"])
    return float("inf")


def run(repeats: int) -> None:
    """Measure in turn and print the table; a repeat takes some ten minutes."""
    corpus = load_corpus("nietzsche").lowered()
    cut = training_length(len(corpus), 0.1)
    symbols = list(corpus.vocabulary.symbols)
    peers, mine = [], []
    for seed in range(repeats):
        mine.append(ours(seed))
        seconds, _ = seed_program.seconds_to(
            TARGET, corpus.text[:cut], corpus.text[cut:], symbols, MOST_EPOCHS
        )
        peers.append(seconds)
    row(f"seed's program to {TARGET} nats", peers, "s")
    row(f"tbptt to {TARGET} nats", mine, "s")
    ratio("seed's program over tbptt", peers, mine)
