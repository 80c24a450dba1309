"""Files that were made to be long: read in bounded time and memory, and what they say is kept."""

from __future__ import annotations

import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from charlstm.errors import RunError
from charlstm.exploring.timeline import timeline
from charlstm.runs.folder import RunFolder
from tests.made import history_line, made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")


def long_run(lines: int, best: int = 10) -> RunFolder:
    """Return a run with so many good lines, the lowest held-out loss at a checkpoint among them."""
    run = made_run(f"lines-{lines}")
    with (run.path / "history.jsonl").open("w") as file:
        for step in range(1, lines + 1):
            held_out_loss = 0.5 if step == best else 2.0
            file.write(json.dumps(history_line(step, held_out_loss=held_out_loss)) + "\n")
    return run


def traced(work: Callable[[], Any]) -> int:
    """Return how many bytes some work takes at most."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def processor_seconds(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_a_history_longer_than_any_training_writes_is_damaged() -> None:
    run = made_run()
    line = json.dumps(history_line(20)).encode() + b"\n"
    (run.path / "history.jsonl").write_bytes(line * 400_001)
    with pytest.raises(RunError, match=r"history\.jsonl is missing or damaged"):
        run.history()
    assert [problem for problem in run.problems() if "history.jsonl" in problem]


def test_a_training_of_a_fortnight_keeps_its_curve() -> None:
    run = long_run(80_000)
    assert [line["step"] for line in run.history()] == list(range(1, 80_001))
    assert run.problems() == []


def test_a_week_of_training_is_read_to_the_last_line() -> None:
    run = long_run(36_000)
    assert [line["step"] for line in run.history()] == list(range(1, 36_001))
    assert run.problems() == []


def test_a_timeline_of_many_lines_and_checkpoints_takes_no_product_of_both() -> None:
    few, many = long_run(2_000), long_run(20_000)
    for run in (few, many):
        weights = run.weights(10)
        for step in range(30, 300, 10):
            run.write_checkpoint(step, weights)
    times = [
        min(processor_seconds(lambda run=run: timeline(run, "the ", length=1)) for _ in range(2))
        for run in (few, many)
    ]
    assert times[1] < 5 * times[0]


@pytest.mark.parametrize("name", ["history.jsonl", "samples.jsonl"])
@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"0" * 1_000_000 + b"\n"])
def test_a_file_of_lines_that_say_nothing_is_read_in_little_memory(name: str, line: bytes) -> None:
    run = made_run()
    (run.path / name).write_bytes(line * (40_000_000 // len(line)))
    assert traced(run.problems) < 150_000_000
    few = len(line) > 10
    words = f"{name} are unreadable" if few else f"{name} is missing or damaged"
    assert [problem for problem in run.problems() if words in problem]


def test_a_line_that_is_far_too_long_is_unreadable_and_the_others_are_read() -> None:
    run = made_run()
    sample = run.samples()[0]
    run.append_samples(sample | {"text": "x" * 1_000_000})
    run.append_samples(sample)
    assert len(run.samples()) == 3
    assert ["1 lines of samples.jsonl" in problem for problem in run.problems()] == [True]


@pytest.mark.parametrize("name", ["config.json", "status.json", "history.jsonl", "samples.jsonl"])
def test_a_file_that_is_far_too_large_is_damaged_and_never_read_whole(name: str) -> None:
    run = made_run()
    with (run.path / name).open("r+b") as file:
        file.truncate(2_000_000_000)
    assert traced(run.problems) < 200_000_000
    assert [problem for problem in run.problems() if f"the file {name}" in problem]


def test_arrays_that_would_unpack_to_gigabytes_are_damaged() -> None:
    run = made_run()
    path = run.path / "checkpoints" / "step-000020.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("dense/bias.npy", "w", force_zip64=True) as entry,
    ):
        for _ in range(1_100):
            entry.write(bytes(1_000_000))
    with pytest.raises(RunError, match=r"step-000020\.npz is missing or damaged"):
        run.weights(20)
    assert traced(run.problems) < 50_000_000
    assert [problem for problem in run.problems() if "step-000020.npz" in problem]
