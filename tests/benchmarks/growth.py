"""Growth: with the length of the text, and with cells and layers beside PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from charlstm import load_corpus
from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH, ROOT, peer
from tests.benchmarks.throughput import ours

_PROGRAM = """
import contextlib, json, io, resource, statistics, sys
from charlstm.__main__ import main
out = io.StringIO()
with contextlib.redirect_stdout(out):
    main(["train", "--corpus", sys.argv[1], "--seconds", "10", "--json"])
lines = [json.loads(line) for line in out.getvalue().splitlines()]
speed = statistics.median(line["characters_per_second"] for line in lines[1:-1])
print(speed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""
SHAPES = ((128, 1), (128, 2), (128, 3), (256, 1), (512, 1), (1024, 1))


def _text_of(times: int, folder: Path) -> Path:
    path = folder / f"times-{times}.txt"
    text = load_corpus("nietzsche").text
    with path.open("w", encoding="utf-8") as file:
        file.writelines(text for _ in range(times))  # never whole: a child counts what we hold
    return path


def _measured(path: Path, home: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(path)],
        env=os.environ | {"CHARLSTM_HOME": str(home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    speed, memory = done.stdout.split()[-2:]
    return float(speed), float(memory)


def run(report: Report, repeats: int) -> None:
    """Measure in turn and add the rows."""
    speeds: dict[int, list[float]] = {}
    memory: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {times: _text_of(times, Path(folder)) for times in (1, 10, 100, 332)}
        for _ in range(repeats):
            for times, path in paths.items():
                speed, peak = _measured(path, Path(folder) / "home")
                speeds.setdefault(times, []).append(speed)
                memory.setdefault(times, []).append(peak)
    for times in paths:
        size = f"text of {0.6 * times:g} MB"
        report.row("growth with the text, speed", size, speeds[times], "characters/s")
        report.row("growth with the text, peak memory", size, memory[times], "MB")
    for units, layers in SHAPES:
        shape = f"{layers} x {units}"
        mine, torch = [], []
        for _ in range(repeats):
            words = ["--batch", "32", "--chunk", "60"]
            words += ["--units", str(units), "--layers", str(layers)]
            mine.append(ours(*words, "--seconds", "10"))
            if HAS_TORCH:
                job = {"units": units, "layers": layers, "timed": 10}
                torch.append(peer("torch_lstm", **job)["characters_per_second"])
        report.row("growth with cells", f"{shape}, charlstm", mine, "characters/s")
        if torch:
            report.row("growth with cells", f"{shape}, torch, one-hot", torch, "characters/s")
            report.ratio("growth with cells", f"{shape}, charlstm over torch", mine, torch)
