"""``python -m tests.benchmarks.choose``: which settings the tbptt recipe should have.

Trains on the first 80 % of Nietzsche and measures on the next 10 %; the last 10 %, on which figures
are reported, is never looked at. Every variant differs from the first in what its name says, is
trained for the same number of epochs, fixed beforehand, and with the same seeds. The table goes
into choice.csv beside this file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from charlstm import load_corpus
from charlstm.data.corpus import sample_of_windows
from charlstm.settings import settings_for
from charlstm.settings.fields import RECIPES
from charlstm.settings.schedule import learning_rate_at
from charlstm.training.batches import batches_for
from charlstm.training.learner import Learner

TABLE = Path(__file__).with_name("choice.csv")
EPOCHS = 8
FIRST: dict[str, Any] = {
    "batch": 16,
    "learning_rate": 0.01,
    "input_spread": 1.0,
    "final_fraction": 0.02,
    "clip_norm": 1.0,
    "reset_fraction": 0.1,
    "chunk": 60,
}
VARIANTS: dict[str, dict[str, Any]] = {
    "batch 16, rate 0.01, input kernel N(0, 1), decay to 2 %, clipping to 1, chunks of 60,"
    " 10 % of states reset": {},
    "batch 8": {"batch": 8},
    "batch 32": {"batch": 32},
    "batch 32, rate 0.02": {"batch": 32, "learning_rate": 0.02},
    "rate 0.005": {"learning_rate": 0.005},
    "rate 0.02": {"learning_rate": 0.02},
    "input kernel Glorot (Keras's own)": {"input_spread": None},
    "input kernel N(0, 0.3)": {"input_spread": 0.3},
    "no decay": {"final_fraction": 1.0},
    "decay to 10 %": {"final_fraction": 0.1},
    "no clipping": {"clip_norm": None},
    "clipping to 0.25": {"clip_norm": 0.25},
    "chunks of 30": {"chunk": 30},
    "chunks of 120": {"chunk": 120},
    "no states reset": {"reset_fraction": 0.0},
    "20 % of states reset": {"reset_fraction": 0.2},
    "rate 0.03": {"learning_rate": 0.03},
    "rate 0.02, chunks of 30": {"learning_rate": 0.02, "chunk": 30},
    "rate 0.02, batch 8": {"learning_rate": 0.02, "batch": 8},
    "rate 0.02, no states reset": {"learning_rate": 0.02, "reset_fraction": 0.0},
    "rate 0.02, clipping to 0.25": {"learning_rate": 0.02, "clip_norm": 0.25},
}


@contextmanager
def _recipe(**changes: Any) -> Iterator[None]:
    """Replace tbptt with a changed recipe for a while."""
    kept = RECIPES["tbptt"]
    own = {name: changes.pop(name) for name in ("input_spread", "reset_fraction")}
    RECIPES["tbptt"] = replace(kept, given=changes, **own)
    try:
        yield
    finally:
        RECIPES["tbptt"] = kept


def losses(seed: int, **changes: Any) -> list[float]:
    """Return the window loss, in nats, on the ninth tenth of the text after each epoch."""
    ids = load_corpus("nietzsche").lowered().ids
    train, held_out = ids[: len(ids) * 8 // 10], ids[len(ids) * 8 // 10 : len(ids) * 9 // 10]
    sample = sample_of_windows(held_out, 4096)
    with _recipe(**changes):
        settings = settings_for("tbptt", seed=seed, epochs=EPOCHS)
        batches = batches_for(settings, train)
        learner = Learner(settings, 57, batches)
        steps = EPOCHS * batches.steps_per_epoch
        measured = []
        for step in range(steps):
            rate = learning_rate_at(step / steps, settings.learning_rate, settings.final_fraction)
            learner.step(batches.at(step), rate)
            if (step + 1) % batches.steps_per_epoch == 0:
                measured.append(float(learner.window_losses(*sample).mean()))
        return measured


def main() -> None:
    """Train every variant with every seed that the table does not hold yet."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.choose", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = parser.parse_args().seeds
    rows = pd.read_csv(TABLE).to_dict("records") if TABLE.exists() else []
    done = {(row["variant"], row["seed"]) for row in rows}
    for seed in range(seeds):
        for name, changes in VARIANTS.items():
            if (name, seed) in done:
                continue
            for epoch, nats in enumerate(losses(seed, **(FIRST | changes)), start=1):
                rows.append({"variant": name, "seed": seed, "epoch": epoch, "nats": nats})
            print(f"{name:<36} seed {seed}: {rows[-1]['nats']:.4f}", flush=True)
            pd.DataFrame(rows).to_csv(TABLE, index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
