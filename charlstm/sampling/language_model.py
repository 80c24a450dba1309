"""The language model: text in, the distribution of the next character or more text out.

Knows a vocabulary and who reads; knows nothing of files, runs or pages.

A network that is never asked for some symbols.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.vocabulary import CHAR, Reading, Vocabulary
from charlstm.data.words import UNKNOWNS
from charlstm.errors import RunError
from charlstm.sampling.generate import cursor_after, generate, uniforms_of
from charlstm.sampling.network import Network, SequenceModel, State
from charlstm.sampling.strategies import Strategy, stages
from charlstm.sampling.weights import LSTM


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


@dataclass(frozen=True)
class LanguageModel:
    """A trained network together with its alphabet, or with the words that it knows.

    Attributes:
        vocabulary: The symbols it knows.
        network: Who reads: a network, or an n-gram model.
        window: How many characters it reads before each next one (a ``book`` model), or None if
            its state is carried (a ``tbptt`` model).
        run: The name of the run that it comes from.
        step: The checkpoint that it comes from.
        known_only: Whether it was asked to write no unknown words; see without_unknown.
    """

    vocabulary: Vocabulary
    network: SequenceModel
    window: int | None
    run: str = ""
    step: int = 0
    known_only: bool = False

    @property
    def key(self) -> tuple[str, int, bool]:
        """Return what tells models of one home apart."""
        return self.run, self.step, self.known_only

    def without_unknown(self) -> LanguageModel:
        """Return the model asked for words that it knows alone; one of characters as it is.

        The unknown tokens have no probability then; what they had is shared out among the others in
        proportion. It reads unknown words as before.
        """
        if self.vocabulary.level == CHAR:
            return self
        left_out = [int(index) for index in self.vocabulary.ids_of(UNKNOWNS)]
        return replace(self, network=Without(self.network, left_out), known_only=True)

    @property
    def lstm(self) -> Network:
        """The network of a model of characters, for what only an LSTM has: cells and gates.

        Raises:
            RunError: If it is of another kind, or reads words.
        """
        if self.vocabulary.level != CHAR:
            raise RunError(
                f"The run {self.run} is a model of words; what is done here is done character by"
                " character and takes a model of characters."
            )
        kind = getattr(self.network, "kind", "n-gram")
        if not isinstance(self.network, Network) or kind != LSTM:
            raise RunError(
                f"The run {self.run} is of the kind {kind}; only an lstm has cells with gates."
            )
        return self.network

    def read(self, prompt: str) -> Reading:
        """Return the prompt as the model reads it, with what was folded and dropped."""
        return self.vocabulary.read(prompt)

    def logits(self, prompt: str, written: Sequence[str] = ()) -> NDArray[np.float64]:
        """Return the logits of the symbol after the prompt, shape (symbols,).

        Args:
            prompt: What has been read.
            written: Symbols that were written after it, taken as they are: of words that is not
                always what their text would be read as.
        """
        ids = np.concatenate([self.read(prompt).ids, self.vocabulary.ids_of(written)])
        return np.asarray(cursor_after(self.network, ids, window=self.window).logits()[0])

    def next(
        self, prompt: str, temperature: float = 1.0, strategies: Sequence[Strategy] = ()
    ) -> NDArray[np.float64]:
        """Return the probability of every symbol after the prompt, shape (symbols,).

        Args:
            prompt: What has been read.
            temperature: From 0 upwards.
            strategies: What acts after the temperature, such as ``[("top-k", 40)]``.

        Raises:
            ValueError: If the temperature is negative or not a number, or a strategy cannot be.
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
    ) -> str:
        """Return ``length`` symbols that go on from the prompt: characters, or words and marks.

        The same prompt, temperature, strategies and seed give the same text, and a longer text
        begins with the shorter one.

        Raises:
            ValueError: If the temperature is negative or not a number, or a strategy cannot be.
        """
        return "".join(
            self.stream(
                prompt, temperature=temperature, length=length, seed=seed, strategies=strategies
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
    ) -> Iterator[str]:
        """Yield the symbols of :meth:`write` one at a time."""
        cursor = cursor_after(self.network, self.read(prompt).ids, window=self.window)
        for symbol in generate(cursor, temperature, uniforms_of(seed, length), strategies):
            yield self.vocabulary.symbols[int(symbol[0])]
