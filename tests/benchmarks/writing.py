"""Writing, characters per second, one stream: the notebook's loop against the language model."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from charlstm import LanguageModel, open_model
from charlstm.runs.store import find, shipped_runs
from charlstm.sampling.language_model import cursor_after, steps, uniforms_of
from charlstm.sampling.network import Network, use_one_thread
from tests.benchmarks.peers import seed_program
from tests.benchmarks.report import Report
from tests.benchmarks.running import HAS_TORCH

PROMPT = "the meaning of the world is that all that has been said of it "


_WHAT = "writing"
_SEED, _ONE = "the notebook's program", "one stream, state carried, float64"


def _speed(write: Callable[[int], object], length: int) -> float:
    began = time.perf_counter()
    write(length)
    return length / (time.perf_counter() - began)


def _many(network: Network, streams: int) -> Callable[[int], object]:
    """Return a writing of so many streams at once; its length counts all of them."""
    prompt = np.zeros(1, np.int32)

    def write(length: int) -> object:
        cursor = cursor_after(network, prompt, window=None, streams=streams)
        uniforms = uniforms_of(0, length // streams * streams).reshape(-1, streams)
        return sum(1 for _ in steps(cursor, 0.5, uniforms))

    return write


def _window(network: Network) -> Callable[[int], object]:
    prompt = np.zeros(60, np.int32)

    def write(length: int) -> object:
        cursor = cursor_after(network, prompt, window=60)
        return sum(1 for _ in steps(cursor, 0.5, uniforms_of(0, length)))

    return write


def _shipped() -> list[LanguageModel]:
    """Return the shipped models that carry their state, in float64."""
    models = [open_model(run) for run in shipped_runs()]
    return [model for model in models if model.window is None]


def _writing(model: LanguageModel) -> Callable[[int], object]:
    return lambda length: model.write(PROMPT, temperature=0.5, length=length)


def run(report: Report, repeats: int) -> None:
    """Measure in turn, with the shipped runs' weights on our side; add the rows."""
    use_one_thread()
    carried, window = open_model("nietzsche-tbptt"), open_model("nietzsche-book")
    symbols = list(carried.vocabulary.symbols)
    peer = seed_program.build(len(symbols))
    seed_program.write(peer, PROMPT, symbols, 5)
    weights = find("nietzsche-tbptt").weights(carried.step)
    book = find("nietzsche-book").weights(window.step)
    cases: list[tuple[str, int, Callable[[int], object]]] = [
        (_SEED, 60, lambda n: seed_program.write(peer, PROMPT, symbols, n)),
        (
            _ONE,
            20_000,
            lambda n: carried.write(PROMPT, temperature=0.5, length=n),
        ),
        ("41 streams, state carried, float32", 200_000, _many(Network(weights, np.float32), 41)),
        ("41 streams, state carried, float64", 100_000, _many(Network(weights), 41)),
        ("one stream, exact window, float32", 4_000, _window(Network(book, np.float32))),
        (
            "one stream, exact window, float64",
            2_000,
            lambda n: window.write(PROMPT, temperature=0.5, length=n),
        ),
    ]
    cases += [(f"{model.run}, float64", 10_000, _writing(model)) for model in _shipped()]
    if HAS_TORCH:
        from tests.benchmarks.peers.torch_writing import writer

        cases += [("torch.nn.LSTMCell, one stream, float32", 4_000, writer(1))]
        cases += [("torch.nn.LSTMCell, 41 streams, float32", 40_000, writer(41))]
    speeds: dict[str, list[float]] = {name: [] for name, _, _ in cases}
    for _ in range(repeats):
        for name, length, write in cases:
            speeds[name].append(_speed(write, length))
    for name, several in speeds.items():
        report.row(_WHAT, name, several, "characters/s")
    report.ratio(
        _WHAT, "one stream, float64, over the notebook's program", speeds[_ONE], speeds[_SEED]
    )
