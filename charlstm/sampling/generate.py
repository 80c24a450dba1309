"""Writing: read, reweight, draw, append, again: the seed's four steps.

Strategies, where there are any, act between reweighting and drawing.

Knows nothing of text or files. Randomness comes in as given uniforms.

A cursor in a text: ids read so far in, logits of the next character out.

Two kinds, and they are different models even with the same weights:

* carried: the state goes on from character to character; everything read so far has a say. *
window: the last ``window`` characters are read from a zero state at every step, as in the seed.

Of a network that sees no further than the window (a conv1d of one layer) both are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.sampling.network import SequenceModel, State
from charlstm.sampling.reweight import check_temperature, draw, softmax
from charlstm.sampling.strategies import Strategy, acting


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


def uniforms_of(seed: int, length: int) -> NDArray[np.float64]:
    """Return the uniforms in [0, 1) that a seed stands for, shape (length,).

    The first n of a longer call are those of a call for n.
    """
    return np.random.default_rng(seed).random(length)


class Step(NamedTuple):
    """One character's step in every stream.

    Attributes:
        logits: As the network gave them, float64 of shape (streams, symbols).
        probabilities: After reweighting and strategies: what was drawn from.
        symbols: Ids that were drawn, shape (streams,).
    """

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    symbols: NDArray[np.intp]


def generate(
    cursor: Cursor,
    temperature: ArrayLike,
    uniforms: NDArray[np.float64],
    strategies: Sequence[Strategy] = (),
) -> Iterator[NDArray[np.intp]]:
    """Write one symbol per stream and step, for as many steps as there are uniforms.

    Args:
        cursor: Where to go on from; it moves along.
        temperature: One for all streams, or shape (streams,).
        uniforms: Shape (steps,) to be shared by all streams, or (steps, streams).
        strategies: What acts on the distribution of every stream after the temperature, in order.

    Yields:
        Ids of shape (streams,).

    Raises:
        ValueError: If a temperature is negative or not a number, or a strategy cannot be.
    """
    for step in steps(cursor, temperature, uniforms, strategies):
        yield step.symbols


def steps(
    cursor: Cursor,
    temperature: ArrayLike,
    uniforms: NDArray[np.float64],
    strategies: Sequence[Strategy] = (),
) -> Iterator[Step]:
    """Write as generate does, and yield what each symbol was drawn from along with it."""
    column = check_temperature(temperature)[..., None]
    functions = acting(strategies)
    for uniform in uniforms:
        logits = np.asarray(cursor.logits(), np.float64)
        probabilities = softmax(logits, column)
        for act in functions:
            probabilities = act(probabilities)
        symbols = draw(probabilities, uniform)
        yield Step(logits, probabilities, symbols)
        cursor.read(symbols)
