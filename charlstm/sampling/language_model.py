"""Writing: read, reweight, draw, append, repeat, as in the notebook.

A cursor moves through a text: it reads ids and gives the logits of the next symbol. There are two
kinds, and they are different models even with the same weights. With a carried state everything
read so far counts. With a window the last ``window`` characters are read from a zero state at every
step. For a network that sees no further than the window (a conv1d of one layer) both are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charlstm.data.vocabulary import CHAR, Reading, Vocabulary
from charlstm.data.words import UNKNOWNS
from charlstm.errors import RunError
from charlstm.sampling.network import LSTM, Network, SequenceModel, State
from charlstm.sampling.reweight import check_temperature, draw, softmax
from charlstm.sampling.strategies import Strategy, acting, stages


class Cursor:
    """A position in one or more streams of text, with a state that is carried along."""

    def __init__(self, network: SequenceModel, streams: int = 1) -> None:
        self._network = network
        self._state = network.zero_state(streams)

    def read(self, ids: NDArray[np.integer]) -> None:
        """Read one more symbol per stream, ids of shape (streams,)."""
        self._state = self._network.step(ids, self._state)

    def logits(self) -> NDArray[Any]:
        """Return the logits of the next symbol, shape (streams, symbols)."""
        return self._network.logits(self.state())

    def state(self) -> State:
        """Return the state that gives the logits; the next ``read`` may overwrite it."""
        return self._state

    def select(self, rows: NDArray[np.integer]) -> None:
        """Continue only these streams, in this order; a stream named twice is continued twice."""
        self._state = [tuple(part[rows] for part in layer) for layer in self._state]


class WindowCursor(Cursor):
    """A cursor that sees exactly the last ``window`` characters, at one step per character.

    It keeps ``window`` states per stream, each started one character later than the one before.
    One batched step advances all of them. The oldest has then read exactly the last ``window``
    characters; it gives the logits, and is reset. Until that many characters have been read, the
    oldest has read all of them from the zero state: a short prompt is not padded.
    """

    def __init__(self, network: SequenceModel, streams: int = 1, window: int = 60) -> None:
        super().__init__(network, streams * window)
        self._streams = streams
        self._window = window
        self._read = 0

    def read(self, ids: NDArray[np.integer]) -> None:
        newest = self._read % self._window
        for layer in self._state:
            for part in layer:
                part.reshape(self._streams, self._window, -1)[:, newest] = 0.0
        super().read(np.repeat(ids, self._window))
        self._read += 1

    def state(self) -> State:
        oldest = self._read % self._window if self._read >= self._window else 0
        return [tuple(part[oldest :: self._window] for part in layer) for layer in self._state]

    def select(self, rows: NDArray[np.integer]) -> None:
        states = np.asarray(rows)[:, None] * self._window + np.arange(self._window)
        super().select(states.ravel())
        self._streams = len(rows)


def cursor_after(
    network: SequenceModel, prompt: NDArray[np.integer], *, window: int | None, streams: int = 1
) -> Cursor:
    """Return a cursor that has read the prompt, ids of shape (characters,), in every stream.

    ``window`` is how many characters the model sees, or None if its state is carried.
    """
    field = network.receptive_field
    if window is None or (field is not None and field <= window):
        # A network that sees no further than the window needs no fresh start for each character.
        cursor = Cursor(network, streams)
    else:
        cursor = WindowCursor(network, streams, window)
    if window is not None:
        prompt = prompt[max(0, len(prompt) - window) :]
    for symbol in prompt:
        cursor.read(np.full(streams, symbol))
    return cursor


def uniforms_of(seed: int, length: int) -> NDArray[np.float64]:
    """Return the uniforms in [0, 1) of a seed, shape (length,).

    The first n of a longer call equal those of a call for n.
    """
    return np.random.default_rng(seed).random(length)


class Step(NamedTuple):
    """One character's step in every stream.

    Logits and probabilities (after reweighting and strategies) have shape (streams, symbols), the
    ids that were drawn (streams,).
    """

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    symbols: NDArray[np.intp]


def steps(
    cursor: Cursor,
    temperature: ArrayLike,
    uniforms: NDArray[np.float64],
    strategies: Sequence[Strategy] = (),
) -> Iterator[Step]:
    """Write one symbol per stream and step, for as many steps as there are uniforms.

    The cursor moves along. The temperature is one for all streams, or has shape (streams,); the
    uniforms have shape (steps,), to be shared by all streams, or (steps, streams). A ValueError is
    raised if a temperature is negative or not a number, or a strategy is not valid.
    """
    column = check_temperature(temperature)[..., None]
    functions = acting(strategies)
    for uniform in uniforms:
        logits = np.asarray(cursor.logits(), np.float64)
        probabilities = softmax(logits, column)
        for apply in functions:
            probabilities = apply(probabilities)
        symbols = draw(probabilities, uniform)
        yield Step(logits, probabilities, symbols)
        cursor.read(symbols)


class Without:
    """A network with some symbols left out: their logits are minus infinity.

    Their probability is divided among the others in proportion, as a softmax does. At least one
    symbol must be left.
    """

    def __init__(self, network: SequenceModel, left_out: Sequence[int]) -> None:
        self._network = network
        self._left_out = np.array(left_out, np.intp)
        self.symbols = network.symbols
        self.receptive_field = network.receptive_field
        self.zero_state = network.zero_state
        self.step = network.step

    def logits(self, state: State) -> NDArray[Any]:
        logits = self._network.logits(state).copy()
        logits[:, self._left_out] = -np.inf
        return logits


@dataclass(frozen=True)
class LanguageModel:
    """A trained model together with its vocabulary: text in, distributions or more text out.

    Attributes:
        vocabulary: The symbols it knows.
        network: A network, or an n-gram model.
        window: How many characters it reads before each next one (a ``book`` model), or None if
            its state is carried (a ``tbptt`` model).
        run: The name of its run.
        step: Its checkpoint.
        known_only: Whether it writes no unknown words; see without_unknown.

    >>> from charlstm.sampling.ngram import NGram
    >>> letters = Vocabulary.of("abracadabra")
    >>> model = LanguageModel(letters, NGram(letters.encode("abracadabra"), 5, order=2), None)
    >>> dict(zip(letters.symbols, model.next("c").round(2).tolist()))
    {'a': 0.71, 'b': 0.07, 'c': 0.07, 'd': 0.07, 'r': 0.07}
    >>> model.write("abr", temperature=0.0, length=8)
    'abrabrab'
    """

    vocabulary: Vocabulary
    network: SequenceModel
    window: int | None
    run: str = ""
    step: int = 0
    known_only: bool = False

    @property
    def key(self) -> tuple[str, int, bool]:
        """The key that distinguishes this model from others in the same CHARLSTM_HOME."""
        return self.run, self.step, self.known_only

    def without_unknown(self) -> LanguageModel:
        """Return the model without unknown words; a model of characters is returned unchanged.

        The unknown tokens get no probability; the others get theirs in proportion. Unknown words
        are read as before.
        """
        if self.vocabulary.level == CHAR:
            return self
        return replace(self, network=Without(self.network, self.unknown_ids), known_only=True)

    @property
    def unknown_ids(self) -> list[int]:
        """The ids of the tokens that replace unknown words; none for a model of characters."""
        if self.vocabulary.level == CHAR:
            return []
        return [int(index) for index in self.vocabulary.ids_of(UNKNOWNS)]

    @property
    def lstm(self) -> Network:
        """The network; a RunError is raised unless it is an LSTM of characters, which has cells."""
        if self.vocabulary.level != CHAR:
            raise RunError(
                f"The run {self.run} is a model of words; this works character by character and"
                " needs a model of characters."
            )
        kind = getattr(self.network, "kind", "n-gram")
        if not isinstance(self.network, Network) or kind != LSTM:
            raise RunError(
                f"The run {self.run} is of the kind {kind}; only an lstm has cells with gates."
            )
        return self.network

    def read(self, prompt: str) -> Reading:
        """Return the prompt as the model reads it, and what was folded and dropped."""
        return self.vocabulary.read(prompt)

    def logits(self, prompt: str, written: Sequence[str] = ()) -> NDArray[np.float64]:
        """Return the logits of the symbol after the prompt, shape (symbols,).

        Symbols that were written after it are used unchanged: a model of words might read their
        text as other tokens.
        """
        ids = np.concatenate([self.read(prompt).ids, self.vocabulary.ids_of(written)])
        return np.asarray(cursor_after(self.network, ids, window=self.window).logits()[0])

    def next(
        self, prompt: str, temperature: float = 1.0, strategies: Sequence[Strategy] = ()
    ) -> NDArray[np.float64]:
        """Return the probability of every symbol after the prompt, shape (symbols,).

        Strategies, such as ``[("top-k", 40)]``, act after the temperature, which is from 0 upwards.
        """
        return stages(self.logits(prompt), temperature, strategies)[-1].probabilities

    def write(
        self,
        prompt: str,
        *,
        temperature: float = 1.0,
        length: int = 400,
        seed: int = 0,
        strategies: Sequence[Strategy] = (),
        turns: Sequence[tuple[int, float]] = (),
    ) -> str:
        """Return ``length`` symbols that continue the prompt: characters, or words and marks.

        The same prompt, temperature, strategies and seed give the same text, and a longer text
        begins with the shorter one. ``turns`` change the temperature on the way: ``[(120, 0.3)]``
        is 0.3 from the symbol at position 120 on, counted from 0.
        """
        return "".join(
            self.stream(
                prompt,
                temperature=temperature,
                length=length,
                seed=seed,
                strategies=strategies,
                turns=turns,
            )
        )

    def stream(
        self,
        prompt: str,
        *,
        temperature: float = 1.0,
        length: int = 400,
        seed: int = 0,
        strategies: Sequence[Strategy] = (),
        turns: Sequence[tuple[int, float]] = (),
    ) -> Iterator[str]:
        """Yield the symbols of :meth:`write` one at a time."""
        cursor = cursor_after(self.network, self.read(prompt).ids, window=self.window)
        uniforms = uniforms_of(seed, length)
        ordered = sorted(turns, key=itemgetter(0))
        for (start, now), (end, _) in pairwise([(0, temperature), *ordered, (length, 0.0)]):
            for step in steps(cursor, now, uniforms[start:end], strategies):
                yield self.vocabulary.symbols[int(step.symbols[0])]
