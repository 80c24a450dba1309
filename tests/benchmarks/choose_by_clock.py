"""``python -m tests.benchmarks.choose_by_clock [PEER …]``: which settings learn soonest.

Trains on the first 80 % of Nietzsche with every batch, rate and chunk, in turn, and measures the
loss on the next 10 %; the last 10 % is never looked at. Prints the seconds to 1.56 nats and, with
``--whole``, the loss after a minute. The best are what the recipe has, and what the benchmark of
learning gives all.
"""

from __future__ import annotations

import argparse
import itertools
from typing import Any

from charlstm.analysis.curves import TARGET_NATS, seconds_to
from tests.benchmarks.running import peer

PEERS: dict[str, dict[str, Any]] = {
    "charlstm": {"name": "our_learner"},
    "torch": {"name": "torch_lstm", "inputs": "one-hot, N(0, 1)"},
    "torch-embedding": {"name": "torch_lstm", "inputs": "embedding"},
}


def main() -> None:
    """Try every combination with every seed, the seeds in the outer loop."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.choose_by_clock", description=__doc__
    )
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join(PEERS))
    parser.add_argument("--batches", type=int, nargs="+", default=[16, 32, 64])
    parser.add_argument("--rates", type=float, nargs="+", default=[0.02, 0.03, 0.045])
    parser.add_argument("--chunks", type=int, nargs="+", default=[60])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--whole", action="store_true", help="do not end at the target")
    asked = parser.parse_args()
    target = 0.0 if asked.whole else TARGET_NATS
    settings = itertools.product(range(asked.seeds), asked.batches, asked.rates, asked.chunks)
    for seed, batch, rate, chunk in settings:
        for name in asked.peers or PEERS:
            job = PEERS[name] | {"batch": batch, "rate": rate, "chunk": chunk, "seed": seed}
            curve = peer(**job, choosing=True, target=target)["curve"]
            taken, last = seconds_to(TARGET_NATS, *zip(*curve, strict=True)), curve[-1][1]
            print(
                f"| {name} | {batch}, {rate}, {chunk} | {seed} | {taken:.1f} | {last:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
