"""Packing by the shipped LSTM(128): speed, the cost of segments and of rounding, rivals."""

from __future__ import annotations

import time
from functools import partial

from charlstm import open_model
from charlstm.compression.baselines import (
    AFTER,
    baseline_rows,
    counts_of,
    model_bytes,
    model_rows,
    ngram_rows,
    rounding,
    texts_of,
)
from charlstm.compression.integer_network import WEIGHT_BITS
from charlstm.compression.packer import Packer, open_packer
from charlstm.runs.store import DEFAULT_RUN, find
from charlstm.sampling.network import use_one_thread
from tests.benchmarks.report import Report

LENGTHS = (1_000, 10_000, 100_000)
WEIGHT_BITS_TRIED = (2, 3, 4, 5, 6, 8, 10, 16)
_SPEED, _RATIO = "packing by LSTM(128)", "held-out Nietzsche, packed"
_ROUNDING = "held-out Nietzsche, weights rounded to a fraction of"


def run(report: Report, repeats: int) -> None:
    """Measure in turn; add the rows."""
    use_one_thread()
    texts = texts_of(find(DEFAULT_RUN))
    if texts is None:
        raise SystemExit("The text of the shipped run is not available; see CHARLSTM_DATA.")
    before, held_out = texts
    _speed(report, repeats, before[-(LENGTHS[-1] - len(held_out)) :] + held_out)
    _ratio(report, before, held_out)
    _rounding(report, held_out)


def _speed(report: Report, repeats: int, text: str) -> None:
    packer = open_packer()
    cases = {
        f"{verb} {length:,} characters": (partial(job, packer, text[:length]), length)
        for length in LENGTHS
        for verb, job in (("compress", _pack), ("decompress", _unpack))
    }
    speeds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, (job, length) in cases.items():
            speeds[name].append(length / job())
    for name, several in speeds.items():
        report.row(_SPEED, name, several, "characters/s")


def _pack(packer: Packer, text: str) -> float:
    began = time.perf_counter()
    packer.pack(text)
    return time.perf_counter() - began


def _unpack(packer: Packer, text: str) -> float:
    data = packer.pack(text).data
    began = time.perf_counter()
    assert packer.unpack(data) == text
    return time.perf_counter() - began


def _ratio(report: Report, before: str, held_out: str) -> None:
    packer, network = open_packer(), open_model().network
    each = len(held_out)
    packing = packer.pack(held_out)
    rows = model_rows(packer, packing, rounding(packer, network, packing))
    rivals = baseline_rows(held_out, before)
    counts = counts_of(packer, before)
    assert counts is not None
    needed = min(row.needed for row in rivals if row.way == AFTER)
    for row in [*rows, *rivals, *ngram_rows(packer, packing, counts, needed)]:
        way = f", {AFTER}" if row.way == AFTER else ""
        report.row(_RATIO, row.program + way, [row.bits / each], "bits/character")
    for streams in (1, packing.streams, 64):
        bits = packer.pack(held_out, streams=streams).bits.sum() / each
        report.row(_RATIO, f"in {streams} segments", [bits], "bits/character")


def _rounding(report: Report, held_out: str) -> None:
    model = open_model()
    for bits in WEIGHT_BITS_TRIED:
        packer = Packer(model, bits)
        packing = packer.pack(held_out)
        cost = rounding(packer, model.network, packing).cost
        name = f"{bits} bits" + (" (chosen)" if bits == WEIGHT_BITS else "")
        report.row(_ROUNDING, f"{name}: cost", [cost], "bits/character")
        report.row(_ROUNDING, f"{name}: the model", [model_bytes(packer)], "bytes")
