"""``python -m tests.benchmarks [NAME …]``: measures again what assets/speed.csv holds.

Figures go into assets/speed.csv, learning curves into assets/speed_curves.csv, their picture into
assets/speed.png; the curves of the thought experiment into assets/thought.csv; what came of the
presets, which are measured only where they are named, into assets/presets.csv. PyTorch takes part
where it is installed.
"""

from __future__ import annotations

import argparse

from tests.benchmarks import (
    answers,
    architectures,
    book,
    browser,
    compression,
    growth,
    learning,
    memory,
    picture,
    presets,
    starting,
    thought,
    throughput,
    viewers,
    web,
    writing,
)
from tests.benchmarks.report import Report
from tests.benchmarks.running import ROOT

CURVES = ROOT / "assets" / "speed_curves.csv"
PICTURE = ROOT / "assets" / "speed.png"
TABLE = ROOT / "assets" / "speed.csv"


def _learning(report: Report, repeats: int) -> None:
    learning.run(report, repeats, CURVES)


BENCHMARKS = {
    "throughput": throughput.run,
    "learning": _learning,
    "book": book.run,
    "writing": writing.run,
    "browser": browser.run,
    "growth": growth.run,
    "memory": memory.run,
    "starting": starting.run,
    "web": web.run,
    "answers": answers.run,
    "viewers": viewers.run,
    "compression": compression.run,
    "thought": thought.run,
    "architectures": architectures.run,
    "presets": presets.run,
}
BY_NAME_ONLY = {"presets"}
"""They take a night."""


def main() -> None:
    """Run the benchmarks, print their figures and keep them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--repeats", type=int, default=3, help="interleaved repeats (default 3)")
    arguments = parser.parse_args()
    for name in arguments.names or [name for name in BENCHMARKS if name not in BY_NAME_ONLY]:
        report = Report()
        BENCHMARKS[name](report, arguments.repeats)
        if report.rows:
            report.write(TABLE)
        if name == "learning":
            picture.draw(PICTURE)


if __name__ == "__main__":
    main()
