"""``python -m tests.benchmarks.choose_torch``: which batch and rate suit PyTorch best.

Trains torch.nn.LSTM on the first 80 % of Nietzsche until the window loss on the next 10 % is 1.56
nats, with each batch and rate, and prints the seconds; the last 10 % is never looked at. The best
are what the benchmark of learning gives it.
"""

from __future__ import annotations

import itertools

from charlstm.analysis.curves import seconds_to
from charlstm.analysis.measured import TARGET_NATS
from tests.benchmarks.running import peer

INPUTS = ("one-hot, N(0, 1)", "embedding")
BATCHES = (8, 16, 32)
RATES = (0.01, 0.02, 0.03)


def main() -> None:
    """Try every combination once."""
    for inputs, batch, rate in itertools.product(INPUTS, BATCHES, RATES):
        job = {"inputs": inputs, "batch": batch, "rate": rate}
        curve = peer("torch_lstm", **job, choosing=True, target=TARGET_NATS)["curve"]
        taken = seconds_to(TARGET_NATS, *zip(*curve, strict=True))
        print(f"| {inputs} | {batch} | {rate} | {taken:.1f} |", flush=True)


if __name__ == "__main__":
    main()
