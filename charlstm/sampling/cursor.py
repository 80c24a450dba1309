"""A cursor in a text: ids read so far in, logits of the next character out.

Knows how much of the past each kind of model reads; knows nothing of files, text or temperatures.

Two kinds, and they are different models even with the same weights:

* carried: the state goes on from character to character; everything read so far has a say.
* window: the last ``window`` characters are read from a zero state at every step, as in the seed.

Of a network that sees no further than the window (a conv1d of one layer) both are the same.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from charlstm.sampling.network import SequenceModel, State


class Cursor(Protocol):
    """A place in one or more streams of text: what has been read, and what may come next."""

    def read(self, ids: NDArray[np.integer]) -> None:
        """Read one more symbol per stream: ids of shape (streams,)."""

    def logits(self) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""

    def select(self, rows: NDArray[np.integer]) -> None:
        """Go on with these streams only, in this order; one that is named twice goes on twice."""

    def state(self) -> State:
        """Return the state that the logits are read from; the next ``read`` may overwrite it."""


class CarriedCursor:
    """A cursor whose state is carried from character to character."""

    def __init__(self, network: SequenceModel, streams: int = 1) -> None:
        self._network = network
        self._state = network.zero_state(streams)

    def read(self, ids: NDArray[np.integer]) -> None:
        """Read one more symbol per stream: ids of shape (streams,)."""
        self._state = self._network.step(ids, self._state)

    def logits(self) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return self._network.logits(self._state)

    def select(self, rows: NDArray[np.integer]) -> None:
        """Go on with these streams only, in this order; one that is named twice goes on twice."""
        self._state = [tuple(part[rows] for part in layer) for layer in self._state]

    def state(self) -> State:
        """Return the state that the logits are read from."""
        return self._state


class WindowCursor:
    """A cursor that sees the last ``window`` characters only, exactly, at one step per character.

    It keeps ``window`` states per stream, each started one character later than the one before.
    All of them advance by one batched step; the oldest has then read exactly the last ``window``
    characters, is read, and starts anew. Until that many characters were read, the oldest has read
    them all from the zero state: a short prompt is not padded.
    """

    def __init__(self, network: SequenceModel, streams: int = 1, window: int = 60) -> None:
        self._network = network
        self._streams = streams
        self._window = window
        self._read = 0
        self._state = network.zero_state(streams * window)

    def read(self, ids: NDArray[np.integer]) -> None:
        """Read one more symbol per stream: ids of shape (streams,)."""
        newest = self._read % self._window
        for layer in self._state:
            for part in layer:
                part.reshape(self._streams, self._window, -1)[:, newest] = 0.0
        self._state = self._network.step(np.repeat(ids, self._window), self._state)
        self._read += 1

    def logits(self) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return self._network.logits(self.state())

    def state(self) -> State:
        """Return the state that the logits are read from; the next ``read`` overwrites it."""
        oldest = self._read % self._window if self._read >= self._window else 0
        return [
            tuple(_oldest(part, self._streams, oldest) for part in layer) for layer in self._state
        ]

    def select(self, rows: NDArray[np.integer]) -> None:
        """Go on with these streams only, in this order; one that is named twice goes on twice."""
        states = (np.asarray(rows)[:, None] * self._window + np.arange(self._window)).ravel()
        self._state = [tuple(part[states] for part in layer) for layer in self._state]
        self._streams = len(rows)


def _oldest(part: NDArray[Any], streams: int, oldest: int) -> NDArray[Any]:
    return part.reshape(streams, -1, *part.shape[1:])[:, oldest]


def cursor_after(
    network: SequenceModel, prompt: NDArray[np.integer], *, window: int | None, streams: int = 1
) -> Cursor:
    """Return a cursor that has read the prompt in every stream.

    Args:
        network: Who reads.
        prompt: Ids of shape (characters,); may be empty.
        window: How many characters the model sees, or None if its state is carried.
        streams: How many copies to go on with.
    """
    cursor: Cursor
    field = network.receptive_field
    if window is None or (field is not None and field <= window):
        # A network that sees no further than the window needs no fresh start for each character.
        cursor = CarriedCursor(network, streams)
    else:
        cursor = WindowCursor(network, streams, window)
    if window is not None:
        prompt = prompt[max(0, len(prompt) - window) :]
    for symbol in prompt:
        cursor.read(np.full(streams, symbol))
    return cursor
