"""torch.nn.LSTMCell writing one character after the other, state carried, in float32.

Its weights are drawn at random: what it writes is nothing, and takes as long as anything else.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from tests.benchmarks.peers.task import SYMBOLS


def writer(streams: int, units: int = 128, temperature: float = 0.5) -> Callable[[int], object]:
    """Return a function that writes so many characters, those of all streams counted."""
    cell, linear = torch.nn.LSTMCell(SYMBOLS, units), torch.nn.Linear(units, SYMBOLS)

    @torch.inference_mode()
    def write(length: int) -> object:
        state = (torch.zeros(streams, units), torch.zeros(streams, units))
        ids = torch.zeros(streams, dtype=torch.long)
        for _ in range(length // streams):
            state = cell(torch.nn.functional.one_hot(ids, SYMBOLS).float(), state)
            chances = torch.softmax(linear(state[0]) / temperature, dim=1)
            ids = torch.multinomial(chances, 1)[:, 0]
        return ids

    return write
