"""Writing, characters per second, one stream: the notebook's loop against the language model."""

from __future__ import annotations

import time

from charlstm import open_model
from charlstm.sampling.threads import use_one_thread
from tests.benchmarks import seed_program
from tests.benchmarks.report import ratio, row

PROMPT = "the meaning of the world is that all that has been said of it "


def run(repeats: int) -> None:
    """Measure in turn, with the shipped runs' weights on our side; print the table."""
    use_one_thread()
    carried, window = open_model("nietzsche-tbptt"), open_model("nietzsche-book")
    symbols = list(carried.vocabulary.symbols)
    peer = seed_program.build(len(symbols))
    seed_program.write(peer, PROMPT, symbols, 5)
    speeds: dict[str, list[float]] = {"seed": [], "tbptt": [], "book": []}
    for _ in range(repeats):
        for name, length, write in (
            ("seed", 60, lambda n: seed_program.write(peer, PROMPT, symbols, n)),
            ("tbptt", 20_000, lambda n: carried.write(PROMPT, temperature=0.5, length=n)),
            ("book", 2_000, lambda n: window.write(PROMPT, temperature=0.5, length=n)),
        ):
            began = time.perf_counter()
            write(length)
            speeds[name].append(length / (time.perf_counter() - began))
    row("seed's program, predict per character", speeds["seed"], "characters/s")
    row("tbptt, float64, state carried", speeds["tbptt"], "characters/s")
    row("book, float64, exact window of 60", speeds["book"], "characters/s")
    ratio("tbptt over seed's program", speeds["tbptt"], speeds["seed"])
    ratio("book over seed's program", speeds["book"], speeds["seed"])
