"""How long commands take to start, compared with ``python -c "import numpy"``."""

from __future__ import annotations

import subprocess
import sys
import time

from tests.benchmarks.report import Report
from tests.benchmarks.running import ROOT

ROUNDS = 12
_NUMPY = "python -c 'import numpy'"
_PROGRAMS = {
    _NUMPY: ["-c", "import numpy"],
    "charlstm --help": ["-m", "charlstm", "--help"],
    "charlstm next": ["-m", "charlstm", "next", "--prompt", "the meaning of "],
}


def _seconds(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def run(report: Report, repeats: int) -> None:
    """Measure in alternation, at least ROUNDS times, and add the rows."""
    for words in _PROGRAMS.values():
        _seconds(words)  # the first start compiles modules, and reads them from the disk
    seconds: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    for _ in range(max(repeats, ROUNDS)):
        for name, words in _PROGRAMS.items():
            seconds[name].append(_seconds(words))
    for name, several in seconds.items():
        report.row("start of a command", name, several, "s")
    for name in list(_PROGRAMS)[1:]:
        report.ratio("start, over that of NumPy", name, seconds[name], seconds[_NUMPY])
