"""``python -m tests.benchmarks [learning writing memory web]``: runs all, or those named."""

from __future__ import annotations

import argparse

from tests.benchmarks import learning, memory, web, writing

BENCHMARKS = {
    "writing": writing.run,
    "memory": memory.run,
    "web": web.run,
    "learning": learning.run,
}


def main() -> None:
    """Run the benchmarks and print a table each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--repeats", type=int, default=3, help="interleaved repeats (default 3)")
    arguments = parser.parse_args()
    for name in arguments.names or BENCHMARKS:
        print(f"\n## {name}")
        BENCHMARKS[name](arguments.repeats)


if __name__ == "__main__":
    main()
