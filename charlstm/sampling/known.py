"""A network that is never asked for some symbols.

Knows ids; knows nothing of which symbols these are, of text or of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.network import SequenceModel, State


class Without:
    """Reads like a network and leaves symbols out: their logits are minus infinity.

    What they would have had is shared out among the others in proportion, as a softmax does.

    Args:
        network: Who reads.
        left_out: Ids; at least one symbol must be left.
    """

    def __init__(self, network: SequenceModel, left_out: Sequence[int]) -> None:
        self.network = network
        self._left_out = np.array(left_out, np.intp)

    @property
    def symbols(self) -> int:
        """Size of the vocabulary, with what is left out."""
        return self.network.symbols

    @property
    def receptive_field(self) -> int | None:
        """How many symbols a distribution depends on, or None if on all."""
        return self.network.receptive_field

    def zero_state(self, streams: int = 1) -> State:
        """Return the state before anything is read."""
        return self.network.zero_state(streams)

    def step(self, ids: NDArray[np.integer], state: State) -> State:
        """Read one symbol per stream: ids of shape (streams,); returns the new state."""
        return self.network.step(ids, state)

    def logits(self, state: State) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        logits = self.network.logits(state).copy()
        logits[:, self._left_out] = -np.inf
        return logits
